"""Management reviews: the list, calling one, its pack, its minutes and its signed approval."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import BlobFile, organisation_of
from qms.documents.views.page import PageView
from qms.documents.views.statement import StatementForm
from qms.documents.wording import show_date, show_moment
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.improvement import audit_forms as forms
from qms.improvement import review_pdf
from qms.improvement.errors import PackChanged
from qms.improvement.management_pack import PART_TITLES, Pack, pack_of, thawed
from qms.improvement.models import ManagementReview, ManagementReviews
from qms.improvement.services import management as services
from qms.improvement.services.actions import Planned
from qms.improvement.views.offering import OfferedForm
from qms.improvement.views.tabs import tabs
from qms.improvement.workflow import management as flow
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.security.permissions import Permission
from qms.web.once import OnceForm
from qms.web.responses import PDF, file_response, safe_filename
from qms.web.transactions import outside

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("state", _("State"), Kind.CHIP, sort="state"),
        Column("title", _("Management review"), sort="title", link=True, wide=True),
        Column("first", _("From"), Kind.DATE, sort="first"),
        Column("last", _("Cut date"), Kind.DATE, sort="last"),
        Column("decisions", _("Decisions"), Kind.NUMBER),
        Column("approved", _("Approved on"), Kind.MOMENT),
    ),
    facets={"state": Facet(_("State"))},
    order="number",
    reverse=True,
    search=_("Number or words"),
)


def _row(review: ManagementReview) -> dict[str, Any]:
    now = review.progress
    return {
        "number": review.number,
        "state": now.state,
        "title": review.title,
        "first": now.facts["first"],
        "last": now.facts["last"],
        "decisions": len(now.decisions),
        "approved": now.approval["at"] if now.approval else None,
    }


@view_config(
    context=ManagementReviews, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE
)
def show_list(folder: ManagementReviews, request: Request) -> dict[str, Any]:
    """List the management reviews; there are few."""
    call = Action(_("Call a review"), request.resource_path(folder, "new"), "plus")
    may_call = request.has_permission(Permission.MANAGEMENT_PREPARE, folder)
    return Listing(request, LIST).show(
        _("Management review"),
        [_row(one) for one in folder.values()],
        url=lambda one: request.resource_path(folder, one["number"]),
        empty=_("The inputs of a review are assembled from what the system knows at its cut date."),
        actions=[call] if may_call else [],
        **tabs(request, "management-reviews"),
    )


@view_config(context=ManagementReviews, name="new", permission=Permission.MANAGEMENT_PREPARE)
class CallForm(OnceForm, OfferedForm):
    """Calls a review, once."""

    schema = forms.ReviewSchema
    heading = _("Call a review")
    introduction = _("Its inputs are assembled at once, and frozen when it is approved.")

    def initial(self) -> dict[str, Any]:
        """Start with this year until yesterday."""
        today = local_day(self.context, self.request.act.at)
        return {"first": date(today.year, 1, 1), "last": today}

    def save(self, values: dict[str, Any]) -> Response:
        """Call it."""
        made = services.call(
            organisation_of(self.context),
            values["title"],
            values["first"],
            values["last"],
            values["approvers"],
            act=self.request.act,
        )
        return self.done(_("The review has the number ${number}.", {"number": made.number}), made)


@view_defaults(context=ManagementReview)
class ReviewView(PageView):
    """The page of a management review: inputs, minutes, decisions, and its pack."""

    context: ManagementReview

    def _pack(self) -> Pack:
        """Give the frozen pack of an approved review, the live one of a draft."""
        if self.context.pack is not None:
            return Pack(dict(self.context.pack))
        return pack_of(self.request.registry, self.context, self.request.act.at)

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:improvement/review.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show its inputs, its minutes and its decisions."""
        review, request, now = self.context, self.request, self.context.progress
        pack = self._pack().data
        draft = now.state == flow.DRAFT
        prepares = draft and bool(request.has_permission(Permission.MANAGEMENT_PREPARE, review))
        today = local_day(review, request.act.at).isoformat()
        approves = draft and bool(request.has_permission(Permission.MANAGEMENT_APPROVE, review))
        return {
            "heading": f"{review.number} · {review.title}",
            "review": review,
            "now": now,
            "pack": pack,
            "thawed": thawed,
            "home": request.resource_path(self.organisation),
            "prepares": prepares,
            "approves": approves and now.facts["last"] < today and bool(now.minutes),
            "too_early": draft and now.facts["last"] >= today,
            "approval": now.approval,
            "decisions": [self._decision(one) for one in now.decisions],
            "links": panel(request, "management-review", review.number, may_link=prepares),
            "person_name": people_of(self.organisation).person_name,
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "json": lambda: {"state": now.state, **pack},
        }

    def _decision(self, number: str) -> dict[str, Any]:
        action = self.organisation["actions"][number]
        people, now = people_of(self.organisation), action.progress
        owner = people.person_name(now.person) if now.person else people.position_name(now.position)
        return {"action": action, "state": now.state, "owner": owner, "due": now.due}

    @view_config(name="pdf", request_method="GET", permission=Permission.VIEW)
    def pdf(self) -> Response:
        """Give the pack as a PDF: the approved file itself, or one of the moment."""
        review = self.context
        if review.report is not None:
            return file_response(self.request, review.report, media_type=PDF, inline=True)
        plan = review_pdf.plan(self._pack(), self.request)
        data = outside(self.request, plan)
        return file_response(self.request, data, f"{review.number}.pdf", PDF, inline=True)


