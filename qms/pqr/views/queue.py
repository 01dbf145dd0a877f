"""The queue of cases: filter, sort, page through, take away; its address holds the whole state.

Its rows are drawn once and kept (``qms.web.parts``), as those of the master list are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.exports import Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr import services, workflow
from qms.pqr.asking import among, asked_of
from qms.pqr.choices import choices_of, times_of
from qms.pqr.counting import HOURS
from qms.pqr.listing import (
    NOBODY,
    Row,
    audiences_of,
    catalogue_of,
    days_left,
    goes_by_days,
    light,
    queue_name,
    share,
    words_of,
)
from qms.pqr.models import CaseRegister
from qms.pqr.privacy import mask_name, veiled
from qms.pqr.views.capture import way_in
from qms.pqr.views.register import CHANNEL
from qms.pqr.views.repeated import after_registration
from qms.search.catalogue import Filters
from qms.security.permissions import Permission
from qms.web.frame import Frame
from qms.web.json import Written, wants_json, written
from qms.web.once import new_key
from qms.web.parts import kept_of
from qms.web.rows import filled

LINE = "qms.templates:pqr/register_row.pt"
LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("chips", _("Term and state"), Kind.CHIP, sort="state"),
        Column("light", _("Term"), Kind.CHIP, screen=False),
        Column("due_day", _("Due"), sort="due"),
        Column("due", _("End of the term"), Kind.MOMENT, screen=False),
        Column("gone", _("Gone of the term"), Kind.PERCENT, screen=False),
        Column("what", _("What they ask for"), link=True, wide=True),
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


class Shown(NamedTuple):
    """Everything that one line follows from beside the organisation's profile."""

    stored: tuple[Any, ...]
    """The row as the catalogue keeps it."""
    light: str
    gone: int | None
    owner: str


class Line(NamedTuple):
    """One line of the page, ready to be printed."""

    url: str
    number: str
    chips: Markup
    due_day: str
    what: str
    customer: str
    kind_name: str
    owner_name: str


NUMBER_LENGTH = 80
"""Characters of a case's number that are read of an address."""


class Quick(NamedTuple):
    """What the line of quick entry follows from."""

    action: str
    channels: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    last_channel: str
    again: str
    """Number of the case that was just registered; empty where none was."""
    made: str
    """Its address, for who may see it."""


_NOTHING: list[Any] = [""] * len(Row.__annotations__)
_BARE = Row(*_NOTHING)._replace(notified=None, ended=None)


@lru_cache(maxsize=16_384)
def _standing(
    received: str, due: str, total: int, unit: str, state: str, at: datetime, calendar: Any
) -> int | None:
    """Give how much of a term of days has gone, kept for the day of ``at``."""
    row = _BARE._replace(received=received, due=due, total=total, unit=unit, state=state)
    return share(row, at, calendar, at.tzinfo)


