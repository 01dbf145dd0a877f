"""The list of reviews, and the page on which a document is confirmed as it is."""

from __future__ import annotations

import secrets
from datetime import date
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.models import Document, Version
from qms.documents.plugs import Notice
from qms.documents.services.freezing import local_day
from qms.documents.views.statement import StatementForm, passphrase
from qms.documents.wording import show_date, show_moment
from qms.kernel.i18n import _
from qms.kernel.months import last_day
from qms.kernel.text import whole_number
from qms.profiles.api import profile_of
from qms.reviews import services
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.navigation import WorkItem


class ReviewSchema(fields.Schema):
    """What a reviewer says."""

    note = fields.long_text(
        _("What you looked at, and what you found"),
        description=_("For example: compared with practice in two branches; the formats are used."),
    )
    next_day = fields.day(
        _("Next review"), missing=None, description=_("Leave it empty for no further review.")
    )
    seen = fields.hidden()
    nonce = fields.hidden()
    passphrase = passphrase()


@view_config(
    context=Document,
    name="review",
    permission=Permission.DOCUMENT_REVIEW,
    renderer="qms.templates:reviews/review.pt",
)
class ReviewForm(StatementForm):
    """Confirms, signed, that the version in force is right as it is."""

    schema = ReviewSchema
    heading = _("Periodic review")
    button = _("Sign: reviewed without changes")

    @property
    def version(self) -> Version:
        """The version in force; without one there is nothing to review."""
        found = self.context.in_force
        if found is None:
            raise HTTPNotFound
        return found

    def initial(self) -> dict[str, Any]:
        """Propose the next review by the months of the document's type."""
        today = local_day(organisation_of(self.context), self.request.act)
        return {
            "next_day": services.next_review(self.version, today),
            "seen": str(self.version.order),
            "nonce": secrets.token_urlsafe(16),
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Sign and store the review."""
        document, act = self.context, self.request.act
        typed = values["seen"]
        seen = whole_number(typed, -1)
        version = services.check(
            document, seen=seen, note=values["note"], next_day=values["next_day"], act=act
        )
        self.sign(
            organisation_of(document),
            services.statement(version, note=values["note"], next_day=values["next_day"]),
            values["passphrase"],
            subject=version,
            store=partial(services.confirm, document, act=act, nonce=values["nonce"][:64]),
        )
        return self.done(_("The review was signed. The version stays in force."), document)

    def extra(self) -> dict[str, Any]:
        """Show what is reviewed, and the reviews before."""
        version = self.version
        profile = profile_of(organisation_of(version))
        day = last_day(version.dates.get("review_by"))
        today = local_day(organisation_of(version), self.request.act)
        return {
            "version": version,
            "document": self.context,
            "type": profile.document_type(self.context.type_id),
            "date": partial(show_date, profile),
            "moment": partial(show_moment, profile),
            "day": day,
            "overdue": day is not None and day < today,
            "pending": self.context.pending,
            "reviews": services.reviews_of(version),
            "may_revise": bool(
                self.request.has_permission(Permission.DOCUMENT_REVISE, self.context)
            ),
        }


# What the other pages show


def _today(request: Request) -> date:
    return local_day(request.organisation, request.act)


def work(request: Request) -> list[WorkItem]:
    """List the reviews that wait for the person, for «My work»."""
    if request.person is None or "documents" not in request.organisation:
        return []
    calendar = profile_of(request.organisation).calendar()
    today, base = _today(request), request.organisation["documents"]
    items = []
    for one in services.own_reviews(request.organisation, request.person, today):
        ahead = one.day >= today
        days = calendar.business_days_between(*((today, one.day) if ahead else (one.day, today)))
        items.append(
            WorkItem(
                title=one.row.title,
                url=request.resource_path(base, one.row.code, "review"),
                button=_("Review"),
                code=one.row.code,
                why=one.row.responsible,
                days_left=days if ahead else -max(days, 1),
            )
        )
    return items


def count(request: Request) -> int:
    """Count what :func:`work` lists, without its terms and addresses: the bell asks each page."""
    if request.person is None or "documents" not in request.organisation:
        return 0
    return len(services.own_reviews(request.organisation, request.person, _today(request)))


def review_url(page: Any) -> str | None:
    """Give the address of the review of the document on this page, to who may do it."""
    if not page.document.in_force or page.document.pending is not None:
        return None
    if not page.request.has_permission(Permission.DOCUMENT_REVIEW, page.document):
        return None
    return page.request.resource_path(page.document, "review")


def notice(page: Any) -> Notice | None:
    """Warn on the page of a document whose review is over its day."""
    version = page.document.in_force
    if version is None or page.version is not version:
        return None
    day = last_day(version.dates.get("review_by"))
    if day is None or day >= _today(page.request):
        return None
    shown = show_date(page.profile, day)
    text = _("The review of this document was due on ${day}.", {"day": shown})
    url = review_url(page)
    return Notice(text, url, _("Review it now") if url else None, "clock", warns=True)
