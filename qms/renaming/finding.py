"""Finds what depends on a position, unit or process: by its id, and by text that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qms.content.models import Organisation
from qms.documents import workflow as versions
from qms.documents.models import Document, Version
from qms.documents.sections import kind_of
from qms.kernel.text import fold
from qms.people.models import people_of
from qms.profiles.api import process_of, processes_of, profile_of
from qms.renaming.leaves import MADE, changed, holders
from qms.renaming.models import POSITION, PROCESS, UNIT
from qms.renaming.names import Renaming, plain_text
from qms.renaming.workflow import CORRECT, FLAG, NOTHING, REDRAFT

MOST_PLACES = 60
"""So many places of one document are kept and shown; all of them are counted."""

TEXT, TITLE, RESPONSIBLE, INDICATOR = "text", "title", "responsible", "indicator"
DISTRIBUTION, HEADER, OWNER, ROUTE, LEADER = (
    "distribution",
    "header",
    "process",
    "route",
    "leader",
)
FILE = "file"
PRINTED = frozenset({TEXT, TITLE, RESPONSIBLE, INDICATOR, DISTRIBUTION, HEADER})
"""Places at which the file that people hold shows the former name."""
WRITTEN = frozenset({TEXT, TITLE})
"""Places that can be rewritten; all others follow the id by themselves."""


def thing_of(organisation: Organisation, kind: str, identifier: str) -> Any:
    """Give the position, unit or process; UnknownEntry or the people room's refusal otherwise."""
    people = people_of(organisation)
    if kind == POSITION:
        return people.position(identifier)
    return people.unit(identifier) if kind == UNIT else process_of(organisation, identifier)


def _named(organisation: Organisation) -> Iterator[tuple[str, str, str]]:
    people = people_of(organisation)
    yield from ((POSITION, one.id, one.name) for one in people["positions"].values())
    yield from ((UNIT, one.id, one.name) for one in people["units"].values())
    processes = processes_of(organisation, active_only=False)
    yield from ((PROCESS, one.id, one.name) for one in processes)


def renaming_of(organisation: Organisation, old: str, new: str) -> Renaming:
    """Give what is looked for, with every longer name of the organisation."""
    return Renaming.of(old, new, (name for _kind, _id, name in _named(organisation)))


def namesakes(organisation: Organisation, kind: str, identifier: str, name: str) -> list[str]:
    """Name the kinds of other things that are called the same: their places look alike."""
    return [
        other
        for other, other_id, called in _named(organisation)
        if fold(called) == fold(name) and (other, other_id) != (kind, identifier)
    ]


def in_settings(organisation: Organisation, words: Renaming) -> list[str]:
    """Give the texts of the organisation's settings that name the thing: nobody rewrites those."""
    found: dict[str, None] = {}

    def walk(value: Any, key: str = "") -> None:
        if isinstance(value, str) and key not in {"id", "position", "unit", "role", "person"}:
            if words.spans(value):
                found.setdefault(value)
        elif isinstance(value, Mapping):
            for name, one in value.items():
                walk(one, str(name))
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one, key)

    for part in ("printing", "routes", "document_types"):
        walk(organisation.profile.get(part))
    return list(found)


