"""A drawing as SVG for a page: title, description, classes; no style, no script (decision 0005)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from qms.charts.shapes import Area, Drawing, Line, Marker, Shape, Text
from qms.charts.signs import SIGNS

__all__ = ["drawing_svg"]

_PATTERNS = {
    "rising": (7, '<path d="M-1 1l2-2M0 7l7-7M6 8l2-2"/>'),
    "falling": (7, '<path d="M-1 6l2 2M0 0l7 7M6-1l2 2"/>'),
    "cross": (8, '<path d="M0 0l8 8M8 0l-8 8"/>'),
    "across": (6, '<path d="M0 3h6"/>'),
    "upright": (6, '<path d="M3 0v6"/>'),
    "dots": (6, '<path class="chart-dot" d="M2.2 3a.8 .8 0 1 0 1.6 0a.8 .8 0 1 0 -1.6 0z"/>'),
    "missing": (5, '<path d="M-1 1l2-2M0 5l5-5M4 6l2-2"/>'),
}


def drawing_svg(drawing: Drawing, *, ident: str, title: str, description: str) -> str:
    """Write the drawing as an ``svg`` element; ``ident`` makes its ids unique on the page."""
    if drawing.kind == "spark":
        return _spark(drawing, f"{title}. {description}" if title else description)
    names = quoteattr(f"{ident}-title {ident}-desc")
    used = sorted({one.pattern for one in drawing.shapes if isinstance(one, Area) and one.pattern})
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{drawing.kind}" role="img"'
        f" aria-labelledby={names}"
        f' viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}"'
        f' width="{_n(drawing.width)}" height="{_n(drawing.height)}">'
    )
    parts = [
        opening,
        f"<title id={quoteattr(f'{ident}-title')}>{_said(title)}</title>",
        f"<desc id={quoteattr(f'{ident}-desc')}>{_said(description)}</desc>",
    ]
    if used:
        parts.append("<defs>" + "".join(_pattern(name, ident) for name in used) + "</defs>")
    parts.extend(_drawn(shape, ident) for shape in drawing.shapes)
    parts.append("</svg>")
    return "".join(parts)


def _spark(drawing: Drawing, said: str) -> str:
    """Write a small line: lists have many of them, so it has no ids and few words."""
    shapes = "".join(_drawn(shape, "") for shape in drawing.shapes)
    size = f'width="{_n(drawing.width)}" height="{_n(drawing.height)}"'
    return (
        f'<svg class="chart chart-spark" role="img" aria-label={quoteattr(_clean(said))}'
        f' viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" {size}>{shapes}</svg>'
    )


def _clean(text: str) -> str:
    """Leave out what XML cannot hold: control characters and halves of characters."""
    return "".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")


def _said(text: str) -> str:
    """Escape text."""
    return escape(_clean(text))


def _n(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _pattern(name: str, ident: str) -> str:
    side, marks = _PATTERNS[name]
    return (
        f'<pattern id={quoteattr(f"{ident}-{name}")} class="chart-hatch hatch-{name}"'
        f' patternUnits="userSpaceOnUse" width="{side}" height="{side}">{marks}</pattern>'
    )


def _titled(tag: str, attributes: str, title: str) -> str:
    if title:
        return f"<{tag} {attributes}><title>{_said(title)}</title></{tag}>"
    return f"<{tag} {attributes}/>"


def _drawn(shape: Shape, ident: str) -> str:
    if isinstance(shape, Line):
        arrow = _arrow(shape) if shape.arrow else ""
        return f'<polyline class="c-{shape.look}" points="{_points(shape.points)}"/>{arrow}'
    if isinstance(shape, Area):
        return _area(shape, ident)
    if isinstance(shape, Marker):
        return _marker(shape)
    return _text(shape)


def _arrow(line: Line) -> str:
    (x0, y0), (x1, y1) = line.points[-2:]
    long = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 0.1)
    ux, uy = (x1 - x0) / long, (y1 - y0) / long
    back, side = 7.0, 3.0
    corners = (
        (x1, y1),
        (x1 - back * ux - side * uy, y1 - back * uy + side * ux),
        (x1 - back * ux + side * uy, y1 - back * uy - side * ux),
    )
    return f'<polygon class="c-{line.look} c-head" points="{_points(corners)}"/>'


def _area(area: Area, ident: str) -> str:
    points = _points(area.points)
    colour = f' fill="{area.colour}"' if area.colour else ""
    chosen = " c-chosen" if area.colour else ""
    drawn = _titled(
        "polygon", f'class="c-{area.look}{chosen}"{colour} points="{points}"', area.title
    )
    if area.pattern:
        fill = quoteattr(f"url(#{ident}-{area.pattern})")
        drawn += f'<polygon class="c-pattern" fill={fill} points="{points}"/>'
    return drawn


def _marker(marker: Marker) -> str:
    half = marker.size / 2
    look = f'class="c-{marker.look}"'
    if marker.sign in ("circle", "ring"):
        place = f'cx="{_n(marker.x)}" cy="{_n(marker.y)}" r="{_n(half)}"'
        return _titled("circle", f"{look} {place}", marker.title)
    corners = [(marker.x + x * half, marker.y + y * half) for x, y in SIGNS[marker.sign]]
    return _titled("polygon", f'{look} points="{_points(corners)}"', marker.title)


def _text(text: Text) -> str:
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    weight = ' font-weight="650"' if text.bold else ""
    # The space keeps the pieces apart for who copies them.
    return (
        f'<text class="c-{text.look}" x="{_n(text.x)}" y="{_n(text.y)}"'
        f' font-size="{_n(text.size)}"{anchor}{weight}>{_said(text.text)} </text>'
    )
