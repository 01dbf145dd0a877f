"""Scales and their classes: what a score counts as, and the figures that follow from counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qms.profiles.survey_checks import not_once

__all__ = ["DETRACTOR", "NEUTRAL", "PROMOTER", "ROLES", "Band", "Scale", "nps", "share"]

PROMOTER, NEUTRAL, DETRACTOR = ROLES = ("promoter", "neutral", "detractor")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Band:
    """One class of a scale, from ``low`` to ``high``, both included."""

    id: str
    name: str
    low: int
    high: int
    role: str
    satisfied: bool


@dataclass(frozen=True)
class Scale:
    """A scale of whole numbers and the classes that partition it."""

    id: str
    name: str
    low: int
    high: int
    bands: tuple[Band, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Scale:
        """Read a profile's entry; ValueError where the classes do not partition the scale."""
        bands = tuple(
            Band(
                one["id"],
                one["name"],
                one["low"],
                one["high"],
                one["role"],
                bool(one.get("satisfied")),
            )
            for one in data["classes"]
        )
        if not_once(data["low"], data["high"], [(one.low, one.high) for one in bands]):
            raise ValueError(f"the classes of {data['id']} do not partition it")
        return cls(data["id"], data["name"], data["low"], data["high"], bands)

    def __contains__(self, value: object) -> bool:
        """Tell whether a value stands on the scale."""
        return isinstance(value, int) and self.low <= value <= self.high

    def band(self, value: int) -> Band:
        """Give the class of a value; ValueError for one that is not on the scale."""
        for one in self.bands:
            if one.low <= value <= one.high:
                return one
        raise ValueError(value)


def share(part: int, whole: int) -> Decimal | None:
    """Give ``part`` of ``whole`` in per cent, or None where there is nothing to divide by."""
    return HUNDRED * part / whole if whole else None


def nps(promoters: int, detractors: int, answers: int) -> Decimal | None:
    """Give the net promoter score, from -100 to 100; None without answers."""
    return HUNDRED * (promoters - detractors) / answers if answers else None
