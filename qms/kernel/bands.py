"""Traffic-light bands that must divide a range without gap or overlap, and targets with direction.

Numbers are Decimal in use and text in data.  A missing value belongs to no band and neither meets
nor misses a target: it is «no data», never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal, get_args

from qms.kernel.errors import Refused
from qms.kernel.formats import NO_BREAK_SPACE, NumberStyle
from qms.kernel.i18n import _

__all__ = ["BadBands", "Band", "Direction", "Target", "band_of", "check_partition"]

Direction = Literal[">=", ">", "<=", "<", "=", "range"]

_SIGNS = {">=": "\u2265", ">": ">", "<=": "\u2264", "<": "<", "=": "="}
_PLAIN = NumberStyle(".", "")


class BadBands(Refused):
    """These bands or this target cannot be used."""

    witness: Decimal | None = None
    """A value that belongs to no band or to two, where there is one to name."""


def _decimal(value: object) -> Decimal:
    """Read a number of data: a Decimal, a whole number, or its text with a point."""
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadBands(_("«${value}» is not a number."), value=value)
    return number


def _limit(value: object) -> Decimal | None:
    return None if value is None else _decimal(value)


def _show(value: Decimal) -> str:
    return _PLAIN.format(value)


@dataclass(frozen=True)
class Band:
    """A named stretch of values; a limit of None means that it has no end there."""

    name: str
    low: Decimal | None = None
    low_inclusive: bool = True
    high: Decimal | None = None
    high_inclusive: bool = False
    colour: str = ""
    """A name of the organisation's palette."""

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Band:
        """Build a band from ``{name, low, low_inclusive, high, high_inclusive, colour}``."""
        known = {"name", "low", "low_inclusive", "high", "high_inclusive", "colour"}
        if set(data) - known or not data.get("name"):
            raise BadBands(_("A band has ${known}."), known=", ".join(sorted(known)))
        return cls(
            str(data["name"]),
            _limit(data.get("low")),
            bool(data.get("low_inclusive", True)),
            _limit(data.get("high")),
            bool(data.get("high_inclusive", False)),
            str(data.get("colour", "")),
        )

    def to_data(self) -> dict[str, object]:
        """Give the plain values that ``from_data`` takes, numbers as text."""
        return {
            "name": self.name,
            "low": None if self.low is None else str(self.low),
            "low_inclusive": self.low_inclusive,
            "high": None if self.high is None else str(self.high),
            "high_inclusive": self.high_inclusive,
            "colour": self.colour,
        }

    def holds(self, value: Decimal) -> bool:
        """Tell whether a value belongs to this band."""
        above = self.low is None or value > self.low or (self.low_inclusive and value == self.low)
        below = self.high is None or value < self.high
        return above and (below or (self.high_inclusive and value == self.high))

    def whole(self) -> Band:
        """Give the band of the same whole numbers with both limits inside it."""
        low, high = self.low, self.high
        if low is not None:
            first = low.to_integral_value(ROUND_CEILING)
            low = first + 1 if first == low and not self.low_inclusive else first
        if high is not None:
            last = high.to_integral_value(ROUND_FLOOR)
            high = last - 1 if last == high and not self.high_inclusive else last
        return replace(self, low=low, low_inclusive=True, high=high, high_inclusive=True)


def band_of(bands: Iterable[Band], value: Decimal | None) -> Band | None:
    """Give the band that holds a value; None without data or outside every band."""
    if value is None:
        return None
    return next((band for band in bands if band.holds(value)), None)


def _fault(msgid: str, witness: Decimal | None, **mapping: object) -> BadBands:
    shown = {
        name: _show(value) if isinstance(value, Decimal) else value
        for name, value in mapping.items()
    }
    fault = BadBands(msgid, **shown)
    fault.witness = witness
    return fault


def _refuse_empty(bands: Sequence[Band]) -> None:
    if not bands:
        raise BadBands(_("There are no bands."))
    names = [band.name for band in bands]
    for band in bands:
        if names.count(band.name) > 1:
            raise BadBands(_("Two bands are called ${name}."), name=band.name)
        if band.low is None or band.high is None or band.low < band.high:
            continue
        if band.low > band.high or not (band.low_inclusive and band.high_inclusive):
            raise BadBands(_("The band ${name} holds no value at all."), name=band.name)


def _refuse_gap(low: Decimal, high: Decimal, *, whole: bool) -> None:
    """Refuse the values between two limits, and ``low`` itself when both are one."""
    if whole:
        low, high = low + 1, high - 1
    if low == high:
        raise _fault(_("Exactly ${value} belongs to no band."), low, value=low)
    if low < high:
        middle = low if whole else (low + high) / 2
        raise _fault(
            _("Values between ${low} and ${high} belong to no band."), middle, low=low, high=high
        )