@view_config(context=ManagementReview, name="change", permission=Permission.MANAGEMENT_PREPARE)
class ChangeForm(OfferedForm):
    """Changes its facts."""

    schema = forms.ReviewSchema
    heading = _("Change the review")

    def initial(self) -> dict[str, Any]:
        """Start with its facts."""
        facts = dict(self.context.progress.facts)
        days = {key: date.fromisoformat(facts[key]) for key in ("first", "last")}
        return {**facts, **days}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep them."""
        facts = (values[key] for key in ("title", "first", "last", "approvers"))
        services.change(self.context, *facts, act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=ManagementReview, name="note", permission=Permission.MANAGEMENT_PREPARE)
class NoteForm(OfferedForm):
    """Writes what is said about the input that the address names."""

    schema = forms.ReviewNoteSchema

    @property
    def heading(self) -> Any:
        """Name the input."""
        return PART_TITLES[self._part()]

    def _part(self) -> str:
        wanted = self.request.tail
        if wanted not in PART_TITLES:
            raise HTTPNotFound
        return wanted

    def initial(self) -> dict[str, Any]:
        """Start with the note as it is."""
        return {"text": self.context.progress.notes.get(self._part(), "")}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.note(self.context, self._part(), values["text"], act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=ManagementReview, name="minutes", permission=Permission.MANAGEMENT_PREPARE)
class MinutesForm(OfferedForm):
    """Writes the minutes."""

    schema = forms.MinutesSchema
    heading = _("Minutes")

    def initial(self) -> dict[str, Any]:
        """Start with the minutes as they are."""
        now = self.context.progress
        return {"text": now.minutes, "attendees": now.attendees}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep them."""
        text, attendees = values["text"], values["attendees"]
        services.minute(self.context, text, attendees, act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=ManagementReview, name="decide", permission=Permission.MANAGEMENT_PREPARE)
class DecideForm(OfferedForm):
    """Decides an action."""

    schema = forms.DecisionSchema
    heading = _("Decide an action")
    button = _("Decide it")

    def initial(self) -> dict[str, Any]:
        """Start with an improvement."""
        return {"kind": "improvement"}

    def save(self, values: dict[str, Any]) -> Response:
        """Plan it."""
        planned = Planned(
            values["kind"],
            values["title"],
            values["owner"],
            values["due"],
            text=values["text"],
            evidence=values["evidence"],
            process=values["process"] or "",
        )
        made = services.decide(self.context, planned, act=self.request.act)
        return self.done(_("The action has the number ${number}.", {"number": made.number}))


@view_config(context=ManagementReview, name="approve", permission=Permission.MANAGEMENT_APPROVE)
class ApproveForm(StatementForm):
    """Approves it: the inputs are frozen with a signed statement that names their digest."""

    schema = forms.ApprovalSchema
    heading = _("Approve the review")
    introduction = services.MEANING
    button = _("Sign and approve")

    def _pack(self) -> Pack:
        return pack_of(self.request.registry, self.context, self.request.act.at)

    def initial(self) -> dict[str, Any]:
        """Remember which numbers were seen."""
        return {"seen": services.digest_of(self._pack().data)}

    def save(self, values: dict[str, Any]) -> Response:
        """Sign it, make its PDF, and freeze both."""
        review, request = self.context, self.request
        pack = self._pack()
        services.check_complete(review, pack.data, act=request.act)
        record = services.approval_record(review, pack.data)
        if values["seen"] != record["pack"]:
            raise PackChanged
        people, person = people_of(organisation_of(review)), request.person
        signer = {
            "name": person.name,
            "position": people.position_name(person.main_position_id or ""),
            "at": request.act.at.isoformat(),
        }
        plan = review_pdf.plan(pack, request, signer=signer, digest=record["pack"])
        data = outside(request, plan)
        name = safe_filename(f"{review.number}.pdf")
        self.sign(
            organisation_of(review),
            record,
            values["passphrase"],
            subject=review,
            store=lambda signed: services.approve(
                review, self._pack().data, signed, BlobFile(data, name, PDF), act=request.act
            ),
        )
        return self.done(_("The review was approved; its inputs are frozen."))
