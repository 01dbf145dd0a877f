"""The Ishikawa diagram: the effect at the head, categories as bones, causes along them.

On a telephone the spine runs downwards and the categories follow one another.
"""

from __future__ import annotations

from dataclasses import dataclass

from qms.charts.kinds import Category, Cause, Fishbone
from qms.charts.measuring import wrap
from qms.charts.plot import Box, Sheet, nothing
from qms.charts.shapes import Drawing, Line, Marker

__all__ = ["lay_out_fishbone"]

_NARROW = 46.0
_SLANT = 0.32
"""How far a bone leans, as a part of its height."""
_MOST_LINES = 4
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
    """The wide form: bones in pairs above and below the spine."""

    def __init__(self, chart: Fishbone, width: float, size: float) -> None:
        self.chart, self.sheet = chart, Sheet(width, size)
        self.head = min(max(width * 0.2, size * 11), size * 17)
        self.pairs = (len(chart.categories) + 1) // 2
        # More than four pairs would leave no room for words: further ones go on a second fish.
        self.rows = -(-self.pairs // 4)
        self.columns = -(-self.pairs // self.rows)
        self.step = (width - self.head - size) / self.columns
        self.room = 0.0

    def drawn(self) -> Drawing:
        """Draw row after row of bones, all on spines that lead to the head."""
        per_row = self.columns * 2
        y = 0.0
        categories = self.chart.categories
        for start in range(0, len(categories), per_row):
            y = self._fish(categories[start : start + per_row], y, whole=start == 0)
        return self.sheet.drawing(y, "fishbone")

    def _fish(self, categories: tuple[Category, ...], top: float, *, whole: bool) -> float:
        sheet, size = self.sheet, self.sheet.size
        above, below = categories[::2], categories[1::2]
        heights = [self._height(side) for side in (above, below)]
        spine = top + heights[0]
        left = sheet.width - self.head - self.columns * self.step
        sheet.add(Line(((left, spine), (sheet.width - self.head, spine)), "spine", arrow=True))
        for side, up in ((above, True), (below, False)):
            reach = heights[0] if up else heights[1]
            for number, category in enumerate(side):
                foot = sheet.width - self.head - size * 1.2 - number * self.step
                self._bone(category, foot, spine, reach, up=up)
        self._effect(spine, max(heights) * 2, whole=whole)
        return spine + max(heights[1], self._effect_height() / 2) + size * 0.4

    def _lean(self, reach: float) -> float:
        return min(reach * _SLANT, self.step * 0.3)

    def _causes(self, category: Category, reach: float) -> list[_Said]:
        room = self.step - self._lean(reach) - self.sheet.size * 1.6
        return [_said(self.chart, cause, room, self.sheet.size) for cause in category.causes]

    def _name_lines(self, category: Category) -> tuple[str, ...]:
        return wrap(category.name, self.step - self.sheet.size * 3, self.sheet.size, 2, bold=True)

    def _height(self, side: tuple[Category, ...]) -> float:
        """Give how far the bones of one side reach: enough for the longest list of causes."""
        size = self.sheet.size
        most = size * 7
        for category in side:
            causes = self._causes(category, most * 1.6)
            tall = sum(one.height(size) for one in causes)
            tall += len(self._name_lines(category)) * size * _LEADING + size * 2.6
            most = max(most, tall)
        return max(most, self._effect_height() / 2)

    def _bone(
        self, category: Category, foot: float, spine: float, reach: float, *, up: bool
    ) -> None:
        sheet, size = self.sheet, self.sheet.size
        turn = -1 if up else 1
        lines = self._name_lines(category)
        name = len(lines) * size * _LEADING + size * 0.8
        length = reach - name
        lean = self._lean(reach)
        top = (foot - lean, spine + turn * length)
        sheet.add(Line((top, (foot, spine)), "bone", arrow=True))
        wide = self.step - size * 1.6
        left = max(top[0] - wide / 2, 0.5)
        left = min(left, sheet.width - wide)
        y = top[1] - name if up else top[1]
        sheet.field(Box(left, y, wide, name), "category")
        for number, line in enumerate(lines):
            base = y + size * 0.4 + size * _LEADING * (number + 0.78)
            sheet.text(left + wide / 2, base, line, "text", "middle", bold=True)
        causes = self._causes(category, reach)
        at = spine - length + size * 0.5 if up else spine + size * 0.9
        for cause in causes:
            self._cause(cause, at, (foot, spine, lean / max(length, 1)), turn)
            at += cause.height(size)

    def _cause(self, cause: _Said, y: float, bone: tuple[float, float, float], turn: int) -> None:
        """Write a cause above its line, which ends at the bone."""
        sheet, size = self.sheet, self.sheet.size
        foot, spine, slope = bone
        bottom = y + len(cause.lines) * size * _LEADING + size * 0.25
        x = foot - slope * abs(bottom - spine)
        start = foot - self._lean_room()
        for number, (text, root, inset) in enumerate(cause.lines):
            base = y + size * _LEADING * (number + 0.8)
            sheet.text(start + inset, base, text, "root" if root else "text", bold=root)
        sheet.add(Line(((start, bottom), (x, bottom)), "cause", arrow=True))

    def _lean_room(self) -> float:
        """How far left of a bone's foot its texts begin."""
        return self.step - self.sheet.size * 0.6

    def _effect_height(self) -> float:
        lines = wrap(
            self.chart.effect,
            self.head - self.sheet.size * 1.6,
            self.sheet.size,
            _HEAD_LINES,
            bold=True,
        )
        return len(lines) * self.sheet.size * _LEADING + self.sheet.size * 1.8

    def _effect(self, spine: float, _tall: float, *, whole: bool) -> None:
        sheet, size = self.sheet, self.sheet.size
        left = sheet.width - self.head
        if not whole:
            sheet.add(Marker(left + size, spine, "triangle", "effect-sign", size))
            return
        height = self._effect_height()
        _head(sheet, self.chart, Box(left, spine - height / 2, self.head - 0.5, height))


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
