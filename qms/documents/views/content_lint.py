"""The review of the content: findings of a draft, of a document, and of the whole organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.lint import services
from qms.documents.lint.board import Report, board_of, bring_up_to_date
from qms.documents.lint.findings import ERROR, HINT, SEVERITIES, WARNING, Finding
from qms.documents.lint.models import Waiver, everything_waived, waivers_of
from qms.documents.lint.names import rule_title
from qms.documents.lint.rules import RULES
from qms.documents.models import Document, DocumentFolder, Version
from qms.documents.plugs import Notice, list_tabs
from qms.documents.services.completeness import Gap
from qms.documents.views.document import VersionPage, shown_version
from qms.documents.wording import show_date
from qms.exports import Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.chips import BAD, QUIET, WARN, Chip
from qms.web.forms import FormView, Schema
from qms.web.redirects import see_other
from qms.web.transactions import outside

PATIENCE = 0.5
"""Seconds that the page of the whole organisation reads documents before it answers."""
MOST_SHOWN = 12
"""So many findings stand in the editor's panel; the rest are counted."""
CHIPS = {
    ERROR: Chip(_("Error"), "alert", BAD),
    WARNING: Chip(_("Warning"), "alert", WARN),
    HINT: Chip(_("Hint"), "dot", QUIET),
}
WORDS = {name: chip.word for name, chip in CHIPS.items()}
TOLD_BY_GAPS = frozenset(rule.id for rule in RULES if rule.told_by_gaps)
OVERSEERS = frozenset({"quality", "auditor"})

LIST = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", screen=False),
        Column("title", _("Title"), screen=False),
        Column("severity_word", _("Weight"), sort="severity"),
        Column("rule_title", _("Rule")),
        Column("place", _("Place")),
        Column("message", _("Finding"), share=3),
        Column("suggestion", _("What to do"), share=3),
        Column("process_name", _("Process"), screen=False),
        Column("version", _("Version"), screen=False),
    ),
    facets={
        "severity": Facet(_("Weight"), WORDS),
        "rule": Facet(_("Rule"), rule_title),
        "process": Facet(_("Process")),
    },
    search=_("Words of code, title and place"),
)

ACCEPTED_WORDS = {
    "code": _("Code"),
    "place": _("Place"),
    "finding": _("Finding"),
    "reason": _("Reason"),
    "who": _("Who and when"),
}
"""Heads of the list of accepted findings."""


class Line:
    """A finding as the page and the files show it; sentences are made when somebody asks."""

    def __init__(self, finding: Finding, row: Any) -> None:
        """Show ``finding`` of the document with this line of the master list."""
        self.finding, self.row = finding, row
        self.code, self.title = finding.code, row.title
        self.severity, self.rule = finding.severity, finding.rule
        self.process, self.process_name = row.process_id, row.process_name
        self.message, self.suggestion = finding.message, finding.suggestion
        self.place, self.version = finding.place, row.version or row.pending_label
        self.chip = CHIPS[finding.severity]

    @property
    def severity_word(self) -> Any:
        """The word of its weight."""
        return WORDS[self.severity]

    @property
    def rule_title(self) -> Any:
        """What the rule is called."""
        return rule_title(self.rule)


# --- The whole organisation -----------------------------------------------------------------------


def may_see_lint(request: Request) -> bool:
    """Tell whether the person answers for the content of documents."""
    folder = request.organisation.get("documents")
    return folder is not None and bool(request.has_permission(Permission.DOCUMENT_LINT, folder))


