"""What a section kind is: one small object that knows everything about its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import colander


@dataclass(frozen=True)
class Reference:
    """What is known of a document that is referred to by its code."""

    code: str
    title: str
    state: str
    url: str | None = None
    """Address of its page, where the reader may follow it."""


@dataclass(frozen=True)
class Declarations:
    """What a section's content declares to the rest of the system."""

    references: tuple[str, ...] = ()
    """Codes of documents that it refers to."""
    positions: tuple[str, ...] = ()
    """Ids of positions that it gives work to."""
    indicators: tuple[Mapping[str, Any], ...] = ()
    """Indicator cards."""


class Scope(Protocol):
    """What a section has to know of its surroundings, live or frozen."""

    def position_name(self, position_id: str) -> str:
        """Name a position; an unknown one by its id."""

    def positions(self) -> Sequence[tuple[str, str]]:
        """Give all positions as (id, name), for a choice."""

    def reference(self, code: str) -> Reference | None:
        """Give what is known of the document with this code, or None when it dangles."""

    def date(self, value: date | str | None) -> str:
        """Write a date in the organisation's style."""

    def number(self, value: Any) -> str:
        """Write a number in the organisation's style."""

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """Give name, size and address of an attached file, or None."""

    def files(self) -> Sequence[tuple[str, str]]:
        """Give the attached files as (id, name), for a choice."""


@dataclass(frozen=True)
class Empty:
    """A scope that knows nothing; good enough to read text lines out of content."""

    known: Mapping[str, str] = field(default_factory=dict)

    def position_name(self, position_id: str) -> str:
        """Give the id itself."""
        return self.known.get(position_id, position_id)

    def positions(self) -> Sequence[tuple[str, str]]:
        """Know none."""
        return ()

    def reference(self, code: str) -> Reference | None:
        """Know none."""
        return None

    def date(self, value: date | str | None) -> str:
        """Write it as ISO."""
        return "" if value is None else str(value)

    def number(self, value: Any) -> str:
        """Write it plainly."""
        return str(value)

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """Know none."""
        return None

    def files(self) -> Sequence[tuple[str, str]]:
        """Know none."""
        return ()


class SectionKind(Protocol):
    """One kind of section; each lives in a module of its own in this package."""

    name: str
    """The kind's name in profiles and stored content."""
    title: Any
    """What the kind is called on screen (translatable)."""

    @property
    def template(self) -> str:
        """Asset spec of the page template whose macro ``read`` shows the content."""

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema; deserialising it cleans hostile input and refuses bad one."""

    def empty(self) -> dict[str, Any]:
        """Give the data of an empty section."""

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give the content as lines of text, for search and comparison; none when empty."""

    def has_content(self, data: Mapping[str, Any], scope: Scope) -> bool:
        """Tell whether there is anything to show."""

    def flowables(self, data: Mapping[str, Any], scope: Scope, kit: Any) -> list[Any]:
        """Give the content as ReportLab flowables."""

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Tell what the content declares."""

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give sentences about what is missing or doubtful in the content."""

    def checks(self, data: Mapping[str, Any], paper: Any) -> list[Any]:
        """Give what contradicts itself in the content, as ``qms.documents.lint.findings.Finding``.

        ``paper`` is the whole version as plain data (``qms.documents.lint.data.Paper``). The rules
        of content lint look at every kind that comes with the house, so most kinds find nothing.
        """
