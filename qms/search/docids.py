"""Numbers of subjects in a catalogue, and the sets of them that a facet keeps."""

from __future__ import annotations

import random
from typing import Any

from BTrees.IIBTree import IITreeSet

__all__ = ["spread", "swap"]

_random = random.SystemRandom()


def spread(number: int) -> list[int]:
    """Give ascending docids for so many subjects, spread over all that there can be.

    Filled in this order, sets grow at their end only, which takes a tenth of the reading; who
    comes later still lands anywhere, so that two writers do not meet.
    """
    return sorted(_random.sample(range(1, 2**31 - 1), number))


def swap(sets: Any, docid: int, before: set[str], after: set[str]) -> None:
    """Take ``docid`` out of the sets named only ``before`` and into those only ``after``."""
    for value in before - after:
        members = sets.get(value)
        if members is not None:
            members.remove(docid)
    for value in after - before:
        members = sets.get(value)
        if members is None:
            members = sets[value] = IITreeSet()
        members.insert(docid)
