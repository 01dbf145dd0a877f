"""The Ishikawa diagram: the effect at the head, categories as bones, causes along them.

On a telephone the spine runs downwards and the categories follow one another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from qms.charts.kinds import Category, Cause, Fishbone
from qms.charts.measuring import wrap
from qms.charts.plot import Box, Sheet, nothing
from qms.charts.shapes import Drawing, Line, Marker

__all__ = ["lay_out_fishbone"]

_NARROW = 46.0
_LEAN = 0.2
"""How far a bone leans, as a part of the room that it has."""
_MOST_LINES = 7
_HEAD_LINES = 7
_LEADING = 1.22
_STEP = 1.2
"""How far a further «why» stands in, in sizes of the text."""


@dataclass(frozen=True)
class _Said:
    """One cause broken into lines: text, whether it is the root, how far it stands in."""

    lines: tuple[tuple[str, bool, float], ...]

    def height(self, size: float) -> float:
        """How much it takes along the bone."""
        return len(self.lines) * size * _LEADING + size * 0.9


def _said(chart: Fishbone, cause: Cause, room: float, size: float) -> _Said:
    lines: list[tuple[str, bool, float]] = []
    texts = [cause.text, *cause.whys]
    for number, text in enumerate(texts):
        root = cause.root and number == len(texts) - 1
        inset = min(number, 3) * size * _STEP
        shown = f"{text} ({chart.words.say('root')})" if root else text
        shown = f"\u2190 {shown}" if number else shown
        broken = wrap(shown, room - inset, size, _MOST_LINES, bold=root)
        lines += [(line, root, inset) for line in broken]
    return _Said(tuple(lines))


def lay_out_fishbone(chart: Fishbone, width: float, size: float) -> Drawing:
    """Lay the diagram out."""
    if not chart.effect and not chart.categories:
        return nothing(chart, width, size, "fishbone")
    if width < _NARROW * size or not chart.categories:
        return _downwards(chart, width, size)
    return _Bones(chart, width, size).drawn()


class _Bones:
    """The wide form: bones in pairs above and below the spine, read from the left."""

    def __init__(self, chart: Fishbone, width: float, size: float) -> None:
        self.chart, self.sheet = chart, Sheet(width, size)
        self.head = min(max(width * 0.2, size * 11), size * 17)
        pairs = (len(chart.categories) + 1) // 2
        # More than four pairs leave no room for words: further ones go on a fish of their own.
        rows = math.ceil(pairs / 4)
        self.columns = math.ceil(pairs / rows)
        self.step = (width - self.head - size * 1.6) / self.columns
        self.lean = self.step * _LEAN

    def drawn(self) -> Drawing:
        """Draw row after row of bones, all on spines that lead to the head."""
        per_row = self.columns * 2
        y = 0.5
        for start in range(0, len(self.chart.categories), per_row):
            y = self._fish(self.chart.categories[start : start + per_row], y)
        return self.sheet.drawing(y, "fishbone")

    def _fish(self, categories: tuple[Category, ...], top: float) -> float:
        """Draw one fish; give where the next one may begin."""
        sheet, size = self.sheet, self.sheet.size
        above, below = categories[::2], categories[1::2]
        up, down = self._reach(above), self._reach(below)
        spine = top + up
        sheet.add(Line(((0.5, spine), (sheet.width - self.head, spine)), "spine", arrow=True))
        for side, turn in ((above, -1), (below, 1)):
            name = self._names(side)
            for number, category in enumerate(side):
                foot = (number + 1) * self.step
                self._bone(category, (foot, spine), (up if turn < 0 else down, name), turn)
        lines = self._effect_lines()
        tall = len(lines) * size * _LEADING + size * 1.8
        left = sheet.width - self.head
        _head(sheet, self.chart, Box(left, spine - tall / 2, self.head - 0.5, tall))
        return spine + down + size * 1.4

    def _effect_lines(self) -> tuple[str, ...]:
        room = self.head - self.sheet.size * 1.6
        return wrap(self.chart.effect, room, self.sheet.size, _HEAD_LINES, bold=True)

    def _causes(self, category: Category) -> list[_Said]:
        room = self.step - self.lean - self.sheet.size * 1.4
        return [_said(self.chart, cause, room, self.sheet.size) for cause in category.causes]

    def _name(self, category: Category) -> tuple[str, ...]:
        """Break a category's name into the lines of its box."""
        size = self.sheet.size
        return wrap(category.name, self.step - size * 3, size, 2, bold=True)

    def _names(self, side: Iterable[Category]) -> float:
        """Give how tall all boxes of one side are: causes reach below the neighbour's box too."""
        size = self.sheet.size
        most = max((len(self._name(category)) for category in side), default=1)
        return most * size * _LEADING + size * 0.8

    def _reach(self, side: tuple[Category, ...]) -> float:
        """Give how far the bones of one side reach: enough for the longest list of causes."""
        size = self.sheet.size
        most = (len(self._effect_lines()) * size * _LEADING + size * 2) / 2
        name = self._names(side)
        for category in side:
            tall = sum(one.height(size) for one in self._causes(category)) + size * 1.6
            most = max(most, size * 6, tall + name)
        return most

    def _bone(
        self,
        category: Category,
        foot: tuple[float, float],
        tall: tuple[float, float],
        turn: int,
    ) -> None:
        """Draw a bone from its name to the spine; ``turn`` is -1 above and 1 below.

        ``tall`` says how far bone and box reach together, and how much of it is the box.
        """
        sheet, size = self.sheet, self.sheet.size
        x, spine = foot
        lines = self._name(category)
        reach, name = tall
        length = reach - name
        blank = (name - len(lines) * size * _LEADING) / 2
        end = spine + turn * length
        sheet.add(Line(((x - self.lean, end), foot), "bone", arrow=True))
        wide = self.step - size * 1.6
        left = min(max(x - self.lean - wide / 2, 0.5), sheet.width - wide - 0.5)
        top = end - name if turn < 0 else end
        sheet.field(Box(left, top, wide, name), "category")
        for number, line in enumerate(lines):
            base = top + blank + size * _LEADING * (number + 0.78)
            sheet.text(left + wide / 2, base, line, "text", "middle", bold=True)
        at = end + size * 0.4 if turn < 0 else spine + size * 0.8
        for cause in self._causes(category):
            self._cause(cause, at, foot, length)
            at += cause.height(size)

    def _cause(self, cause: _Said, y: float, foot: tuple[float, float], length: float) -> None:
        """Write a cause above its line, which ends at the bone."""
        sheet, size = self.sheet, self.sheet.size
        bottom = y + len(cause.lines) * size * _LEADING + size * 0.25
        end = foot[0] - self.lean * abs(bottom - foot[1]) / length
        start = foot[0] - self.step + size * 0.5
        for number, (text, root, inset) in enumerate(cause.lines):
            base = y + size * _LEADING * (number + 0.8)
            sheet.text(start + inset, base, text, "root" if root else "text", bold=root)
        sheet.add(Line(((start, bottom), (end, bottom)), "cause", arrow=True))


