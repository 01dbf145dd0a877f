"""Flow charts of procedures: one row per activity, side channels for what does not go straight on.

A chart is laid out once into plain shapes, row by row; the rows become flowables that may stand on
several pages (``chart_rows``) or one accessible SVG for the screen (``qms.pdf.flowchart_svg``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth

from qms.pdf import fonts

__all__ = ["Chart", "Edge", "Label", "Line", "Node", "Row", "Shape", "lay_out"]

_SIZE = 8.0
_SMALL = 7.2
_LEADING = 9.6
_GAP = 18.0
_PAD = 5.0
_LANE = 11.0
_EXIT = 9.5
_MOST_LINES = 9
_MOST_NOTES = 16
_SHORT_LABEL = 9
"""Longest condition, in characters, that is written beside its line; longer ones get a letter."""


@dataclasses.dataclass(frozen=True)
class Edge:
    """A way out of an activity."""

    to: str
    """Id of a node; one that does not exist is drawn to nowhere and listed as such."""
    label: str = ""


@dataclasses.dataclass(frozen=True)
class Node:
    """An activity, a decision, the start or the end."""

    id: str
    number: str
    text: str
    kind: str = "step"
    """start, step, decision or end."""
    notes: tuple[str, ...] = ()
    """Lines beside the symbol: who does it, what is recorded."""
    edges: tuple[Edge, ...] = ()


@dataclasses.dataclass(frozen=True)
class Shape:
    """A symbol: ``box``, ``diamond`` or ``pill``; x and y are its upper left corner."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclasses.dataclass(frozen=True)
class Line:
    """A line through points, with an arrow head at its end or without."""

    points: tuple[tuple[float, float], ...]
    arrow: bool = False


@dataclasses.dataclass(frozen=True)
class Label:
    """A line of text; y is its base line."""

    x: float
    y: float
    text: str
    size: float = _SIZE
    bold: bool = False
    centred: bool = False


@dataclasses.dataclass(frozen=True)
class Row:
    """What is drawn for one activity; y grows downwards from the row's top."""

    height: float
    items: tuple[Shape | Line | Label, ...]


@dataclasses.dataclass(frozen=True)
class Chart:
    """A laid out chart."""

    width: float
    rows: tuple[Row, ...]
    description: str
    """The chart in words, for those who cannot see it."""

    @property
    def height(self) -> float:
        """Height of all rows, in points."""
        return sum(row.height for row in self.rows)


def _lines(text: str, width: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """Wrap text; long words are broken, too many lines end in an ellipsis."""
    font = fonts.face(bold=bold)
    lines = [""]
    for word in fonts.visible(text).split():
        rest = word
        while rest:
            trial = f"{lines[-1]} {rest}".strip()
            if stringWidth(trial, font, size) <= width:
                lines[-1] = trial
                break
            if lines[-1]:
                lines.append("")
                continue
            fits = max(1, int(len(rest) * width / stringWidth(rest, font, size)))
            lines[-1] = rest[:fits]
            rest = rest[fits:]
            lines.append("")
    lines = [line for line in lines if line]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + "…"]
    return lines


@dataclasses.dataclass
class _Draft:
    """A node while its row is being laid out."""

    node: Node
    text: list[str]
    width: float
    high: float
    notes: list[tuple[str, bool]]
    top: float = _GAP
    height: float = 0.0
    out: list[tuple[int, str, int]] = dataclasses.field(default_factory=list)
    """Side exits: target row, label, lane."""

    @property
    def middle(self) -> float:
        return self.top + self.high / 2


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[number % 26]


def lay_out(nodes: Sequence[Node], width: float, words: dict[str, str] | None = None) -> Chart:
    """Lay a chart out, ``width`` points wide; ``words`` gives ``goes_to`` and ``nowhere``."""
    said = {"goes_to": "continúa en", "nowhere": "sin destino"} | (words or {})
    fonts.register()
    places = {node.id: place for place, node in enumerate(nodes)}
    symbol = min(200.0, width * 0.42)
    drafts = [_draft(node, symbol) for node in nodes]
    lanes = _lanes(nodes, places)
    used = max((lane for lane in lanes.values()), default=-1) + 1
    longest = max((len(e.label) for n in nodes for e in n.edges if len(e.label) <= 9), default=0)
    first_lane = symbol + 14 + 3.9 * longest
    notes_at = first_lane + used * _LANE + 8
    straight: set[int] = set()
    straight_labels: dict[int, str] = {}
    for place, draft in enumerate(drafts):
        letters = 0
        for number, edge in enumerate(draft.node.edges):
            target = places.get(edge.to)
            label = " ".join(fonts.visible(edge.label).split())
            if len(label) > _SHORT_LABEL:
                letter = _letter(letters)
                letters += 1
                where = said["nowhere"]
                if target is not None:
                    where = f"{said['goes_to']} {nodes[target].number or nodes[target].text}"
                draft.notes.append((f"{letter}) {label}: {where}", False))
                label = letter
            if target == place + 1:
                straight.add(place)
                straight_labels[place] = " ".join(filter(None, (straight_labels.get(place), label)))
            elif target is not None:
                draft.out.append((target, label, lanes[place, number]))
    room = max(60.0, width - notes_at)
    rows = _rows(drafts, straight, straight_labels, symbol, first_lane, notes_at, room)
    return Chart(width, rows, _described(nodes, places, said))


