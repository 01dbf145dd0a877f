"""The register: the queue of cases, quick entry by keyboard, and the full form."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.exports import Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr import forms, services, workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.counting import HOURS
from qms.pqr.listing import Row, audiences_of, catalogue_of, light, owner_name, share
from qms.pqr.models import Case, CaseRegister
from qms.pqr.privacy import mask_name
from qms.pqr.recalculating import changes_to_come, recalculate
from qms.pqr.services import Received
from qms.pqr.views import taking
from qms.search.catalogue import Catalogue, Page
from qms.search.spanish import title_words
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.redirects import see_other

CHANNEL = "case-channel"
"""Where a clerk's session keeps the channel of the last case."""
LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("chips", _("Term and state"), Kind.CHIP, sort="state"),
        Column("light", _("Term"), Kind.CHIP, screen=False),
        Column("due_day", _("Due"), sort="due"),
        Column("due", _("End of the term"), Kind.MOMENT, screen=False),
        Column("gone", _("Gone of the term"), Kind.PERCENT, screen=False),
        Column("what", _("What they ask for"), link=True, cut=True),
        Column("customer", _("Customer"), sort="customer", cut=True),
        Column("kind_name", _("Kind"), sort="kind", cut=True),
        Column("channel_name", _("Channel"), cut=True, screen=False),
        Column("received", _("Received"), Kind.MOMENT, sort="received", screen=False),
        Column("owner_name", _("Owner"), cut=True),
        Column("notified", _("Notified on"), Kind.MOMENT, screen=False),
        Column("ended", _("Closed on"), Kind.MOMENT, screen=False),
        Column("state", _("State"), Kind.CHIP, screen=False),
    ),
    facets={
        "state": Facet(_("State")),
        "kind": Facet(_("Kind"), lambda value: value),
        "channel": Facet(_("Channel"), lambda value: value),
        "queue": Facet(_("Queue"), lambda value: value),
        "owner": Facet(_("Owner"), lambda value: value),
    },
    order="due",
    search=_("Number, customer or words of the case"),
)


def local_date(due: str, zone: Any) -> date:
    """Give the local day of an ISO moment."""
    return datetime.fromisoformat(due).astimezone(zone).date()


class Lines:
    """Makes the lines of the list for one person at one moment."""

    def __init__(self, request: Request) -> None:
        """Look up once what every line needs."""
        self.organisation = request.organisation
        self.choices = choices_of(self.organisation)
        self.times = times_of(self.organisation)
        self.at = request.act.at
        self.calendar = self.times.calendar(self.times.day(self.at))
        register = self.organisation[services.NAME]
        own = audiences_of(request.person) is not None
        # Who sees only cases of their own needs to know whose they are.
        self.personal = own or bool(request.has_permission(Permission.CASE_SEE_PERSONAL, register))

    def line(self, values: Any) -> dict[str, Any]:
        """Make one line."""
        row = Row(*values)
        gone = share(row, self.at, self.calendar, self.times.zone)
        name = row.customer if self.personal else mask_name(row.customer)
        shown = light(row, gone, self.choices.data["semaphore"])
        return {
            **row._asdict(),
            "light": shown,
            "chips": [shown, *([row.state] if row.state != workflow.OPEN else [])],
            "gone": gone,
            "due_day": self._due_day(row),
            "what": row.text,
            "customer": name or "—",
            "kind_name": self.choices.name("kinds", row.kind),
            "channel_name": self.choices.name("channels", row.channel),
            "owner_name": owner_name(self.organisation, row),
        }

    def _due_day(self, row: Row) -> str:
        """Write the day of the term's end, and the hour where the term is one of hours."""
        if row.due is None:
            return ""
        local = datetime.fromisoformat(row.due).astimezone(self.times.zone)
        day = show_date(self.choices.profile, local.date())
        return f"{day} {local:%H:%M}" if row.unit in HOURS else day