def _head(sheet: Sheet, chart: Fishbone, box: Box) -> None:
    size = sheet.size
    sheet.field(box, "effect")
    lines = wrap(chart.effect, box.width - size * 1.6, size, _HEAD_LINES, bold=True)
    for number, line in enumerate(lines):
        base = box.y + size * 0.9 + size * _LEADING * (number + 0.8)
        sheet.text(box.x + box.width / 2, base, line, "text", "middle", bold=True)


def _downwards(chart: Fishbone, width: float, size: float) -> Drawing:
    """The narrow form: the effect above, the spine at the left, one category after the other."""
    sheet = Sheet(width, size)
    lines = wrap(chart.effect, width - size * 1.6, size, _HEAD_LINES, bold=True)
    head = len(lines) * size * _LEADING + size * 1.8
    _head(sheet, chart, Box(0.5, 0.5, width - 1, head))
    y, spine = head + size * 1.4, size
    ends = y
    for category in chart.categories:
        names = wrap(category.name, width - size * 4, size, 2, bold=True)
        name = len(names) * size * _LEADING + size * 0.8
        left = size * 2.6
        sheet.field(Box(left, y, width - left - 0.5, name), "category")
        for number, line in enumerate(names):
            base = y + size * 0.4 + size * _LEADING * (number + 0.78)
            sheet.text(left + size * 0.6, base, line, "text", bold=True)
        sheet.line("bone", (left, y + name / 2), (spine, y + name / 2))
        ends = y + name / 2
        y += name + size * 0.5
        for cause in category.causes:
            said = _said(chart, cause, width - left - size * 2.4, size)
            sheet.add(
                Marker(left + size * 0.9, y + size * 0.55, "circle", "cause-sign", size * 0.4)
            )
            for number, (text, root, inset) in enumerate(said.lines):
                base = y + size * _LEADING * (number + 0.8)
                look = "root" if root else "text"
                sheet.text(left + size * 1.8 + inset, base, text, look, bold=root)
            y += said.height(size) - size * 0.4
        y += size * 0.7
    if chart.categories:
        sheet.add(Line(((spine, ends), (spine, head + 1)), "spine", arrow=True))
    return sheet.drawing(y, "fishbone")
