"""How wide text will be, on fonts that we do not have at hand: estimated, rather too wide.

The advance widths are those of a common sans serif, in thousandths of the size; the fonts of
screens differ by some hundredths, so a reserve is added.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["cut", "width_of", "wrap"]

_WIDTHS = {
    260: "ijlI.,:;'|!",
    290: " /\\ft()[]-{}\u00a0·",
    345: 'r"*°º',
    500: "ckJsvxyz",
    556: "abdeghnopquL0123456789#$?_«»–†•¿+<>=≥≤~^%",
    620: "FTZ",
    680: "ABEKPSVXY&",
    735: "CDHNRUw",
    790: "GOQ",
    860: "mM",
    950: "W@",
    1000: "—…",
}
_OF = {char: width for width, chars in _WIDTHS.items() for char in chars}
_OF["%"] = 889
_UNKNOWN, _WIDE = 600, 1000
_RESERVE = 1.12
_BOLD = 1.07
_ELLIPSIS = "…"
_SLACK = 0.01
"""A text that fits exactly is not cut because of the last digit."""


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    known = _OF.get(char)
    if known is None:
        base = unicodedata.normalize("NFD", char)[0]
        wide = unicodedata.east_asian_width(char) in "WF"
        known = _WIDE if wide else _OF.get(base, _UNKNOWN)
    return known


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Give about how many points a line of text takes, never much too few."""
    wide = sum(map(_width, text)) * size / 1000 * _RESERVE
    return wide * _BOLD if bold else wide


def cut(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Shorten a line to ``room`` points, with an ellipsis where something is left out."""
    if width_of(text, size, bold=bold) <= room + _SLACK:
        return text
    kept = text
    while kept and width_of(kept.rstrip() + _ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS if kept else ""


def _pieces(text: str, room: float, size: float, *, bold: bool) -> Iterable[str]:
    """Give the words; one that is wider than the room comes in parts."""
    for word in text.split():
        rest = word
        while width_of(rest, size, bold=bold) > room and len(rest) > 1:
            end = len(rest) - 1
            while end > 1 and width_of(rest[:end], size, bold=bold) > room:
                end -= 1
            yield rest[:end]
            rest = rest[end:]
        yield rest


def wrap(
    text: str, room: float, size: float, most: int = 4, *, bold: bool = False
) -> tuple[str, ...]:
    """Break text into at most ``most`` lines of ``room`` points; the last one may be cut."""
    lines: list[str] = []
    for word in _pieces(text, room, size, bold=bold):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) <= most:
        return tuple(lines)
    kept = lines[:most]
    kept[-1] = cut(f"{kept[-1]} {_ELLIPSIS * 3}", room, size, bold=bold).rstrip(_ELLIPSIS)
    while kept[-1] and width_of(kept[-1].rstrip() + _ELLIPSIS, size, bold=bold) > room:
        kept[-1] = kept[-1][:-1]
    kept[-1] = kept[-1].rstrip() + _ELLIPSIS
    return tuple(kept)
