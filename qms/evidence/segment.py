"""The part of the trail that concerns some subjects, with what proves its place in the chains.

Of each lane only the stretches between two anchors are given in which a wanted entry stands.  The
wanted entries are whole; the others in the stretch are reduced to their hash, so that nothing of
other subjects is told.  The anchors from the first stretch to the newest bind both ends of every
stretch, and whoever kept one of them on paper needs no word of the server (case C7).

An entry that is hashed in one level proves by its hash alone only its place, not that it follows
its predecessor; that takes the whole trail.  An entry with a ``salt`` (hashed in two levels: what
it tells first, then that hash with its link) proves both by the hash of what it tells, and nobody
can guess what that was.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from qms.audit.models import LANES, Trail, first_link

_LINK = frozenset({"hash", "lane", "previous", "sequence"})
"""What of an entry with a salt is hashed beside its body, so that the body can stay untold."""


def entries_of(
    trail: Trail, uids: Iterable[str], *, low: int = 0, high: int = 2**62
) -> list[dict[str, Any]]:
    """Give the entries about these subjects, oldest first; ``low`` and ``high`` bound numbers."""
    numbers: set[int] = set()
    for uid in uids:
        found = trail.by_subject.get(uid)
        if found is not None:
            numbers.update(found.keys(low, high))
    return [trail.entry(number) for number in sorted(numbers)]


def segment(trail: Trail, wanted: list[dict[str, Any]], *, at: datetime) -> list[dict[str, Any]]:
    """Give the lines of the segment: head, stretches, anchors."""
    anchors = list(trail.anchors.values())
    stretches: dict[tuple[int, int], set[int]] = {}
    for entry in wanted:
        counts = [anchor["lanes"][entry["lane"]]["count"] for anchor in anchors]
        after = bisect_right(counts, entry["sequence"])
        stretches.setdefault((entry["lane"], after), set()).add(entry["number"])
    oldest = max(min((after for _lane, after in stretches), default=len(anchors)) - 1, 0)
    kept = anchors[oldest:]
    first = first_link(trail.organisation_id, "anchors")
    lines: list[dict[str, Any]] = [
        {
            "qms_trail_segment": 1,
            "organisation": trail.organisation_id,
            "lanes": LANES,
            "exported_at": at.isoformat(timespec="microseconds"),
            "entries": len(wanted),
            "heads": trail.heads(),
            "anchors_from": kept[0]["previous"] if kept else first,
            "last_anchor": kept[-1]["hash"] if kept else first,
        }
    ]
    for (lane, after), numbers in sorted(stretches.items()):
        lines.extend(_stretch(trail, lane, anchors, after, numbers))
    return [*lines, *kept]


def _stretch(
    trail: Trail, index: int, anchors: list[dict[str, Any]], after: int, numbers: set[int]
) -> Iterator[dict[str, Any]]:
    """Give one lane from the anchor before ``after`` up to it, or from the start, or to the end."""
    lane = trail.lanes[index]
    begin = {"count": 0, "head": first_link(trail.organisation_id, index)}
    if after:
        begin = anchors[after - 1]["lanes"][index]
    end = {"count": lane.count, "head": lane.head}
    if after < len(anchors):
        end = anchors[after]["lanes"][index]
    yield {
        "stretch": index,
        "from": begin["count"],
        "begin": begin["head"],
        "to": end["count"],
        "end": end["head"],
    }
    number = min(numbers)
    while lane.entries[number]["sequence"] > begin["count"]:
        number = lane.entries.maxKey(number - 1)
    for entry in lane.entries.values(number):
        if entry["sequence"] >= end["count"]:
            return
        yield entry if entry["number"] in numbers else _reserved(entry)


def _reserved(entry: dict[str, Any]) -> dict[str, Any]:
    """Give of an entry only what the chain needs to pass through it."""
    if "salt" not in entry:
        return {"sequence": entry["sequence"], "hash": entry["hash"]}
    told = {name: value for name, value in entry.items() if name not in _LINK}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return {"sequence": entry["sequence"], "body": body}
