"""The drawing of the process map: plain shapes, laid out once for the screen and for paper.

Needs stand at the left and satisfaction at the right; between them the strategic processes above,
the core ones as chevrons in their order, the support ones below, each macroprocess in its frame.
``lay_out`` with less than 600 points draws the same for a telephone: everything in one column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from qms.pdf import fonts
from qms.processes.overview import Band, Box, Group

__all__ = ["Drawing", "Label", "Piece", "Polygon", "Says", "lay_out"]

NARROW = 600.0
"""Narrower drawings have one column."""
_GAP, _PAD = 10.0, 9.0
_PILLAR = 132.0
_BOX, _MOST_BOX = 140.0, 300.0
"""Least and greatest width of a box, in points."""
_POINT = 13.0
"""How far a chevron points."""
_NAME, _SMALL, _HEAD = 12.0, 10.0, 12.5
_LEADING = 1.22
_SPARE = 1.18
"""How much wider than ours the font of some screen may be."""


@dataclass(frozen=True)
class Says:
    """The words of the drawing, already in the reader's language."""

    needs: str
    satisfaction: str
    kinds: dict[str, str]
    """Title of each kind."""
    in_force: str
    """With the place ``{n}``."""
    under_way: str
    """With the place ``{n}``."""


@dataclass(frozen=True)
class Polygon:
    """A closed shape; ``look`` is what it stands for: band, group, box, core, needs, met."""

    points: tuple[tuple[float, float], ...]
    look: str


@dataclass(frozen=True)
class Label:
    """A line of text; y is its base line, y grows downwards."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    centred: bool = True
    look: str = "text"


@dataclass(frozen=True)
class Piece:
    """What belongs together: one process, or something around them."""

    items: tuple[Polygon | Label, ...]
    process_id: str = ""
    name: str = ""
    centre: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Drawing:
    """A laid out map, in points."""

    width: float
    height: float
    pieces: tuple[Piece, ...]

    @property
    def processes(self) -> dict[str, Piece]:
        """The pieces of processes by their ids."""
        return {piece.process_id: piece for piece in self.pieces if piece.process_id}


def lay_out(bands: Sequence[Band], says: Says, width: float) -> Drawing:
    """Lay the map out, ``width`` points wide."""
    fonts.register()
    narrow = width < NARROW
    left = 0.0 if narrow else _PILLAR + _GAP
    inner = width - 2 * left
    pieces: list[Piece] = []
    y = 0.0
    if narrow:
        made = _banner(says.needs, 0.0, width, "needs")
        pieces.append(made)
        y = made.size[1] + _GAP
    top = y
    for band in bands:
        made_pieces, height = _band(band, says, left, y, inner)
        pieces += made_pieces
        y += height + _GAP
    if narrow:
        made = _banner(says.satisfaction, y, width, "met")
        return Drawing(width, y + made.size[1], (*pieces, made))
    bottom = max(y - _GAP, top + 120.0)
    pillars = (
        _pillar(says.needs, 0.0, top, bottom - top, "needs"),
        _pillar(says.satisfaction, width - _PILLAR, top, bottom - top, "met"),
    )
    return Drawing(width, bottom, (pillars[0], *pieces, pillars[1]))


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines of at most ``width`` points; too many lines end in an ellipsis."""
    face = fonts.face(bold=bold)

    def fits(line: str) -> bool:
        return stringWidth(line, face, size) * _SPARE <= width

    lines: list[str] = []
    for word in fonts.visible(text).split():
        rest = word
        if lines and fits(f"{lines[-1]} {rest}"):
            lines[-1] += f" {rest}"
            continue
        while not fits(rest) and len(rest) > 1:
            cut = max(1, int(len(rest) * width / stringWidth(rest, face, size) / _SPARE) - 1)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    if len(lines) > most:
        last = lines[most - 1]
        while last and not fits(last + "…"):
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return tuple(lines)


def _rectangle(x: float, y: float, width: float, height: float, look: str) -> Polygon:
    return Polygon(((x, y), (x + width, y), (x + width, y + height), (x, y + height)), look)


def _pillar(text: str, x: float, y: float, height: float, look: str) -> Piece:
    right, middle, point = x + _PILLAR, y + height / 2, _POINT * 1.2
    corners = (
        (x, y),
        (right - point, y),
        (right, middle),
        (right - point, y + height),
        (x, y + height),
    )
    lines = wrap(text, _PILLAR - 2 * _PAD - point, _NAME, 8, bold=True)
    start = middle - len(lines) * _NAME * _LEADING / 2 + _NAME
    centre = x + (_PILLAR - point) / 2
    labels = _column(lines, centre, start, _NAME, bold=True)
    return Piece((Polygon(corners, look), *labels), name=text)


def _banner(text: str, y: float, width: float, look: str) -> Piece:
    lines = wrap(text, width - 4 * _PAD, _NAME, 3, bold=True)
    height = len(lines) * _NAME * _LEADING + 2 * _PAD
    point, middle = _POINT * 0.8, width / 2
    corners = (
        (0.0, y),
        (width, y),
        (width, y + height),
        (middle + 2 * point, y + height),
        (middle, y + height + point),
        (middle - 2 * point, y + height),
        (0.0, y + height),
    )
    labels = _column(lines, middle, y + _PAD + _NAME * 0.9, _NAME, bold=True)
    return Piece((Polygon(corners, look), *labels), name=text, size=(width, height + point))


def _column(
    lines: Sequence[str], x: float, y: float, size: float, *, bold: bool = False, look: str = "text"
) -> tuple[Label, ...]:
    return tuple(
        Label(x, y + number * size * _LEADING, line, size, bold, look=look)
        for number, line in enumerate(lines)
    )