class Lines:
    """Makes the lines of the list for one person at one moment."""

    def __init__(self, request: Request) -> None:
        """Look up once what every line needs."""
        self.organisation = request.organisation
        self.choices = choices_of(self.organisation)
        self.times = times_of(self.organisation)
        self.at = request.act.at
        local = self.at.astimezone(self.times.zone)
        self.day = local.date().isoformat()
        self.noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
        self.calendar = self.times.calendar(local.date())
        self.limits = self.choices.data["semaphore"]
        self.by_days = goes_by_days(self.limits)
        self.person_name = cache(people_of(self.organisation).person_name)
        register = self.organisation[services.NAME]
        own = audiences_of(request.person) is not None
        # Who sees only cases of their own needs to know whose they are.
        self.personal = own or bool(request.has_permission(Permission.CASE_SEE_PERSONAL, register))

    def shown(self, rows: Iterable[tuple[Any, ...]]) -> list[Shown]:
        """Give what each line follows from."""
        found = []
        for values in rows:
            row = Row(*values)
            gone = self._gone(row)
            owner = self.person_name(row.owner) if row.owner else ""
            queue = queue_name(self.organisation, row.queue) if row.queue and not owner else ""
            standing = light(row, gone, self.limits, self._left(row))
            found.append(Shown(values, standing, gone, owner or queue))
        return found

    def _left(self, row: Row) -> int | None:
        if not self.by_days:
            return None
        return days_left(row, self.noon.date(), self.calendar, self.times.zone)

    def _gone(self, row: Row) -> int | None:
        if row.state not in workflow.PENDING or row.due is None:
            return None
        if row.unit in HOURS or row.due[:10] == self.day:
            return share(row, self.at, self.calendar, self.times.zone)
        return _standing(
            row.received, row.due, row.total, row.unit, row.state, self.noon, self.calendar
        )

    def record(self, one: Shown) -> dict[str, Any]:
        """Give a line as files and programs take it."""
        row = Row(*one.stored)
        return {
            **row._asdict(),
            "light": one.light,
            "chips": self.chips(row, one),
            "gone": one.gone,
            "due_day": self._due_day(row),
            "what": self._what(row),
            "customer": self._customer(row),
            "kind_name": self.choices.name("kinds", row.kind),
            "channel_name": self.choices.name("channels", row.channel),
            "owner_name": one.owner,
        }

    def line(self, one: Shown, base: str, chip: Any) -> Line:
        """Give a line as the page prints it."""
        row = Row(*one.stored)
        return Line(
            url=f"{base}{quote(row.number, safe='')}/",
            number=row.number,
            chips=Markup(" ".join(chip(state) for state in self.chips(row, one) if state)),
            due_day=self._due_day(row),
            what=self._what(row),
            customer=self._customer(row),
            kind_name=self.choices.name("kinds", row.kind),
            owner_name=one.owner,
        )

    def chips(self, row: Row, one: Shown) -> list[str]:
        """Name the light, and the state where it says more."""
        return [one.light, *([row.state] if row.state != workflow.OPEN else [])]

    def _what(self, row: Row) -> str:
        if self.personal:
            return row.text
        return veiled(row.text, {"name": row.customer}, numbers=True)

    def _customer(self, row: Row) -> str:
        return (row.customer if self.personal else mask_name(row.customer)) or "—"

    def _due_day(self, row: Row) -> str:
        """Write the day of the term's end, and the hour where the term is one of hours."""
        if row.due is None:
            return ""
        local = datetime.fromisoformat(row.due).astimezone(self.times.zone)
        day = show_date(self.choices.profile, local.date())
        return f"{day} {local:%H:%M}" if row.unit in HOURS else day