@view_config(
    context=CaseRegister, permission=Permission.VIEW, renderer="qms.templates:pqr/register.pt"
)
def show_register(register: CaseRegister, request: Request) -> dict[str, Any]:
    """List the cases that the person may see, what is due first, with quick entry above."""
    organisation, lines = organisation_of(register), Lines(request)
    catalogue, listing, choices = catalogue_of(organisation), Listing(request, LIST), lines.choices
    filters: dict[str, Any] = dict(listing.filters)
    audiences = audiences_of(request.person)
    if audiences is not None:
        filters["audience"] = audiences
    words = tuple(title_words(listing.q)[:8])
    people = people_of(organisation)
    for what in ("kind", "channel", "queue"):
        listing.names[what] = {
            one: str(entry["name"]) for one, entry in getattr(choices, f"{what}s").items()
        }
    ask = partial(
        catalogue.query if lines.personal else partial(_nameless, catalogue),
        filters,
        words=words,
        order=listing.order,
        reverse=listing.reverse,
    )
    page = ask(start=listing.start, limit=listing.limit)
    if not listing.within(page.total):
        page = ask(start=listing.start, limit=listing.limit)
    counts = {name: catalogue.counts(name, filters, words=words) for name in LIST.facets}
    listing.names["owner"] = {one: people.person_name(one) for one in counts["owner"]}
    return listing.page(
        choices.profile.case_acronym,
        [lines.line(one) for one in page.rows],
        total=page.total,
        counts=counts,
        every=lambda: (lines.line(one) for one in ask(start=0, limit=None).rows),
        url=lambda one: request.resource_path(register, one["number"]),
        told_of=register,
        empty=_("Nothing waits. Write the next case in the line above."),
        actions=_actions(register, request),
        quick=request.has_permission(Permission.CASE_REGISTER, register),
        register=register,
        kinds=choices.pairs("kinds"),
        channels=choices.pairs("channels"),
        last_channel=request.session.get(CHANNEL, ""),
        again=request.GET.get("again") == "1",
        triage=bool(choices.data["triage"]),
    )


def _nameless(
    catalogue: Catalogue, filters: Any, *, words: Any, start: int, limit: int | None, **more: Any
) -> Page[Any]:
    """Ask the catalogue so that looking for a name does not tell whether it is there."""
    if not words:
        return catalogue.query(filters, start=start, limit=limit, **more)
    found = [
        values
        for values in catalogue.query(filters, words=words, start=0, limit=None, **more).rows
        if _says(Row(*values), words)
    ]
    stop = None if limit is None else start + limit
    return Page(found[start:stop], len(found), start)


def _says(row: Row, words: Any) -> bool:
    there = title_words(f"{row.number} {row.text}")
    return all(any(one.startswith(word) for one in there) for word in words)


def _actions(register: CaseRegister, request: Request) -> list[Action]:
    found = [Action(_("Full form"), request.resource_path(register, "add"), "plus", primary=False)]
    if request.has_permission(Permission.CASE_WORK, register):
        anew = request.resource_path(register, "recalculate")
        found.append(Action(_("Compute the terms anew"), anew, "calendar", primary=False))
    if choices_of(organisation_of(register)).data["triage"]:
        desk = Action(_("Desk card"), request.resource_path(register, "desk"), "list", False)
        found.append(desk)
    return found


class TakeForm(FormView):
    """Registers a case; quick entry and full form derive from it."""

    def bindings(self) -> dict[str, Any]:
        """Offer what the profile has."""
        return taking.offered(organisation_of(self.context))

    def keep(self, received: Received) -> services.Registered:
        """Register it, keep its receipt for this browser, and say the number and the day."""
        organisation, session = organisation_of(self.context), self.request.session
        made = services.register(organisation, received, act=self.request.act)
        session[CHANNEL] = received.channel
        session[taking.RECEIPT] = [organisation.__name__, made.case.number, made.code]
        return made

    def said(self, case: Case, code: str) -> Any:
        """Say what the clerk reads out to the customer."""
        profile = choices_of(organisation_of(case)).profile
        values: dict[str, object] = {"number": case.number, "code": code}
        if case.due is None:
            return _("${number} is registered. Code: ${code}.", values)
        day = show_date(profile, local_date(case.due, profile.zone))
        return _("${number} is registered; answer by ${due}. Code: ${code}.", values | {"due": day})