def _draft(node: Node, symbol: float) -> _Draft:
    # «Inicio» and «Fin» stand bare; an activity that somebody does keeps its number.
    bare = not node.number or (node.kind in {"start", "end"} and not node.notes)
    text = node.text if bare else f"{node.number}. {node.text}"
    if node.kind == "decision":
        wrapped = _lines(text, symbol * 0.56, _SIZE, _MOST_LINES)
        high = max(34.0, len(wrapped) * _LEADING * 1.75 + 12)
        wide = symbol
    elif node.kind in {"start", "end"}:
        wide = symbol * 0.55
        wrapped = _lines(text, wide - 4 * _PAD, _SIZE, 3)
        high = max(18.0, len(wrapped) * _LEADING + 8)
    else:
        wide = symbol
        wrapped = _lines(text, wide - 2 * _PAD, _SIZE, _MOST_LINES)
        high = max(20.0, len(wrapped) * _LEADING + 9)
    high = max(high, len(node.edges) * _EXIT * (1.6 if node.kind == "decision" else 1.0) + 6)
    return _Draft(node, wrapped, wide, high, [(note, False) for note in node.notes])


def _lanes(nodes: Sequence[Node], places: dict[str, int]) -> dict[tuple[int, int], int]:
    """Give each side edge the innermost lane that is free over all rows it passes."""
    taken: list[list[tuple[int, int]]] = []
    given: dict[tuple[int, int], int] = {}
    spans = []
    for place, node in enumerate(nodes):
        for number, edge in enumerate(node.edges):
            target = places.get(edge.to)
            if target is not None and target != place + 1:
                low, high = sorted((place, target))
                spans.append((high - low, low, high, place, number))
    for _length, low, high, place, number in sorted(spans):
        lane = 0
        while lane < len(taken) and any(low <= b and a <= high for a, b in taken[lane]):
            lane += 1
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        given[place, number] = lane
    return given


def _rows(
    drafts: list[_Draft],
    straight: set[int],
    straight_labels: dict[int, str],
    symbol: float,
    first_lane: float,
    notes_at: float,
    room: float,
) -> tuple[Row, ...]:
    noted = []
    for draft in drafts:
        lines: list[str] = []
        for note, _bold in draft.notes:
            lines.extend(_lines(note, room, _SMALL, 5))
        lines = lines[:_MOST_NOTES]
        noted.append(lines)
        draft.height = max(draft.high + _GAP + 4, len(lines) * 9.0 + _GAP * 0.6 + 6)
    rows = []
    for place, draft in enumerate(drafts):
        items: list[Shape | Line | Label] = _symbol(draft, symbol)
        y = draft.top + 6
        for line in noted[place]:
            items.append(Label(notes_at, y, line, _SMALL))
            y += 9.0
        centre = symbol / 2
        if place in straight:
            bottom = (centre, draft.top + draft.high)
            items.append(Line((bottom, (centre, draft.height))))
            if straight_labels.get(place):
                at = min(draft.top + draft.high + 8, draft.height - 1)
                items.append(Label(centre + 4, at, straight_labels[place], _SMALL, bold=True))
        if place and place - 1 in straight:
            items.append(Line(((centre, 0), (centre, draft.top)), arrow=True))
        items.extend(_channels(drafts, place, symbol, first_lane))
        rows.append(Row(draft.height, tuple(items)))
    return tuple(rows)


def _symbol(draft: _Draft, symbol: float) -> list[Shape | Line | Label]:
    kind = {"decision": "diamond", "start": "pill", "end": "pill"}.get(draft.node.kind, "box")
    left = (symbol - draft.width) / 2
    items: list[Shape | Line | Label] = [Shape(kind, left, draft.top, draft.width, draft.high)]
    y = draft.middle - len(draft.text) * _LEADING / 2 + _SIZE * 0.9
    for line in draft.text:
        items.append(Label(symbol / 2, y, line, _SIZE, bold=kind == "pill", centred=True))
        y += _LEADING
    return items


def _side(draft: _Draft, symbol: float, y: float) -> float:
    """Give x of the right outline of the symbol at height y."""
    right = (symbol + draft.width) / 2
    if draft.node.kind == "decision":
        return right - abs(y - draft.middle) / (draft.high / 2) * draft.width / 2
    return right


def _channels(
    drafts: list[_Draft], place: int, symbol: float, first_lane: float
) -> list[Shape | Line | Label]:
    """Draw what passes, leaves or enters this row by the side channels."""
    here = drafts[place]
    items: list[Shape | Line | Label] = []
    for source, draft in enumerate(drafts):
        for number, (target, label, lane) in enumerate(draft.out):
            x = first_lane + lane * _LANE
            low, high = sorted((source, target))
            if not low <= place <= high:
                continue
            down = target > source
            if place == source:
                y = min(here.middle + number * _EXIT, here.top + here.high - 2)
                edge = 0.0 if not down else here.height
                items.append(Line(((_side(here, symbol, y), y), (x, y), (x, edge))))
                if label:
                    at = min(_side(here, symbol, y) + 3, first_lane - 6)
                    items.append(Label(max(at, symbol + 2), y - 1.8, label, _SMALL, bold=True))
            elif place == target:
                y = here.middle - min(here.high * 0.25, 6)
                edge = 0.0 if down else here.height
                points = ((x, edge), (x, y), (_side(here, symbol, y), y))
                items.append(Line(points, arrow=True))
            else:
                items.append(Line(((x, 0), (x, here.height))))
    return items


def _described(nodes: Sequence[Node], places: dict[str, int], said: dict[str, str]) -> str:
    """Say the chart in words: each activity and where it goes on."""
    parts = []
    for node in nodes:
        name = f"{node.number}. {node.text}" if node.number else node.text
        ways = []
        for edge in node.edges:
            target = places.get(edge.to)
            where = said["nowhere"]
            if target is not None:
                where = f"{said['goes_to']} {nodes[target].number or nodes[target].text}"
            ways.append(f"{edge.label}: {where}" if edge.label else where)
        parts.append(f"{name} ({'; '.join(ways)})" if ways else name)
    return ". ".join(parts)
