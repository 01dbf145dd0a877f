"""The ledger of cases: what figures are counted from, one short record a case, month by month.

A case stands in the month of its receipt for ever. What was counted of a month hangs in memory on
the month's counter of changes, so that a new case does away with the counts of its own month only,
and the cost of a report does not follow the number of cases. Lists that a figure leads to are found
by the very same test as the figure itself.
"""

from __future__ import annotations

import random
from array import array
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from BTrees.IIBTree import IITreeSet
from BTrees.IOBTree import IOBTree
from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from persistent.mapping import PersistentMapping

from qms.documents.figures import Span
from qms.pqr import workflow
from qms.search.among import Among, sign_of

ROOM = "pqr.facts"
ON_TIME, LATE = "on-time", "late"
KEPT = 200
"""So many answers are kept per month and database connection."""
FILTERS = ("kind", "lane", "channel", "site", "process", "reason", "product")
"""What figures can be narrowed by."""
_random = random.SystemRandom()

T = TypeVar("T")


class Facts(NamedTuple):
    """What the ledger keeps of one case."""

    mark: int
    """Differs in every writing, so that the database can put two changes of one bucket together."""
    day: int
    """Local day of the month of receipt."""
    kind: str
    lane: str
    channel: str
    site: str
    process: str
    reason: str
    product: str
    state: str
    answer: str
    """``on-time`` or ``late`` once the answer has reached the customer; empty before."""
    days: int | None
    """Business days from the receipt to the notified answer."""
    due: str
    """ISO day on which the term ends; empty without a term and while it stands still."""
    rounds: int
    """How often it was opened again."""
    rating: int | None
    """What the customer thought of the service."""
    denied: bool
    """Whether access to information was denied."""


_PLACES = {name: place for place, name in enumerate(Facts.__annotations__)}

OUTCOMES: Mapping[str, Callable[[Facts], bool]] = {
    "received": lambda _one: True,
    "answered": lambda one: one.answer != "",
    "on-time": lambda one: one.answer == ON_TIME,
    "late": lambda one: one.answer == LATE,
    "unanswered": lambda one: one.state in workflow.PENDING,
    "closed": lambda one: one.state == workflow.CLOSED,
    "reopened": lambda one: one.rounds > 0,
    "rated": lambda one: one.rating is not None,
    "transferred": lambda one: one.state == workflow.TRANSFERRED,
    "denied": lambda one: one.denied,
}
"""What can be asked of cases, each a test of one record."""
SUMS: Mapping[str, Callable[[Facts], int | None]] = {
    "days": lambda one: one.days if one.answer else None,
    "rating": lambda one: one.rating,
}
"""What averages are made of; None where a case has none."""
_TESTS = tuple(OUTCOMES.items())
_ADDS = tuple(SUMS.items())


class Tally(Counter[str]):
    """How many cases have each outcome, and the sums that averages are made of."""

    def take(self, one: Facts) -> None:
        """Count one case."""
        for name, test in _TESTS:
            if test(one):
                self[name] += 1
        for name, number in _ADDS:
            value = number(one)
            if value is not None:
                self[f"{name}-of"] += 1
                self[name] += value


