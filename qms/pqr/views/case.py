"""One case: what was asked, its time line, and the legal clock explained day by day."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.pqr import answers, lettering, likeness, rating, services, workflow
from qms.pqr.choices import choices_of
from qms.pqr.clock import Clock
from qms.pqr.counting import HOURS
from qms.pqr.delivering import undelivered
from qms.pqr.listing import (
    Row,
    catalogue_of,
    days_between,
    days_left,
    light,
    owner_name,
    row_of,
    share,
)
from qms.pqr.matrix import currency_of
from qms.pqr.models import Case
from qms.pqr.privacy import masked
from qms.pqr.views import taking
from qms.pqr.views.case_parts import CaseParts, days_of, timeline_of
from qms.pqr.views.composing import LEVELS, TITLES, needs_passphrase
from qms.pqr.views.repeated import offered_suspects
from qms.pqr.views.timeline import History
from qms.pqr.words import SILENCE_NAMES, term_of, time_left
from qms.security.permissions import Permission
from qms.web.chips import due_chip
from qms.web.redirects import see_other
from qms.web.responses import named_file
from qms.web.unchanged import unchanged

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
    "upheld": ("uphold", _("The answer stays as it is"), "check"),
    "approved": ("approve", _("Read and decide"), "check"),
    "lettered": ("letter", _("Sign the letter"), "signature"),
    "escalated": ("escalate", _("Escalate"), "flag"),
    "valued": ("amount", _("Note the amount"), "numbers"),
    "rectified": ("rectify", _("Correct personal data"), "pencil"),
    "consent-ended": ("end-consent", _("Consent taken back"), "lock"),
    "suppressed": ("suppress", _("Remove personal data for good"), "trash"),
}
"""The page of each act: its view, its words and its drawing, in the order of the menu."""
FIRST = {
    workflow.OPEN: "answered",
    workflow.WAITING: "completed",
    workflow.ANSWERED: "notified",
    workflow.NOTIFIED: "closed",
    workflow.OBJECTED: "reopened",
    workflow.IN_APPROVAL: "approved",
}
"""What is most often done next in a state."""


def acts_offered(case: Case, clock: Clock) -> list[tuple[str, str, Any, str]]:
    """List what can be done now, as act, view, words and drawing; what the norm denies is out."""
    if case.disposed is not None:
        return []
    possible = workflow.possible(case.state)
    signs = needs_passphrase(case, lettering.ANSWER) and not case.progress.letter
    data = choices_of(organisation_of(case)).data
    sense = {
        "extended": bool(clock.extendable),
        "lettered": signs,
        "notified": not signs,
        "approved": False,
        "valued": bool(data["amount"] or data["matrix"]),
        "rectified": not case.anonymous,
        "consent-ended": case.consent is not None,
    }
    return [
        (kind, *door) for kind, door in DOORS.items() if kind in possible and sense.get(kind, True)
    ]


@view_defaults(context=Case)
class CaseView(PageView):
    """The page of a case: time line, clock, files, and the small acts on it."""

    context: Case

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        super().__init__(context, request)
        self.choices = choices_of(self.organisation)

    @view_config(permission=Permission.VIEW, renderer="qms.templates:pqr/case.pt")
    def show(self) -> dict[str, Any]:
        """Show it with its time line and its clock."""
        case, request, clock = self.context, self.request, self.context.clock
        works = bool(request.has_permission(Permission.CASE_WORK, case))
        personal = bool(request.has_permission(Permission.CASE_SEE_PERSONAL, case))
        offered = acts_offered(case, clock) if works else []
        first = FIRST.get(case.state)
        if answers.may_decide(case, request.person, act=request.act):
            offered.insert(0, ("approved", *DOORS["approved"]))
        if first == "notified" and any(one[0] == "lettered" for one in offered):
            first = "lettered"
        history = History(case, request, personal=personal)
        row, moment = self._row(), partial(show_moment, self.profile)
        values: dict[str, Any] = {
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
            "others": (unchanged(request, ("others", case.uid), self._others) if personal else []),
            "timeline": timeline_of(history, moment),
            **self._more(history, works=works, personal=personal),
            "owner": owner_name(self.organisation, row),
            "name": self.choices.name,
            "register": case.__parent__,
            **self._clock(clock, row),
            "date": partial(show_date, self.profile),
            "moment": moment,
            "json": lambda: self._json(clock),
        }
        return {**values, "parts": CaseParts(self, values)}

    def _more(self, history: History, *, works: bool, personal: bool) -> dict[str, Any]:
        """Give what belongs to the case beside its clock: rule, documents, letters, links."""
        case, request = self.context, self.request
        now = case.progress
        amount = Decimal(now.amount) if now.amount else None
        money = self.profile.number_style().format(amount) if amount is not None else ""
        live = works and case.disposed is None
        return {
            "rule": history.rule_of(now.rule),
            "amount": f"{money} {currency_of(self.choices)}" if money else "",
            "governed": self._governed(),
            "letters": list(case.letters or ()) if personal else [],
            "letter_words": TITLES,
            "levels": LEVELS,
            "suspects": offered_suspects(case, request) if live else [],
            "suspected": case,
            "back": "case",
            "rated": rating.word_of(self.choices, now.rating) if now.rating is not None else "",
            "failed": undelivered(case),
            "former": self._former() if personal else {},
            "links": panel(request, "case", case.number, may_link=works),
        }

    def _former(self) -> dict[str, str]:
        """Give the data of the customer as they were before they were corrected."""
        found: dict[str, list[str]] = {}
        for act in self.context.acts:
            if act["kind"] == "rectified":
                found.setdefault(act["field"], []).append(act["old"] or "—")
        return {name: ", ".join(values) for name, values in found.items()}

    def _governed(self) -> list[tuple[Any, dict[str, str], str]]:
        """Give procedure and format by which it is worked, with the version of that day (A21)."""
        documents, found = self.organisation["documents"], []
        for what, kept in (
            (_("Procedure"), self.context.procedure),
            (_("Log format"), self.context.form),
        ):
            if kept:
                document = documents.get(kept["code"])
                seen = document is not None and self.request.has_permission(
                    Permission.VIEW, document
                )
                found.append((what, kept, self.request.resource_path(document) if seen else ""))
        return found

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
            "light": light(
                row,
                gone,
                self.choices.data["semaphore"],
                days_left(row, times.day(at), calendar, times.zone),
            ),
            "left": self._left(clock, calendar),
            "lapses_at": clock.lapses_at(),
            "rounds": clock.rounds,
        }

    def _left(self, clock: Clock, calendar: Any) -> Any:
        """Say how many business days are left, or by how many it is overdue; of hours, the time."""
        due, times = self.context.due, clock.times
        if due is None or self.context.state not in workflow.PENDING or not clock.total:
            return None
        if clock.rule is not None and clock.rule.term.unit in HOURS:
            return time_left(datetime.fromisoformat(due) - self.request.act.at)
        today = times.day(self.request.act.at)
        left = days_between(calendar, today, times.day(datetime.fromisoformat(due)))
        return due_chip(left).word

    def _others(self) -> list[Row]:
        """Give the lines of the customer's other cases that this person may see."""
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
        return named_file(self.request, self.context.files)

    @view_config(name="note", request_method="POST", permission=Permission.CASE_WORK)
    def note(self) -> HTTPSeeOther:
        """Keep an internal note."""
        text = self.request.POST.get("text", "")[:4000]
        services.add_note(self.context, text, act=self.request.act)
        return self.back(_("Saved."))

    @view_config(name="resume", request_method="POST", permission=Permission.CASE_WORK)
    def resume(self) -> HTTPSeeOther:
        """Let the term go on."""
        services.resume(self.context, act=self.request.act)
        return self.back(_("The term goes on tomorrow."))

    @view_config(name="take", request_method="POST", permission=Permission.CASE_WORK)
    def take(self) -> HTTPSeeOther:
        """Make it one's own work."""
        services.assign(self.context, owner=self.request.person.id, act=self.request.act)
        return self.back(_("This case is yours now."))

    @view_config(name="new-code", request_method="POST", permission=Permission.CASE_WORK)
    def new_code(self) -> HTTPSeeOther:
        """Give the customer another code, and show its receipt."""
        case, session = self.context, self.request.session
        code = services.renew_code(case, act=self.request.act)
        session[taking.RECEIPT] = [self.organisation.__name__, case.number, code]
        return see_other(
            self.request, self.request.resource_path(self.organisation, "case-receipt")
        )
