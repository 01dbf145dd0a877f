"""Reading: who has to read which version in force, until when, and who has done it.

Who has to read is derived: the holders of the positions on the distribution list now, times the
versions in force (ISO 9001, 7.5.3.2 a and 7.3). A version taken over from elsewhere was distributed
elsewhere: it asks only those who came into the position afterwards, unless the profile says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from BTrees.OOBTree import difference

from qms.content.annexes import annex_of, seen_annex
from qms.content.models import organisation_of
from qms.documents.errors import NotAskedToRead, NotInForceAnyMore, WrongAnswers
from qms.documents.events import LettersChosen, ReadingAcknowledged
from qms.documents.models import Document, Version
from qms.documents.reading_models import (
    DAILY,
    WISHES,
    Acknowledgement,
    Demand,
    ReadingRoom,
    reading_key,
)
from qms.documents.services.freezing import local_day
from qms.kernel.acts import Act
from qms.kernel.calendars import Calendar
from qms.people.models import people_of
from qms.profiles.api import Profile, profile_of

ROOM = "documents.reading"
_RELEASES = {"released", "migrated"}


def reading_room(organisation: Any) -> ReadingRoom:
    """Give the organisation's reading room for writing; made and filled at its first use."""
    return annex_of(organisation, ROOM, partial(_filled, organisation))


def seen_room(organisation: Any) -> ReadingRoom:
    """Give the reading room for looking only, which writes nothing even where there is none yet."""
    return seen_annex(organisation, ROOM, partial(_filled, organisation))


def _filled(organisation: Any) -> ReadingRoom:
    room = ReadingRoom()
    for document in organisation["documents"].values() if "documents" in organisation else ():
        room.demand(document.uid, demand_of(document))
    return room


def demand_of(document: Document) -> Demand | None:
    """Say what the document's version in force asks to be read by whom, and since when."""
    version = document.in_force
    if version is None:
        return None
    # A minor change asks nobody anew: what was asked before still is, and counts as before.
    asked = document.versions.at(version.read_as)
    positions = tuple(dict.fromkeys(version.distribution))
    return (key_of(version), released_at(asked), positions, bool(asked.migrated))


def key_of(version: Version) -> str:
    """Name the reading that counts for ``version`` (of an earlier one, after minor changes)."""
    return reading_key(version.document.uid, version.read_as)


def released_at(version: Version) -> datetime:
    """Give the moment at which the version came into force here."""
    moments = [act["at"] for act in version.acts if act["kind"] in _RELEASES]
    return datetime.fromisoformat(moments[-1])


def follow(document: Document) -> None:
    """Bring the index up to what is in force now."""
    room = reading_room(organisation_of(document))
    room.demand(document.uid, demand_of(document))


def follow_person(person: Any, act: Act, *, anew: bool) -> None:
    """Note since when the person holds their positions: a term starts no earlier than that."""
    room = reading_room(organisation_of(person))
    room.hold(person.id, person.position_ids, act.at, anew=anew)


def reindex_readings(organisation: Any) -> int:
    """Make the derived part of the room anew and give the number of versions that ask for it."""
    room, fresh = reading_room(organisation), _filled(organisation)
    room.demands, room.asked, room.taken_over = fresh.demands, fresh.asked, fresh.taken_over
    return len(room.demands)


# What a person has to read


@dataclass(frozen=True)
class Reading:
    """One version that a person has to read."""

    uid: str
    order: int
    """Order of the version from which the reading counts; minor changes may have followed."""
    position_id: str
    """The position because of which they have to."""
    since: datetime
    """When it came into force, or when they came into the position, if that was later."""
    due: date
    days_left: int
    """Business days until the term ends; negative when it is over."""

    @property
    def key(self) -> str:
        """Name of the reading in the room."""
        return reading_key(self.uid, self.order)


def pending_positions(organisation: Any, person: Any) -> dict[str, str]:
    """Give the key of every version that the person has to read, with the position that asks.

    Costs set operations on what the person's positions ask for, never a walk over documents.
    """
    if person is None or not person.active or "documents" not in organisation:
        return {}
    room = seen_room(organisation)
    read = room.read_by.get(person.id)
    everybody = profile_of(organisation).reading["migrated"]
    found: dict[str, str] = {}
    for position_id in person.position_ids:
        asked = room.asked.get(position_id)
        if asked:
            for key in asked if read is None else difference(asked, read):
                found.setdefault(key, position_id)
        for key in _taken_over(room, person.id, position_id, everybody=everybody):
            if read is None or key not in read:
                found.setdefault(key, position_id)
    return found


