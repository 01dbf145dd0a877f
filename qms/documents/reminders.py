"""The worker's letters: new readings, and reminders of readings, signatures and reviews.

What is due follows from the content, and what was written is remembered in the same transaction as
the letter. So a round may run twice, in two workers, or after days without any: nothing is written
twice, and a stage that passed meanwhile is still written about, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qms.documents.assignment import Hand, waiting_for
from qms.documents.letters import DocumentLetters, Line, signing_due
from qms.documents.listing import Row, catalogue_of
from qms.documents.models import Version
from qms.documents.reading_models import DAILY, IMMEDIATELY, NEVER, ReadingRoom
from qms.documents.services.freezing import local_day
from qms.documents.services.reading import Reading, Terms, pending_readings, reading_room
from qms.kernel.acts import Act
from qms.kernel.calendars import Calendar
from qms.kernel.months import last_day
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of
from qms.profiles.leading import leader_of

FROM_HOUR = 7
"""Local hour before which nobody is reminded."""
NEW = "new"
_PAGE = 200


@dataclass(frozen=True)
class Round:
    """One round of letters for one organisation."""

    organisation: Any
    letters: DocumentLetters
    act: Act
    commit: Callable[[], None]
    """Ends a transaction and begins the next, so that a conflict costs little."""

    @property
    def room(self) -> ReadingRoom:
        """What was written before."""
        return reading_room(self.organisation)

    @property
    def today(self) -> date:
        """The day at the organisation's place."""
        return local_day(self.organisation, self.act)

    @property
    def calendar(self) -> Calendar:
        """The organisation's business days."""
        return profile_of(self.organisation).calendar()

    def stages(self, of: str) -> list[int]:
        """Give the profile's reminders of readings, signatures or reviews."""
        return profile_of(self.organisation).reminders[of]

    def is_time(self) -> bool:
        """Tell whether it is a business day and late enough for reminders."""
        local = self.act.at.astimezone(profile_of(self.organisation).zone)
        return local.hour >= FROM_HOUR and self.calendar.is_business_day(self.today)

    def passed(self, due: date, stages: Iterable[int]) -> tuple[str, ...]:
        """Give the stages that have come, counted in business days before ``due``."""
        days = ((stage, self.calendar.add_business_days(due, -stage)) for stage in stages)
        return tuple(str(stage) for stage, day in days if day <= self.today)


def write_due(one: Round) -> int:
    """Write what is due about signatures and readings and give the number of letters."""
    return _signatures(one) + _readings(one)


# Signatures


def _signatures(one: Round) -> int:
    """Ask whoever can sign since lately (a new delegate or holder), and remind the others."""
    written, live = 0, set()
    for version in _in_review(one.organisation):
        live.add(version.uid)
        for person_id, hands in waiting_for(version, one.today).items():
            written += _signature(one, version, person_id, hands[0])
        one.commit()
    _forget(one.room, "sign", live)
    one.commit()
    return written


def _in_review(organisation: Any) -> Iterator[Version]:
    documents = organisation["documents"]
    page = catalogue_of(organisation).query({"pending": ["in-review"]}, order="code", limit=None)
    for row in page.rows:
        pending = documents[row[0]].pending
        if pending is not None:
            yield pending


def _signature(one: Round, version: Version, person_id: str, hand: Hand) -> int:
    key = ("sign", version.uid, str(version.standing.round), hand.slot.step, person_id)
    told, due = one.room.reminded.get(key, ()), signing_due(version, hand)
    asked = NEW not in told and one.letters.ask(version, person_id, hand, one.act)
    passed = one.passed(due, one.stages("signing")) if due and one.is_time() else ()
    fresh = tuple(stage for stage in (NEW, *passed) if stage not in told)
    if not fresh:
        return 0
    one.room.reminded[key] = told + fresh
    stages = [stage for stage in fresh if stage != NEW]
    if asked or not stages:
        return int(asked)
    person = people_of(one.organisation).person(person_id)
    return int(one.letters.remind_signer(version, person, hand, stages[-1], one.act))


def _forget(room: ReadingRoom, kind: str, live: set[str]) -> None:
    """Forget reminders about what does not wait any more."""
    over = [key for key in room.reminded if key[0] == kind and key[1] not in live]
    for key in over:
        del room.reminded[key]


