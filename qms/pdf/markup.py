"""Rich text as flowables: a few elements of HTML, read by lxml, never by ReportLab's own parser.

The HTML was cleaned when it was stored; here it is not trusted all the same.  What is not known
counts for its text alone, pictures and active content for nothing (D4-48, D4-49, D4-50).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import lxml.html
from lxml import etree
from reportlab.lib.colors import white
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Spacer

from qms.kernel.text import whole_number
from qms.pdf.links import safe_link
from qms.pdf.styles import HEAD, Styles, indented, styles
from qms.pdf.tables import Span, grid, proportions
from qms.pdf.tagged import Holder
from qms.pdf.text import Run, rich

__all__ = ["has_table", "html_lines", "markup"]

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""XML takes no NUL, no control character and no lone surrogate."""
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NOTHING = (
    "script style iframe object embed svg math template head title noscript img picture video "
    "audio canvas form input button select textarea link meta base source"
)
_SILENT = frozenset(_NOTHING.split())
_LISTS = frozenset({"ul", "ol"})
_HEADINGS = {"h1": 0, "h2": 0, "h3": 0, "h4": 1, "h5": 1, "h6": 1}
_BLOCKS = frozenset(
    {"p", "div", "li", "blockquote", "table", "section", "article", "pre", *_LISTS, *_HEADINGS}
)
_DEEPEST = 6
"""Lists nested deeper are shown at this depth."""
_DEEPEST_TREE = 100
_BULLETS = ("•", "–", "·")
_MOST_COLUMNS = 12
_LEAST_COLUMN = 30.0
"""Width in points below which a table is written as paragraphs."""
_MOST_TABLES = 2
"""Tables within tables are drawn so deep, then written as paragraphs."""

_Look = dict[str, Any]


