"""The words of interfaces: what characterisations say, what passes, and what is odd; plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qms.documents.parties import PROCESS, Known, Party

IN, OUT = "in", "out"
"""Ways of a mention, as seen by the process that speaks."""
WARNING, NOTE = "warning", "note"
"""Weights of a finding: an inconsistency, or something to look at."""


@dataclass(frozen=True, slots=True)
class Characterisation:
    """One section that says from whom a process takes and to whom it delivers."""

    process_id: str
    code: str
    """Code of the document that says so."""
    rows: Sequence[Mapping[str, Any]]
    section_id: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a characterisation."""

    code: str
    section_id: str
    row: int
    """From 0."""
    column: str
    """suppliers, inputs, outputs or customers."""
    text: str
    """What stands there."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that passes, as one side words it."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Mention:
    """What one process says about one party."""

    speaker: str
    """Id of the process that speaks."""
    way: str
    """``in``: it takes from the party; ``out``: it delivers to it."""
    party: Party
    exact: bool
    """Whether the party's name stands there as it is."""
    items: tuple[Item, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Passing:
    """One thing that passes between two parties, and who of them says so."""

    text: str
    by_source: bool
    by_target: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that passes from one party to another; at least one of them is a process."""

    source: Party
    target: Party
    passing: tuple[Passing, ...]
    codes: tuple[str, ...]
    """Codes of the documents that say so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd about the interfaces."""

    kind: str
    """only-supplies, only-receives, unknown-to-supplier, unknown-to-customer, input-not-delivered,
    output-not-taken, input-without-supplier, output-without-customer, named-differently,
    out-of-use."""
    weight: str
    """``warning`` or ``note``."""
    process_id: str
    """The process that the finding is about."""
    other_id: str
    """The process on the other side; empty for none."""
    place: Place
    sentence: Any
    """What is odd, as a translation string."""
    suggestion: Any
    """What to do about it, as a translation string."""


@dataclass(frozen=True)
class View:
    """Everything that was said, for whoever looks for what is odd."""

    processes: Mapping[str, Known]
    mentions: tuple[Mention, ...]
    loose: tuple[tuple[str, Item], ...]
    """Process and input without any supplier, or output without any customer."""
    described: frozenset[str]

    @cached_property
    def spoken(self) -> Mapping[str, list[Mention]]:
        """What each process says, by its id."""
        spoken: dict[str, list[Mention]] = {}
        for one in self.mentions:
            spoken.setdefault(one.speaker, []).append(one)
        return spoken

    def name(self, process_id: str) -> str:
        """Name a process; an unknown one by its id."""
        known = self.processes.get(process_id)
        return process_id if known is None else known.name


@dataclass(frozen=True)
class Interfaces:
    """The interfaces of an organisation's processes."""

    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
    described: frozenset[str]
    """Ids of the processes that have a characterisation in force."""
    mentions: tuple[Mention, ...] = field(repr=False, default=())

    def incoming(self, process_id: str) -> list[Link]:
        """Give what the process takes, from whom."""
        return [one for one in self.links if one.target.means(process_id)]

    def outgoing(self, process_id: str) -> list[Link]:
        """Give what the process delivers, to whom."""
        return [one for one in self.links if one.source.means(process_id)]

    def findings_of(self, process_id: str) -> list[Finding]:
        """Give what is odd about this process, whoever says it."""
        return [one for one in self.findings if process_id in (one.process_id, one.other_id)]

    def matrix(self) -> dict[tuple[str, str], list[Passing]]:
        """Give what passes per pair of processes (source, target), groups taken apart."""
        cells: dict[tuple[str, str], list[Passing]] = {}
        for link in self.links:
            for source in members(link.source):
                for target in members(link.target):
                    if source != target:
                        cells.setdefault((source, target), []).extend(link.passing)
        return cells


def members(party: Party) -> tuple[str, ...]:
    """Give the processes that a party stands for; none for outsiders."""
    return (party.id,) if party.kind == PROCESS else party.members
