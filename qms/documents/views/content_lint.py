"""The review of the content of one version: findings of a draft and of a document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.lint import services
from qms.documents.lint.board import board_of
from qms.documents.lint.findings import ERROR, HINT, WARNING, Finding
from qms.documents.lint.models import waivers_of
from qms.documents.lint.names import rule_title
from qms.documents.lint.rules import RULES
from qms.documents.models import Document, Version
from qms.documents.plugs import Notice
from qms.documents.services.completeness import Gap
from qms.documents.views.document import VersionPage, shown_version
from qms.documents.wording import SYSTEM
from qms.documents.workflow import IN_FORCE
from qms.kernel.i18n import _
from qms.kernel.text import whole_number
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.chips import BAD, QUIET, WARN, Chip
from qms.web.forms import FormView, Schema
from qms.web.redirects import see_other

MOST_SHOWN = 12
"""So many findings stand in the editor's panel; the rest are counted."""
CHIPS = {
    ERROR: Chip(_("Error"), "alert", BAD),
    WARNING: Chip(_("Warning"), "alert", WARN),
    HINT: Chip(_("Hint"), "dot", QUIET),
}
WORDS = {name: chip.word for name, chip in CHIPS.items()}
TOLD_BY_GAPS = frozenset(rule.id for rule in RULES if rule.told_by_gaps)


def may_see_lint(request: Request) -> bool:
    """Tell whether the person answers for the content of documents."""
    folder = request.organisation.get("documents")
    return folder is not None and bool(request.has_permission(Permission.DOCUMENT_LINT, folder))


# --- One document ---------------------------------------------------------------------------------


def today_of(request: Request, organisation: Any) -> Any:
    """Give the day at the organisation's place."""
    return local_day(organisation, request.act.at)


def findings_of(request: Request, version: Version) -> services.Review:
    """Check one version as it is now; findings between documents come from the last look."""
    organisation = organisation_of(version)
    return services.review(version, today_of(request, organisation))


@view_config(
    context=Document,
    name="findings",
    request_method="GET",
    permission=Permission.DOCUMENT_LINT,
    renderer="qms.templates:documents/findings.pt",
)
@view_config(
    context=Version,
    name="findings",
    request_method="GET",
    permission=Permission.DOCUMENT_LINT,
    renderer="qms.templates:documents/findings.pt",
)
def findings(context: Document | Version, request: Request) -> dict[str, Any]:
    """Show what the checks found in a document, and what was accepted."""
    version = context if isinstance(context, Version) else shown_version(context, request)
    page = VersionPage(version, request)
    review = with_others(request, version, findings_of(request, version))
    translate = request.localizer.translate
    return page.page(
        "findings",
        **panel_values(request, version, review),
        json=lambda: {
            "code": version.document.code,
            "order": version.order,
            "findings": [one.as_data(translate) for one in review.findings],
            "accepted": [
                one.as_data(translate) | {"reason": waiver.reason, "by": waiver.by}
                for one, waiver in review.accepted
            ],
        },
    )


def with_others(request: Request, version: Version, review: services.Review) -> services.Review:
    """Add what the whole organisation's check found between this document and others."""
    organisation = organisation_of(version)
    across = board_of(request.registry, organisation).across(version.document.uid)
    seen = {one.key for one in review.findings} | {one.key for one, _waiver in review.accepted}
    more = tuple(one for one in across if one.key not in seen and one.order == version.order)
    if not more:
        return review
    parted = services.divided(more, waivers_of(organisation, version.document.uid))
    return services.Review(
        (*review.findings, *parted.findings), (*review.accepted, *parted.accepted)
    )


def untold(gaps: Iterable[Gap], review: services.Review) -> list[Gap]:
    """Give the gaps that are not among the findings in the very same words."""
    told = {services.filled(one.message) for one in review.findings}
    return [gap for gap in gaps if gap.blocks or services.filled(gap.sentence) not in told]


def panel_values(request: Request, version: Version, review: services.Review) -> dict[str, Any]:
    """Give what the macros of findings take."""
    organisation = organisation_of(version)
    people = people_of(organisation)
    return {
        "review": review,
        "chips": CHIPS,
        "rule_title": rule_title,
        "may_accept": bool(request.has_permission(Permission.DOCUMENT_WAIVE, version.document)),
        "waived_by": lambda one: people.person_name(one.by) if one.by != "system" else SYSTEM,
        "waived_on": lambda one: local_day(organisation, one.at),
    }


# --- The draft ------------------------------------------------------------------------------------


@view_config(
    context=Version,
    name="edit-findings",
    request_method="GET",
    permission=Permission.DOCUMENT_EDIT,
    renderer="qms.templates:documents/lint_panel.pt",
)
def edit_findings(version: Version, request: Request) -> dict[str, Any]:
    """Give the findings of the draft, for the corner of the editor."""
    return {"version": version, **editor_panel(version, request)}