class Finder:
    """Looks documents through for one thing; made once for many documents."""

    def __init__(self, organisation: Organisation, kind: str, identifier: str, words: Renaming):
        """Look for the thing of this kind and id, and for its name."""
        self.organisation, self.kind, self.id, self.words = organisation, kind, identifier, words
        self.profile = profile_of(organisation)
        self.folder = organisation["documents"]
        self._headed = self._header_words()

    def _header_words(self) -> set[str]:
        """Name what the printed header is made of."""
        rows = (self.profile.printing.get("header") or {}).get("rows") or ()
        texts = " ".join(str(cell.get("text") or "") for row in rows for cell in row)
        return {one for one in ("process", "owner_process") if f"{{{one}}}" in texts}

    def look_at(self, document: Document) -> dict[str, Any] | None:
        """Give what was found in a document and what might be done; None for nothing."""
        current, pending = document.in_force, document.pending
        source = pending or current
        if source is None:
            return self._out_of_service(document)
        is_draft = pending is not None and pending.state == versions.DRAFT
        places = list(self.places(source, document))
        before = places
        if pending is not None and current is not None:
            before = list(self.places(current, document))
        if not places and not before:
            return None
        return {
            **self.outline(document),
            "places": places[:MOST_PLACES],
            "total": len(places),
            "by_hand": sum(one["by_hand"] for one in places),
            "choice": self._proposal(places, before, pending, is_draft=is_draft),
        }

    def _out_of_service(self, document: Document) -> dict[str, Any] | None:
        """Give a document that nobody works by, where the master list names the thing for it."""
        latest = document.latest
        around = [] if latest is None else self._around(latest, document)
        places = [one for one in around if one["kind"] == LEADER]
        return {**self.outline(document), "places": places, "total": 1} if places else None

    def outline(self, document: Document) -> dict[str, Any]:
        """Give a document as it is listed, with no place in it yet."""
        current, pending = document.in_force, document.pending
        source = pending or current
        is_draft = pending is not None and pending.state == versions.DRAFT
        return {
            "code": document.code,
            "title": document.title if source is None else source.title,
            "in_force": None if current is None else current.label,
            "pending": None if pending is None else pending.state,
            "places": [],
            "total": 0,
            "by_hand": 0,
            "choice": NOTHING,
            "choices": _choices(current, pending, is_draft=is_draft),
        }

    def _proposal(
        self, places: list[Any], before: list[Any], pending: Version | None, *, is_draft: bool
    ) -> str:
        if is_draft and any(one["kind"] in WRITTEN for one in places):
            return CORRECT
        if not any(one["kind"] in PRINTED for one in before):
            return NOTHING
        return FLAG if pending is not None else REDRAFT

    def places(self, version: Version, document: Document) -> Iterator[dict[str, Any]]:
        """Give every place at which a version depends on the thing or names it."""
        for before, hit, after in self.words.excerpts(version.title):
            yield place_of(TITLE, excerpt=(before, hit, after))
        type_ = self.profile.document_type(document.type_id)
        for spec in type_.sections:
            data = version.data_of(spec.id)
            if data is not None and spec.kind not in MADE:
                yield from self._in_section(spec, data)
        yield from self._around(version, document)
        yield from self._by_route(document, type_.route)

    def _in_section(self, spec: Any, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        def note(text: str, html: bool, row: str) -> str:  # noqa: FBT001
            found.extend(_in_text(self.words, text, html=html, spec=spec, row=row))
            return text

        changed(spec.kind, data, note, self.follows)
        yield from found
        if self.kind == POSITION and self.id in kind_of(spec.kind).declares(data).positions:
            for row, key in holders(data, self.id):
                kind = RESPONSIBLE if key == "responsible" else INDICATOR
                yield place_of(kind, spec=spec, row=row)

    def follows(self, code: str) -> bool:
        """Tell whether the document of a code is called by the name, so that its title changes."""
        other = self.folder.get(code)
        return other is not None and bool(self.words.spans(other.title))

    def _around(self, version: Version, document: Document) -> Iterator[dict[str, Any]]:
        if self.kind == POSITION:
            if self.id in version.distribution:
                yield place_of(DISTRIBUTION)
            if self.id in {document.responsible_id, document.leader_position()}:
                yield place_of(LEADER)
        if self.kind == PROCESS:
            roles = {"process": document.process_id, "owner_process": document.owner_process_id}
            mine = {role for role, process_id in roles.items() if process_id == self.id}
            if mine:
                yield place_of(HEADER if mine & self._headed else OWNER)

    def _by_route(self, document: Document, route_id: str) -> Iterator[dict[str, Any]]:
        for step in self.profile.route(route_id).steps:
            for one in step.assignees:
                led = one.get("role") == "process-leader" and self.kind == POSITION
                if one.get(self.kind) == self.id or (led and document.leader_position() == self.id):
                    yield place_of(ROUTE, row=step.label)


def _choices(current: Version | None, pending: Version | None, *, is_draft: bool) -> list[str]:
    """Name what can be done with a document."""
    if current is None and pending is None:
        return [NOTHING]
    first = [REDRAFT] if pending is None else [CORRECT] if is_draft else []
    return [*first, FLAG, NOTHING]


def _in_text(
    words: Renaming, text: str, *, html: bool, spec: Any, row: str
) -> Iterator[dict[str, Any]]:
    """Give the places in one text; those cut by tags, as half in bold, are for a person."""
    if not html:
        for one in words.excerpts(text):
            yield place_of(TEXT, spec=spec, row=row, excerpt=one)
        return
    seen = words.excerpts(text, html=True)
    if not seen:
        return
    by_hand = len(seen) > len(words.spans(text, html=True))
    cut = _cut_by_tags(words, text) if by_hand else set()
    for place, one in enumerate(seen):
        yield place_of(TEXT, spec=spec, row=row, excerpt=one, by_hand=place in cut)


def _cut_by_tags(words: Renaming, html: str) -> set[int]:
    """Give the numbers of the places that stay when everything whole is replaced by a mark."""
    marked = Renaming(words.old, "\ue000", words.longer).apply(html, html=True)
    left = plain_text(marked)
    spans = [*((start, True) for start, _end in words.spans(left))]
    spans += [(place, False) for place, char in enumerate(left) if char == "\ue000"]
    return {number for number, (_start, cut) in enumerate(sorted(spans)) if cut}


def place_of(
    kind: str,
    *,
    spec: Any = None,
    row: str = "",
    excerpt: tuple[str, str, str] | None = None,
    by_hand: bool = False,
) -> dict[str, Any]:
    """Give a place as it is kept: what it is, where it stands, and how it reads."""
    return {
        "kind": kind,
        "section": "" if spec is None else " ".join(filter(None, (spec.number, spec.title))),
        "section_id": "" if spec is None else spec.id,
        "row": row,
        "excerpt": None if excerpt is None else list(excerpt),
        "by_hand": by_hand,
    }
