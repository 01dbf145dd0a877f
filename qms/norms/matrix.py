"""The matrix of requirement, process, document and clause, and how far each is covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qms.documents.listing import Row as DocumentRow
from qms.documents.listing import catalogue_of as master_list
from qms.norms import workflow
from qms.norms.citing import Cite, CitingRow, all_citing, citing
from qms.norms.listing import Row, all_rows
from qms.norms.models import Norm, Requirement
from qms.norms.tables import ClauseTable, table_of

FULL, PART = "full", "part"
"""How strongly a document is tied to a requirement."""
BY_HAND, CITED, NEAR, FORMER = "by-hand", "cited", "near", "former"
"""Why: somebody linked it; it names it; it names what stands above; a former edition's clause."""


@dataclass(frozen=True)
class Link:
    """A document in force that speaks of a requirement."""

    uid: str
    code: str
    title: str
    process_id: str
    strength: str
    why: str
    said: str = ""
    """What the document says, as it is written."""


@dataclass(frozen=True)
class Line:
    """One line of the matrix: a requirement, or a norm as a whole where it has none."""

    norm: Row
    requirement: Requirement | None
    number: str
    text: str
    links: tuple[Link, ...]
    process_ids: tuple[str, ...]
    """Those noted by hand, and those of the documents."""
    coverage: str
    norm_state: str


Mentions = dict[str, list[tuple[CitingRow, Cite]]]
"""Clause to who cites it; the empty clause is the norm as a whole."""


def _by_clause(rows: Iterable[CitingRow], keys: Iterable[str]) -> Mentions:
    found: Mentions = {}
    wanted = frozenset(keys)
    for row in rows:
        for cite in row.found:
            if cite.key in wanted:
                found.setdefault(cite.clause, []).append((row, cite))
    return found


@dataclass
class Norming:
    """A norm and what cites it, read once for all of its requirements."""

    organisation: Any
    norm: Norm
    row: Row
    table: ClauseTable | None
    mentions: Mentions = field(default_factory=dict)
    former: dict[str, Mentions] = field(default_factory=dict)
    """Key of a former edition to who cites it."""

    @classmethod
    def of(cls, organisation: Any, row: Row) -> Norming:
        """Read what cites a norm and its former editions."""
        norm = organisation["norms"][row.id]
        table = table_of(norm.key)
        mentions = _by_clause(citing(organisation, row.keys), row.keys)
        made = cls(organisation, norm, row, table, mentions)
        for key in table.came_from if table is not None else ():
            made.former[key] = _by_clause(citing(organisation, [key]), [key])
        return made

    def links(self, requirement: Requirement | None) -> tuple[Link, ...]:
        """Give the documents in force tied to a requirement, each once, the strongest tie first.

        Without a requirement: whoever cites the norm, whatever part of it.
        """
        if requirement is None:
            found = [_link(*each, FULL, CITED) for some in self.mentions.values() for each in some]
        else:
            found = [
                *self._by_hand(requirement),
                *self._cited(requirement.number),
                *self._former(requirement.number),
            ]
        best: dict[str, Link] = {}
        for link in sorted(found, key=lambda one: one.strength != FULL):
            best.setdefault(link.uid, link)
        return tuple(sorted(best.values(), key=lambda one: one.code))

    def _by_hand(self, requirement: Requirement) -> Iterator[Link]:
        for uid in requirement.document_uids:
            values = master_list(self.organisation).row(uid)
            row = DocumentRow(*values) if values is not None else None
            if row is not None and row.state == "in-force":
                yield Link(uid, row.code, row.title, row.process_id, FULL, BY_HAND)

    def _cited(self, number: str) -> Iterator[Link]:
        for clause, some in self.mentions.items():
            if clause == number:
                yield from (_link(*each, FULL, CITED) for each in some)
            elif clause and (number.startswith(f"{clause}.") or clause.startswith(f"{number}.")):
                yield from (_link(*each, PART, NEAR) for each in some)

    def _former(self, number: str) -> Iterator[Link]:
        for key, mentions in self.former.items():
            came_from = self.table.came_from[key] if self.table is not None else {}
            for clause in came_from.get(number, ()):
                yield from (_link(*each, PART, FORMER) for each in mentions.get(clause, ()))


