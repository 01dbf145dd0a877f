"""The list of findings, reporting one, and the page of each."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.charts import figure
from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.exports import Action, Column, Facet, Kind, Listing, ListSpec
from qms.improvement import finding_pdf, forms, story
from qms.improvement.choices import choices_of
from qms.improvement.listing import (
    FINDINGS,
    FindingRow,
    action_row,
    catalogue_of,
    finding_audiences,
    finding_row,
    owner_name,
)
from qms.improvement.models import Finding, FindingRegister
from qms.improvement.services import findings as services
from qms.improvement.views.offering import OfferedForm, files_of, offered
from qms.improvement.views.tabs import tabs
from qms.improvement.words import FROM_LINKS, SOURCE_NAMES
from qms.improvement.workflow import findings as flow
from qms.kernel.i18n import _
from qms.links.plugs import parse_ref, visible_ref
from qms.links.shown import as_json, panel
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import processes_of
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.once import OnceForm, new_key
from qms.web.responses import PDF, file_response, named_file
from qms.web.transactions import outside

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("chips", _("State and term"), Kind.CHIP, sort="state"),
        Column("state", _("State"), Kind.CHIP, screen=False),
        Column("due", _("Next term"), Kind.DATE, sort="due"),
        Column("title", _("Finding"), sort="title", link=True, wide=True),
        Column("kind_name", _("Kind"), cut=True),
        Column("severity_name", _("Severity"), screen=False),
        Column("source_name", _("Where it comes from"), cut=True, screen=False),
        Column("process_name", _("Process"), sort="process", cut=True),
        Column("clause", _("Requirement that is not met"), screen=False),
        Column("responsible_name", _("Answers for it"), cut=True),
        Column("reporter_name", _("Reported by"), screen=False),
        Column("reported", _("Reported on"), Kind.MOMENT, sort="reported", screen=False),
        Column("round", _("Round"), Kind.NUMBER, screen=False),
        Column("actions", _("Actions of this round"), Kind.NUMBER, screen=False),
        Column("ended", _("Ended on"), Kind.MOMENT, screen=False),
    ),
    facets={
        "state": Facet(_("State")),
        "kind": Facet(_("Kind"), lambda value: value),
        "process": Facet(_("Process"), lambda value: value),
        "source": Facet(_("Where it comes from"), SOURCE_NAMES),
        "severity": Facet(_("Severity"), lambda value: value),
        "responsible": Facet(_("Answers for it"), lambda value: value),
    },
    order="reported",
    reverse=True,
    search=_("Number, words or requirement"),
)


def _chips(row: FindingRow, today: str) -> list[str]:
    late = bool(row.due) and row.due < today and row.state in flow.OPEN
    chips = [row.state]
    if late and row.state != flow.WAITING:
        chips.append("overdue")
    if row.round > 1 and row.state in flow.OPEN:
        chips.append("second-round")
    return chips


class Lines:
    """Makes the lines of the list."""

    def __init__(self, request: Request) -> None:
        """Look up once what every line needs."""
        self.organisation = request.organisation
        self.choices = choices_of(self.organisation)
        self.people = people_of(self.organisation)
        self.processes = {
            one.id: one.name for one in processes_of(self.organisation, active_only=False)
        }
        self.today = local_day(self.organisation, request.act.at).isoformat()
        self.translate = request.localizer.translate

    def line(self, values: Any) -> dict[str, Any]:
        """Make one line."""
        row = FindingRow(*values)
        return {
            **row._asdict(),
            "due": row.due or None,
            "chips": _chips(row, self.today),
            "kind_name": self.choices.name("kinds", row.kind) if row.kind else "—",
            "severity_name": self.choices.name("severities", row.severity),
            "source_name": self.translate(SOURCE_NAMES[row.source]),
            "process_name": self.processes.get(row.process, row.process),
            "responsible_name": self.people.person_name(row.responsible)
            if row.responsible
            else "—",
            "reporter_name": self.people.person_name(row.reporter),
        }


@view_config(
    context=FindingRegister,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:improvement/findings.pt",
)
def show_list(register: FindingRegister, request: Request) -> dict[str, Any]:
    """List the findings that the person may see, with a line to report another one."""
    organisation, lines = organisation_of(register), Lines(request)
    listing = Listing(request, LIST)
    seen = {"audience": finding_audiences(request.person)}
    found = Listed(listing, catalogue_of(organisation, FINDINGS), seen)
    counts = found.counts
    listing.names["kind"] = {one: lines.choices.name("kinds", one) for one in counts["kind"]}
    severities = {one: lines.choices.name("severities", one) for one in counts["severity"]}
    listing.names["severity"] = severities
    listing.names["process"] = lines.processes
    names = {one: lines.people.person_name(one) for one in counts["responsible"]}
    listing.names["responsible"] = names
    report = Action(_("Report a finding"), request.resource_path(register, "new"), "plus")
    return found.page(
        _("Findings"),
        lines.line,
        url=lambda one: request.resource_path(register, one["number"]),
        empty=_("Whoever sees something that is not as it should be, reports it here."),
        actions=[report],
        register=register,
        once=new_key(),
        processes=offered(organisation)["processes"],
        **tabs(request, "findings"),
    )


class ReportForm(OnceForm, OfferedForm):
    """Reports a finding, once; the quick line and the full form derive from it."""

    context: FindingRegister

    def keep(self, reported: services.Reported) -> Response:
        """Keep it and say its number."""
        organisation = organisation_of(self.context)
        finding = services.report(organisation, reported, act=self.request.act)
        values: dict[str, object] = {"number": finding.number}
        return self.done(_("Your finding has the number ${number}.", values), finding)


@view_config(context=FindingRegister, name="quick", permission=Permission.FINDING_REPORT)
class QuickForm(ReportForm):
    """Reports a finding in one line."""

    schema = forms.QuickSchema
    heading = _("Report a finding")
    button = _("Report")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        process = values["process"] or ""
        return self.keep(services.Reported(values["text"], process=process))


@view_config(context=FindingRegister, name="new", permission=Permission.FINDING_REPORT)
class FullForm(ReportForm):
    """Reports a finding with its requirement, its evidence and what it arose from."""

    schema = forms.ReportSchema
    heading = _("Report a finding")
    button = _("Report")

    @property
    def introduction(self) -> Any:
        """Say what it arises from."""
        thing = visible_ref(self.request, self.request.GET.get("from", ""))
        if thing is None:
            return _("Quality staff classify it; you are told what becomes of it.")
        name = " ".join(filter(None, (thing.code, thing.title)))
        return _("It arises from ${thing}, and is linked with it.", {"thing": name})

    def initial(self) -> dict[str, Any]:
        """Start with what it arises from, where the person may see that."""
        today = local_day(self.context, self.request.act.at)
        ref = self.request.GET.get("from", "")
        thing = visible_ref(self.request, ref)
        if thing is None:
            return {"source": "person", "found_on": today}
        process = getattr(thing.content, "process_id", "") or ""
        if thing.kind == "process":
            process = thing.key
        known = {one for one, _name in self.bindings()["processes"]}
        return {
            "source": FROM_LINKS.get(thing.kind, "other"),
            "process": process if process in known else "",
            "found_on": today,
            "clause": thing.code if thing.kind == "document" else "",
            "origin": f"{thing.kind}:{thing.key}",
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        origin = values["origin"] or ""
        # It comes back from the browser: what the person may not see is no origin.
        ref = parse_ref(origin) if visible_ref(self.request, origin) is not None else None
        found_on: date | None = values["found_on"]
        return self.keep(
            services.Reported(
                values["text"],
                source=values["source"],
                process=values["process"] or "",
                found_on=found_on.isoformat() if found_on else "",
                clause=values["clause"],
                requirement=values["requirement"],
                origin=ref,
                files=files_of(values),
            )
        )


@view_defaults(context=Finding)
class FindingView(PageView):
    """The page of a finding: gates, actions, history, files, and its record on paper."""

    context: Finding

    def __init__(self, context: Finding, request: Request) -> None:
        """Look at the finding for one web request."""
        super().__init__(context, request)
        self.choices = choices_of(self.organisation)

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:improvement/finding.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it with its gates, its actions and its history."""
        finding, request, now = self.context, self.request, self.context.progress
        may = partial(request.has_permission, context=finding)
        works = bool(may(Permission.FINDING_WORK))
        offers = story.offers(finding, request)
        bone = finding_pdf.fishbone(finding, request.localizer.translate)
        return {
            "heading": f"{finding.number} · {finding.title}",
            "finding": finding,
            "row": finding_row(finding),
            "now": now,
            "works": works,
            "gates": story.gates(finding),
            "primary": offers[0] if offers else None,
            "more": offers[1:],
            "notes": works or bool(may(Permission.FINDING_MANAGE)),
            "acts": story.finding_acts(finding, request.localizer.translate),
            "actions": self._actions(),
            "bone": figure(bone, "fishbone") if bone is not None else None,
            "kind_name": self.choices.name("kinds", now.kind) if now.kind else "",
            "severity_name": self.choices.name("severities", now.severity),
            "source_name": SOURCE_NAMES[finding.source],
            "process": self.organisation["processes"].get(finding.process)
            if finding.process
            else None,
            "person_name": people_of(self.organisation).person_name,
            "chips": _chips(finding_row(finding), local_day(finding, request.act.at).isoformat()),
            "links": self._links(works=works),
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "json": self._json,
        }

    def _links(self, *, works: bool) -> dict[str, Any]:
        """Give what it is linked with; its own actions stand in the plan already."""
        shown = panel(self.request, "finding", self.context.number, may_link=works)
        own = {one["number"] for one in self.context.acts if one["kind"] == "action-added"}
        lines = [
            one
            for one in shown["lines"]
            if not (one.thing.kind == "action" and one.thing.key in own)
        ]
        return {**shown, "lines": lines}

    def _actions(self) -> list[dict[str, Any]]:
        """Give the actions of every round, the present one first."""
        register, now = self.organisation["actions"], self.context.progress
        numbers = [one["number"] for one in self.context.acts if one["kind"] == "action-added"]
        rows = [(register[one], action_row(register[one])) for one in reversed(numbers)]
        today = local_day(self.context, self.request.act.at).isoformat()
        return [
            {
                "action": action,
                "row": row,
                "owner": owner_name(self.organisation, row),
                "late": row.due < today and row.state == "action-open",
                "former": action.round != now.round,
            }
            for action, row in rows
        ]

    def _json(self) -> dict[str, Any]:
        finding, now = self.context, self.context.progress
        return {
            "number": finding.number,
            "title": finding.title,
            "state": now.state,
            "kind": now.kind,
            "severity": now.severity,
            "source": finding.source,
            "process": finding.process,
            "responsible": now.responsible,
            "round": now.round,
            "reported": finding.reported_at.isoformat(),
            "check_from": now.check_from,
            "checks": [
                {"day": one["day"], "effective": one["effective"], "by": one["by"]}
                for one in now.checks
            ],
            "actions": dict(now.actions),
            "root": (now.cause or {}).get("root", ""),
            "links": as_json(panel(self.request, "finding", finding.number)),
        }

    @view_config(name="file", request_method="GET", permission=Permission.VIEW)
    def file(self) -> Response:
        """Give a file of its evidence, always as a download (D4-27)."""
        return named_file(self.request, self.context.files)

    @view_config(name="pdf", request_method="GET", permission=Permission.VIEW)
    def pdf(self) -> Response:
        """Give the whole record as a PDF."""
        plan = finding_pdf.plan(self.context, self.request)
        data = outside(self.request, plan)
        name = f"{self.context.number}.pdf"
        return file_response(self.request, data, name, PDF, inline=True)