@view_config(context=CaseRegister, name="quick", permission=Permission.CASE_REGISTER)
class QuickForm(TakeForm):
    """One line by keyboard; Enter registers it and the next one can be typed."""

    schema = forms.QuickSchema
    heading = _("Quick entry")
    button = _("Register")

    def initial(self) -> dict[str, Any]:
        """Start with the channel of the last case."""
        return {"channel": self.request.session.get(CHANNEL, "")}

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and go back to the line."""
        received = Received(
            values["kind"], values["channel"], values["text"], {"name": values["name"]}
        )
        made = self.keep(received)
        where = self.request.resource_path(self.context, query={"again": "1"})
        return self.done(self.said(made.case, made.code), where)


@view_config(context=CaseRegister, name="add", permission=Permission.CASE_REGISTER)
class FullForm(TakeForm):
    """Everything about a case, with files, on behalf of somebody, or from before an outage."""

    schema = forms.CaseSchema
    heading = _("Register a case")
    button = _("Register")

    def initial(self) -> dict[str, Any]:
        """Start with the channel of the last case."""
        return {"channel": self.request.session.get(CHANNEL, "")}

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and show it."""
        organisation = organisation_of(self.context)
        received = Received(
            values["kind"],
            values["channel"],
            values["text"],
            taking.customer_of(values),
            reason=values["reason"],
            product=values["product"],
            site=values["site"],
            anonymous=values["anonymous"],
            proxy=taking.proxy_of(values),
            received_at=taking.received_at(values, choices_of(organisation).profile.zone),
            files=taking.files_of(values),
        )
        made = self.keep(received)
        self.request.session.flash(
            self.request.localizer.translate(self.said(made.case, made.code)), "success"
        )
        return see_other(self.request, made.case)


@view_config(context=CaseRegister, name="recalculate", permission=Permission.CASE_WORK)
class RecalculateForm(FormView):
    """Computes open cases anew when the calendar or a norm changed, after showing what moves."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/recalculate.pt"}  # noqa: RUF012
    schema = forms.RecalculateSchema
    heading = _("Compute the terms anew")
    introduction = _("Open cases only: closed ones keep the term that they had.")
    button = _("Move these terms")

    def extra(self) -> dict[str, Any]:
        """Show every case whose term would move."""
        organisation = organisation_of(self.context)
        profile = choices_of(organisation).profile

        def day(due: str | None) -> str:
            return show_date(profile, local_date(due, profile.zone)) if due else "—"

        found = changes_to_come(organisation, act=self.request.act)
        return {
            "changes": [(one.case, day(one.before), day(one.after)) for one in found],
            "json": lambda: {
                "changes": [
                    {"number": one.case.number, "before": one.before, "after": one.after}
                    for one in found
                ]
            },
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Move them, each with its entry in the log."""
        organisation = organisation_of(self.context)
        moved = recalculate(organisation, values["reason"], act=self.request.act)
        return self.done(_("Terms were moved: ${n}.", {"n": len(moved)}))


@view_config(
    context=CaseRegister,
    name="desk",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:pqr/desk.pt",
)
def desk_card(register: CaseRegister, request: Request) -> dict[str, Any]:
    """Show who is sent where, as a card that the desk can print."""
    rules = choices_of(organisation_of(register)).data["triage"]
    groups: dict[str, list[Any]] = {}
    for rule in rules:
        groups.setdefault(rule["group"] or "", []).append(rule)
    return {
        "heading": _("Desk card"),
        "groups": list(groups.items()),
        "register": register,
        "json": lambda: {"rules": [dict(rule) for rule in rules]},
    }