def _link(row: CitingRow, cite: Cite, strength: str, why: str) -> Link:
    return Link(row.uid, row.code, row.title, row.process_id, strength, why, cite.text)


def line_of(norming: Norming, requirement: Requirement | None, today: date) -> Line:
    """Make one line of the matrix."""
    links = norming.links(requirement)
    norm, row = norming.norm, norming.row
    noted = requirement.process_ids if requirement is not None else norm.process_ids
    processes = dict.fromkeys((*noted, *(one.process_id for one in links if one.process_id)))
    full = sum(one.strength == FULL for one in links)
    return Line(
        row,
        requirement,
        requirement.number if requirement is not None else "",
        requirement.title if requirement is not None else row.title,
        links,
        tuple(processes),
        workflow.coverage(
            applies=requirement is None or requirement.applies,
            full=full,
            part=len(links) - full,
            judged_partial=requirement is not None and requirement.partial,
        ),
        row.state_on(today),
    )


def ordered(norm: Norm) -> list[Requirement]:
    """List the requirements of a norm in the order of their numbers: 4.2 before 4.10."""
    return sorted(norm.values(), key=lambda one: _order(one.number))


def _order(number: str) -> list[tuple[int, int, str]]:
    parts = number.replace("-", ".").split(".")
    return [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in parts]


def lines(organisation: Any, today: date, rows: Iterable[Row] | None = None) -> Iterator[Line]:
    """Give the matrix: norms in force by name, their requirements in order, headings left out."""
    for row in all_rows(organisation) if rows is None else rows:
        norming = Norming.of(organisation, row)
        demands = [one for one in ordered(norming.norm) if not one.heading]
        wanted: list[Requirement | None] = [*demands] or [None]
        for requirement in wanted:
            yield line_of(norming, requirement, today)


@dataclass(frozen=True)
class Affected:
    """A document in force that leans on a norm which was changed or repealed."""

    norm: Row
    state: str
    by: str
    since: str
    link: Link


def affected(organisation: Any, today: date) -> list[Affected]:
    """List what leans on norms that are repealed or changed, by norm and code."""
    rows = all_rows(organisation)
    return [one for row in rows for one in affected_by(organisation, row, today)]


def change_of(row: Row, today: date) -> tuple[str, str, str] | None:
    """Give state, successor and day of a norm that is repealed or changed by ``today``."""
    known, day = row.known, today.isoformat()
    if known.repealed_on and known.repealed_on <= day:
        return workflow.REPEALED, known.repealed_by, known.repealed_on
    if row.in_force_until and row.in_force_until < day:
        return workflow.REPEALED, "", row.in_force_until
    if known.amended_on and known.amended_on <= day:
        return workflow.AMENDED, known.amended_by, known.amended_on
    return None


def affected_by(organisation: Any, row: Row, today: date) -> list[Affected]:
    """List the documents in force that cite a changed norm, or are linked to a part of it."""
    change = change_of(row, today)
    return (
        []
        if change is None
        else [Affected(row, *change, one) for one in leaning(organisation, row)]
    )


def leaning(organisation: Any, row: Row) -> list[Link]:
    """List the documents in force that cite a norm or are linked to a requirement of it."""
    return leaning_on(Norming.of(organisation, row))


def leaning_on(norming: Norming) -> list[Link]:
    """List the documents as :func:`leaning` does, of a norm that was read already."""
    found = {link.uid: link for link in norming.links(None)}
    for requirement in norming.norm.values():
        if requirement.document_uids:
            by_hand = (one for one in norming.links(requirement) if one.why == BY_HAND)
            found.update({one.uid: one for one in by_hand if one.uid not in found})
    return sorted(found.values(), key=lambda one: one.code)


def unregistered(organisation: Any) -> list[tuple[Cite, list[CitingRow]]]:
    """List the norms that documents in force cite and the register does not have."""
    known = {key for row in all_rows(organisation) for key in row.keys}
    found: dict[str, tuple[Cite, list[CitingRow]]] = {}
    for row in all_citing(organisation):
        for cite in row.found:
            if cite.key not in known:
                _cite, rows = found.setdefault(cite.key, (cite, []))
                if row not in rows:
                    rows.append(row)
    return [found[key] for key in sorted(found)]
