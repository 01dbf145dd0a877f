"""Verbs on the trail: record, anchor, search, check; there is none that takes anything away."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Self

from translationstring import TranslationString

from qms.audit.events import TrailAnchored
from qms.audit.models import FOLDER, LANES, Trail, digest, first_link, number_at, trail_of
from qms.content.models import Organisation, find_organisation, lineage
from qms.kernel.acts import Act, DomainEvent
from qms.kernel.i18n import _
from qms.people.moments import local_day, zone_of


def plain(value: Any) -> Any:
    """Reduce a value to what JSON holds; TypeError names what an event should not carry."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        # A subclass (an Enum member, a translation string) must not reach the database.
        return str.__str__(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__iter__"):
        return [plain(inner) for inner in value]
    raise TypeError(f"an event's details cannot hold a {type(value).__name__}")


def path_of(content: Any) -> str:
    """Give the address of ``content`` below the site, without a web request."""
    names = [str(place.__name__ or "") for place in lineage(content)]
    return "/".join(reversed(names)) or "/"


def lane_for(act: Act) -> int:
    """Choose a lane: the same for all entries of an act, another one when the act is repeated."""
    return zlib.crc32(f"{act.at.isoformat()} {act.person_id}".encode()) % LANES


def state_of(request: Any) -> tuple[dict[str, int], Hashable] | None:
    """Name the state that a request finds its organisation in: entries by room, and the rest.

    The rest is the profile's revision, by which whatever is kept of a profile goes, and the day.

    Two requests that find the same number of entries find the same content, since each change adds
    one and each sees a whole number of changes.
    """
    organisation = request.organisation
    trail = organisation.get(FOLDER)
    if trail is None:
        return None
    day = local_day(organisation, request.act.at)
    return trail.counts(), (organisation.profile_revision, trail.rooms is None, day)


def record(event: DomainEvent) -> dict[str, Any] | None:
    """Append an event to its organisation's trail, inside the act's own transaction.

    The person's name is a snapshot: it stays when the person is renamed.  An event above all
    organisations has no trail.
    """
    act, subject = event.act, event.subject
    organisation = find_organisation(subject)
    if organisation is None:
        return None
    people = organisation.get("people")
    name = people.person_name(act.person_id) if people is not None else act.person_id
    facts = {
        "at": act.at.isoformat(timespec="microseconds"),
        "event": type(event).__name__,
        "path": path_of(subject),
        "uid": getattr(subject, "uid", ""),
        "title": str.__str__(getattr(subject, "title", "") or ""),
        "person_id": act.person_id,
        "person": name,
        "channel": act.channel,
        "address": str(act.context.get("address") or ""),
        "details": plain(event.details()),
    }
    return trail_of(organisation).append(act.at, lane_for(act), facts, type(event).room())


def anchor_due(organisation: Organisation, *, act: Act) -> dict[str, Any] | None:
    """Bind all lane heads at most once a day; give the new anchor, or None when today has one.

    Whoever keeps the anchor's hash outside the database (printed, mailed) can later prove that
    nothing before it was cut off.
    """
    trail = trail_of(organisation)
    day = act.at.astimezone(zone_of(organisation)).date()
    if day.toordinal() in trail.anchors or not len(trail):
        return None
    last = trail.last_anchor()
    anchor: dict[str, Any] = {
        "anchor": day.isoformat(),
        "at": act.at.isoformat(timespec="microseconds"),
        "lanes": trail.heads(),
        "previous": last["hash"] if last else first_link(trail.organisation_id, "anchors"),
    }
    anchor["hash"] = digest(anchor)
    trail.anchors[day.toordinal()] = anchor
    act.notify(TrailAnchored(trail, act, day=anchor["anchor"], hash=anchor["hash"]))
    return anchor


@dataclass(frozen=True)
class Query:
    """Which entries somebody wants to see."""

    since: date | None = None
    """First day, in the organisation's zone."""
    until: date | None = None
    """Last day, included."""
    person_id: str = ""
    uid: str = ""
    event: str = ""
    text: str = ""
    """Part of path or title, whatever its case."""


def _bounds(trail: Trail, query: Query) -> tuple[int, int]:
    zone = zone_of(trail)
    low, high = 0, 2**62
    if query.since is not None:
        low = number_at(datetime.combine(query.since, time.min, zone))
    if query.until is not None and query.until < date.max:
        high = number_at(datetime.combine(query.until + timedelta(days=1), time.min, zone)) - 1
    return low, high


def _backwards(tree: Any, low: int, high: int) -> Iterator[int]:
    """Walk a tree's keys from ``high`` down to ``low``, each step a look-up of its own.

    Trees lead forwards only; to turn one round would load all of it.
    """
    while True:
        try:
            high = tree.maxKey(high)
        except ValueError:
            return
        if high < low:
            return
        yield high
        high -= 1


def newest_first(trail: Trail, query: Query) -> Iterator[dict[str, Any]]:
    """Walk the wanted entries from the newest to the oldest, loading only what is looked at."""
    low, high = _bounds(trail, query)
    if query.uid or query.person_id:
        index = trail.by_subject if query.uid else trail.by_person
        numbers = index.get(query.uid or query.person_id)
        walked = _backwards(numbers, low, high) if numbers is not None else iter(())
    else:
        walks = [_backwards(lane.entries, low, high) for lane in trail.lanes]
        walked = heapq.merge(*walks, reverse=True)
    return (entry for entry in map(trail.entry, walked) if _wanted(entry, query))


def _wanted(entry: dict[str, Any], query: Query) -> bool:
    if query.event and entry["event"] != query.event:
        return False
    if query.person_id and entry["person_id"] != query.person_id:
        return False
    if query.text:
        return query.text.casefold() in f"{entry['path']} {entry['title']}".casefold()
    return True


def page_of(
    trail: Trail, query: Query, *, page: int, size: int
) -> tuple[list[dict[str, Any]], bool]:
    """Give one page (from 1) of the wanted entries, and whether more follow."""
    start = (page - 1) * size
    found = list(islice(newest_first(trail, query), start, start + size + 1))
    return found[:size], len(found) > size


class Problem(str):
    """What speaks against a trail: itself for the terminal, ``sentence`` for the screen."""

    __slots__ = ("sentence",)

    sentence: TranslationString

    def __new__(cls, sentence: TranslationString) -> Self:
        """Fill the sentence in, and keep it apart for its translation."""
        made = super().__new__(cls, sentence.interpolate())
        made.sentence = sentence
        return made


def broken_links(trail: Trail) -> Iterator[Problem]:
    """Name every entry or anchor that does not fit its chain; nothing when the trail is whole."""
    for lane in trail.lanes:
        yield from _broken_in_lane(trail.organisation_id, lane)
    previous = first_link(trail.organisation_id, "anchors")
    for anchor in trail.anchors.values():
        if anchor["previous"] != previous or digest(anchor) != anchor["hash"]:
            yield Problem(_("anchor ${anchor} was altered", {"anchor": anchor["anchor"]}))
        previous = anchor["hash"]
        yield from _broken_anchor(trail, anchor)


def _broken_in_lane(organisation_id: str, lane: Any) -> Iterator[Problem]:
    previous, sequence = first_link(organisation_id, lane.index), 0
    for number, entry in lane.entries.items():
        where = {"number": number, "lane": lane.index, "sequence": entry.get("sequence")}
        if entry.get("sequence") != sequence or entry.get("previous") != previous:
            yield Problem(
                _(
                    "entry ${number} (lane ${lane}, sequence ${sequence}) does not follow its "
                    "predecessor",
                    where,
                )
            )
        elif entry.get("number") != number or digest(entry) != entry.get("hash"):
            yield Problem(
                _("entry ${number} (lane ${lane}, sequence ${sequence}) was altered", where)
            )
        previous, sequence = entry.get("hash"), sequence + 1
    if lane.count != sequence or lane.head != previous:
        yield Problem(
            _(
                "lane ${lane} does not end with the entry that it ended with",
                {"lane": lane.index},
            )
        )


def _broken_anchor(trail: Trail, anchor: dict[str, Any]) -> Iterator[Problem]:
    for lane, kept in zip(trail.lanes, anchor["lanes"], strict=True):
        entries = list(islice(lane.entries.values(), kept["count"]))
        last = entries[-1]["hash"] if entries else first_link(trail.organisation_id, lane.index)
        if len(entries) < kept["count"] or last != kept["head"]:
            yield Problem(
                _(
                    "lane ${lane} contradicts the anchor ${anchor}",
                    {"lane": lane.index, "anchor": anchor["anchor"]},
                )
            )


def moment_of(entry: dict[str, Any]) -> datetime:
    """Give the moment at which the entry's act happened."""
    return datetime.fromisoformat(entry["at"])


def in_order(trail: Trail) -> Iterable[dict[str, Any]]:
    """Give every entry from the oldest to the newest."""
    walks: list[Any] = [lane.entries.keys() for lane in trail.lanes]
    return (trail.entry(number) for number in heapq.merge(*walks))


def lines(trail: Trail, *, at: datetime) -> Iterator[dict[str, Any]]:
    """Give the whole trail as the lines of an export that verifies on its own."""
    head = {
        "qms_trail": 1,
        "organisation": trail.organisation_id,
        "lanes": LANES,
        "exported_at": at.isoformat(timespec="microseconds"),
        "heads": trail.heads(),
    }
    return chain([head], in_order(trail), trail.anchors.values())
