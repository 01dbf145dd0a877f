"""A laid out process map as an SVG for the page: links, no style, no script.

What a look is like (colours, light and dark) says ``assets/processes.css``. The lines of what
passes between processes belong to each process's link and show while it is pointed at or focused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from qms.processes.drawing import Drawing, Label, Piece, Polygon

__all__ = ["map_svg"]

_HEAD = 8.0
_BEND = 0.16
"""How far a line bends aside, as a part of its length."""


def map_svg(
    drawing: Drawing,
    *,
    title: str,
    urls: Mapping[str, str],
    passing: Iterable[tuple[str, str]] = (),
    look: str = "process-map",
    ident: str = "map",
) -> str:
    """Write the map as an ``svg`` element; ``passing`` are pairs of process ids, from and to."""
    places = drawing.processes
    ways: dict[str, list[tuple[str, str]]] = {}
    for source, target in sorted(set(passing)):
        if source in places and target in places and source != target:
            ways.setdefault(source, []).append((source, target))
            ways.setdefault(target, []).append((source, target))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class={quoteattr(look)} role="group"'
        f" aria-labelledby={quoteattr(f'{ident}-title')}"
        f' viewBox="-2 -2 {drawing.width + 4:.0f} {drawing.height + 4:.0f}"'
        f' width="{drawing.width + 4:.0f}" height="{drawing.height + 4:.0f}"'
        f' font-family="inherit">'
        f"<title id={quoteattr(f'{ident}-title')}>{_said(title)}</title>"
    )
    parts = [opening]
    # All frames come first: one of a later band would cover the lines of an earlier process.
    for piece in sorted(drawing.pieces, key=lambda one: bool(one.process_id)):
        url = urls.get(piece.process_id, "") if piece.process_id else ""
        drawn = "".join(map(_item, piece.items))
        if url:
            lines = "".join(_lines(piece, ways.get(piece.process_id, ()), places))
            parts.append(f'<a class="map-process" href={quoteattr(url)}>{drawn}{lines}</a>')
        else:
            parts.append(f"<g>{drawn}</g>")
    parts.append("</svg>")
    return "".join(parts)


def _said(text: str) -> str:
    """Escape text; XML cannot hold control characters."""
    kept = (char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")
    return escape("".join(kept))


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _item(item: Polygon | Label) -> str:
    if isinstance(item, Polygon):
        looks = " ".join(f"map-{look}" for look in item.look.split())
        return f'<polygon class="{looks}" points="{_points(item.points)}"/>'
    anchor = ' text-anchor="middle"' if item.centred else ""
    weight = ' font-weight="650"' if item.bold else ""
    # The space keeps the lines of a name apart for who hears them.
    return (
        f'<text class="map-{item.look}" x="{item.x:.1f}" y="{item.y:.1f}"'
        f' font-size="{item.size}"{anchor}{weight}>{_said(item.text)} </text>'
    )


def _lines(
    piece: Piece, ways: Iterable[tuple[str, str]], places: Mapping[str, Piece]
) -> Iterator[str]:
    drawn = [
        _way(places[source], places[target], "out" if source == piece.process_id else "in")
        for source, target in ways
    ]
    if drawn:
        yield '<g class="map-lines" aria-hidden="true">' + "".join(drawn) + "</g>"


def _border(piece: Piece, towards: tuple[float, float]) -> tuple[float, float]:
    """Give where the way from a box's centre to a point leaves the box."""
    x, y = piece.centre
    dx, dy = towards[0] - x, towards[1] - y
    half_x, half_y = piece.size[0] / 2, piece.size[1] / 2
    reach = max(abs(dx) / half_x, abs(dy) / half_y, 1e-6)
    return (x + dx / reach, y + dy / reach)


def _way(source: Piece, target: Piece, look: str) -> str:
    """Draw a bent line with an arrow head from border to border."""
    (x0, y0), (x1, y1) = source.centre, target.centre
    bend = ((x0 + x1) / 2 + (y1 - y0) * _BEND, (y0 + y1) / 2 - (x1 - x0) * _BEND)
    (x0, y0), (x1, y1) = _border(source, bend), _border(target, bend)
    angle = math.atan2(y1 - bend[1], x1 - bend[0])
    corners = [(x1, y1)] + [
        (x1 - _HEAD * math.cos(angle + turn), y1 - _HEAD * math.sin(angle + turn))
        for turn in (0.45, -0.45)
    ]
    return (
        f'<path class="map-way map-{look}" d="M{x0:.1f} {y0:.1f}'
        f' Q{bend[0]:.1f} {bend[1]:.1f} {x1:.1f} {y1:.1f}"/>'
        f'<polygon class="map-head map-{look}" points="{_points(corners)}"/>'
    )
