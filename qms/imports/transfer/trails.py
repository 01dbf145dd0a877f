"""A trail out of its own export: every entry at its place, after all chains were checked."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from qms.audit.models import LANES, Trail
from qms.audit.verify_trail import Broken, verify
from qms.imports.transfer.parts import TrailBroken


def trail_from(organisation_id: str, data: bytes) -> Trail:
    """Make the trail that was exported as these lines; raises TrailBroken."""
    lines = data.decode("utf-8", "backslashreplace").splitlines()
    try:
        verify(lines)
    except Broken as broken:
        raise TrailBroken(why=str(broken)) from broken
    head = json.loads(lines[0])
    if head["organisation"] != organisation_id or head["lanes"] != LANES:
        raise TrailBroken(why=str(head["organisation"]))
    trail = Trail(organisation_id)
    for line in lines[1:]:
        entry = json.loads(line)
        if "anchor" in entry:
            trail.anchors[date.fromisoformat(entry["anchor"]).toordinal()] = entry
        else:
            _take(trail, entry)
    return trail


def _take(trail: Trail, entry: dict[str, Any]) -> None:
    """Put an entry at the end of its lane as it is; its number and hash are its own."""
    lane = trail.lanes[entry["lane"]]
    lane.entries[entry["number"]] = entry
    lane.count, lane.last, lane.head = lane.count + 1, entry["number"], entry["hash"]
    trail.note(entry)
