"""What processes deliver to one another, as their characterisations in force say, and what is odd.

Every characterisation tells its own half: from whom its process takes what, and to whom it
delivers what. Held against each other they show what is delivered and taken by nobody, expected
and delivered by nobody, and who only gives or only takes (ISO 9001, 4.4.1 a and b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qms.content.models import organisation_of
from qms.documents import interface_findings
from qms.documents.interface_data import (
    IN,
    OUT,
    Characterisation,
    Finding,
    Interfaces,
    Item,
    Link,
    Mention,
    Passing,
    Place,
    View,
)
from qms.documents.listing import Row, Wanted, master_list
from qms.documents.models import Document, Version
from qms.documents.parties import GROUP, PROCESS, Known, Named, Names, Party, same_thing
from qms.profiles.api import profile_of

__all__ = [
    "SECTION_KIND",
    "Characterisation",
    "Finding",
    "Interfaces",
    "Known",
    "Link",
    "Passing",
    "Place",
    "characterisations_of",
    "characterising",
    "interfaces",
    "interfaces_of",
    "known_processes",
]

SECTION_KIND = "sipoc"
_COLUMNS = {IN: ("suppliers", "inputs"), OUT: ("customers", "outputs")}


def interfaces(
    processes: Iterable[Known], characterisations: Iterable[Characterisation]
) -> Interfaces:
    """Compute the interfaces; neither order matters."""
    names = Names(processes)
    told = sorted(characterisations, key=lambda one: (one.code, one.section_id, one.process_id))
    mentions: list[Mention] = []
    loose: list[tuple[str, Item]] = []
    for one in told:
        mentions += _mentions(one, names)
        loose += _loose(one)
    described = frozenset(one.process_id for one in told if _is_filled(one))
    view = View(names.processes, tuple(mentions), tuple(loose), described)
    links = tuple(_links(mentions, view))
    return Interfaces(links, tuple(interface_findings.find(view)), described, tuple(mentions))


def _is_filled(one: Characterisation) -> bool:
    return any(_texts(row, column) for row in one.rows for column in ("suppliers", "customers"))


def _texts(row: Mapping[str, Any], column: str) -> list[str]:
    listed = row.get(column)
    texts = listed if isinstance(listed, list | tuple) else []
    return [text for text in texts if isinstance(text, str) and any(map(str.isalnum, text))]


def _mentions(one: Characterisation, names: Names) -> Iterator[Mention]:
    """Read the suppliers and customers of every row."""
    found: list[Mention] = []
    for way, (who, what) in _COLUMNS.items():
        everything = [item for row in range(len(one.rows)) for item in _items(one, row, what)]
        for number, row in enumerate(one.rows):
            texts, items = _texts(row, who), _items(one, number, what)
            # Texts that stand line by line beside each other belong together; else all to all.
            # A row that names parties and no things shares those of the whole grid.
            paired = len(texts) == len(items) > 1
            for line, text in enumerate(texts):
                place = Place(one.code, one.section_id, number, who, text)
                mine = (items[line],) if paired else tuple(items or everything)
                found += [
                    Mention(one.process_id, way, named.party, named.exact, mine, place)
                    for named in names.read(text)
                    if not _is_own(named, one.process_id)
                ]
    direct = {(mention.way, mention.party.id) for mention in found if mention.party.kind == PROCESS}
    for mention in found:
        yield replace(mention, party=_without(mention, direct))


def _is_own(named: Named, process_id: str) -> bool:
    return named.party.kind == PROCESS and named.party.id == process_id


def _without(mention: Mention, direct: set[tuple[str, str]]) -> Party:
    """Take the speaker out of a group, and those named beside it out of «the others»."""
    party = mention.party
    if party.kind != GROUP:
        return party
    gone = {mention.speaker}
    if party.id.startswith("others:"):
        gone |= {name for way, name in direct if way == mention.way}
    members = tuple(name for name in party.members if name not in gone)
    return replace(party, members=members)


def _items(one: Characterisation, row: int, column: str) -> list[Item]:
    return [
        Item(text, Place(one.code, one.section_id, row, column, text))
        for text in _texts(one.rows[row], column)
    ]


def _loose(one: Characterisation) -> Iterator[tuple[str, Item]]:
    """Walk the inputs without any supplier, and the outputs without any customer."""
    for who, what in _COLUMNS.values():
        if any(_texts(row, who) for row in one.rows):
            continue
        for number in range(len(one.rows)):
            yield from ((one.process_id, item) for item in _items(one, number, what))


def _links(mentions: Sequence[Mention], view: View) -> Iterator[Link]:
    """Bring together what both sides say about the same pair of parties."""
    pairs: dict[tuple[Any, Any], dict[str, list[Mention]]] = {}
    for mention in mentions:
        own = (PROCESS, mention.speaker)
        pair = (mention.party.key, own) if mention.way == IN else (own, mention.party.key)
        pairs.setdefault(pair, {IN: [], OUT: []})[mention.way].append(mention)
    for (source, target), said in sorted(pairs.items(), key=lambda pair: pair[0]):
        both = [*said[IN], *said[OUT]]
        passing = _passing(
            list(dict.fromkeys(item.text for one in said[OUT] for item in one.items)),
            list(dict.fromkeys(item.text for one in said[IN] for item in one.items)),
        )
        codes = sorted({one.place.code for one in both})
        ends = (_party(source, both, view), _party(target, both, view))
        yield Link(*ends, tuple(passing), tuple(codes))


def _party(key: tuple[str, str], mentions: Sequence[Mention], view: View) -> Party:
    """Give one end of a link, a group with everybody it stands for there."""
    named = [one.party for one in mentions if one.party.key == key]
    if not named:
        return Party(PROCESS, key[1], view.name(key[1]))
    members = tuple(sorted({name for one in named for name in one.members}))
    return replace(named[0], members=members)


def _passing(by_source: list[str], by_target: list[str]) -> Iterator[Passing]:
    left = list(by_target)
    for text in by_source:
        same = [other for other in left if same_thing(text, other)]
        left = [other for other in left if other not in same]
        yield Passing(text, by_source=True, by_target=bool(same))
    for text in left:
        # Both may say it although the supplier's words went to a likelier one.
        known = any(same_thing(text, other) for other in by_source)
        yield Passing(text, by_source=known, by_target=True)


def in_force(document: Document) -> Version | None:
    """Give the version that everybody works by."""
    return document.in_force


def interfaces_of(
    organisation: Any, *, version_of: Callable[[Document], Version | None] = in_force
) -> Interfaces:
    """Compute the interfaces of an organisation, from one version of each document.

    That is the version in force unless ``version_of`` says otherwise; None leaves a document out.
    """
    if version_of is not in_force:
        return _computed(organisation, version_of)
    # What is in force never changes, so the rows tell whether what was computed still holds.
    rows = _rows(organisation, None)
    key = (organisation.profile_revision, tuple((row.uid, row.order, row.state) for row in rows))
    kept = getattr(organisation, "_v_interfaces", None)
    if kept is None or kept[0] != key:
        kept = (key, _computed(organisation, version_of))
        organisation._v_interfaces = kept  # noqa: SLF001 - the database forgets _v_ names
    found: Interfaces = kept[1]
    return found


def _computed(organisation: Any, version_of: Callable[[Document], Version | None]) -> Interfaces:
    told = [
        one
        for document in characterising(organisation)
        if (version := version_of(document)) is not None
        for one in characterisations_of(version)
    ]
    return interfaces(known_processes(organisation), told)


def known_processes(organisation: Any) -> list[Known]:
    """Give the names of all processes, those out of use too."""
    return [
        Known(one.id, one.name, one.acronym, one.kind, one.macroprocess, one.active)
        for one in organisation["processes"].values()
    ]


def characterising(organisation: Any, process_id: str | None = None) -> Iterator[Document]:
    """Walk the documents whose type has a section of suppliers and customers, by code."""
    for row in _rows(organisation, process_id):
        document = organisation["documents"].get(row.uid)
        if document is not None:
            yield document


def _rows(organisation: Any, process_id: str | None) -> Sequence[Row]:
    types = tuple(
        one.id
        for one in profile_of(organisation).document_types
        if any(section.kind == SECTION_KIND for section in one.sections)
    )
    if not types or "documents" not in organisation:
        return ()
    processes = () if process_id is None else (process_id,)
    wanted = Wanted(types=types, processes=processes, limit=None)
    return master_list(organisation, wanted, person=None).rows


def characterisations_of(version: Version) -> list[Characterisation]:
    """Give what the sections of one version say."""
    document = version.document
    type_ = profile_of(organisation_of(document)).document_type(document.type_id)
    found = []
    for section in type_.sections:
        data = version.data_of(section.id) if section.kind == SECTION_KIND else None
        rows = [row for row in (data or {}).get("rows") or [] if isinstance(row, Mapping)]
        if rows:
            found.append(Characterisation(document.process_id, document.code, rows, section.id))
    return found
