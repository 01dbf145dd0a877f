"""The sheet that charts are laid out on: shapes, and which places are already taken by text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qms.charts.kinds import Chart
from qms.charts.measuring import cut, width_of
from qms.charts.shapes import Area, Drawing, Line, Marker, Shape, Text, rectangle
from qms.charts.ticks import Axis
from qms.kernel.formats import NO_BREAK_SPACE

__all__ = ["Box", "Key", "Scale", "Sheet", "nothing"]

LEADING = 1.3
_MILLION = Decimal(10) ** 6
_TENTH = Decimal("0.1")
_MANY = 10**7
_VERY_MANY = 10**13


@dataclass(frozen=True)
class Box:
    """A place on the sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    def meets(self, other: Box) -> bool:
        """Tell whether two places overlap."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def crossed(self, one: tuple[float, float], other: tuple[float, float]) -> bool:
        """Tell whether the stretch between two points touches the place (Liang and Barsky)."""
        enters, leaves = 0.0, 1.0
        for start, end, low, high in (
            (one[0], other[0], self.x, self.right),
            (one[1], other[1], self.y, self.bottom),
        ):
            way = end - start
            if not way:
                if not low <= start <= high:
                    return False
                continue
            near, far = sorted(((low - start) / way, (high - start) / way))
            enters, leaves = max(enters, near), min(leaves, far)
        return enters <= leaves


@dataclass(frozen=True)
class Key:
    """One entry of the legend: a sign, a line or a hatched field, and its words."""

    text: str
    look: str
    sign: str = ""
    """The sign of a marker, ``line``, or nothing for a field."""
    pattern: str = ""
    colour: str = ""


class Sheet:
    """Collects the shapes of one drawing."""

    def __init__(self, width: float, size: float) -> None:
        self.width, self.size = width, size
        self.shapes: list[Shape] = []
        self.taken: list[Box] = []
        self.ways: list[tuple[tuple[float, float], tuple[float, float]]] = []
        """Stretches of lines that text shall not cross."""

    @property
    def row(self) -> float:
        """Height of a line of text."""
        return self.size * LEADING

    def add(self, *shapes: Shape) -> None:
        """Draw; later shapes cover earlier ones."""
        self.shapes.extend(shapes)

    def line(self, look: str, *points: tuple[float, float]) -> None:
        """Draw a line."""
        self.shapes.append(Line(points, look))

    def field(self, box: Box, look: str, **more: str) -> None:
        """Fill a place."""
        self.shapes.append(Area(rectangle(box.x, box.y, box.width, box.height), look, **more))

    def text(
        self, x: float, y: float, text: str, look: str = "text", anchor: str = "start", **more: bool
    ) -> Box:
        """Write a line and take its place; ``y`` is the base line."""
        place = self.place_of(x, y, text, anchor, **more)
        self.shapes.append(Text(x, y, text, look, self.size, anchor, **more))
        self.taken.append(place)
        return place

    def place_of(self, x: float, y: float, text: str, anchor: str, *, bold: bool = False) -> Box:
        """Give the place that a line of text takes."""
        width = width_of(text, self.size, bold=bold)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        return Box(left, y - self.size * 0.82, width, self.size * 1.08)

    def free(self, box: Box) -> bool:
        """Tell whether nothing stands at a place, no text and no line."""
        return not any(map(box.meets, self.taken)) and not any(
            box.crossed(*way) for way in self.ways
        )

    def offer(
        self, places: Iterable[tuple[float, float, str]], text: str, within: Box, look: str = "text"
    ) -> bool:
        """Write text at the first place (x, y, anchor) that is free; tell whether any is."""
        for x, y, anchor in places:
            box = self.place_of(x, y, text, anchor)
            inside = (
                within.x <= box.x
                and box.right <= within.right
                and within.y <= box.y
                and box.bottom <= within.bottom
            )
            if inside and self.free(box):
                self.text(x, y, text, look, anchor)
                return True
        return False

    def legend(self, keys: Sequence[Key], x: float, y: float) -> float:
        """Write a legend in rows from the upper left; give where it ends."""
        at, swatch, gap = x, self.size * 1.5, self.size * 1.4
        base = y
        for key in keys:
            text = cut(key.text, self.width - x - swatch - self.size * 0.5, self.size)
            wide = swatch + self.size * 0.4 + width_of(text, self.size)
            if at > x and at + wide > self.width:
                at, base = x, base + self.row * 1.15
            self._swatch(key, at, base + self.row * 0.5, swatch)
            self.text(at + swatch + self.size * 0.4, base + self.row * 0.5 + self.size * 0.34, text)
            at += wide + gap
        return base + self.row * 1.15 if keys else y

    def _swatch(self, key: Key, x: float, middle: float, width: float) -> None:
        if key.sign == "line":
            self.line(key.look, (x, middle), (x + width, middle))
        elif key.sign:
            self.add(Marker(x + width / 2, middle, key.sign, key.look, self.size * 0.62))
        else:
            box = Box(x, middle - self.size * 0.42, width, self.size * 0.84)
            self.field(box, key.look, pattern=key.pattern, colour=key.colour)

    def drawing(self, height: float, kind: str) -> Drawing:
        """Finish."""
        return Drawing(self.width, height, tuple(self.shapes), kind)


@dataclass(frozen=True)
class Scale:
    """An axis of values between two coordinates, with its marks in words."""

    axis: Axis
    start: float
    """Where the low end is."""
    end: float
    chart: Chart

    def at(self, value: Decimal) -> float:
        """Give where a value is; what lies beyond the axis is put at its end."""
        share = min(max(self.axis.share(value), 0.0), 1.0)
        return self.start + (self.end - self.start) * share

    @property
    def factor(self) -> tuple[Decimal, str]:
        """Give by what the marks are divided so that they stay short, and the key of its name."""
        largest = max(abs(self.axis.low), abs(self.axis.high))
        if largest >= _VERY_MANY:
            return _MILLION**2, "trillions"
        if largest >= _MANY:
            return _MILLION, "millions"
        return Decimal(1), ""

    def marks(self) -> list[tuple[Decimal, str]]:
        """Give the marks with their texts."""
        by, _name = self.factor
        step = self.axis.step / by
        exponent = step.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        per_cent = f"{NO_BREAK_SPACE}%" if self.chart.unit == "%" else ""
        return [
            (tick, self.chart.style.format(tick / by, places) + per_cent)
            for tick in self.axis.ticks
        ]

    def short(self, value: Decimal, places: int | None = None) -> str:
        """Write a value near its mark as the axis has it; what is not zero never looks like it."""
        if self.chart.unit == "%":
            return self.chart.per_cent(value)
        by, _name = self.factor
        style, shown = self.chart.style, value / by
        if by == 1:
            text = style.format(value, places)
        elif 0 < abs(shown) < _TENTH / 2:
            text = f"< {style.format(_TENTH, 1)}" if value > 0 else f"> {style.format(-_TENTH, 1)}"
        else:
            text = style.format(shown, 1)
        return text

    def unit(self) -> str:
        """Give what stands at the axis: the unit, in millions where the marks are."""
        _by, name = self.factor
        unit = "" if self.chart.unit == "%" else self.chart.unit
        say = self.chart.words.say
        if not name:
            return unit
        return say(f"{name}-of", unit=unit) if unit else say(name)


def nothing(chart: Chart, width: float, size: float, kind: str) -> Drawing:
    """Give the drawing of a chart that has nothing to show: a sentence in a frame."""
    sheet = Sheet(width, size)
    height = size * 6
    sheet.field(Box(0, 0, width, height), "frame")
    text = cut(chart.words.say("empty"), width - 2 * size, size)
    sheet.text(width / 2, height / 2 + size * 0.3, text, "quiet", "middle")
    return sheet.drawing(height, kind)