def _parse(html: str) -> Any:
    clean = _NO_XML.sub("", html)
    if not clean.strip():
        return None
    try:
        return lxml.html.fragment_fromstring(clean, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


class _Writer:
    """Walks a tree and writes flowables."""

    def __init__(
        self, width: float, house: Styles, base: ParagraphStyle, anchors: Collection[str]
    ) -> None:
        self._width = width
        self._house = house
        self._base = base
        self._anchors = anchors
        self.flowables: list[Flowable] = []
        self._runs: list[Run] = []
        self._style = base
        self._tag = "P"
        self._path: tuple[Holder, ...] = ()
        self._bullet: str | None = None
        self._lists = 0
        self._depth = 0
        self._tables = 0

    def flush(self) -> None:
        """End the present paragraph."""
        runs = _trimmed(self._runs)
        self._runs = []
        if not runs:
            return
        self.flowables.append(
            rich(runs, self._style, tag=self._tag, path=self._path, bullet=self._bullet)
        )
        if self._bullet is not None:
            self._bullet = None

    def walk(self, node: Any, look: _Look) -> None:
        """Write a node's text, its children and what stands between them."""
        self._say(node.text, look)
        for child in node:
            if isinstance(child.tag, str):
                self._depth += 1
                if self._depth < _DEEPEST_TREE:
                    self._element(child, look)
                self._depth -= 1
            self._say(child.tail, look)

    def _say(self, text: str | None, look: _Look) -> None:
        if text:
            self._runs.append(Run(_BLANKS.sub(" ", text), **look))

    def _element(self, node: Any, look: _Look) -> None:
        tag = node.tag.lower()
        if tag in _SILENT:
            return
        if tag == "br":
            self._runs.append(Run("", breaks=True))
        elif tag in _BLOCKS:
            self.flush()
            self._block(tag, node, look)
            self.flush()
        else:
            self.walk(node, self._changed(tag, node, look))

    def _changed(self, tag: str, node: Any, look: _Look) -> _Look:
        match tag:
            case "strong" | "b" | "th":
                return look | {"bold": True}
            case "em" | "i":
                return look | {"italic": True}
            case "u":
                return look | {"underline": True}
            case "sup":
                return look | {"rise": 1}
            case "sub":
                return look | {"rise": -1}
            case "a":
                link = safe_link(node.get("href"), self._anchors)
                return look | {"link": link} if link else look
        return look

    def _block(self, tag: str, node: Any, look: _Look) -> None:
        if tag in _LISTS:
            self._list(tag, node, look)
        elif tag == "table":
            self._table(node)
        elif tag in _HEADINGS:
            kept = self._style, self._tag
            self._style = (self._house.subheading, self._house.minor)[_HEADINGS[tag]]
            self._tag = f"H{_HEADINGS[tag] + 2}"
            self.walk(node, look)
            self.flush()
            self._style, self._tag = kept
        elif tag == "blockquote":
            kept_style = self._style
            self._style = indented(self._base, self._style.leftIndent + 18, 0)
            self.walk(node, look | {"italic": True})
            self.flush()
            self._style = kept_style
        else:
            self.walk(node, look)

    def _list(self, tag: str, node: Any, look: _Look) -> None:
        kept = self._style, self._tag, self._path, self._bullet
        self._lists += 1
        depth = min(self._lists, _DEEPEST)
        step = 12 if tag == "ul" else 16
        left = kept[0].leftIndent + step if self._lists <= _DEEPEST else kept[0].leftIndent
        self._style = indented(self._base, left, left - step + 3)
        self._tag = "LBody"
        holder = Holder("L")
        number = _start(node)
        for child in node:
            if not isinstance(child.tag, str):
                continue
            self._path = (*kept[2], holder, Holder("LI"))
            self._bullet = f"{number}." if tag == "ol" else _BULLETS[(depth - 1) % len(_BULLETS)]
            number += 1
            self._depth += 1
            if self._depth < _DEEPEST_TREE:
                self.walk(child, look) if child.tag == "li" else self._element(child, look)
            self._depth -= 1
            self.flush()
        self._lists -= 1
        if not self._lists:
            self.flowables.append(Spacer(1, 3))
        self._style, self._tag, self._path, self._bullet = kept

    def _table(self, node: Any) -> None:
        rows = [
            [cell for cell in row if cell.tag in {"td", "th"}]
            for row in node.iter("tr")
            if next(row.iterancestors("table")) is node
        ]
        rows = [row[:_MOST_COLUMNS] for row in rows if row]
        if not rows:
            return
        places, columns = _placed(rows)
        if self._tables >= _MOST_TABLES or self._width / columns < _LEAST_COLUMN:
            for row in rows:
                for cell in row:
                    self.walk(cell, {})
                    self.flush()
            return
        small = columns > 4 or self._width < 300
        width = self._width - self._style.leftIndent
        widths = proportions([1] * columns, width)
        style = self._house.small if small else self._house.cell
        headers = 0
        while headers < len(rows) - 1 and all(cell.tag == "th" for cell in rows[headers]):
            headers += 1
        spans, hidden = _spanned(places, headers)
        data: list[list[list[Flowable]]] = [[[] for _column in range(columns)] for _row in rows]
        for (line, column), (cell, wide, _high) in places.items():
            inner = _Writer(widths[0] * wide - 8, self._house, style, self._anchors)
            inner._depth = self._depth + 1
            inner._tables = self._tables + 1
            inner.walk(cell, {"bold": True} if cell.tag == "th" else {})
            inner.flush()
            data[line][column] = inner.flowables
        self.flowables.append(
            grid(data, widths, header_rows=headers, small=small, spans=spans, commands=hidden)
        )


_Places = dict[tuple[int, int], tuple[Any, int, int]]
"""(row, column) to a cell, its columns and its rows."""


def _placed(rows: Sequence[Sequence[Any]]) -> tuple[_Places, int]:
    """Place cells in a grid by their spans, and count its columns.

    What reaches beyond the last row or the most columns ends there.
    """
    taken: set[tuple[int, int]] = set()
    places: _Places = {}
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            if column >= _MOST_COLUMNS:
                break
            wide = min(_count(cell, "colspan"), _MOST_COLUMNS - column)
            while wide > 1 and any((row, column + right) in taken for right in range(wide)):
                wide -= 1
            high = min(_count(cell, "rowspan"), len(rows) - row)
            taken.update(
                (row + down, column + right) for down in range(high) for right in range(wide)
            )
            places[row, column] = cell, wide, high
            column += wide
    return places, 1 + max((column for _row, column in taken), default=0)


def _spanned(places: _Places, headers: int) -> tuple[list[Span], list[tuple[Any, ...]]]:
    """Give the spans across columns, and what hides the lines inside cells of several rows.

    A true span across rows could not be torn by a page break; this one can.
    """
    spans: list[Span] = []
    hidden: list[tuple[Any, ...]] = []
    for (row, column), (_cell, wide, high) in places.items():
        last = column + wide - 1
        for down in range(high):
            if wide > 1:
                spans.append((column, row + down, last, row + down))
            if down:
                ground = HEAD if row + down < headers else white
                place = (column, row + down), (last, row + down)
                hidden.append(("LINEABOVE", *place, 0.7, ground))
    return spans, hidden


def _count(cell: Any, name: str) -> int:
    text = cell.get(name) or "1"
    return max(1, whole_number(text, 1, 3))


def _start(node: Any) -> int:
    start = node.get("start") or "1"
    return whole_number(start, 1, 4)


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """Drop blanks and breaks at both ends and doubled blanks between runs."""
    kept: list[Run] = []
    at_start = True
    for run in runs:
        if run.breaks:
            if kept:
                kept.append(run)
            at_start = True
            continue
        text = run.text.lstrip(" ") if at_start else run.text
        if not text:
            continue
        at_start = text.endswith(" ")
        kept.append(Run(**(vars_of(run) | {"text": text})))
    while kept and (kept[-1].breaks or not kept[-1].text.strip(" ")):
        kept.pop()
    if kept and kept[-1].text.endswith(" "):
        kept[-1] = Run(**(vars_of(kept[-1]) | {"text": kept[-1].text.rstrip(" ")}))
    return kept


def vars_of(run: Run) -> dict[str, Any]:
    """Give a run's values by name."""
    return dict(run.__dict__)


def markup(
    html: str,
    width: float,
    *,
    base: ParagraphStyle | None = None,
    house: Styles | None = None,
    anchors: Collection[str] = (),
) -> list[Flowable]:
    """Make the flowables of some rich text for a column ``width`` points wide."""
    house = house or styles()
    tree = _parse(html)
    if tree is None:
        return []
    writer = _Writer(width, house, base or house.body, anchors)
    writer.walk(tree, {})
    writer.flush()
    return writer.flowables


def html_lines(html: str) -> Iterator[str]:
    """Give the text of rich text, one line per block."""
    tree = _parse(html)
    if tree is None:
        return
    for node in tree.iter():
        if isinstance(node.tag, str) and node.tag not in _SILENT and node.tag in _BLOCKS:
            own = " ".join("".join(_own_text(node)).split())
            if own:
                yield own


def _own_text(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS and child.tag not in _SILENT:
            yield from _own_text(child)
        yield child.tail or ""


def has_table(html: str) -> bool:
    """Tell whether some rich text holds a table."""
    tree = _parse(html)
    return tree is not None and tree.find(".//table") is not None
