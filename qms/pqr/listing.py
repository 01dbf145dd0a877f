"""The list of cases: what the catalogue keeps of one, who sees it, and how near its end it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.kernel.calendars import Calendar
from qms.kernel.quoting import split_quoted
from qms.kernel.text import fold, sort_key
from qms.people.models import people_of
from qms.pqr import workflow
from qms.pqr.choices import POSITION, choices_of
from qms.pqr.clock import Clock
from qms.pqr.counting import HOURS
from qms.pqr.ledger import LATE as LATE_ANSWER
from qms.pqr.ledger import ROOM as LEDGER
from qms.pqr.ledger import Facts, open_ledger
from qms.pqr.models import Case
from qms.profiles.leading import leader_of
from qms.search.catalogue import Catalogue, Entry
from qms.search.docids import spread
from qms.search.spanish import title_words

ROOM = "pqr.catalogue"
ORDERS = ("due", "received", "number", "customer", "kind", "state")
FACETS = (
    "kind",
    "lane",
    "channel",
    "state",
    "queue",
    "owner",
    "reason",
    "audience",
    "customer",
)
NOBODY = "-"
"""Stands among the owners for a case that is nobody's yet; no person has such an id."""
UNTIMED, DONE, LATER = "9990", "9995", "9999"
"""Sort behind every term: what waits without one, what was answered, what has ended."""
LONGEST = 160
EMPTY = {"id": "", "email": ""}
NAMED = "@"
"""Stands before the words of a name, which no other word begins with."""
MOST_WORDS = 8
"""So many words are looked for."""
BATCH = 1000
"""Cases between two breaths of :func:`reindex`."""
LATE, ON_TIME, NO_TERM, STILL = "overdue", "on-time", "case-no-term", "case-still"
SOON, URGENT = "due-soon", "due-urgent"


class Row(NamedTuple):
    """One line of the list."""

    number: str
    kind: str
    lane: str
    text: str
    """The beginning of what was said."""
    customer: str
    channel: str
    received: str
    """ISO moment."""
    due: str | None
    """ISO moment of the term's end; None without one or while it stands still."""
    total: int
    """Units of the whole term; 0 without one."""
    unit: str
    state: str
    queue: str
    owner: str
    urgent: bool
    notified: str | None
    """ISO moment at which the answer reached the customer."""
    ended: str | None
    late: bool
    """Whether the answer that has arrived was late."""
    rating: int | None = None
    """What the customer said of the service of the present round."""
    rule: str = ""
    """The rule of the matrix by which it was assigned."""


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of cases, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def row_of(case: Case) -> Row:
    """Make the line of a case."""
    return _row(case, case.clock)


def _row(case: Case, clock: Clock) -> Row:
    choices, now = choices_of(organisation_of(case)), case.progress
    kind = choices.kinds.get(now.kind) or {}
    answered = clock.stopped if now.notified_at else None
    # The stored end of the term is that of the clock; counting every day again would cost more.
    due = None if case.due is None else datetime.fromisoformat(case.due)
    return Row(
        number=case.number,
        kind=now.kind,
        lane=str(kind.get("lane") or ""),
        text=" ".join(split_quoted(case.text)[0].split())[:LONGEST],
        customer=case.customer["name"],
        channel=case.channel_id,
        received=case.received_at.isoformat(),
        due=case.due,
        total=clock.total,
        unit=clock.rule.term.unit if clock.rule is not None else "",
        state=now.state,
        queue=now.queue,
        owner=now.owner,
        urgent=bool(kind.get("urgent")),
        notified=now.notified_at,
        ended=now.ended_at,
        late=answered is not None and due is not None and answered > due,
        rating=now.rating,
        rule=now.rule,
    )


def customer_keys(customer: Any) -> list[str]:
    """Name by what else a customer may be known: document number and e-mail address."""
    keys = {key: fold(customer[key]).replace(" ", "") for key in ("id", "email")}
    return [f"{key}:{value}" for key, value in keys.items() if value]


