"""Audits: the list of a year, its programme, and the page of each audit with its checklist."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.exports import Action, Column, Facet, Kind, Listing, ListSpec
from qms.improvement import audit_pdf
from qms.improvement.listing import AUDITS, AuditRow, audit_row, catalogue_of
from qms.improvement.models import Audit, AuditProgramme, AuditRegister
from qms.improvement.services import audits as services
from qms.improvement.story import Offer, line_of, told_files
from qms.improvement.views.tabs import tabs
from qms.improvement.words import AUDIT_ACTS, VERDICT_NAMES
from qms.improvement.workflow import audits as flow
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.people.models import people_of
from qms.profiles.api import processes_of, profile_of
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.redirects import see_other
from qms.web.responses import PDF, file_response, named_file
from qms.web.transactions import outside

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("state", _("State"), Kind.CHIP, sort="state"),
        Column("title", _("Audit"), sort="title", link=True, wide=True),
        Column("process_names", _("Audited processes"), cut=True),
        Column("lead_name", _("Lead auditor"), cut=True),
        Column("first", _("First day"), Kind.DATE, sort="first"),
        Column("last", _("Last day"), Kind.DATE),
        Column("progress", _("Checklist")),
        Column("found", _("Findings"), Kind.NUMBER),
    ),
    facets={
        "year": Facet(_("Year"), lambda value: value),
        "state": Facet(_("State")),
        "process": Facet(_("Process"), lambda value: value),
    },
    order="first",
    reverse=True,
    search=_("Number or words"),
)
OFFERS = (
    Offer("prepared", "prepare", _("Prepare the checklist"), "list", Permission.AUDIT_CONDUCT),
    Offer("opened", "open", _("Open the audit"), "check", Permission.AUDIT_CONDUCT),
    Offer("concluded", "conclude", _("Conclude the audit"), "check", Permission.AUDIT_CONDUCT),
    Offer("closed", "close", _("Close the audit"), "shield-check", Permission.AUDIT_MANAGE),
    Offer("staffed", "team", _("Name the team"), "people", Permission.AUDIT_MANAGE),
    Offer("question-added", "ask", _("Add a question"), "plus", Permission.AUDIT_CONDUCT),
    Offer("changed", "change", _("Change the plan"), "pencil", Permission.AUDIT_MANAGE),
    Offer("cancelled", "cancel", _("Cancel the audit"), "cross", Permission.AUDIT_MANAGE),
)


def audiences_of(person: Any) -> tuple[str, ...] | None:
    """Name the audiences that a person belongs to; None for who sees every audit."""
    if {"quality", "auditor"} & set(person.roles):
        return None
    return (f"person:{person.id}", *(f"position:{one}" for one in person.position_ids))


@view_config(
    context=AuditRegister,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:improvement/audits.pt",
)
def show_list(register: AuditRegister, request: Request) -> dict[str, Any]:
    """List the audits that the person may see, and the programmes of the years."""
    organisation = organisation_of(register)
    listing = Listing(request, LIST)
    seen = {"audience": audiences_of(request.person)}
    found = Listed(listing, catalogue_of(organisation, AUDITS), seen)
    processes = {one.id: one.name for one in processes_of(organisation, active_only=False)}
    listing.names["process"] = processes
    people = people_of(organisation)

    def line(values: Any) -> dict[str, Any]:
        row = AuditRow(*values)
        return {
            **row._asdict(),
            "process_names": [processes.get(one, one) for one in row.processes],
            "lead_name": people.person_name(row.lead) if row.lead else "—",
            "progress": f"{row.answered}/{row.questions}" if row.questions else "—",
            "found": len(row.findings),
        }

    manages = request.has_permission(Permission.AUDIT_MANAGE, register)
    new = Action(_("Begin a programme"), request.resource_path(register, "new-programme"), "plus")
    programmes = [one for one in register.values() if isinstance(one, AuditProgramme)]
    return found.page(
        _("Audits"),
        line,
        url=lambda one: request.resource_path(register, one["number"]),
        empty=_("The programme of a year says what is audited; its audits stand here."),
        actions=[new] if manages else [],
        programmes=[
            (one, programme_progress(organisation, one))
            for one in sorted(programmes, key=lambda one: -one.year)
        ],
        **tabs(request, "audits"),
    )


def programme_progress(organisation: Any, programme: AuditProgramme) -> dict[str, int]:
    """Count the audits of a programme, from rows: all, concluded, and what is still open."""
    wanted = {"year": [str(programme.year)]}
    page = catalogue_of(organisation, AUDITS).query(wanted, order="number", limit=None)
    rows = [AuditRow(*values) for values in page.rows]
    live = [one for one in rows if one.state != flow.CANCELLED]
    done = [one for one in live if one.state in (flow.REPORTED, flow.CLOSED)]
    return {
        "audits": len(live),
        "done": len(done),
        "closed": sum(one.state == flow.CLOSED for one in live),
        "findings": sum(len(one.findings) for one in live),
    }


@view_config(
    context=AuditProgramme,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:improvement/programme.pt",
)
def show_programme(programme: AuditProgramme, request: Request) -> dict[str, Any]:
    """Show the programme of a year and how far it is."""
    organisation = organisation_of(programme)
    profile, people = profile_of(organisation), people_of(organisation)
    processes = {one.id: one.name for one in processes_of(organisation, active_only=False)}
    audits = [
        (one, audit_row(one))
        for one in services.audits_of(organisation, programme.year)
        if request.has_permission(Permission.VIEW, one)
    ]
    manages = bool(request.has_permission(Permission.AUDIT_MANAGE, programme))
    progress = programme_progress(organisation, programme)
    done = all(row.state in (flow.CLOSED, flow.CANCELLED) for _one, row in audits)
    return {
        "heading": _("Audit programme ${year}", {"year": programme.year}),
        "programme": programme,
        "plan": programme.progress.plan,
        "audits": audits,
        "progress": progress,
        "process_name": lambda one: processes.get(one, one),
        "person_name": people.person_name,
        "approval": programme.progress.approval,
        "may": {
            "change": manages and programme.state == flow.DRAFT,
            "approve": manages and programme.state == flow.DRAFT,
            "plan": manages and programme.state != flow.ENDED,
            "close": manages and programme.state == flow.APPROVED and done and bool(audits),
        },
        "date": partial(show_date, profile),
        "moment": partial(show_moment, profile),
        "json": lambda: {
            "year": programme.year,
            "state": programme.state,
            **progress,
            "rows": [row._asdict() for _one, row in audits],
        },
    }


@view_config(
    context=AuditProgramme,
    name="approve",
    request_method="POST",
    permission=Permission.AUDIT_MANAGE,
)
def approve_programme(programme: AuditProgramme, request: Request) -> HTTPSeeOther:
    """Approve the programme of a year, whose audits can begin then."""
    services.approve_programme(programme, act=request.act)
    return see_other(request, programme, _("The programme was approved."))


@view_config(
    context=AuditProgramme, name="close", request_method="POST", permission=Permission.AUDIT_MANAGE
)
def close_programme(programme: AuditProgramme, request: Request) -> HTTPSeeOther:
    """Close the programme of a year, once each of its audits is closed or cancelled."""
    services.close_programme(programme, act=request.act)
    return see_other(request, programme, _("The programme was closed."))


@view_defaults(context=Audit)
class AuditView(PageView):
    """The page of an audit: plan, team, checklist, findings, and its report."""

    context: Audit

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:improvement/audit.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show plan, team, checklist and findings."""
        audit, request, now = self.context, self.request, self.context.progress
        people, offers = people_of(self.organisation), self._offers()
        processes = [self.organisation["processes"].get(one) for one in now.plan["processes"]]
        conducts = bool(request.has_permission(Permission.AUDIT_CONDUCT, audit))
        return {
            "heading": f"{audit.number} · {audit.title}",
            "audit": audit,
            "now": now,
            "plan": now.plan,
            "processes": [one for one in processes if one is not None],
            "programme": services.programme_of(self.organisation, audit.year),
            "team": [(people.person_name(one), one == now.lead) for one in now.team],
            "groups": self._groups(),
            "answers": conducts and now.state == flow.RUNNING,
            "verdicts": VERDICT_NAMES,
            "findings": self._findings(),
            "primary": offers[0] if offers and self._is_next(offers[0]) else None,
            "more": offers[1:] if offers and self._is_next(offers[0]) else offers,
            "acts": [self._act(one) for one in audit.acts if one["kind"] != "answered"],
            "links": panel(request, "audit", audit.number, may_link=conducts),
            "left": now.unanswered,
            "person_name": people.person_name,
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "json": self._json,
        }

    def _offers(self) -> list[Offer]:
        now, request = self.context.progress, self.request
        possible, found = flow.possible(now.state), []
        for one in OFFERS:
            if one.act not in possible or not request.has_permission(one.permission, self.context):
                continue
            if one.act == "opened" and (not now.lead or not now.questions):
                continue
            if one.act == "concluded" and (now.unanswered or now.unraised):
                continue
            if one.act == "closed" and services.open_findings(self.context):
                continue
            found.append(one)
        if now.questions:
            found.sort(key=lambda one: one.act == "prepared")
        if not now.lead:
            found.sort(key=lambda one: one.act != "staffed")
        return found

    def _is_next(self, one: Offer) -> bool:
        """Tell whether an offer is the next step of the audit, and not only possible."""
        now = self.context.progress
        if one.act == "staffed":
            return not now.lead
        return one.act in ("prepared", "opened", "concluded", "closed")

    def _groups(self) -> list[dict[str, Any]]:
        """Give the questions by the document that they come from, each with its answer."""
        now = self.context.progress
        groups: dict[tuple[str, str], dict[str, Any]] = {}
        for question in now.questions:
            key = (question["code"], question["version"]) if question["uid"] else ("", "")
            group = groups.setdefault(key, {"code": key[0], "version": key[1], "lines": []})
            answer = now.answers.get(question["id"])
            group["lines"].append(
                {
                    "question": question,
                    "answer": answer,
                    "files": told_files(self.context, answer) if answer else [],
                    "finding": now.findings.get(question["id"], ""),
                    "raises": answer is not None
                    and answer["verdict"] in (flow.FAILS, flow.OBSERVED)
                    and question["id"] not in now.findings,
                }
            )
        return list(groups.values())

    def _findings(self) -> list[Any]:
        register = self.organisation["findings"]
        found = [register[one] for one in self.context.progress.findings.values()]
        return [one for one in found if self.request.has_permission(Permission.VIEW, one)]

    def _act(self, act: dict[str, Any]) -> dict[str, Any]:
        people = people_of(self.organisation)
        team = [people.person_name(one) for one in act.get("team") or ()]
        about = [
            people.person_name(act["lead"]) if act.get("lead") else "",
            *team,
            self._count(act["questions"]) if act.get("questions") else "",
            act.get("number", ""),
        ]
        return line_of(self.context, act, AUDIT_ACTS[act["kind"]], about)

    def _count(self, questions: list[Any]) -> str:
        words = _("${n} questions", {"n": len(questions)})
        return str(self.request.localizer.translate(words))

    def _json(self) -> dict[str, Any]:
        now = self.context.progress
        return {
            "number": self.context.number,
            "state": now.state,
            "plan": dict(now.plan),
            "lead": now.lead,
            "team": list(now.team),
            "questions": [
                {
                    **one,
                    "verdict": (now.answers.get(one["id"]) or {}).get("verdict"),
                    "finding": now.findings.get(one["id"]),
                }
                for one in now.questions
            ],
        }

    @view_config(name="file", request_method="GET", permission=Permission.VIEW)
    def file(self) -> Response:
        """Give a file of its evidence, always as a download (D4-27)."""
        return named_file(self.request, self.context.files)

    @view_config(name="pdf", request_method="GET", permission=Permission.VIEW)
    def pdf(self) -> Response:
        """Give the report as a PDF."""
        plan = audit_pdf.plan(self.context, self.request)
        data = outside(self.request, plan)
        return file_response(self.request, data, f"{self.context.number}.pdf", PDF, inline=True)

    @view_config(name="prepare", request_method="POST", permission=Permission.AUDIT_CONDUCT)
    def prepare(self) -> HTTPSeeOther:
        """Make the checklist of the documents in force."""
        added = services.prepare(self.context, act=self.request.act)
        return self.back(_("Questions were added: ${n}.", {"n": added}))

    @view_config(name="raise", request_method="POST", permission=Permission.AUDIT_CONDUCT)
    def raise_finding(self) -> HTTPSeeOther:
        """Make a finding of an answer."""
        question = str(self.request.POST.get("question", ""))[:64]
        made = services.raise_finding(self.context, question, act=self.request.act)
        return self.back(_("The finding has the number ${number}.", {"number": made.number}))

    @view_config(name="close", request_method="POST", permission=Permission.AUDIT_MANAGE)
    def close(self) -> HTTPSeeOther:
        """Close an audit, once each of its findings is closed."""
        services.close(self.context, act=self.request.act)
        return self.back(_("The audit was closed."))
