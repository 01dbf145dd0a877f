"""The few paragraph styles of the house, made from one base size and one colour."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle

from qms.pdf import fonts

__all__ = [
    "FAINT",
    "GRID",
    "HEAD",
    "INK",
    "MUTED",
    "Styles",
    "aligned",
    "colour",
    "sized",
    "styles",
]

INK = HexColor("#1a1a1a")
MUTED = HexColor("#595959")
GRID = HexColor("#7a7a7a")
FAINT = HexColor("#c9c9c9")
HEAD = HexColor("#ececec")
LINK = HexColor("#0b4f8a")

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_ALIGNMENTS: dict[str, Any] = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}


def colour(text: object, otherwise: Color = INK) -> Color:
    """Read ``#rrggbb`` and nothing else: a colour expression is never evaluated."""
    if isinstance(text, str) and _HEX.fullmatch(text):
        return HexColor(text)
    return otherwise


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    given: dict[str, Any] = {
        "fontName": fonts.REGULAR,
        "fontSize": size,
        "leading": round(size * 1.25, 2),
        "textColor": INK,
        "bulletFontName": fonts.REGULAR,
        "bulletFontSize": size,
        "splitLongWords": 1,
        "allowOrphans": 1,
        "allowWidows": 1,
    }
    return ParagraphStyle(name, **(given | more))


@dataclasses.dataclass(frozen=True)
class Styles:
    """Named paragraph styles."""

    body: ParagraphStyle
    cell: ParagraphStyle
    small: ParagraphStyle
    head: ParagraphStyle
    small_head: ParagraphStyle
    label: ParagraphStyle
    heading: ParagraphStyle
    subheading: ParagraphStyle
    minor: ParagraphStyle
    title: ParagraphStyle
    band: ParagraphStyle
    note: ParagraphStyle
    legend: ParagraphStyle
    address: ParagraphStyle


@functools.cache
def styles() -> Styles:
    """Give the house's styles; nobody changes them, so they are made once."""
    return Styles(
        body=_style("body", 10, spaceAfter=5),
        cell=_style("cell", 9, spaceAfter=2),
        small=_style("small", 7.8, spaceAfter=1),
        head=_style("head", 8.8, fontName=fonts.BOLD, alignment=TA_CENTER),
        small_head=_style("small_head", 7, fontName=fonts.BOLD, alignment=TA_CENTER),
        label=_style("label", 9, fontName=fonts.BOLD),
        heading=_style("heading", 11.5, fontName=fonts.BOLD, spaceBefore=9, spaceAfter=5),
        subheading=_style("subheading", 10.5, fontName=fonts.BOLD, spaceBefore=6, spaceAfter=3),
        minor=_style("minor", 10, fontName=fonts.BOLD, spaceBefore=4, spaceAfter=2),
        title=_style("title", 18, fontName=fonts.BOLD, alignment=TA_CENTER, spaceAfter=8),
        band=_style("band", 12, fontName=fonts.BOLD, alignment=TA_CENTER, spaceAfter=8),
        note=_style("note", 8.5, textColor=MUTED, spaceAfter=3),
        legend=_style("legend", 7.8, fontName=fonts.BOLD, alignment=TA_CENTER),
        address=_style("address", 6.6, textColor=MUTED),
    )


@functools.cache
def aligned(style: ParagraphStyle, align: str) -> ParagraphStyle:
    """Give the style with another alignment: left, center or right."""
    if align not in _ALIGNMENTS or style.alignment == _ALIGNMENTS[align]:
        return style
    return ParagraphStyle(f"{style.name}-{align}", parent=style, alignment=_ALIGNMENTS[align])


@functools.lru_cache(maxsize=256)
def sized(style: ParagraphStyle, size: float) -> ParagraphStyle:
    """Give the style in another size, in points."""
    return ParagraphStyle(
        f"{style.name}-{size}",
        parent=style,
        fontSize=size,
        leading=round(size * 1.25, 2),
        bulletFontSize=size,
    )


@functools.lru_cache(maxsize=512)
def indented(style: ParagraphStyle, left: float, bullet: float) -> ParagraphStyle:
    """Give the style of a list item, its text ``left`` points in and its bullet ``bullet``."""
    return ParagraphStyle(
        f"{style.name}-{left}",
        parent=style,
        leftIndent=left,
        bulletIndent=bullet,
        spaceAfter=min(style.spaceAfter, 2),
    )
