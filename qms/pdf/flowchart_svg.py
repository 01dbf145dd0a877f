"""A laid out flow chart as an SVG for the screen: title, description, no style, no script."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape, quoteattr

from qms.pdf.flowchart import Chart, Label, Line, Shape

__all__ = ["chart_svg"]

_HEAD = 5.0


def chart_svg(chart: Chart, title: str, *, ident: str = "flow") -> str:
    """Write the chart as an ``svg`` element; ``ident`` makes its ids unique on the page."""
    width, height = chart.width + 2, chart.height + 2
    names = quoteattr(f"{ident}-title {ident}-desc")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-chart" role="img"'
        f" aria-labelledby={names}"
        f' viewBox="-1 -1 {width:.1f} {height:.1f}" width="{width:.0f}" height="{height:.0f}"'
        f' font-family="inherit" fill="none" stroke="none">'
    )
    parts = [
        opening,
        f"<title id={quoteattr(f'{ident}-title')}>{_said(title)}</title>",
        f"<desc id={quoteattr(f'{ident}-desc')}>{_said(chart.description)}</desc>",
    ]
    top = 0.0
    for row in chart.rows:
        for kind in (Line, Shape, Label):
            parts.extend(_drawn(item, top) for item in row.items if isinstance(item, kind))
        top += row.height
    parts.append("</svg>")
    return "".join(parts)


def _said(text: str) -> str:
    """Escape text; XML cannot hold control characters."""
    kept = (char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")
    return escape("".join(kept))


def _drawn(item: Line | Shape | Label, top: float) -> str:
    if isinstance(item, Line):
        return _line(item, top)
    if isinstance(item, Shape):
        return _shape(item, top)
    anchor = ' text-anchor="middle"' if item.centred else ""
    weight = ' font-weight="bold"' if item.bold else ""
    return (
        f'<text class="flow-text" x="{item.x:.1f}" y="{item.y + top:.1f}"'
        f' font-size="{item.size}" fill="currentColor"{anchor}{weight}>{_said(item.text)}</text>'
    )


def _line(line: Line, top: float) -> str:
    points = [(x, y + top) for x, y in line.points]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    out = f'<polyline class="flow-line" points="{drawn}" stroke="currentColor"/>'
    if line.arrow:
        (x0, y0), (x1, y1) = points[-2:]
        angle = math.atan2(y1 - y0, x1 - x0)
        corners = [(x1, y1)] + [
            (x1 - _HEAD * math.cos(angle + turn), y1 - _HEAD * math.sin(angle + turn))
            for turn in (0.42, -0.42)
        ]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        out += f'<polygon class="flow-head" points="{drawn}" fill="currentColor"/>'
    return out


def _shape(shape: Shape, top: float) -> str:
    x, y, width, height = shape.x, shape.y + top, shape.width, shape.height
    look = f'class="flow-{shape.kind}" fill="#ffffff" stroke="currentColor"'
    if shape.kind == "diamond":
        middle_x, middle_y = x + width / 2, y + height / 2
        points = (
            f"{middle_x:.1f},{y:.1f} {x + width:.1f},{middle_y:.1f} "
            f"{middle_x:.1f},{y + height:.1f} {x:.1f},{middle_y:.1f}"
        )
        return f'<polygon {look} points="{points}"/>'
    round_by = f' rx="{height / 2:.1f}"' if shape.kind == "pill" else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f"<rect {look} {place}{round_by}/>"
