"""Keeps the chronicle: what an event changed is noted in the event's own transaction.

What there was before the chronicle is read from the trail: its entries hold old and new values of
persons, positions and units. Of processes and of the profile it says only when they changed, so
these are known since their last change before the chronicle began (or since they were made).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from qms.audit.models import FOLDER as TRAIL
from qms.audit.services import in_order
from qms.content.annexes import annex_of, seen_annex
from qms.content.models import organisation_of
from qms.documents.models import Document, Version
from qms.past.models import Chronicle
from qms.past.moments import key_of
from qms.past.rebuilding import spans_from_log
from qms.past.spans import EXACT, appended, facts_of, with_registered
from qms.people.models import Person, Position, Unit
from qms.people.moments import zone_of
from qms.profiles.models import Process

ROOM = "past.chronicle"
_KEEP_LOADED = 200
"""After so many documents the connection lets go of what it holds beyond its size."""


def chronicle_of(organisation: Any) -> Chronicle:
    """Give the organisation's chronicle for writing; made from the trail at its first use."""
    return annex_of(organisation, ROOM, partial(remembered, organisation))


def seen_chronicle(organisation: Any) -> Chronicle:
    """Give the chronicle for looking only, which writes nothing even where there is none yet."""
    return seen_annex(organisation, ROOM, partial(remembered, organisation))


# What follows from an event


def keep(subject: Any, at: datetime) -> None:
    """Note what the subject is now, and the profile if it is another one."""
    organisation = organisation_of(subject)
    chronicle, moment = chronicle_of(organisation), key_of(at)
    if isinstance(subject, Version):
        _keep_document(chronicle, subject.document, moment)
    elif isinstance(subject, Document):
        _keep_document(chronicle, subject, moment)
    elif isinstance(subject, Person | Position | Unit | Process):
        _keep_one(chronicle, subject, moment)
    if chronicle.profile_revision != organisation.profile_revision:
        keep_profile(organisation, chronicle, moment)


def _keep_document(chronicle: Chronicle, document: Document, moment: str) -> None:
    spans = appended(chronicle.spans_of(document.uid), moment, facts_of(document))
    if sum(span[1] == EXACT for span in spans) == 1:
        # Taking over tells one version after the other; each may say something of before.
        spans = with_registered(spans, document, zone_of(document))
    chronicle.put_spans(document.uid, spans)


def keep_profile(organisation: Any, chronicle: Chronicle, moment: str) -> None:
    """Note the parts of the profile that changed, and every process."""
    for name, text in present_lines(organisation):
        chronicle.note(name, moment, text, born=not name.startswith("profile/"))
    chronicle.profile_revision = organisation.profile_revision


def present_lines(organisation: Any) -> Iterator[tuple[str, str]]:
    """Give what the lines of profile and processes have to say now."""
    for key, value in organisation.profile.items():
        yield f"profile/{key}", as_text(value)
    for process in organisation["processes"].values() if "processes" in organisation else ():
        kind, facts = one_facts(process)
        yield f"{kind}/{process.id}", as_text(facts)


def _keep_one(chronicle: Chronicle, subject: Any, moment: str) -> None:
    kind, facts = one_facts(subject)
    chronicle.note(f"{kind}/{subject.id}", moment, as_text(facts))


def as_text(value: Any) -> str:
    """Write plain data as JSON that is the same for the same data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return dict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value)


def one_facts(subject: Person | Position | Unit | Process) -> tuple[str, dict[str, Any]]:
    """Give the kind of a line and what it keeps of this subject."""
    if isinstance(subject, Person):
        return "person", {
            "name": subject.name,
            "active": subject.active,
            "positions": subject.position_ids,
            "roles": sorted(subject.roles),
        }
    if isinstance(subject, Position):
        return "position", {
            "name": subject.name,
            "superior": subject.superior_id,
            "unit": subject.unit_id,
        }
    if isinstance(subject, Unit):
        return "unit", {"name": subject.name}
    return "process", {name: getattr(subject, name) for name in _PROCESS}


# What there was before


def remembered(organisation: Any, kept: Chronicle | None = None) -> Chronicle:
    """Make the chronicle anew from acts and trail; ``kept`` gives the lines that only it has."""
    made = Chronicle()
    entries = _entries(organisation)
    lines = _PeopleLines(made)
    named: dict[str, tuple[str, bool]] = {}
    for entry in entries:
        lines.take(entry)
        if entry["event"] == "ProfileApplied":
            _take_profile(entry, named)
    _present_people(organisation, made, entries[0]["at"] if entries else None)
    if kept is None:
        _profile_lines(organisation, made, named, entries[0]["at"] if entries else None)
    else:
        for name, line in kept.lines.items():
            if name.startswith(("process/", "profile/")):
                made.lines[name] = line
    made.profile_revision = organisation.profile_revision
    documents = organisation["documents"].values() if "documents" in organisation else ()
    for number, document in enumerate(documents, 1):
        made.put_spans(document.uid, spans_from_log(document))
        if not number % _KEEP_LOADED and organisation._p_jar is not None:
            organisation._p_jar.cacheGC()
    return made


def rebuild(organisation: Any) -> int:
    """Make the derived part of the chronicle anew and give the number of documents in it."""
    made = organisation.annexes[ROOM] = remembered(organisation, organisation.annexes.get(ROOM))
    return len(made.spans)


_TOLD = frozenset(
    {
        "PersonAdded",
        "PersonChanged",
        "PositionsChanged",
        "RolesChanged",
        "PersonDeactivated",
        "PersonReactivated",
        "PlaceAdded",
        "PlaceChanged",
        "ProcessAdded",
        "ProcessChanged",
        "ProfileApplied",
    }
)


def _entries(organisation: Any) -> list[dict[str, Any]]:
    """Give the trail's entries about people and profile, after its very first one."""
    trail = organisation.get(TRAIL)
    if trail is None:
        return []
    found: list[dict[str, Any]] = []
    for entry in in_order(trail):
        if not found or entry["event"] in _TOLD:
            found.append(entry)
    return found