class Queue:
    """One page of the queue."""

    def __init__(self, register: CaseRegister, request: Request) -> None:
        """Read the address."""
        self.register, self.request, self.lines = register, request, Lines(request)
        self.organisation = organisation_of(register)
        self.catalogue = catalogue_of(self.organisation)
        self.listing = Listing(request, LIST)
        self.listing.narrowings, question = asked_of(request)
        if question is not None and question.span is not None and "sort" not in request.GET:
            # What a figure leads to is most often done, and has no place in the order of terms.
            self.listing.order, self.listing.reverse = "received", True
        filters: dict[str, Any] = dict(self.listing.filters)
        audiences = audiences_of(request.person)
        if audiences is not None:
            filters["audience"] = audiences
        self.filters: Filters = filters
        self.more: dict[str, Any] = {
            "words": words_of(self.listing.q, names=self.lines.personal),
            "among": among(self.organisation, question),
        }

    def stored(self, start: int, limit: int | None) -> Any:
        """Give rows of the present filter."""
        listing = self.listing
        return self.catalogue.query(
            self.filters,
            order=listing.order,
            reverse=listing.reverse,
            start=start,
            limit=limit,
            **self.more,
        )

    def page(self) -> Any:
        """Give the rows of this page; one beyond the last is the last."""
        listing = self.listing
        page = self.stored(listing.start, listing.limit)
        return page if listing.within(page.total) else self.stored(listing.start, listing.limit)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count what a click on each value would list, and name the values."""
        choices, listing = self.lines.choices, self.listing
        for what in ("kind", "channel", "queue"):
            entries = getattr(choices, f"{what}s")
            listing.names[what] = {one: str(entry["name"]) for one, entry in entries.items()}
        counts = {
            name: self.catalogue.counts(name, self.filters, **self.more) for name in LIST.facets
        }
        listing.names["owner"] = {
            one: _("Nobody yet") if one == NOBODY else self.lines.person_name(one)
            for one in counts["owner"]
        }
        held = {one: queue_name(self.lines.organisation, one) for one in counts["queue"]}
        listing.names["queue"] = {**listing.names["queue"], **held}
        return counts

    def every(self) -> Iterable[dict[str, Any]]:
        """Give every row of the present filter, for the files."""
        shown = self.lines.shown(self.stored(0, None).rows)
        return (self.lines.record(one) for one in shown)

    def _kind(self, *more: Any) -> tuple[Any, ...]:
        """Name what all lines follow from together."""
        return (*more, self.organisation.uid, self.organisation.profile_revision)

    def markup(self, shown: list[Shown], ui: Frame) -> Markup:
        """Draw the rows; one that was drawn before of the same values is not drawn again."""
        base, lines = self.request.resource_path(self.register), self.lines
        kind = self._kind(LINE, base, ui.language, ui.drawings, lines.personal)

        def draw(things: list[Shown]) -> list[str]:
            chip = cache(ui.chip)
            made = (lines.line(one, base, chip) for one in things)
            return filled(LINE, made, labels=self.listing.labels)

        return Markup("".join(kept_of(self.request).texts(kind, shown, draw)))

    def json(self, shown: list[Shown]) -> Written:
        """Write the page for programs; a row that was written before is not written again."""
        listing = self.listing
        names = [column.name for column in LIST.columns]

        def write(things: list[Shown]) -> list[str]:
            records = map(self.lines.record, things)
            return [written({name: one[name] for name in names}) for one in records]

        kind = self._kind("pqr.json", self.lines.personal)
        rows = ",".join(kept_of(self.request).texts(kind, shown, write))
        head = written({"total": listing.total, "page": listing.number, "pages": listing.pages})
        return Written(f'{head[:-1]},"rows":[{rows}]}}')


@view_config(
    context=CaseRegister, permission=Permission.VIEW, renderer="qms.templates:pqr/register.pt"
)
def show_register(register: CaseRegister, request: Request) -> dict[str, Any]:
    """List the cases that the person may see, what is due first, with quick entry above."""
    queue = Queue(register, request)
    page, listing, choices = queue.page(), queue.listing, queue.lines.choices
    shown = [] if listing.wants_file else queue.lines.shown(page.rows)
    if wants_json(request) and not listing.wants_file:
        return {"json": partial(queue.json, shown)}
    quick = None
    if request.has_permission(Permission.CASE_REGISTER, register):
        again = request.GET.get("again", "")[:NUMBER_LENGTH]
        quick = Quick(
            request.resource_path(register, "quick"),
            tuple(choices.pairs("channels")),
            tuple(choices.pairs("kinds")),
            str(request.session.get(CHANNEL, "")),
            again,
            _address_of(register, again, request),
        )
    return listing.page(
        choices.profile.case_acronym,
        page.rows,
        total=page.total,
        counts=queue.counts,
        every=queue.every,
        lines=lambda: shown,
        markup=partial(queue.markup, shown),
        told_of=register,
        empty=_("Nothing waits. Write the next case in the line above."),
        actions=_actions(register, request),
        quick=quick,
        once=new_key(),
        **after_registration(organisation_of(register), request),
    )


def _address_of(register: CaseRegister, number: str, request: Request) -> str:
    """Give the address of the case that was just registered; "" where there is none to see."""
    case = register.get(number) if number else None
    seen = case is not None and request.has_permission(Permission.VIEW, case)
    return request.resource_path(case) if seen else ""


def _actions(register: CaseRegister, request: Request) -> list[Action]:
    found = [Action(_("Full form"), request.resource_path(register, "add"), "plus", primary=False)]
    if request.has_permission(Permission.CASE_REPORT, register):
        reports = request.resource_path(register, "reports")
        found.append(Action(_("Reports"), reports, "chart", primary=False))
    if entry := way_in(register, request):
        found.append(Action(entry[0], entry[1], "mail", primary=False))
    if choices_of(organisation_of(register)).data["matrix"]:
        matrix = request.resource_path(register, "matrix")
        found.append(Action(_("Matrix of escalation"), matrix, "list", primary=False))
    log = request.resource_path(register, "log")
    found.append(Action(_("Log in its format"), log, "table", primary=False))
    found.append(
        Action(_("Terms and norms"), request.resource_path(register, "terms"), "clock", False)
    )
    if request.has_permission(Permission.CASE_SEE_PERSONAL, register):
        person = request.resource_path(register, "person")
        found.append(Action(_("Everything about a person"), person, "person", primary=False))
    if choices_of(organisation_of(register)).data["triage"]:
        desk = Action(_("Desk card"), request.resource_path(register, "desk"), "list", False)
        found.append(desk)
    if request.has_permission(Permission.CASE_WORK, register):
        anew = request.resource_path(register, "recalculate")
        found.append(Action(_("Compute the terms anew"), anew, "calendar", primary=False))
    return found
