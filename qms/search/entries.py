"""What the rooms above hand over for the full text, and what they get back; plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from qms.content.models import BlobFile

EVERYBODY = "everybody"
"""The audience of what every member of the organisation may read."""

LONGEST_TEXT = 400_000
"""Characters of one entry that are indexed."""

FileReader = Callable[[BlobFile], str]
"""Gives the words inside a stored file, or nothing."""


@dataclass(frozen=True)
class Passage:
    """A part of a text under a heading of its own."""

    heading: str
    text: str


@dataclass(frozen=True)
class TextEntry:
    """One searchable text: of one subject, for some audiences."""

    part: str
    """Which of the subject's texts it is; unique within the subject."""
    audience: Iterable[str]
    """Tokens without blanks; who has one of them finds the text."""
    title: str
    passages: tuple[Passage, ...]
    kept: Mapping[str, Any] = field(default_factory=dict)
    """Plain data that comes back with a hit."""


class Source(Protocol):
    """A room's texts of one kind."""

    def keys(self, organisation: Any) -> Iterable[str]:
        """Give the uids of all subjects."""

    def entries(self, organisation: Any, uid: str, read: FileReader) -> list[TextEntry]:
        """Give the texts of a subject as they are now; none when it is gone."""


@dataclass(frozen=True)
class Piece:
    """A piece of a fragment; the marked ones are what was searched for."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Hit:
    """One text that was found."""

    kind: str
    uid: str
    part: str
    kept: Mapping[str, Any]
    heading: str
    """Heading of the passage that the fragment is from."""
    fragment: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """The best hits of a search."""

    hits: list[Hit]
    total: int
    """How many texts match, as far as they were looked at."""
    complete: bool
    """Whether all matches were looked at; very frequent words are cut short."""