# Readings


def _readings(one: Round) -> int:
    """Write each person at most one letter a day, unless they want every one at once."""
    written, terms, is_time = 0, Terms(one.organisation, one.act), one.is_time()
    passed: dict[date, tuple[str, ...]] = {}
    for person in people_of(one.organisation).persons():
        if not _may_write(one, person, is_time=is_time):
            continue
        pending = pending_readings(one.organisation, person, one.act, terms)
        one.room.forget_told(person.id, {reading.key for reading in pending})
        fresh: dict[str, tuple[str, ...]] = {}
        for reading in pending:
            if reading.due not in passed:
                passed[reading.due] = one.passed(reading.due, one.stages("reading"))
            told = one.room.stages_told(person.id, reading.key)
            new = [stage for stage in (NEW, *passed[reading.due]) if stage not in told]
            if new:
                fresh[reading.key] = (*told, *new)
        if fresh:
            written += _digest(one, person, [each for each in pending if each.key in fresh], fresh)
            one.commit()
    one.commit()
    return written


def _may_write(one: Round, person: Person, *, is_time: bool) -> bool:
    wish = one.room.wishes.get(person.id, DAILY)
    if wish == NEVER or not person.email:
        return False
    if wish == IMMEDIATELY:
        return True
    return is_time and one.room.written_on.get(person.id) != one.today.isoformat()


def _digest(
    one: Round, person: Person, readings: Sequence[Reading], stages: dict[str, tuple[str, ...]]
) -> int:
    room, again = one.room, True
    for reading in readings:
        again = again and NEW in room.stages_told(person.id, reading.key)
    room.tell(person.id, stages)
    room.written_on[person.id] = one.today.isoformat()
    lines = [_line(one.organisation, reading) for reading in readings]
    daily = room.wishes.get(person.id, DAILY) == DAILY
    what = " ".join(f"{key} {stages[key][-1]}" for key in sorted(stages))
    turn = one.today.isoformat() if daily else f"{one.act.at.isoformat()} {what}"
    key = f"readings {person.uid} {turn}"
    return int(one.letters.readings(person, lines, again=again, key=key, act=one.act))


def _line(organisation: Any, reading: Reading) -> Line:
    row = Row(*(catalogue_of(organisation).row(reading.uid) or ()))
    return Line(reading, row.code, row.title, row.version or "")


# Reviews


def write_reviews(one: Round) -> int:
    """Remind process leaders of reviews, in one letter each; the quality staff where none is."""
    stages = one.stages("review")
    if not stages or not one.is_time():
        return 0
    lines: dict[str, list[tuple[Row, date]]] = {}
    live = set()
    for row, day in _to_review(one.organisation, one.today + timedelta(days=max(stages))):
        key = ("review", f"{row.uid}/{row.order}", day.isoformat())
        live.add(key[1])
        told = one.room.reminded.get(key, ())
        fresh = [
            str(stage)
            for stage in stages
            if str(stage) not in told and day - timedelta(days=stage) <= one.today
        ]
        if fresh:
            one.room.reminded[key] = (*told, *fresh)
            for person in _reviewers(one.organisation, row):
                lines.setdefault(person.id, []).append((row, day))
    _forget(one.room, "review", live)
    people = people_of(one.organisation)
    written = sum(
        one.letters.reviews(people.person(person_id), rows, act=one.act)
        for person_id, rows in lines.items()
    )
    one.commit()
    return written


def _to_review(organisation: Any, horizon: date) -> Iterator[tuple[Row, date]]:
    """Give what is in force and due for review up to ``horizon``, the oldest first."""
    start = 0
    while True:
        page = catalogue_of(organisation).query(
            {"state": ["in-force"]}, order="review_by", start=start, limit=_PAGE
        )
        for values in page.rows:
            row = Row(*values)
            day = last_day(row.review_by)
            if day is None or day > horizon:
                return
            yield row, day
        start += _PAGE
        if start >= page.total:
            return


def _reviewers(organisation: Any, row: Row) -> list[Person]:
    people = people_of(organisation)
    leader = leader_of(organisation, row.process_id)
    leaders = people.holders(leader) if leader else []
    return leaders or people.with_role("quality")
