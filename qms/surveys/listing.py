"""What the catalogue keeps of every customer of every campaign; figures are made of its sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.kernel.calendars import Calendar
from qms.kernel.text import sort_key
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words
from qms.surveys import workflow
from qms.surveys.choices import Choices, choices_of
from qms.surveys.customers import keys_of
from qms.surveys.models import Contact

ROOM = "surveys.catalogue"
ORDERS = ("next", "number", "name", "answered", "due", "score", "loaded")
FACETS = (
    "campaign",
    "survey",
    "line",
    "brand",
    "agent",
    "channel",
    "state",
    "queue",
    "role",
    "satisfied",
    "score",
    "scored",
    "follow",
    "follow-role",
    "timely",
    "owner",
    "flag",
    "answered",
    "called",
    "contacted",
    "customer",
)
LATER = "9999"
"""Sorts what has no day behind everything else."""
NEW, BACK, AGAIN = "new", "back", "again"
"""Queues of calls: not called yet, asked to be called back, failed before."""
REPEATED, WARRANTY, IMPROVE, MESSAGE = "repeated", "warranty", "improve", "message"
SAID = 300
_QUEUES = {workflow.WAITING: NEW, workflow.LATER: BACK, workflow.RETRY: AGAIN}


class Row(NamedTuple):
    """One line of a list."""

    campaign: str
    number: str
    survey: str
    line: str
    brand: str
    name: str
    state: str
    attempts: int
    call_at: str
    """ISO moment before which nobody calls; empty for at once."""
    lease_by: str
    lease_until: str
    agent: str
    channel: str
    called: str
    answered: str
    """ISO moments, empty where it did not happen."""
    score: int | None
    role: str
    follow: str
    follow_role: str
    owners: tuple[str, ...]
    due: str
    managed: str
    flags: tuple[str, ...]
    said: str
    """The beginning of the customer's voice."""
    loaded: str

    @property
    def path(self) -> tuple[str, str]:
        """Names that lead to it from the folder of surveys."""
        return self.campaign, self.number


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of customers, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def row_of(contact: Contact) -> Row:
    """Make the line of a customer."""
    now, campaign, answer = contact.progress, contact.campaign, contact.answer
    lease = contact.lease or ("", "")
    return Row(
        campaign=campaign.number,
        number=contact.number,
        survey=campaign.survey_id,
        line=contact.line_id,
        brand=contact.brand_id,
        name=contact.customer["name"],
        state=now.state,
        attempts=now.attempts,
        call_at=now.call_at or "",
        lease_by=lease[0],
        lease_until=lease[1],
        agent=now.agent,
        channel=now.channel,
        called=now.called_at or "",
        answered=now.answered_at or "",
        score=now.score,
        role=now.role,
        follow=now.follow,
        follow_role=now.follow_role,
        owners=now.owners,
        due=now.due or "",
        managed=now.managed_at or "",
        flags=_flags(now, answer),
        said=" ".join((answer or {}).get("voice", "").split())[:SAID],
        loaded=contact.acts[0]["at"],
    )


def _flags(now: workflow.Progress, answer: Any) -> tuple[str, ...]:
    said = answer or {}
    flags = [name for name in (REPEATED, WARRANTY, IMPROVE) if said.get(name)]
    if now.message_due:
        flags.append(MESSAGE)
    return tuple(flags)


def days_of(moment: str | None, choices: Choices) -> list[str]:
    """Give a moment's month and day as they are in the facets: any span is a few of them."""
    if not moment:
        return []
    day = choices.day(datetime.fromisoformat(moment)).isoformat()
    return [day[:7], day]


def span_values(first: date, last: date) -> list[str]:
    """Give whole months and single days that together are the days from first to last."""
    found, day = [], first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if day.day == 1 and following - timedelta(days=1) <= last:
            found.append(f"{day:%Y-%m}")
            day = following
        else:
            found.append(day.isoformat())
            day += timedelta(days=1)
    return found


def entry_of(contact: Contact) -> Entry:
    """Make the catalogue entry of a customer."""
    choices = choices_of(organisation_of(contact))
    row, now = row_of(contact), contact.progress
    answer = contact.answer
    facets = {
        "campaign": [row.campaign],
        "survey": [row.survey],
        "line": [row.line] if row.line else [],
        "brand": [row.brand] if row.brand else [],
        "agent": [row.agent] if row.agent else [],
        "channel": [row.channel] if row.channel else [],
        "state": [row.state],
        "queue": [_QUEUES[row.state]] if row.state in _QUEUES else [],
        "role": [row.role] if row.role else [],
        "satisfied": ["yes" if answer["satisfied"] else "no"] if answer else [],
        "score": [str(row.score)] if row.score is not None else [],
        "scored": list(answer["scored"]) if answer else [],
        "follow": [row.follow] if row.follow else [],
        "follow-role": [row.follow_role] if row.follow_role else [],
        "timely": _timely(now),
        "owner": list(row.owners),
        "flag": list(row.flags),
        "answered": days_of(now.answered_at, choices),
        "called": _called(contact, choices),
        "contacted": days_of(now.reached_at, choices),
        "customer": keys_of(contact.customer),
    }
    place = (row.campaign, int(row.number))
    keys = {
        "next": (row.call_at or row.loaded, *place),
        "number": place,
        "name": (sort_key(row.name), *place),
        "answered": (row.answered or LATER, *place),
        "due": (row.due if now.is_open and row.due else LATER, row.answered, *place),
        "score": (row.score if row.score is not None else 1000, *place),
        "loaded": (row.loaded, *place),
    }
    words = title_words(f"{row.campaign} {row.name}")
    return Entry(tuple(row), keys, facets, words)


def _called(contact: Contact, choices: Choices) -> list[str]:
    """Give the months and days of every call: who is reached in a month was called in it."""
    calls = (
        one["at"]
        for one in contact.acts
        if one["kind"] == "attempted" or (one["kind"] == "answered" and one["channel"] == "call")
    )
    return sorted({value for at in calls for value in days_of(at, choices)})


def _timely(now: workflow.Progress) -> list[str]:
    if now.due is None:
        return []
    in_time = now.in_time
    return ["open" if in_time is None else "yes" if in_time else "no"]


def index(contact: Contact) -> None:
    """Index a customer anew."""
    catalogue_of(organisation_of(contact)).put(contact.uid, entry_of(contact))


def rows(page: Iterable[Any]) -> list[Row]:
    """Name the places of stored rows."""
    return [Row(*values) for values in page]


@lru_cache(maxsize=4096)
def days_between(calendar: Calendar, today: date, due: date) -> int:
    """Count the business days that are left, negative when the term is over."""
    return int(calendar.business_days_between(today, due))


def days_left(row: Row, at: datetime, choices: Choices) -> int | None:
    """Give the business days that are left of an open follow-up; -1 from the first too late."""
    if not row.due or row.follow_role not in workflow.OPEN_ROLES:
        return None
    due = datetime.fromisoformat(row.due)
    today, last = choices.day(at), choices.day(due)
    left = days_between(choices.calendar(today), today, last)
    return min(left, -1) if at > due else left
