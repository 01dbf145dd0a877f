"""Single-use keys of forms that make something new, with what each of them made.

A key is remembered in the transaction that makes the thing: of two that come at once one commits,
the other meets it in the database, is repeated, and finds what was made. Keys are kept by day, so
that old ones go as a whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from BTrees.OOBTree import OOBTree

from qms.content.annexes import annex_of, seen_annex
from qms.content.models import Organisation

ROOM = "content.once"
KEPT = timedelta(days=2)
"""How long a key is good at least."""


class Made(NamedTuple):
    """What a key made."""

    words: str
    """A digest of what was sent with the key."""
    path: str
    """Where the first answer led to; empty where it was a page of its own."""
    name: str
    """By which the thing is known: a number, a code."""


def made_with(organisation: Organisation, key: str, *, at: datetime) -> Made | None:
    """Give what was made with ``key`` in the last days, or None; writes nothing."""
    days, eldest = seen_annex(organisation, ROOM, OOBTree), _day(at - KEPT)
    for keys in days.values(min=eldest):
        if key in keys:
            return Made(*keys[key])
    return None


def remember(organisation: Organisation, key: str, made: Made, *, at: datetime) -> None:
    """Keep what ``key`` made, and forget the keys whose days are over."""
    days, today = annex_of(organisation, ROOM, OOBTree), _day(at)
    for day in list(days.keys(max=_day(at - KEPT), excludemax=True)):
        del days[day]
    if today not in days:
        days[today] = OOBTree()
    days[today][key] = tuple(made)


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