def person_keys(customer: Any) -> list[str]:
    """Name everything that a person may be looked up by: also telephone and name."""
    digits = "".join(one for one in customer.get("phone") or "" if one.isdigit())
    name = " ".join(fold(customer.get("name") or "").split())
    more = {"phone": digits[-10:], "name": name}
    return customer_keys(customer) + [f"{key}:{value}" for key, value in more.items() if value]


def facts_of(case: Case) -> Facts:
    """Make the record of a case for the ledger."""
    clock = case.clock
    return _facts(case, _row(case, clock), clock)


def _facts(case: Case, row: Row, clock: Clock) -> Facts:
    now, day = case.progress, clock.times.day
    stopped = clock.stopped if now.notified_at else None
    days = None
    if stopped is not None:
        # From the very first receipt: the customer has waited since then.
        days = clock.calendar.business_days_between(day(case.received_at), day(stopped))
    said = [act["denied"] for act in case.acts if "denied" in act]
    return Facts(
        mark=0,
        day=day(case.received_at).day,
        kind=row.kind,
        lane=row.lane,
        channel=row.channel,
        site=case.site_id,
        process=case.process_id,
        reason=case.reason_id,
        product=case.product_id,
        state=row.state,
        answer="" if stopped is None else (LATE_ANSWER if row.late else ON_TIME),
        days=days,
        due=day(datetime.fromisoformat(row.due)).isoformat() if row.due else "",
        rounds=sum(act["kind"] == "reopened" for act in case.acts),
        rating=now.rating,
        denied=bool(said and said[-1]),
    )


def entry_of(case: Case) -> Entry:
    """Make the catalogue entry of a case."""
    return _entry(case, row_of(case))


def _entry(case: Case, row: Row) -> Entry:
    choices = choices_of(organisation_of(case))
    audience = [f"person:{case.registered_by}", *([f"person:{row.owner}"] if row.owner else [])]
    if row.state == workflow.IN_APPROVAL:
        approvers = case.progress.approvers
        audience += [*approvers, *(f"approves:{one}" for one in approvers)]
    audience += [f"position:{one}" for one in choices.queue_positions(row.queue)]
    if leader := leader_of(organisation_of(case), case.process_id):
        audience.append(f"position:{leader}")
    facets = {
        "kind": [row.kind],
        "lane": [row.lane] if row.lane else [],
        "channel": [row.channel],
        "state": [row.state],
        "queue": [row.queue] if row.queue else [],
        "owner": [row.owner or NOBODY],
        "reason": [case.reason_id] if case.reason_id else [],
        "audience": sorted(set(audience)),
        "customer": sorted(
            {*person_keys(case.customer), *(person_keys({**EMPTY, **(case.proxy or {})}))}
        ),
    }
    keys = {
        "due": (_turn(row), row.received, row.number),
        "received": row.received,
        "number": row.number,
        "customer": (sort_key(row.customer), row.number),
        "kind": (row.kind, row.number),
        "state": (row.state, row.number),
    }
    # Who may not see a name must not find it by looking for it either.
    names = [f"{NAMED}{word}" for word in title_words(row.customer)]
    known = set(names)
    said = title_words(f"{row.number} {case.former_number} {row.text}")
    words = [one for one in said if f"{NAMED}{one}" not in known]
    return Entry(tuple(row), keys, facets, [*words, *names])


def _turn(row: Row) -> str:
    """Give what the queue is ordered by: the term; what has none, is answered, is over follow."""
    if row.state in workflow.PENDING or row.state == workflow.OBJECTED:
        return row.due or UNTIMED
    return DONE if row.state in workflow.LIVE else LATER


def words_of(text: str, *, names: bool) -> list[str | tuple[str, ...]]:
    """Give the words that somebody looks for, as the catalogue is asked for them."""
    words = title_words(text)[:MOST_WORDS]
    return [(one, f"{NAMED}{one}") for one in words] if names else list(words)


