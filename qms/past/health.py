"""Holds the chronicle against acts and trail; what differs can be made anew from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from qms.past.keeping import ROOM, keep_profile, present_lines, rebuild, remembered
from qms.past.models import Chronicle
from qms.past.moments import key_of


def differences(organisation: Any) -> Iterator[tuple[str, str]]:
    """Give ``(what, sentence)`` for each subject of which the chronicle says something else."""
    kept: Chronicle | None = organisation.annexes.get(ROOM)
    if kept is None:
        return
    fresh = remembered(organisation, kept)
    for uid in sorted({*kept.spans, *fresh.spans}):
        if kept.spans.get(uid) != fresh.spans.get(uid):
            document = organisation["documents"].get(uid)
            code = uid if document is None else document.code
            yield code, "the chronicle of past days says something else than acts and trail"
    for name in sorted({*kept.lines, *fresh.lines}):
        if kept.lines.get(name) != fresh.lines.get(name):
            yield name, "the chronicle of past days says something else than the trail"
    for name, now in present_lines(organisation):
        line = kept.lines.get(name)
        if line is None or line[-1][1] != now:
            yield name, "the chronicle of past days does not know its present state"


def mend(organisation: Any, at: datetime) -> int:
    """Make the derived part anew, note the present from ``at`` on; give how many documents."""
    number = rebuild(organisation)
    keep_profile(organisation, organisation.annexes[ROOM], key_of(at))
    return number
