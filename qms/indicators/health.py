"""Holds indicators against the documents in force, and totals and rows against the captures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qms.indicators.entries import Total
from qms.indicators.listing import ROOM, catalogue_of, put
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.series import recomputed
from qms.indicators.services.following import NAME, cards_of, follow
from qms.indicators.services.measuring import retotal
from qms.indicators.totals import entries_in

KEEP_LOADED = 200
"""So many documents or indicators are looked at before the memory of loaded ones is tidied."""
_EVER = date(1, 1, 1), date(9999, 12, 31)


def differences(organisation: Any) -> Iterator[tuple[str, str]]:
    """Give ``(what, sentence)`` for each card, total and row that says something else."""
    if NAME in organisation:
        yield from _of_documents(organisation)
        yield from _of_indicators(organisation)


def _of_documents(organisation: Any) -> Iterator[tuple[str, str]]:
    folder = organisation[NAME]
    for number, document in enumerate(organisation["documents"].values(), 1):
        if not number % KEEP_LOADED:
            organisation._p_jar.cacheGC()
        version = document.in_force
        for card_id in cards_of(version) if version is not None else ():
            indicator = folder.of_card(document.uid, card_id)
            if indicator is None or indicator.is_ended:
                yield document.code, f"nobody measures what its card {card_id} declares"


def _of_indicators(organisation: Any) -> Iterator[tuple[str, str]]:
    for number, indicator in enumerate(organisation[NAME].values(), 1):
        if not number % KEEP_LOADED:
            organisation._p_jar.cacheGC()
        if catalogue_of(organisation).row(indicator.uid) is None:
            yield indicator.number, "it is missing in the list of indicators"
        for total in map(Total.of, indicator.totals.values()):
            if not _adds_up(indicator, total):
                yield f"{indicator.number} {total.key}", "its total is not that of its captures"


def _adds_up(indicator: Indicator, total: Total) -> bool:
    definition = indicator.definitions[total.definition]
    # What was counted for the period as a whole is no sum, and what is still counted is not kept.
    skipped = {*total.whole, *(one.name for one in definition.variables if one.is_computed)}
    if total.closed:
        skipped = set(total.whole)
    found = recomputed(indicator, Period.parse(total.key))
    return all(found.get(name) == one for name, one in total.numbers.items() if name not in skipped)


def mend(organisation: Any, today: date) -> int:
    """Make totals and rows anew out of the captures and give the number of indicators."""
    if NAME not in organisation:
        return 0
    organisation.annexes.pop(ROOM, None)
    for document in organisation["documents"].values():
        if document.in_force is not None:
            follow(document, today=today)
    indicators = list(organisation[NAME].values())
    for indicator in indicators:
        kept = [Period.parse(one.key) for one in entries_in(indicator, *_EVER)]
        retotal(indicator, kept, today)
        put(indicator, today)
    return len(indicators)
