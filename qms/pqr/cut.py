"""Figures of the register as they were at the end of a past day, for management reviews.

The ledger counts cases as they are. Those that changed after the day are folded again from the acts
that there were by then, and put in the place of what they are now; all others are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from persistent.list import PersistentList

from qms.documents.figures import Span
from qms.pqr.ledger import Facts, Question, Tally, ledger_of
from qms.pqr.listing import Row, catalogue_of, facts_of
from qms.pqr.models import Case
from qms.search.among import Among

Groups = tuple[str, ...]
_DAY = timedelta(days=1)


def tallies_at(
    organisation: Any, span: Span, last: date, groups: Groups = ()
) -> dict[tuple[Any, ...], Tally]:
    """Count the cases received in a span, by ``groups``, as they were at the end of ``last``."""
    ledger = ledger_of(organisation)
    if ledger is None:
        return {}
    kept = ledger.tallies(Question(span), groups)
    found = {group: Tally(tally) for group, tally in kept.items()}
    for docid, case in _changed(organisation, span, ledger.changed_after(last)):
        received = case.clock.times.day(case.received_at)
        if not span.first <= received <= span.last:
            continue
        _add(found, ledger.facts(docid, received), groups, -1)
        _add(found, facts_at(case, last), groups, 1)
    return {group: tally for group, tally in found.items() if tally["received"] > 0}


def _add(
    found: dict[tuple[Any, ...], Tally], facts: Facts | None, groups: Groups, sign: int
) -> None:
    if facts is None:
        return
    one = Tally()
    one.take(facts)
    tally = found.setdefault(tuple(getattr(facts, name) for name in groups), Tally())
    for name, number in one.items():
        tally[name] += sign * number


def _changed(organisation: Any, span: Span, docids: frozenset[int]) -> Iterator[tuple[int, Case]]:
    """Give those of the cases that were received in the span, or on the days around it."""
    if not docids:
        return
    low, high = ((day + by).isoformat() for day, by in ((span.first, -_DAY), (span.last, 2 * _DAY)))
    among = Among(docids, (), lambda: docids)
    catalogue, register = catalogue_of(organisation), organisation["cases"]
    rows = catalogue.query({}, order="received", limit=None, among=among).rows
    for row in (Row(*values) for values in rows):
        if low <= row.received <= high:
            case = register[row.number]
            yield catalogue.docid(case.uid), case


def facts_at(case: Case, last: date) -> Facts | None:
    """Give the record of a case at the end of a day; None before it was registered."""
    day = case.clock.times.day
    acts = [act for act in case.acts if day(datetime.fromisoformat(act["at"])) <= last]
    if not acts:
        return None
    return facts_of(case if len(acts) == len(case.acts) else _earlier(case, acts))


def _earlier(case: Case, acts: list[Mapping[str, Any]]) -> Case:
    """Give the case with fewer acts; it is in no database and nobody keeps it."""
    made: Case = Case.__new__(Case)
    known = {name: value for name, value in vars(case).items() if not name.startswith("_v_")}
    made.__dict__.update(known, acts=PersistentList(acts))
    clock = made.clock
    made.__dict__["due"] = None if clock.due is None else clock.due.isoformat()
    return made