def editor_panel(version: Version, request: Request) -> dict[str, Any]:
    """Give what the panel beside the forms shows: errors, and what the list of gaps leaves out."""
    review = findings_of(request, version)
    told = [one for one in review.findings if one.severity == ERROR or one.rule not in TOLD_BY_GAPS]
    return {
        "found": told[:MOST_SHOWN],
        "found_more": max(0, len(told) - MOST_SHOWN),
        "found_total": len(told),
        "chips": CHIPS,
    }


# --- Accepting ------------------------------------------------------------------------------------


class AcceptSchema(Schema):
    """The reason, which stays."""

    reason = fields.long_text(_("Why it stays as it is"), rows=3, longest=services.LONGEST_REASON)


@view_config(context=Document, name="accept-finding", permission=Permission.DOCUMENT_WAIVE)
class AcceptFinding(FormView):
    """Somebody who answers for a document accepts a finding with a reason."""

    schema = AcceptSchema
    heading = _("Accept a finding")
    button = _("Accept it with this reason")

    @cached_property
    def version(self) -> Version:
        """The version that the finding is about: the one named, or the one shown."""
        order = self.request.params.get("order", "")
        wanted = whole_number(order, None)
        for one in self.context.versions:
            if one.order == wanted and self.request.has_permission(Permission.VIEW, one):
                return one
        return shown_version(self.context, self.request)

    @cached_property
    def finding(self) -> Finding:
        """The finding as it is now."""
        review = with_others(self.request, self.version, findings_of(self.request, self.version))
        key = self.request.params.get("key", "")[:40]
        return services.finding_with(review.findings, key)

    @property
    def introduction(self) -> Any:
        """The finding's own sentence."""
        return self.finding.message

    def extra(self) -> dict[str, Any]:
        """Name the document above the form."""
        return {"subject": self.context}

    def save(self, values: dict[str, Any]) -> Any:
        """Keep the reason."""
        services.accept(
            self.context,
            self.finding,
            reason=values["reason"],
            act=self.request.act,
            translate=self.request.localizer.translate,
        )
        return self.done(_("Accepted. It is not shown as open any more."), self._back())

    def _back(self) -> str:
        path = self.request.resource_path
        match self.request.params.get("back"):
            case "submit":
                return path(self.version, "submit")
            case "lint":
                return path(self.context.folder, "lint")
        return path(self.version, "findings")


@view_config(
    context=Document,
    name="reopen-finding",
    request_method="POST",
    permission=Permission.DOCUMENT_WAIVE,
)
def reopen_finding(document: Document, request: Request) -> Any:
    """Let an accepted finding count again."""
    services.reopen(document, request.POST.get("key", "")[:40], act=request.act)
    request.session.flash(_("The finding counts again."), "success")
    back = document.folder if request.POST.get("back") == "lint" else document
    name = "lint-accepted" if back is document.folder else "findings"
    return see_other(request, request.resource_path(back, name))


# --- Plugs ----------------------------------------------------------------------------------------


def _shown(page: Any) -> bool:
    return bool(page.request.has_permission(Permission.DOCUMENT_LINT, page.document))


def _noticed(request: Request, version: Version) -> tuple[Finding, ...]:
    """Check a version for its page; what is in force, once a day and profile (its text stays)."""
    organisation = organisation_of(version)
    today = today_of(request, organisation)
    if version.state != IN_FORCE:
        return services.review(version, today).findings
    key = (organisation.profile_revision, today)
    kept = getattr(version, "_v_findings", None)
    if kept is None or kept[0] != key:
        kept = version._v_findings = (key, services.review(version, today).findings)  # noqa: SLF001
    return kept[1]


def notice(page: Any) -> Notice | None:
    """Tell whoever may revise a document how much the checks found in it."""
    request, version = page.request, page.version
    if not request.has_permission(Permission.DOCUMENT_REVISE, page.document):
        return None
    if request.view_name in ("findings", "submit", "edit"):
        return None
    found = board_of(request.registry, page.organisation).known_of(version)
    if found is None:
        found = _noticed(request, version)
    kept = waivers_of(page.organisation, page.document.uid)
    count = sum(one.key not in kept for one in found)
    if not count:
        return None
    text = (
        _("The review of the content found 1 thing here.")
        if count == 1
        else _("The review of the content found ${n} things here.", {"n": count})
    )
    return Notice(
        text,
        request.resource_path(version, "findings"),
        _("Look at them"),
        icon="search",
    )


def includeme(config: Configurator) -> None:
    """Announce the tab of each document, the banner, and the page beside the master list."""
    config.add_list_tab(
        "documents/lint", title=_("Review of the content"), order=50, shown=may_see_lint
    )
    config.add_document_tab("findings", title=_("Findings"), order=58, shown=_shown)
    config.add_document_notice("findings", notice, recorded=False)