@view_defaults(context=DocumentFolder, permission=Permission.DOCUMENT_LINT)
class LintPage:
    """What the checks found in all documents, for those who answer for them."""

    def __init__(self, folder: DocumentFolder, request: Request) -> None:
        """Look at the documents of ``folder``."""
        self.folder, self.request = folder, request
        self.organisation = organisation_of(folder)

    @view_config(name="lint", request_method="GET", renderer="qms.templates:documents/lint.pt")
    def show(self) -> dict[str, Any]:
        """Show the open findings, grouped by document; the address holds the filters."""
        report = report_of(self.request, self.organisation)
        listing = Listing(self.request, LIST)
        listing.names["process"] = {
            row.process_id: row.process_name for row in report.rows.values()
        }
        lines = list(self._lines(report))
        found, counts = _chosen(lines, listing)
        listing.within(len(found))
        shown = found[listing.start : listing.start + listing.limit]
        return listing.page(
            _("Review of the content"),
            shown,
            total=len(found),
            every=lambda: found,
            counts=counts,
            lines=[(line, self._heads(shown, at)) for at, line in enumerate(shown)],
            **list_tabs(self.request, "documents/lint"),
            report=report,
            asked=False,
            accepted=sum(1 for _one in self._accepted()),
            accepted_url=self.request.resource_path(self.folder, "lint-accepted"),
            url_of=self._url,
            may_accept=self._may_accept,
            json=lambda: self._json(listing, shown, report),
        )

    @view_config(
        name="lint-progress",
        request_method="GET",
        renderer="qms.templates:documents/lint_progress.pt",
    )
    def progress(self) -> dict[str, Any]:
        """Check some more documents and say how far it is; the page asks until all are checked."""
        return {"report": report_of(self.request, self.organisation), "asked": True}

    def _heads(self, shown: Sequence[Line], at: int) -> bool:
        """Tell whether a line is the first one of its document on the page."""
        return at == 0 or shown[at - 1].code != shown[at].code

    def _lines(self, report: Report) -> Iterator[Line]:
        sees = visible(self.organisation, self.request.person)
        waived: dict[str, Mapping[str, Waiver]] = {}
        for one in report.findings:
            row = report.rows[one.uid]
            if not sees(row):
                continue
            if one.uid not in waived:
                waived[one.uid] = waivers_of(self.organisation, one.uid)
            if one.key not in waived[one.uid]:
                yield Line(one, row)

    def _url(self, line: Line) -> str:
        document = self.folder[line.code]
        return self.request.resource_path(document, "findings") + f"#f-{line.finding.key}"

    def _may_accept(self, line: Line) -> bool:
        document = self.folder[line.code]
        return bool(self.request.has_permission(Permission.DOCUMENT_WAIVE, document))

    def _json(self, listing: Listing, shown: Iterable[Line], report: Report) -> dict[str, Any]:
        translate = self.request.localizer.translate
        return {
            "total": listing.total,
            "page": listing.number,
            "pages": listing.pages,
            "checked": report.checked,
            "documents": report.total,
            "rows": [one.finding.as_data(translate) for one in shown],
        }

    def _accepted(self) -> Iterator[tuple[str, str, Waiver]]:
        sees = visible(self.organisation, self.request.person)
        rows = board_of(self.request.registry, self.organisation).rows
        for uid, key, waiver in everything_waived(self.organisation):
            if uid in rows and sees(rows[uid]):
                yield uid, key, waiver

    @view_config(
        name="lint-accepted",
        request_method="GET",
        renderer="qms.templates:documents/lint_accepted.pt",
    )
    def accepted(self) -> dict[str, Any]:
        """List what was accepted, by whom, when and why."""
        report = report_of(self.request, self.organisation)
        people, profile = people_of(self.organisation), profile_of(self.organisation)
        translate = self.request.localizer.translate
        rows = []
        for uid, key, waiver in self._accepted():
            document = self.folder[uid]
            rows.append(
                {
                    "key": key,
                    "code": document.code,
                    "title": document.title,
                    "document": document,
                    "place": waiver.place,
                    "message": waiver.message,
                    "rule": rule_title(waiver.rule),
                    "reason": waiver.reason,
                    "name": people.person_name(waiver.by) if waiver.by != "system" else "qms",
                    "at": waiver.at,
                    "day": show_date(profile, local_day(self.organisation, waiver.at)),
                    "may_reopen": bool(
                        self.request.has_permission(Permission.DOCUMENT_WAIVE, document)
                    ),
                }
            )
        rows.sort(key=lambda row: (row["code"], row["at"]))
        names = ("key", "code", "title", "place", "message", "reason", "name", "at")
        return {
            "heading": _("Accepted findings"),
            "rows": rows,
            "report": report,
            "words": ACCEPTED_WORDS,
            "wide": True,
            **list_tabs(self.request, "documents/lint"),
            "json": lambda: [
                {name: row[name] for name in names} | {"rule": translate(row["rule"])}
                for row in rows
            ],
        }


def visible(organisation: Any, person: Any) -> Any:
    """Give the test of which lines of the master list a person may see findings of.

    Quality staff and auditors see all, leaders what belongs to their processes, administrators
    what everybody can read.
    """
    if OVERSEERS & set(person.roles):
        return lambda _row: True
    led = {
        one.id for one in organisation["processes"].values() if one.leader in person.position_ids
    }
    manages = "administrator" in person.roles
    return lambda row: row.process_id in led or (manages and row.state == "in-force")


def report_of(request: Request, organisation: Any, *, seconds: float | None = PATIENCE) -> Report:
    """Bring the findings of the organisation up to date and give them."""
    return bring_up_to_date(
        board_of(request.registry, organisation),
        organisation,
        local_day(organisation, request.act.at),
        outside=lambda make: outside(request, make),
        seconds=seconds,
    )


def _chosen(
    lines: Sequence[Line], listing: Listing
) -> tuple[list[Line], dict[str, Mapping[str, int]]]:
    """Filter, count and sort the findings as the address asks for it."""
    words = fold(listing.q).split()
    facets = ("severity", "rule", "process")
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
    found = []
    for line in lines:
        if words and not _has_words(line, words):
            continue
        missed = [
            facet for facet, wanted in listing.filters.items() if getattr(line, facet) not in wanted
        ]
        for facet in facets:
            if not missed or missed == [facet]:
                counts[facet][getattr(line, facet)] += 1
        if not missed:
            found.append(line)
    if listing.order == "severity":
        found.sort(key=lambda line: SEVERITIES.index(line.severity), reverse=listing.reverse)
    elif listing.reverse:
        found.sort(key=lambda line: line.code, reverse=True)
    return found, dict(counts)


def _has_words(line: Line, words: Sequence[str]) -> bool:
    text = fold(f"{line.code} {line.title} {services.filled(line.place)}")
    return all(word in text for word in words)


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
        "waived_by": lambda one: people.person_name(one.by) if one.by != "system" else "qms",
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
        if order.isascii() and order.isdigit() and len(order) < 7:
            for one in self.context.versions:
                if one.order == int(order) and self.request.has_permission(Permission.VIEW, one):
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


def notice(page: Any) -> Notice | None:
    """Tell whoever may revise a document how much the checks found in it."""
    request, version = page.request, page.version
    if not request.has_permission(Permission.DOCUMENT_REVISE, page.document):
        return None
    if request.view_name in ("findings", "submit", "edit"):
        return None
    found = board_of(request.registry, page.organisation).known_of(version)
    if found is None:
        found = findings_of(request, version).findings
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
    config.add_document_notice("findings", notice)
