"""Limits as Spanish prose writes them: «>95 %», «al menos 90 %», «inferior a 6», «(7-8)»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qms.documents.lint.words import LONGEST, folded
from qms.kernel.bands import Band

_SIGNS = {
    ">=": ">=",
    "=>": ">=",
    "≥": ">=",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
    ">": ">",
    "<": "<",
    "mayor o igual a": ">=",
    "mayor o igual que": ">=",
    "mayor o igual al": ">=",
    "igual o mayor a": ">=",
    "igual o superior a": ">=",
    "igual o superior al": ">=",
    "al menos": ">=",
    "minimo": ">=",
    "como minimo": ">=",
    "menor o igual a": "<=",
    "menor o igual que": "<=",
    "menor o igual al": "<=",
    "igual o inferior a": "<=",
    "igual o inferior al": "<=",
    "como maximo": "<=",
    "maximo": "<=",
    "superior a": ">",
    "superior al": ">",
    "superiores a": ">",
    "mayor a": ">",
    "mayor al": ">",
    "mayor que": ">",
    "por encima de": ">",
    "por encima del": ">",
    "mas de": ">",
    "mas del": ">",
    "inferior a": "<",
    "inferior al": "<",
    "inferiores a": "<",
    "menor a": "<",
    "menor al": "<",
    "menor que": "<",
    "por debajo de": "<",
    "por debajo del": "<",
    "menos de": "<",
    "menos del": "<",
}
_WAYS = "|".join(re.escape(one) for one in sorted(_SIGNS, key=len, reverse=True))
_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,6})?"
_LIMIT = re.compile(rf"(?<![\w<>=])({_WAYS})\s?(?:el\s|la\s|un\s)?({_NUMBER})(?![\w-])\s?(%?)")
_RANGE = re.compile(rf"(?<![\w.,-])({_NUMBER})\s?[-–—]\s?({_NUMBER})(?![\w-])")
_ANY = re.compile(_NUMBER)


@dataclass(frozen=True)
class Limit:
    """A comparison in a text."""

    direction: str
    value: Decimal
    percent: bool
    written: str

    def band(self) -> Band:
        """Give the values that it holds."""
        above = self.direction in (">", ">=")
        inclusive = self.direction.endswith("=")
        if above:
            return Band(self.written, low=self.value, low_inclusive=inclusive)
        return Band(self.written, high=self.value, high_inclusive=inclusive)


def number(text: str) -> Decimal | None:
    """Read a number with a comma or a point for its decimals."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def limits_in(text: str) -> list[Limit]:
    """Find the comparisons of a text."""
    found = []
    for match in _LIMIT.finditer(folded(text[:LONGEST])):
        value = number(match.group(2))
        if value is not None:
            written = " ".join(match.group().split())
            found.append(Limit(_SIGNS[match.group(1)], value, bool(match.group(3)), written))
    return found


def only_limits(text: str, limits: list[Limit]) -> bool:
    """Tell whether every number of a text belongs to one of its comparisons."""
    return len(_ANY.findall(text[:LONGEST])) == len(limits)


def range_in(text: str) -> tuple[Decimal, Decimal] | None:
    """Give the one range of a text, such as «(7-8)»; None with another number beside it."""
    found = _RANGE.findall(text[:LONGEST])
    if len(found) != 1 or len(_ANY.findall(text[:LONGEST])) != 2:
        return None
    low, high = number(found[0][0]), number(found[0][1])
    return (low, high) if low is not None and high is not None and low <= high else None


def numbers_in(text: str) -> list[Decimal]:
    """Give the numbers of a text."""
    found = (number(one) for one in _ANY.findall(text[:LONGEST]))
    return [one for one in found if one is not None]