def _taken_over(
    room: ReadingRoom, person_id: str, position_id: str, *, everybody: bool
) -> Iterator[str]:
    tree = room.taken_over.get(position_id)
    if not tree:
        return iter(())
    if everybody:
        return (key for _at, key in tree)
    held = room.held.get((person_id, position_id))
    return iter(()) if held is None else (key for _at, key in tree.keys(max=(held, "")))


def pending_readings(
    organisation: Any, person: Any, act: Act, terms: Terms | None = None
) -> list[Reading]:
    """List what the person has to read, the oldest term first; ``terms`` where they are made."""
    pending = pending_positions(organisation, person)
    if not pending:
        return []
    terms = terms or Terms(organisation, act)
    room = seen_room(organisation)
    found = [_reading(room, person, key, place, terms) for key, place in pending.items()]
    return sorted(found, key=lambda one: (one.due, one.since, one.key))


def _reading(room: ReadingRoom, person: Any, key: str, position_id: str, terms: Terms) -> Reading:
    uid, _slash, order = key.rpartition("/")
    since = _since(room, uid, person.id, position_id)
    due = terms.due(since)
    return Reading(uid, int(order), position_id, since, due, terms.days_left(due))


def _since(room: ReadingRoom, uid: str, person_id: str, position_id: str) -> datetime:
    released = room.demands[uid][1]
    return max(released, room.held.get((person_id, position_id), released))


class Terms:
    """The terms of one moment; days are counted once for all that fall on one day."""

    def __init__(self, organisation: Any, act: Act) -> None:
        """Look at the organisation's calendar on the day of the act."""
        profile: Profile = profile_of(organisation)
        self.zone = profile.zone
        self.today = local_day(organisation, act)
        self.calendar: Calendar = profile.calendar()
        self.term_days: int = profile.reading["term_days"]
        self._due: dict[date, date] = {}
        self._left: dict[date, int] = {}

    def due(self, since: datetime) -> date:
        """Give the last day of the term for reading that began at ``since``."""
        day = since.astimezone(self.zone).date()
        if day not in self._due:
            self._due[day] = self.calendar.add_business_days(day, self.term_days)
        return self._due[day]

    def days_left(self, due: date) -> int:
        """Count the business days until ``due``, negative when it is over."""
        if due not in self._left:
            self._left[due] = self.calendar.business_days_between(self.today, due)
        return self._left[due]


def reading_of(version: Version, person: Any, act: Act) -> dict[str, Any] | None:
    """Say how one person stands to one version in force; None when it does not ask them.

    ``read`` is the acknowledgement or None; ``reading`` the term, where they have to read it.
    """
    document = version.document
    if person is None or document.in_force_order != version.order:
        return None
    organisation = organisation_of(document)
    room, key = seen_room(organisation), key_of(version)
    fact = room.acknowledgement(key, person.id)
    position_id = _position_in(version, person)
    if fact is None and position_id is None:
        return None
    reading = None
    if fact is None:
        asked = pending_positions(organisation, person).get(key)
        terms = Terms(organisation, act)
        reading = _reading(room, person, key, asked, terms) if asked else None
    return {"read": fact, "reading": reading}


def _position_in(version: Version, person: Any) -> str | None:
    held = (one for one in person.position_ids if one in version.distribution)
    return next(held, None)


# Acknowledging


def acknowledge(
    document: Document, order: int, person: Any, *, act: Act, answers: Sequence[int] = ()
) -> bool:
    """Keep that the person read and understood the version in force; False if they had before.

    ``answers`` has the index of the option chosen for each question of the version; wrong ones
    are told by number and nothing is kept.
    """
    version = document.in_force
    if version is None or version.order != order:
        raise NotInForceAnyMore
    position_id = _position_in(version, person)
    if position_id is None or not person.active:
        raise NotAskedToRead
    room = reading_room(organisation_of(document))
    key = key_of(version)
    if room.acknowledgement(key, person.id) is not None:
        return False
    wrong = wrong_answers(version, answers)
    if wrong:
        raise WrongAnswers(numbers=", ".join(map(str, wrong)))
    room.acknowledge(key, person.id, Acknowledgement(act.at, position_id, act.channel))
    act.notify(ReadingAcknowledged(version, act, position=position_id))
    return True


