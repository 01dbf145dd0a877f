"""What a series keeps of a period, as plain tuples with names for their places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

COMPUTED, TYPED, UPLOADED, PUSHED, RESTATED = "computed", "typed", "uploaded", "pushed", "restated"
UNCONFIRMED = "?"
"""In the place of who confirmed an unusual value."""


class Value(NamedTuple):
    """One variable of one period, with who gave it when and how."""

    name: str
    value: str
    """The number as text."""
    how: str
    by: str
    """Id of the person, of the external system, or ``system``."""
    at: str
    """ISO moment."""
    behalf: str = ""
    """Id of the person for whom it was given, by delegation."""

    @property
    def number(self) -> Decimal:
        """The value as a number to reckon with; it is kept as text."""
        return Decimal(self.value)


class Entry(NamedTuple):
    """One capture period; one variable or more has a value."""

    key: str
    """Of the period."""
    definition: int
    values: tuple[Value, ...]
    result: str | None
    closed: str
    """ISO moment from which on it is frozen; empty while it is open."""
    doubt: str = ""
    """For an unusual value: who confirmed it, or ``?``; empty for a usual one."""
    restated: int = 0
    """How often it was restated."""

    @classmethod
    def of(cls, stored: tuple[Any, ...]) -> Entry:
        """Read a stored tuple."""
        key, definition, values, *rest = stored
        return cls(key, definition, tuple(Value(*one) for one in values), *rest)

    def plain(self) -> tuple[Any, ...]:
        """Give what is stored."""
        return (*self[:2], tuple(tuple(one) for one in self.values), *self[3:])

    @property
    def numbers(self) -> dict[str, Decimal | None]:
        """The variables' numbers by their names."""
        return {one.name: one.number for one in self.values}

    def value(self, name: str) -> Value | None:
        """Give what is kept of one variable."""
        return next((one for one in self.values if one.name == name), None)


class Total(NamedTuple):
    """One analysis period: what its captures come to."""

    key: str
    definition: int
    values: tuple[tuple[str, str | None], ...]
    result: str | None
    captured: int
    """Captures in which every variable has a value."""
    closed: str
    doubts: int = 0
    """Unusual values that nobody confirmed yet."""
    restated: int = 0
    whole: tuple[str, ...] = ()
    """Variables that were counted for the period as a whole, since they do not add up."""

    @classmethod
    def of(cls, stored: tuple[Any, ...]) -> Total:
        """Read a stored tuple."""
        return cls(*stored)

    def plain(self) -> tuple[Any, ...]:
        """Give what is stored."""
        return tuple(self)

    @property
    def numbers(self) -> dict[str, Decimal | None]:
        """The variables' numbers by their names."""
        return {name: None if one is None else Decimal(one) for name, one in self.values}


def number_of(text: str | None) -> Decimal | None:
    """Read a stored number."""
    return None if text is None else Decimal(text)


def text_of(number: Decimal | None) -> str | None:
    """Write a number as it is stored: without exponent and without zeros that say nothing."""
    if number is None:
        return None
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("", "-0") else plain
