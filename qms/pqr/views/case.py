"""One case: what was asked, its time line, and the legal clock explained day by day."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr import likeness, services, workflow
from qms.pqr.choices import choices_of
from qms.pqr.clock import Clock
from qms.pqr.listing import Row, catalogue_of, days_between, light, owner_name, row_of, share
from qms.pqr.models import Case
from qms.pqr.privacy import masked
from qms.pqr.views import taking
from qms.pqr.views.case_parts import days_of, timeline_of
from qms.pqr.words import ACT_NAMES, GROUND_NAMES, HOW_NAMES, SILENCE_NAMES, term_of
from qms.security.permissions import Permission
from qms.web.chips import due_chip
from qms.web.redirects import see_other
from qms.web.responses import file_response

DOORS = {
    "answered": ("answer", _("Write the answer"), "pencil"),
    "notified": ("notify", _("Notify the answer"), "send"),
    "closed": ("close", _("Close effectively"), "check"),
    "completed": ("complete", _("The customer completed it"), "check"),
    "assigned": ("assign", _("Assign"), "person"),
    "asked": ("ask-for-more", _("Ask for what is missing"), "mail"),
    "extended": ("extend", _("Extend the term"), "calendar"),
    "suspended": ("suspend", _("Interrupt the term by letter"), "clock"),
    "kind-changed": ("change-kind", _("Change the kind"), "undo"),
    "transferred": ("transfer", _("Transfer"), "export"),
    "lapsed": ("lapse", _("Archive as lapsed"), "archive"),
    "withdrawn": ("withdraw", _("The customer takes it back"), "undo"),
    "reopened": ("reopen", _("Open it again"), "undo"),
}
"""The page of each act: its view, its words and its drawing, in the order of the menu."""
FIRST = {
    workflow.OPEN: "answered",
    workflow.WAITING: "completed",
    workflow.ANSWERED: "notified",
    workflow.NOTIFIED: "closed",
}
"""What is most often done next in a state."""


def acts_offered(case: Case, clock: Clock) -> list[tuple[str, str, Any, str]]:
    """List what can be done now, as act, view, words and drawing; what the norm denies is out."""
    possible = workflow.possible(case.state)
    return [
        (kind, *door)
        for kind, door in DOORS.items()
        if kind in possible and (kind != "extended" or clock.extendable)
    ]


@view_defaults(context=Case)
class CaseView:
    """One case."""

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        self.context, self.request = context, request
        self.organisation = organisation_of(context)
        self.choices = choices_of(self.organisation)
        self.profile = self.choices.profile

    @view_config(permission=Permission.VIEW, renderer="qms.templates:pqr/case.pt")
    def show(self) -> dict[str, Any]:
        """Show it with its time line and its clock."""
        case, request, clock = self.context, self.request, self.context.clock
        works = bool(request.has_permission(Permission.CASE_WORK, case))
        personal = bool(request.has_permission(Permission.CASE_SEE_PERSONAL, case))
        offered = acts_offered(case, clock) if works else []
        first = FIRST.get(case.state)
        row, moment = self._row(), partial(show_moment, self.profile)
        return {
            "heading": f"{case.number} · {self.choices.name('kinds', case.progress.kind)}",
            "case": case,
            "row": row,
            "customer": case.customer if personal else masked(case.customer),
            "proxy": (case.proxy if personal else masked(case.proxy)) if case.proxy else None,
            "personal": personal,
            "works": works,
            "primary": next((one for one in offered if one[0] == first), None),
            "more": [one for one in offered if one[0] != first],
            "resumes": works and "resumed" in workflow.possible(case.state),
            "others": self._others() if personal else [],
            "timeline": timeline_of([self._act(one) for one in case.acts], moment),
            "owner": owner_name(self.organisation, row),
            "name": self.choices.name,
            "register": case.__parent__,
            **self._clock(clock, row),
            "date": partial(show_date, self.profile),
            "moment": moment,
            "json": lambda: self._json(clock),
        }

    def _row(self) -> Row:
        """Give the line that the catalogue keeps of it."""
        kept = catalogue_of(self.organisation).row(self.context.uid)
        return Row(*kept) if kept is not None else row_of(self.context)

    def _clock(self, clock: Clock, row: Row) -> dict[str, Any]:
        """Say the term, its norm, the light and every day of the count."""
        times, at = clock.times, self.request.act.at
        calendar = times.calendar(times.day(at))
        gone = share(row, at, calendar, times.zone)
        return {
            "clock": clock,
            "term": term_of(clock.rule, clock.extra) if clock.rule is not None else None,
            "silence": SILENCE_NAMES.get(clock.rule.silence) if clock.rule is not None else None,
            "days": days_of(self.context, clock, self.profile),
            "gone": gone,
            "light": light(row, gone, self.choices.data["semaphore"]),
            "left": self._left(clock, calendar),
            "lapses_at": clock.lapses_at(),
            "rounds": clock.rounds,
        }

    def _left(self, clock: Clock, calendar: Any) -> Any:
        """Say how many business days are left, or by how many it is overdue."""
        due, times = self.context.due, clock.times
        if due is None or self.context.state not in workflow.PENDING or not clock.total:
            return None
        today = times.day(self.request.act.at)
        left = days_between(calendar, today, times.day(datetime.fromisoformat(due)))
        return due_chip(left).word

    def _act(self, act: dict[str, Any]) -> dict[str, Any]:
        people = people_of(self.organisation)
        by = act["by"]
        people_name = people.person_name(by) if by in people["persons"] else ""
        said = act.get("text") or act.get("reason") or act.get("note") or ""
        about = [
            people.person_name(act["owner"]) if act.get("owner") else "",
            act.get("to", ""),
            HOW_NAMES.get(act.get("how", ""), ""),
            act.get("proof", "") if self._sees_proof(act) else "",
            GROUND_NAMES.get(act.get("ground", ""), ""),
            f"+{act['amount']}" if act.get("amount") else "",
            self.choices.name("kinds", act["case_kind"]) if act.get("case_kind") else "",
        ]
        return {
            "what": ACT_NAMES[act["kind"]],
            "kind": act["kind"],
            "by": people_name,
            "when": act.get("when") or act["at"],
            "at": act["at"],
            "said": said,
            "about": [one for one in about if one],
            "internal": act["kind"] in workflow.INTERNAL,
        }

    def _sees_proof(self, act: dict[str, Any]) -> bool:
        """Tell whether the proof may be shown; that of a mail is the customer's address."""
        personal = bool(self.request.has_permission(Permission.CASE_SEE_PERSONAL, self.context))
        return act.get("how") != services.MAIL or personal

    def _others(self) -> list[Row]:
        folder, catalogue = self.organisation[services.NAME], catalogue_of(self.organisation)
        found = [folder[number] for number in likeness.others_of(self.context)]
        allowed = [one for one in found if self.request.has_permission(Permission.VIEW, one)]
        rows = [catalogue.row(one.uid) for one in allowed]
        return [Row(*values) for values in rows if values is not None]

    def _json(self, clock: Clock) -> dict[str, Any]:
        case = self.context
        days = clock.walk()[0]
        return {
            "number": case.number,
            "kind": case.progress.kind,
            "state": case.state,
            "received": case.received_at.isoformat(),
            "due": case.due,
            "norm": clock.rule.source if clock.rule is not None else None,
            "days": [
                {"day": one.day.isoformat(), "counted": one.counted, "number": one.number}
                for one in days
            ],
        }

    @view_config(name="file", request_method="GET", permission=Permission.CASE_SEE_PERSONAL)
    def file(self) -> Response:
        """Give one of the customer's files, always as a download (D4-27)."""
        wanted = self.request.subpath[0] if len(self.request.subpath) == 1 else ""
        found = next((one for one in self.context.files if one.uid == wanted), None)
        if found is None:
            raise HTTPNotFound
        return file_response(self.request, found)

    @view_config(name="note", request_method="POST", permission=Permission.CASE_WORK)
    def note(self) -> HTTPSeeOther:
        """Keep an internal note."""
        text = self.request.POST.get("text", "")[:4000]
        services.add_note(self.context, text, act=self.request.act)
        return self._back(_("Saved."))

    @view_config(name="resume", request_method="POST", permission=Permission.CASE_WORK)
    def resume(self) -> HTTPSeeOther:
        """Let the term go on."""
        services.resume(self.context, act=self.request.act)
        return self._back(_("The term goes on tomorrow."))

    @view_config(name="take", request_method="POST", permission=Permission.CASE_WORK)
    def take(self) -> HTTPSeeOther:
        """Make it one's own work."""
        services.assign(self.context, owner=self.request.person.id, act=self.request.act)
        return self._back(_("This case is yours now."))

    @view_config(name="new-code", request_method="POST", permission=Permission.CASE_WORK)
    def new_code(self) -> HTTPSeeOther:
        """Give the customer another code, and show its receipt."""
        case, session = self.context, self.request.session
        code = services.renew_code(case, act=self.request.act)
        session[taking.RECEIPT] = [self.organisation.__name__, case.number, code]
        return see_other(
            self.request, self.request.resource_path(self.organisation, "case-receipt")
        )

    def _back(self, message: Any) -> HTTPSeeOther:
        self.request.session.flash(self.request.localizer.translate(message), "success")
        return see_other(self.request, self.context)