class _PeopleLines:
    """Folds the trail's entries about persons, positions and units into lines."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle = chronicle
        self.facts: dict[str, dict[str, Any]] = {}
        self.start = ""
        """The earliest moment that the trail tells of."""

    def take(self, entry: Mapping[str, Any]) -> None:
        """Fold one entry in."""
        parts = entry["path"].split("/")
        if len(parts) < 3 or parts[-2] not in _KINDS or entry["event"] not in _TOLD:
            return
        kind, identifier = _KINDS[parts[-2]], parts[-1]
        name, moment = f"{kind}/{identifier}", key_of(entry["at"])
        self.start = self.start or moment
        if name not in self.facts and (old := entry["details"].get("old")):
            self.facts[name] = dict(_BLANK[kind])
            _fold(self.facts[name], _FIELDS[kind], old)
            self.chronicle.note(name, self.start, as_text(self.facts[name]), born=False)
        facts = dict(self.facts.get(name) or _BLANK[kind])
        _fold(facts, _FIELDS[kind], entry["details"].get("new") or {})
        if kind == "person":
            facts["active"] = {"PersonDeactivated": False, "PersonReactivated": True}.get(
                entry["event"], facts["active"]
            )
            facts["roles"] = sorted(facts["roles"])
        self.facts[name] = facts
        born = entry["event"] in {"PersonAdded", "PlaceAdded", "ProcessAdded"}
        self.chronicle.note(name, moment, as_text(facts), born=born)


def _fold(
    facts: dict[str, Any], fields: Mapping[str, tuple[str, ...]], new: Mapping[str, Any]
) -> None:
    """Take over the new values that there are, under our names."""
    for ours, theirs in fields.items():
        for name in theirs:
            facts[ours] = new.get(name, facts[ours])


_KINDS = {
    "persons": "person",
    "positions": "position",
    "units": "unit",
    "processes": "process",
}
_PROCESS = ("name", "acronym", "macroprocess", "kind", "leader", "active")
_BLANK: dict[str, dict[str, Any]] = {
    "person": {"name": "", "active": True, "positions": [], "roles": []},
    "position": {"name": "", "superior": None, "unit": None},
    "unit": {"name": ""},
    "process": {**dict.fromkeys(_PROCESS), "active": True},
}
_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "person": {"name": ("name",), "positions": ("positions",), "roles": ("roles",)},
    "position": {
        "name": ("name",),
        "superior": ("superior", "superior_id"),
        "unit": ("unit", "unit_id"),
    },
    "unit": {"name": ("name",)},
    "process": {name: (name,) for name in _PROCESS},
}
"""Our names, and those that the services and the profile write into the trail."""


def _present_people(organisation: Any, made: Chronicle, since: str | None) -> None:
    """Begin the lines of those whom the trail does not name with what they are now."""
    if "people" not in organisation:
        return
    people = organisation["people"]
    for folder in ("persons", "positions", "units"):
        for one in people[folder].values():
            kind, facts = one_facts(one)
            if f"{kind}/{one.id}" not in made.lines:
                moment = key_of(since) if since else ""
                made.note(f"{kind}/{one.id}", moment, as_text(facts), born=False)


def _take_profile(entry: Mapping[str, Any], named: dict[str, tuple[str, bool]]) -> None:
    """Remember when a process or a part of the profile was made or changed last."""
    changes = entry["details"].get("changes") or {}
    moment = key_of(entry["at"])
    for part, prefix in (("processes", "process"), ("profile", "profile")):
        for kind, identifiers in (changes.get(part) or {}).items():
            for identifier in _texts(identifiers):
                born = kind == "added" or bool(entry["details"].get("created"))
                named[f"{prefix}/{identifier}"] = (moment, born)


def _texts(value: Any) -> Iterable[str]:
    return (str(one) for one in value) if isinstance(value, list) else ()


def _profile_lines(
    organisation: Any,
    made: Chronicle,
    named: Mapping[str, tuple[str, bool]],
    since: str | None,
) -> None:
    """Begin the lines of processes and profile with what they have been since they changed last."""
    start = (key_of(since) if since else "", False)
    for key, value in organisation.profile.items():
        moment, _born = named.get(f"profile/{key}", start)
        made.note(f"profile/{key}", moment, as_text(value), born=False)
    for process in organisation["processes"].values() if "processes" in organisation else ():
        moment, born = named.get(f"process/{process.id}", start)
        if f"process/{process.id}" in made.lines:
            moment, born = max(moment, made.lines[f"process/{process.id}"][-1][0]), False
        made.note(f"process/{process.id}", moment, as_text(one_facts(process)[1]), born=born)