def index(case: Case, docid: int | None = None) -> None:
    """Index a case anew, for lists and for figures; ``docid`` is for who fills both."""
    organisation, clock = organisation_of(case), case.clock
    row = _row(case, clock)
    catalogue = catalogue_of(organisation)
    catalogue.put(case.uid, _entry(case, row), docid)
    received, day = clock.times.day(case.received_at), clock.times.day
    changed = day(datetime.fromisoformat(case.acts[-1]["at"])) if case.acts else received
    docid = catalogue.docid(case.uid)
    open_ledger(organisation).put(docid, received, _facts(case, row, clock), changed)


def reindex(organisation: Any, after: Callable[[], object] | None = None) -> int:
    """Make catalogue and ledger anew and count the cases; ``after`` is called after every batch."""
    for room in (ROOM, LEDGER):
        organisation.annexes.pop(room, None)
    catalogue_of(organisation)
    open_ledger(organisation)
    number, register = 0, organisation["cases"]
    docids = spread(len(register))
    for number, case in enumerate(register.values(), 1):
        index(case, docids[number - 1])
        if after is not None and number % BATCH == 0:
            after()
    return number


def audiences_of(person: Any) -> tuple[str, ...] | None:
    """Name the audiences that a person belongs to; None for who sees every case."""
    if {"quality", "auditor"} & set(person.roles):
        return None
    return (f"person:{person.id}", *(f"position:{one}" for one in person.position_ids))


@lru_cache(maxsize=4096)
def days_between(calendar: Calendar, today: date, due: date) -> int:
    """Count the business days that are left, negative when the term is over.

    Kept, since every page of a person asks for the same days of the same cases.
    """
    return int(calendar.business_days_between(today, due))


def share(row: Row, at: datetime, calendar: Calendar, zone: Any) -> int | None:
    """Give how much of the term has gone, in per cent; None without a term that runs."""
    if row.due is None or row.state not in workflow.PENDING:
        return None
    due, received = datetime.fromisoformat(row.due), datetime.fromisoformat(row.received)
    if at > due:
        return 101
    if row.unit == "business_day" and row.total:
        today, last = at.astimezone(zone).date(), due.astimezone(zone).date()
        left = days_between(calendar, today, last)
        return max(0, min(100, 100 - left * 100 // row.total))
    whole = (due - received).total_seconds()
    return max(0, min(100, round((at - received).total_seconds() * 100 / whole))) if whole else 100


def days_left(row: Row, today: date, calendar: Calendar, zone: Any) -> int | None:
    """Count the business days that are left of a term of days; None for hours and without one."""
    if row.due is None or row.unit in HOURS or row.state not in workflow.PENDING:
        return None
    return days_between(calendar, today, datetime.fromisoformat(row.due).astimezone(zone).date())


def goes_by_days(limits: Any) -> bool:
    """Tell whether a semaphore looks at days that are left, too."""
    return limits.get("warn_days") is not None or limits.get("alert_days") is not None


def _reached(limits: Any, level: str, gone: int, left: int | None) -> bool:
    days = limits.get(f"{level}_days")
    return gone >= limits[level] or (days is not None and left is not None and left <= days)


def light(row: Row, gone: int | None, limits: Any, left: int | None = None) -> str:
    """Name the light of a case: the name of a chip, with a word and a drawing of its own.

    ``left`` are the business days that are left, where ``limits`` asks for days.
    """
    if row.state not in workflow.PENDING:
        return LATE if row.late else ""
    if gone is None:
        return STILL if row.total else NO_TERM
    if gone > 100:
        return LATE
    if _reached(limits, "alert", gone, left):
        return URGENT
    return SOON if _reached(limits, "warn", gone, left) else ON_TIME


def owner_name(organisation: Any, row: Row) -> str:
    """Give the name of whoever works it, or of its queue."""
    if row.owner:
        return str(people_of(organisation).person_name(row.owner))
    return queue_name(organisation, row.queue) if row.queue else ""


def queue_name(organisation: Any, queue: str) -> str:
    """Give the name of a queue, or of the position that stands for one."""
    if queue.startswith(POSITION):
        return str(people_of(organisation).position_name(queue.removeprefix(POSITION)))
    return choices_of(organisation).name("queues", queue)
