"""The review of the content over the whole organisation: what is open and what was accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.lint import services
from qms.documents.lint.board import Report, board_of, bring_up_to_date
from qms.documents.lint.findings import SEVERITIES, Finding
from qms.documents.lint.models import Waiver, everything_waived, waivers_of
from qms.documents.lint.names import rule_title
from qms.documents.models import DocumentFolder
from qms.documents.plugs import list_tabs
from qms.documents.views.content_lint import CHIPS, WORDS
from qms.documents.wording import SYSTEM, show_date
from qms.exports import Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.profiles.leading import processes_led
from qms.security.permissions import Permission
from qms.web.transactions import outside

PATIENCE = 0.5
"""Seconds that the page of the whole organisation reads documents before it answers."""
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
                    "name": people.person_name(waiver.by) if waiver.by != "system" else SYSTEM,
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
    led = processes_led(organisation, person)
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
