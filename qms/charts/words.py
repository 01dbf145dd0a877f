"""The fixed words of charts, in the reader's language; everything else is given with the chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qms.kernel.formats import MONTHS
from qms.kernel.i18n import _

__all__ = ["Words"]

_SENTENCES: dict[str, Any] = {
    "cause": _("Cause"),
    "band": _("Band"),
    "baseline": _("Baseline"),
    "category": _("Category"),
    "center": _("Central line"),
    "changes": _("The definition changes"),
    "cycle": _("Moving range"),
    "effect": _("Effect"),
    "empty": _("There is nothing to draw yet."),
    "higher": _("Upper control limit"),
    "last": _("Last: ${value} (${period})."),
    "lower": _("Lower control limit"),
    "meets": _("Meets the target"),
    "millions": _("millions"),
    "millions-of": _("millions of ${unit}"),
    "misses": _("Misses the target"),
    "missing": _("No data"),
    "n": _("How many in all"),
    "no": _("No"),
    "note": _("Note"),
    "one": _("One period: ${first}."),
    "out": _("Signal of a special cause"),
    "outlier": _("Unusual value"),
    "period": _("Period"),
    "points": _("${n} periods, from ${first} to ${last}."),
    "range": _("Lowest ${low}, highest ${high}."),
    "root": _("root cause"),
    "signals": _("${n} signals of a special cause."),
    "target": _("Target"),
    "thing": _("What is shown"),
    "total": _("Total"),
    "trillions": _("millions of millions"),
    "trillions-of": _("millions of millions of ${unit}"),
    "value": _("Value"),
    "without": _("${n} without data."),
    "yes": _("Yes"),
    "western-1": _("one point beyond three sigmas"),
    "western-2": _("two of three points beyond two sigmas on one side"),
    "western-3": _("four of five points beyond one sigma on one side"),
    "western-4": _("eight points in a row on one side of the central line"),
    "nelson-1": _("one point beyond three sigmas"),
    "nelson-2": _("nine points in a row on one side of the central line"),
    "nelson-3": _("six points in a row steadily rising or falling"),
    "nelson-4": _("fourteen points in a row alternating up and down"),
}


@dataclass(frozen=True)
class Words:
    """Fixed words by key, and the names of the months."""

    texts: Mapping[str, str] = field(
        default_factory=lambda: {key: str(text) for key, text in _SENTENCES.items()}
    )
    months: tuple[str, ...] = MONTHS

    @classmethod
    def of(cls, translate: Callable[[Any], str], months: tuple[str, ...] = MONTHS) -> Words:
        """Take the words from a catalogue: ``translate`` is the request's or a localizer's."""
        return cls({key: str(translate(text)) for key, text in _SENTENCES.items()}, months)

    def say(self, key: str, **places: object) -> str:
        """Give the words of a key, its ``${name}`` places filled."""
        text = self.texts[key]
        for name, value in places.items():
            text = text.replace("${" + name + "}", str(value))
        return text

    def month(self, day: date) -> str:
        """Give the short name of a day's month with its year, such as «ene 2026»."""
        return f"{self.months[day.month - 1][:3].lower()} {day.year:04}"