def _refuse_overlap(left: Band, right: Band) -> None:
    """Refuse two neighbours, of which ``right`` begins later, when some value is in both."""
    names = {"first": left.name, "second": right.name}
    highs = [high for high in (left.high, right.high) if high is not None]
    high = min(highs, default=None)
    if right.low is None:
        raise _fault(_("${first} and ${second} both begin without a lower limit."), None, **names)
    if left.high is None or left.high > right.low:
        if high is None:
            raise _fault(
                _("Values above ${value} belong to both ${first} and ${second}."),
                right.low + 1,
                value=right.low,
                **names,
            )
        if right.low < high:
            raise _fault(
                _("Values between ${low} and ${high} belong to both ${first} and ${second}."),
                right.low if right.holds(right.low) else (right.low + high) / 2,
                low=right.low,
                high=high,
                **names,
            )
    meet = left.high == right.low and left.high_inclusive and right.low_inclusive
    if meet or high == right.low != left.high:
        raise _fault(
            _("Exactly ${value} belongs to both ${first} and ${second}."),
            right.low,
            value=right.low,
            **names,
        )


def _refuse_open_ends(
    lowest: Band, highest: Band, low: Decimal | None, high: Decimal | None
) -> None:
    """Refuse bands that begin after the range does, or end before it."""
    if lowest.low is not None:
        if low is None:
            raise _fault(
                _("Values below ${value} belong to no band."), lowest.low - 1, value=lowest.low
            )
        if not lowest.holds(low) and low <= lowest.low:
            _refuse_gap(low, lowest.low, whole=False)
    if highest.high is not None:
        if high is None:
            raise _fault(
                _("Values above ${value} belong to no band."), highest.high + 1, value=highest.high
            )
        if not highest.holds(high) and high >= highest.high:
            _refuse_gap(highest.high, high, whole=False)


def check_partition(
    bands: Iterable[Band],
    low: Decimal | None = None,
    high: Decimal | None = None,
    *,
    whole: bool = False,
) -> tuple[Band, ...]:
    """Give the bands from low to high, or refuse them when some value has no band or two.

    ``low`` and ``high`` are the ends of the scale, both on it; without one the bands must go on for
    ever there.  On a scale of ``whole`` numbers nothing is missing between 7 and 8.
    """
    given = [band.whole() if whole else band for band in bands]
    _refuse_empty(given)
    rising = sorted(
        given,
        key=lambda band: (band.low is not None, band.low or Decimal(0), not band.low_inclusive),
    )
    for left, right in pairwise(rising):
        _refuse_overlap(left, right)
        if left.high is None or right.low is None:
            continue
        touches = left.high == right.low and (left.high_inclusive or right.low_inclusive)
        if not touches:
            _refuse_gap(left.high, right.low, whole=whole)
    _refuse_open_ends(rising[0], rising[-1], low, high)
    return tuple(rising)


@dataclass(frozen=True)
class Target:
    """What an indicator shall reach, and from which side."""

    direction: Direction
    value: Decimal
    high: Decimal | None = None
    """The upper end, itself included, when the direction is ``range``."""

    def __post_init__(self) -> None:
        """Refuse a direction that is none, and a range without its two ends."""
        if self.direction not in get_args(Direction):
            raise BadBands(
                _("${direction} is no direction of a target; known are ${known}."),
                direction=self.direction,
                known=" ".join(get_args(Direction)),
            )
        if (self.direction == "range") != (self.high is not None):
            raise BadBands(_("A range has two ends, every other target has one value."))
        if self.high is not None and self.high < self.value:
            raise BadBands(_("The range ends before it begins."))

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Target:
        """Build a target from ``{direction, value, high}``; the signs ≥ and ≤ are known too."""
        if set(data) - {"direction", "value", "high"} or data.get("value") is None:
            raise BadBands(_("A target has a direction, a value, and a high end for a range."))
        direction = str(data.get("direction", ">=")).replace("≥", ">=").replace("≤", "<=")
        return cls(direction, _decimal(data["value"]), _limit(data.get("high")))  # type: ignore[arg-type]

    def to_data(self) -> dict[str, object]:
        """Give the plain values that ``from_data`` takes, numbers as text."""
        data: dict[str, object] = {"direction": self.direction, "value": str(self.value)}
        return data if self.high is None else data | {"high": str(self.high)}

    def met(self, value: Decimal | None) -> bool | None:
        """Tell whether a value meets the target; None without data."""
        if value is None:
            return None
        if self.high is not None:
            return self.value <= value <= self.high
        return {
            ">=": value >= self.value,
            ">": value > self.value,
            "<=": value <= self.value,
            "<": value < self.value,
            "=": value == self.value,
        }[self.direction]

    def describe(self, style: NumberStyle, unit: str = "") -> str:
        """Print the target, such as ``≥ 95 %``, in the organisation's number style."""
        tail = f"{NO_BREAK_SPACE}{unit}" if unit else ""
        if self.high is not None:
            return f"{style.format(self.value)}–{style.format(self.high)}{tail}"
        return f"{_SIGNS[self.direction]}{NO_BREAK_SPACE}{style.format(self.value)}{tail}"