@dataclass(frozen=True)
class Question:
    """Which cases are meant."""

    span: Span | None = None
    """Days of receipt, or the days on which terms end; None for all days."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcome: str = "received"
    by_due: bool = False
    """Whether the span holds the ends of terms instead of receipts."""

    @property
    def key(self) -> tuple[Any, ...]:
        """Name what is asked, as something to keep an answer under."""
        given = tuple(sorted((name, tuple(values)) for name, values in self.filters.items()))
        return (self.span, given, self.outcome, self.by_due)

    def test(self) -> Callable[[Facts], bool]:
        """Give the test of one record, the days of the span left out."""
        wanted = [
            (_PLACES[name], frozenset(values)) for name, values in self.filters.items() if values
        ]
        outcome = OUTCOMES[self.outcome]
        if not wanted:
            return outcome
        return lambda one: outcome(one) and all(one[at] in values for at, values in wanted)


class Month:
    """One month of the ledger, for one reading."""

    def __init__(self, name: str, records: Any, stamp: Any) -> None:
        """Look at the month ``name`` (``2026-11``)."""
        self.name, self._records, self._stamp = name, records, stamp

    @property
    def sign(self) -> Any:
        """An object that is another one as soon as a case of the month was changed."""
        return sign_of(self._stamp)

    @property
    def version(self) -> tuple[Any, int]:
        """Which counter of changes it has, and where that stands."""
        return self._stamp._p_oid, int(self._stamp())

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """Give what ``make`` gives, kept until a case of the month changes."""
        answers = self._stamp.__dict__.get("_v_answers")
        if answers is None or answers[0] is not self.sign:
            answers = self._stamp._v_answers = (self.sign, {})  # noqa: SLF001 - in memory only
        kept: dict[Any, Any] = answers[1]
        if key not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[key] = make()
        found: T = kept[key]
        return found

    def records(self, question: Question) -> Iterator[tuple[int, Facts]]:
        """Give docid and record of each case that is meant."""
        test = question.test()
        within = self._within(question)
        for docid, values in self._records.items():
            one = Facts(*values)
            if (within is None or within(one)) and test(one):
                yield docid, one

    def _within(self, question: Question) -> Callable[[Facts], bool] | None:
        if question.span is None:
            return None
        first, last = question.span.first, question.span.last
        if question.by_due:
            least, most = first.isoformat(), last.isoformat()
            return lambda one: least <= one.due <= most
        start = date.fromisoformat(f"{self.name}-01")
        length = monthrange(start.year, start.month)[1]
        low, high = (first - start).days + 1, (last - start).days + 1
        if low <= 1 and high >= length:
            return None
        return lambda one: low <= one.day <= high

    def _asked(self, question: Question) -> Question:
        """Leave the span out of what is kept where the whole month lies in it."""
        if question.span is None or self._within(question) is not None:
            return question
        return Question(None, question.filters, question.outcome)

    def docids(self, question: Question) -> array[int]:
        """Give the docids of the cases that are meant."""
        asked = self._asked(question)
        found: Iterable[int] = (docid for docid, _one in self.records(asked))
        return self.kept(("docids", asked.key), lambda: array("i", found))

    def count(self, question: Question) -> int:
        """Count the cases that are meant."""
        asked = self._asked(question)
        return self.kept(
            ("count", asked.key), lambda: sum(1 for _docid, _one in self.records(asked))
        )

    def tallies(self, question: Question, groups: tuple[str, ...]) -> dict[tuple[Any, ...], Tally]:
        """Count every outcome for each combination of what ``groups`` names."""
        asked = self._asked(question)
        return self.kept(("tallies", asked.key, groups), partial(self._tallies, asked, groups))

    def _tallies(self, question: Question, groups: tuple[str, ...]) -> dict[tuple[Any, ...], Tally]:
        places = [_PLACES[name] for name in groups]
        found: dict[tuple[Any, ...], Tally] = {}
        for _docid, one in self.records(question):
            group = tuple(one[place] for place in places)
            if group not in found:
                found[group] = Tally()
            found[group].take(one)
        return found


class Ledger:
    """The ledger of one organisation."""

    def __init__(self, stored: Any) -> None:
        """Look at what is stored."""
        self._months, self._stamps, self._latest = (
            stored["months"],
            stored["stamps"],
            stored["latest"],
        )
        self._changes = stored["changes"]

    def put(self, docid: int, received: date, facts: Facts, changed: date) -> None:
        """Keep the record of a case, if it says something new, and the day on which it changed."""
        name = received.isoformat()[:7]
        if name not in self._months:
            self._months[name] = IOBTree()
            self._stamps[name] = Length()
        if facts.due > self._latest.get(name, ""):
            self._latest[name] = facts.due
        records, stamp = self._months[name], self._stamps[name]
        before = records.get(docid)
        if before is not None and before[1:] == facts[1:]:
            return
        records[docid] = tuple(facts._replace(mark=_random.getrandbits(30)))
        stamp.change(1)
        stamp._v_sign = None  # noqa: SLF001 - see sign_of
        key = changed.isoformat()
        if key not in self._changes:
            self._changes[key] = IITreeSet()
        self._changes[key].insert(docid)

    def changed_after(self, last: date) -> frozenset[int]:
        """Give the cases whose record changed after a day; it may have been the same before."""
        later = self._changes.values(last.isoformat(), excludemin=True)
        return frozenset(docid for docids in later for docid in docids)

    def facts(self, docid: int, received: date) -> Facts | None:
        """Give the record of a case, or None."""
        records = self._months.get(received.isoformat()[:7])
        values = None if records is None else records.get(docid)
        return None if values is None else Facts(*values)

    def months(self, question: Question) -> list[Month]:
        """Give the months in which cases that are meant can stand."""
        if question.span is None:
            names = list(self._months)
        else:
            low, high = question.span.first.isoformat(), question.span.last.isoformat()
            if question.by_due:
                # A term never ends before its receipt.
                names = [name for name, due in self._latest.items(max=high[:7]) if due >= low]
            else:
                names = list(self._months.keys(low[:7], high[:7]))
        return [Month(name, self._months[name], self._stamps[name]) for name in names]

    @property
    def first_month(self) -> str | None:
        """Month of the oldest case (``2026-11``); None without cases."""
        return str(self._months.minKey()) if self._months else None

    def version(self, question: Question) -> tuple[Any, ...]:
        """Name the state of the months that are meant, alike for every database connection."""
        return tuple(month.version for month in self.months(question))

    def count(self, question: Question) -> int:
        """Count the cases that are meant."""
        return sum(month.count(question) for month in self.months(question))

    def tallies(
        self, question: Question, groups: tuple[str, ...] = ()
    ) -> dict[tuple[Any, ...], Tally]:
        """Count every outcome for each combination of what ``groups`` names (all: ``()``)."""
        found: dict[tuple[Any, ...], Tally] = {}
        for month in self.months(question):
            for group, tally in month.tallies(question, groups).items():
                if group in found:
                    found[group] = Tally(found[group] + tally)
                else:
                    found[group] = tally
        return found

    def among(self, question: Question, zone: Any) -> Among:
        """Give the cases that are meant, for the list of the register."""
        months = self.months(question)

        def find() -> Iterator[int]:
            for month in months:
                yield from month.docids(question)

        bounds = {}
        if question.span is not None and not question.by_due:
            first = datetime.combine(question.span.first, time.min, zone)
            end = datetime.combine(question.span.last + timedelta(days=1), time.min, zone)
            moments = [one.astimezone(UTC).isoformat() for one in (first, end)]
            bounds["received"] = (moments[0], moments[1])
        return Among(question.key, tuple(one.sign for one in months), find, bounds)


def open_ledger(organisation: Any) -> Ledger:
    """Give the organisation's ledger, made at its first use; only for whoever writes."""
    if ROOM not in organisation.annexes:
        parts = ("months", "stamps", "latest", "changes")
        organisation.annexes[ROOM] = PersistentMapping({one: OOBTree() for one in parts})
    return Ledger(organisation.annexes[ROOM])


def ledger_of(organisation: Any) -> Ledger | None:
    """Give the organisation's ledger, or None where there is none; for whoever looks."""
    stored = organisation.annexes.get(ROOM)
    return None if stored is None else Ledger(stored)