def wrong_answers(version: Version, answers: Sequence[int]) -> list[int]:
    """Give the numbers, from 1, of the questions not answered rightly."""
    given = [*answers, *[-1] * len(version.questions)]
    return [
        number
        for number, (question, answer) in enumerate(
            zip(version.questions, given, strict=False), start=1
        )
        if question["right"] != answer
    ]


# Who has read


@dataclass(frozen=True)
class Reader:
    """One person's part in the reading of one version."""

    person_id: str
    name: str
    position_id: str
    read_at: datetime | None
    due: date | None
    """End of the term while they have to read it; None when they do not."""
    days_left: int | None
    since: datetime | None

    @property
    def asked(self) -> bool:
        """Tell whether the person counts: they have read it or still have to."""
        return self.read_at is not None or self.due is not None


@dataclass(frozen=True)
class Distribution:
    """Who has to read one version and who has read it."""

    rows: list[tuple[str, list[Reader]]]
    """Position id and its holders."""
    former: list[Reader]
    """Readers who do not hold any of the positions any more."""
    read: int
    asked: int
    """Persons, each counted once."""

    @property
    def percent(self) -> int | None:
        """Whole percents that have read; 100 only when all have, None when nobody is asked."""
        return 100 * self.read // self.asked if self.asked else None


def distribution_of(version: Version, act: Act) -> Distribution:
    """Say for each position and holder whether the version was read, and since when it waits."""
    document = version.document
    organisation = organisation_of(document)
    people = people_of(organisation)
    room, key = seen_room(organisation), key_of(version)
    facts = {one: Acknowledgement(*fact) for one, fact in room.readers.get(key, {}).items()}
    in_force = document.in_force_order == version.order
    terms = Terms(organisation, act)
    rows, counted = [], {}
    for position_id in version.distribution:
        readers = [
            _reader(room, version, person, position_id, terms if in_force else None)
            for person in people.holders(position_id)
        ]
        rows.append((position_id, readers))
        for one in readers:
            if one.asked:
                counted[one.person_id] = one
    present = {one.person_id for _position, readers in rows for one in readers}
    former = [
        Reader(one, people.person_name(one), fact.position, fact.at, None, None, None)
        for one, fact in facts.items()
        if one not in present
    ]
    read = sum(one.read_at is not None for one in counted.values())
    return Distribution(rows, former, read, len(counted))


def _reader(
    room: ReadingRoom, version: Version, person: Any, position_id: str, terms: Terms | None
) -> Reader:
    uid = version.document.uid
    key = key_of(version)
    fact = room.acknowledgement(key, person.id)
    if fact is not None or terms is None:
        at = fact.at if fact is not None else None
        return Reader(person.id, person.name, position_id, at, None, None, None)
    asked = pending_positions(organisation_of(version), person).get(key)
    if asked is None:
        return Reader(person.id, person.name, position_id, None, None, None, None)
    since = _since(room, uid, person.id, position_id)
    due = terms.due(since)
    return Reader(person.id, person.name, position_id, None, due, terms.days_left(due), since)


def may_see_readers(document: Document, person: Any) -> bool:
    """Tell whether the person may see by name who has read and who has not."""
    if {"quality", "auditor", "administrator"} & set(person.roles):
        return True
    return "leader" in document.local_roles(person)


# How a person wants letters


def wish_of(organisation: Any, person_id: str) -> str:
    """Say how the person wants letters about readings: one of WISHES."""
    return seen_room(organisation).wishes.get(person_id, DAILY)


def choose_wish(organisation: Any, person: Any, wish: str, *, act: Act) -> None:
    """Keep how the person wants letters about readings."""
    if wish not in WISHES:
        raise LookupError(wish)
    room = reading_room(organisation)
    old = room.wishes.get(person.id, DAILY)
    if wish != old:
        room.wishes[person.id] = wish
        act.notify(LettersChosen(person, act, old=old, new=wish))
