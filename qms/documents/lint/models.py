"""What is kept about findings: which were accepted, by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from qms.content.annexes import annex_of

ROOM = "documents.lint"


class Waiver(NamedTuple):
    """A finding that somebody knows of and accepts; stored as a plain tuple."""

    rule: str
    severity: str
    message: str
    """The sentence as it was shown."""
    place: str
    by: str
    at: datetime
    reason: str
    order: int
    """The version that was looked at."""


class LintRoom(Persistent):
    """The accepted findings of one organisation."""

    def __init__(self) -> None:
        """Start without any."""
        self._by_document = OOBTree()
        """Document uid to finding key to Waiver, as a tuple."""

    def waivers(self, uid: str) -> dict[str, Waiver]:
        """Give the accepted findings of a document by their keys."""
        kept = self._by_document.get(uid)
        return {} if kept is None else {key: Waiver(*one) for key, one in kept.items()}

    def everything(self) -> Iterator[tuple[str, str, Waiver]]:
        """Walk all accepted findings as (document uid, key, waiver)."""
        for uid, kept in self._by_document.items():
            for key, one in kept.items():
                yield uid, key, Waiver(*one)

    def accept(self, uid: str, key: str, waiver: Waiver) -> None:
        """Keep that a finding is accepted."""
        kept = self._by_document.get(uid)
        if kept is None:
            kept = self._by_document[uid] = OOBTree()
        kept[key] = tuple(waiver)

    def withdraw(self, uid: str, key: str) -> Waiver | None:
        """Forget that a finding is accepted, and give what was kept."""
        kept = self._by_document.get(uid)
        found = None if kept is None else kept.pop(key, None)
        return None if found is None else Waiver(*found)


def lint_room(organisation: Any) -> LintRoom:
    """Give the organisation's accepted findings, made at the first use."""
    return annex_of(organisation, ROOM, LintRoom)


def waivers_of(organisation: Any, uid: str) -> dict[str, Waiver]:
    """Give the accepted findings of a document; reading makes nothing."""
    room = organisation.annexes.get(ROOM)
    return {} if room is None else room.waivers(uid)


def everything_waived(organisation: Any) -> Iterator[tuple[str, str, Waiver]]:
    """Walk all accepted findings of an organisation; reading makes nothing."""
    room = organisation.annexes.get(ROOM)
    return iter(()) if room is None else room.everything()
