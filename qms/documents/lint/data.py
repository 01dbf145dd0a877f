"""What the checks look at: a version and its organisation as plain data, free of the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from qms.documents.lint.words import content_words, folded, stems
from qms.kernel import codes

MONTH = 7
"""Length of a date of which only the month is known: ``2018-05``."""


@dataclass(frozen=True)
class Unit:
    """One piece of text with its place."""

    text: str
    section: str = ""
    row: str = ""
    column: str = ""
    """The column of a grid that it stands in: ``suppliers``, ``records`` and so on."""
    is_block: bool = False
    """Whether it is a paragraph of prose (not a name, a cell or a title)."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words that carry meaning."""
        return frozenset(stems(self.text))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words that carry meaning, stemmed, in order."""
        return stems(self.text)


@dataclass(frozen=True)
class Part:
    """One section of a version."""

    id: str
    kind: str
    number: str
    title: str
    data: Mapping[str, Any]
    units: tuple[Unit, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return " ".join(filter(None, (self.number, self.title)))


@dataclass(frozen=True)
class Edition:
    """One entry of a document's history of versions."""

    label: str
    order: int
    dates: Mapping[str, str]
    reason: str = ""
    changes: Sequence[Mapping[str, str]] = ()
    approvals: Sequence[Mapping[str, Any]] = ()
    """Printed approvals: ``{"step", "name", "position", "date"}``."""


@dataclass(frozen=True)
class Paper:
    """A version as the checks see it."""

    uid: str
    code: str
    title: str
    type_id: str
    type_name: str
    process_id: str
    order: int
    label: str
    state: str
    parts: tuple[Part, ...]
    history: tuple[Edition, ...]
    """All versions up to this one, which is the last; given up ones are left out."""
    steps: tuple[str, ...] = ()
    """Ids of the steps of its route, in order."""
    printed_validity: str = ""
    """What its pages call the date of the next review, where they print it."""
    file_only: bool = False

    @property
    def edition(self) -> Edition:
        """The version's own entry of the history."""
        return self.history[-1]

    @property
    def dates(self) -> Mapping[str, str]:
        """Approval, coming into force and review of this version, as they are printed."""
        return self.history[-1].dates

    def part(self, section_id: str) -> Part | None:
        """Give a section, or None."""
        return next((part for part in self.parts if part.id == section_id), None)

    def of_kind(self, *kinds: str) -> list[Part]:
        """Give the sections of these kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All its text."""
        return tuple(unit for part in self.parts for unit in part.units)

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The stems of its title and type, which go without saying inside it."""
        return frozenset(stems(f"{self.type_name} {self.title}"))


@dataclass(frozen=True)
class Known:
    """What is known of another document."""

    code: str
    title: str
    type_id: str
    state: str


@dataclass(frozen=True)
class World:
    """The organisation around a version; what is asked of it by name is noted by ``Watch``."""

    find_document: Callable[[str], Known | None] = lambda _code: None
    """Finds a document by its normal code, present or former."""
    find_titles: Callable[[str], tuple[str, ...]] = lambda _key: ()
    """Finds the codes of the documents whose title has this key."""
    positions: Mapping[str, str] = field(default_factory=dict)
    """Id to name."""
    leaders: Mapping[str, str] = field(default_factory=dict)
    """Process id to the position that leads it."""
    type_words: frozenset[str] = frozenset()
    """Stems of the words that the names of document types begin with."""
    reads_code: Callable[[str], bool] = lambda _text: False
    """Whether a text is a code by the organisation's grammar."""
    labels: Callable[[str, str], bool] = lambda _type, _label: True
    """Whether a label follows the version scheme of a type."""
    show: Callable[[str], str] = str
    """Writes an ISO date as the organisation's screen does."""
    today: date = date(1970, 1, 1)

    @cached_property
    def names(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The stems of each position's name with its id, the longest first."""
        found = [(stems(name), one) for one, name in self.positions.items()]
        return tuple(sorted((pair for pair in found if pair[0]), key=lambda pair: -len(pair[0])))

    def document(self, code: str) -> Known | None:
        """Give the document with this code."""
        return self.find_document(codes.normalise(code)[0])

    def with_title(self, title: str) -> tuple[str, ...]:
        """Give the codes of the documents with this title."""
        key = title_key(title)
        return self.find_titles(key) if key else ()


class Watch:
    """A world that remembers what it was asked, so that an answer that changed is noticed."""

    def __init__(self, world: World) -> None:
        """Look at ``world``."""
        self._world = world
        self.documents: dict[str, Known | None] = {}
        self.titles: dict[str, tuple[str, ...]] = {}
        self.kept: dict[str, Any] = {}
        """What several rules work out in the same way, by name."""

    def __getattr__(self, name: str) -> Any:
        """Give anything else of the world as it is."""
        return getattr(self._world, name)

    def document(self, code: str) -> Known | None:
        """Give the document with this code, and remember that it was asked for."""
        key = codes.normalise(code)[0]
        found = self.documents[key] = self._world.find_document(key)
        return found

    def with_title(self, title: str) -> tuple[str, ...]:
        """Give the codes with this title, and remember that it was asked for."""
        key = title_key(title)
        if not key:
            return ()
        found = self.titles[key] = self._world.find_titles(key)
        return found


def title_key(title: str) -> str:
    """Give the key under which two ways of writing one title meet."""
    return " ".join(stems(title))


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts differ in capitals, accents and blanks at most."""
    return content_words(one) == content_words(other)


def day_of(text: str | None) -> date | None:
    """Read an ISO date, or the first day of an ISO month; None for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == MONTH else text)
    except ValueError:
        return None


def is_placeholder(text: str) -> bool:
    """Tell whether a text only says that something is missing: ``[Sin Cargo Definido]``, ``-``."""
    plain = folded(text).strip(" []().-–—_")
    return not plain or plain.startswith(("sin cargo", "sin definir", "no definido", "por definir"))
