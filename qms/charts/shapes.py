"""The few shapes that every drawing is made of; points from the upper left, y grows downwards.

A shape says what it stands for (``look``), never a colour: the style sheet of the page and the
table of ``qms.pdf.charts`` decide what a look is like.  Only zones may bring the colour that an
organisation chose for them, and what they mean is also told by their pattern and their words.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PATTERNS", "Area", "Drawing", "Line", "Marker", "Shape", "Text"]

PATTERNS = ("rising", "dots", "falling", "cross", "across", "upright")
"""Hatchings that stay apart in black and white, in the order in which zones take them."""

XY = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """An open line through points."""

    points: tuple[XY, ...]
    look: str
    arrow: bool = False


@dataclass(frozen=True)
class Area:
    """A filled shape with straight sides."""

    points: tuple[XY, ...]
    look: str
    pattern: str = ""
    """One of PATTERNS, drawn over the fill."""
    colour: str = ""
    """``#rrggbb`` where somebody chose one; otherwise the look's own."""
    title: str = ""
    """What it says when it is pointed at."""


@dataclass(frozen=True)
class Marker:
    """A sign at a point: circle, square, diamond, triangle, drop, cross or ring."""

    x: float
    y: float
    sign: str
    look: str
    size: float
    """From edge to edge, in points."""
    title: str = ""


@dataclass(frozen=True)
class Text:
    """One line of text; y is its base line."""

    x: float
    y: float
    text: str
    look: str
    size: float
    anchor: str = "start"
    """start, middle or end."""
    bold: bool = False


Shape = Line | Area | Marker | Text


@dataclass(frozen=True)
class Drawing:
    """A laid out chart."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    kind: str
    """Which kind of chart it is: series, bars, stacked, spark, control, fishbone."""


def rectangle(x: float, y: float, width: float, height: float) -> tuple[XY, ...]:
    """Give the corners of an upright rectangle."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
