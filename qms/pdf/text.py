"""Paragraphs and headings that carry their tag; text goes in as text, never as markup."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, Paragraph
from reportlab.platypus.paraparser import ParaFrag

from qms.pdf import fonts
from qms.pdf.styles import LINK
from qms.pdf.tagged import Holder, TaggedCanvas

__all__ = ["Anchor", "Heading", "Run", "Text", "plain", "runs_to_frags"]


@dataclasses.dataclass(frozen=True)
class Run:
    """A piece of text with one look.  ``link`` must come from :mod:`qms.pdf.links`."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    rise: int = 0
    """1 above the line, -1 below it."""
    link: str = ""
    breaks: bool = False
    """A line break; its text does not count."""


def _frag(style: ParagraphStyle, text: str) -> ParaFrag:
    return ParaFrag(
        rise=0,
        greek=0,
        link=[],
        us_lines=[],
        fontName=style.fontName,
        bold=0,
        italic=0,
        fontSize=style.fontSize,
        textColor=style.textColor,
        text=text,
    )


def _underline(number: int, colour: Color, rise: float) -> tuple[Any, ...]:
    return (number, "underline", colour, 0.5, "-0.125*F", rise, 1, 1)


def _add(frags: list[ParaFrag], style: ParagraphStyle, run: Run, number: int) -> None:
    if run.breaks:
        frag = _frag(style, "")
        frag.lineBreak = True
        frags.append(frag)
        return
    text = fonts.visible(run.text, italic=run.italic)
    for place, line in enumerate(text.split("\n")):
        if place:
            _add(frags, style, Run("", breaks=True), number)
        if not line:
            continue
        frag = _frag(style, line)
        bold = run.bold or style.fontName in {fonts.BOLD, fonts.BOLD_ITALIC}
        frag.fontName = fonts.face(bold=bold, italic=run.italic)
        if run.rise:
            frag.fontSize = style.fontSize * 0.72
            frag.rise = style.fontSize * (0.33 if run.rise > 0 else -0.16)
        if run.link:
            frag.link = [(number, run.link)]
            frag.textColor = LINK
        if run.underline or run.link:
            frag.us_lines = [_underline(number, frag.textColor, frag.rise)]
        frags.append(frag)


def runs_to_frags(runs: Sequence[Run], style: ParagraphStyle) -> list[ParaFrag]:
    """Make ReportLab's fragments directly, so that no parser ever sees the text."""
    frags: list[ParaFrag] = []
    for number, run in enumerate(runs):
        _add(frags, style, run, number)
    # ReportLab cannot split a paragraph that begins or ends with an empty line.
    while frags and hasattr(frags[-1], "lineBreak"):
        frags.pop()
    while frags and hasattr(frags[0], "lineBreak"):
        frags.pop(0)
    return frags or [_frag(style, "")]


class Text(Paragraph):
    """A paragraph made of runs, drawn as the content of its element."""

    tag = "P"
    path: tuple[Holder, ...] = ()
    own: Holder | None = None

    blPara: Any
    _broken_at: float | None = None
    _wrapWidths: Any = None

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Break into lines; once for a width, though a table asks again on every page."""
        if self._broken_at != availWidth or not hasattr(self, "blPara"):
            self._broken_at = availWidth
            return super().wrap(availWidth, availHeight)
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """Split as ReportLab does; both parts belong to one element."""
        parts: list[Any] = super().split(availWidth, availHeight)
        if len(parts) == 2:
            self._hand_on_lines(*parts)
            self.own = self.own or Holder(self.tag)
            for part in parts:
                part.tag, part.path, part.own = self.tag, self.path, self.own
        elif parts and parts[0] is not self:
            parts[0].tag, parts[0].path, parts[0].own = self.tag, self.path, self.own
        return parts

    def _hand_on_lines(self, first: Text, rest: Text) -> None:
        """Give the second part the lines that it has anyway, or long texts take quadratic time."""
        if self.style.firstLineIndent or self.blPara.kind:
            return
        rest.blPara = copy.copy(self.blPara)
        rest.blPara.lines = self.blPara.lines[len(first.blPara.lines) :]
        rest._wrapWidths = self._wrapWidths
        rest._broken_at = rest.width = self.width
        rest.height = len(rest.blPara.lines) * rest.style.leading

    def draw(self) -> None:
        """Draw inside the paragraph's element."""
        canvas = self.canv
        if not isinstance(canvas, TaggedCanvas):
            super().draw()
            return
        lone = self.tag == "P" and not self.path and self.own is None
        if lone and canvas.current_tag in {"TD", "TH"} and canvas.current_is_empty:
            with canvas.content():
                super().draw()
            return
        self.own = self.own or Holder(self.tag)
        with canvas.inside(*self.path, self.own), canvas.content():
            super().draw()


def rich(
    runs: Sequence[Run],
    style: ParagraphStyle,
    *,
    tag: str = "P",
    path: tuple[Holder, ...] = (),
    bullet: str | None = None,
) -> Text:
    """Make a paragraph of runs."""
    text = Text("", style, bulletText=bullet, frags=runs_to_frags(runs, style))
    text.tag = tag
    text.path = path
    return text


def plain(text: object, style: ParagraphStyle, *, tag: str = "P") -> Text:
    """Make a paragraph of plain text; line breaks are kept."""
    return rich([Run(str(text))], style, tag=tag)


class Heading(Text):
    """A heading that is also a bookmark and, with a level, a line of the outline."""

    key: str = ""
    outline: str = ""
    level: int = 0

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """Split as text does; the first part keeps the bookmark."""
        parts = super().split(availWidth, availHeight)
        if parts and parts[0] is not self:
            parts[0].key, parts[0].outline, parts[0].level = self.key, self.outline, self.level
        return parts

    def draw(self) -> None:
        """Set the bookmark, then draw."""
        canvas = self.canv
        if self.key and isinstance(canvas, TaggedCanvas):
            canvas.translate(0, self.height)
            canvas.target(self.key)
            canvas.translate(0, -self.height)
            if self.outline:
                canvas.outline(self.outline, self.key, self.level)
        super().draw()


class Anchor(Flowable):
    """The bookmark and outline line of a section that prints no heading."""

    def __init__(self, key: str, outline: str, level: int = 0) -> None:
        super().__init__()
        self._key, self._outline, self._level = key, outline, level

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Take no room."""
        return 0, 0

    def draw(self) -> None:
        """Set the bookmark."""
        canvas = self.canv
        if isinstance(canvas, TaggedCanvas):
            canvas.target(self._key)
            canvas.outline(self._outline, self._key, self._level)


def heading(
    text: str, style: ParagraphStyle, *, key: str = "", level: int = 0, keep: float = 60
) -> list[Flowable]:
    """Make a heading (level from 0) that does not stay alone: ``keep`` points must follow it."""
    shown = fonts.visible(text)
    head = Heading("", style, frags=runs_to_frags([Run(shown)], style))
    head.tag = f"H{level + 1}"
    head.key = key
    head.outline = " ".join(shown.split())
    head.level = level
    return [CondPageBreak(style.leading + style.spaceBefore + keep), head]