def _band(band: Band, says: Says, x: float, y: float, width: float) -> tuple[list[Piece], float]:
    """Lay out one kind: its title, then its groups in rows."""
    head = Label(
        x + _PAD, y + _PAD + _HEAD * 0.8, says.kinds[band.kind], _HEAD, bold=True, centred=False
    )
    inner = width - 2 * _PAD
    columns = max(1, int((inner + _GAP) // (_BOX + _GAP + 2 * _PAD)))
    at = y + _PAD + _HEAD * 1.6
    pieces: list[Piece] = []
    for row in _rows(band.groups, columns):
        used = sum(min(len(group.boxes), columns) for group in row)
        free = inner - (len(row) - 1) * _GAP - 2 * _PAD * len(row)
        free -= sum(min(len(group.boxes), columns) - 1 for group in row) * _GAP
        box = min(free / used, _MOST_BOX if used > 1 or width >= NARROW else width)
        whole = inner - (free - box * used)
        start = x + _PAD + (inner - whole) / 2
        high = max(_box_height(one, says, box) for group in row for one in group.boxes)
        tall = 0.0
        made: list[tuple[Group, float, float]] = []
        for group in row:
            across = min(len(group.boxes), columns)
            wide = across * box + (across - 1) * _GAP + 2 * _PAD
            made.append((group, start, wide))
            start += wide + _GAP
            tall = max(tall, _group_height(group, across, (box, high)))
        for group, left, wide in made:
            pieces += _group(band.kind, group, says, (left, at, wide, tall), (box, high))
        at += tall + _GAP
    height = at - _GAP + _PAD - y
    frame = Piece(
        (_rectangle(x, y, width, height, f"band band-{band.kind}"), head),
        name=says.kinds[band.kind],
    )
    return [frame, *pieces], height


def _rows(groups: Sequence[Group], columns: int) -> Iterator[list[Group]]:
    """Put groups side by side as long as their boxes fit into the columns."""
    row: list[Group] = []
    used = 0
    for group in groups:
        needs = min(len(group.boxes), columns)
        if row and used + needs > columns:
            yield row
            row, used = [], 0
        row.append(group)
        used += needs
    if row:
        yield row


def _lines_of(
    box: Box, says: Says, width: float
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Give a box's name, leader and numbers, as lines."""
    title = f"{box.acronym} · {box.name}" if box.acronym else box.name
    room = width - 2 * _PAD - 1.6 * _POINT
    numbers = says.in_force.format(n=box.in_force)
    if box.under_way:
        numbers += " · " + says.under_way.format(n=box.under_way)
    return (
        wrap(title, room, _NAME, 4, bold=True),
        wrap(box.leader, room, _SMALL, 2),
        wrap(numbers, room, _SMALL, 2),
    )


def _box_height(box: Box, says: Says, width: float) -> float:
    name, leader, numbers = _lines_of(box, says, width)
    lines = len(name) * _NAME + (len(leader) + len(numbers)) * _SMALL
    return lines * _LEADING + 2 * _PAD + 2


def _group_height(group: Group, columns: int, box: tuple[float, float]) -> float:
    rows = -(-len(group.boxes) // columns)
    title = _title_height(group, columns * box[0] + (columns - 1) * _GAP)
    return title + rows * box[1] + (rows - 1) * _GAP + 2 * _PAD


def _title_height(group: Group, width: float) -> float:
    return len(wrap(group.name, width, _SMALL, 2, bold=True)) * _SMALL * _LEADING + (
        4.0 if group.name else 0.0
    )


def _group(
    kind: str,
    group: Group,
    says: Says,
    place: tuple[float, float, float, float],
    box: tuple[float, float],
) -> Iterator[Piece]:
    """Lay out one macroprocess at its place, with boxes of one size."""
    x, y, width, height = place
    items: list[Polygon | Label] = [_rectangle(x, y, width, height, "group")]
    lines = wrap(group.name, width - 2 * _PAD, _SMALL, 2, bold=True)
    items += _column(lines, x + width / 2, y + _PAD + _SMALL * 0.8, _SMALL, bold=True, look="quiet")
    yield Piece(tuple(items), name=group.name)
    columns = max(1, round((width - 2 * _PAD + _GAP) / (box[0] + _GAP)))
    top = y + _PAD + _title_height(group, width - 2 * _PAD)
    for number, one in enumerate(group.boxes):
        left = x + _PAD + (number % columns) * (box[0] + _GAP)
        down = top + (number // columns) * (box[1] + _GAP)
        yield _process(kind, one, says, (left, down, *box))


def _process(kind: str, box: Box, says: Says, place: tuple[float, float, float, float]) -> Piece:
    x, y, width, height = place
    shape = _rectangle(x, y, width, height, "box")
    if kind == "core":
        right, middle = x + width, y + height / 2
        corners = (
            (x, y),
            (right - _POINT, y),
            (right, middle),
            (right - _POINT, y + height),
            (x, y + height),
            (x + _POINT, middle),
        )
        shape = Polygon(corners, "core")
    name, leader, counted = _lines_of(box, says, width)
    tall = (len(name) * _NAME + (len(leader) + len(counted)) * _SMALL) * _LEADING
    centre, at = x + width / 2, y + (height - tall) / 2 + _NAME * 0.85
    labels = list(_column(name, centre, at, _NAME, bold=True))
    at += len(name) * _NAME * _LEADING
    labels += _column(leader, centre, at, _SMALL)
    at += len(leader) * _SMALL * _LEADING
    labels += _column(counted, centre, at, _SMALL, look="quiet")
    return Piece((shape, *labels), box.id, box.name, (centre, y + height / 2), (width, height))
