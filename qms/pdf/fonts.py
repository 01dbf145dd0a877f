"""The one type family of every printed page, registered once, and text that it can really show."""

from __future__ import annotations

import importlib.resources
import threading
import unicodedata
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

__all__ = ["BOLD", "BOLD_ITALIC", "ITALIC", "MISSING", "REGULAR", "face", "register", "visible"]

REGULAR = "Source-Sans"
BOLD = "Source-Sans-Bold"
ITALIC = "Source-Sans-Italic"
BOLD_ITALIC = "Source-Sans-BoldItalic"

MISSING = "\N{BALLOT BOX}"
"""The box that stands where the type family has no glyph."""

_FILES = {
    REGULAR: "SourceSansPro-Regular.ttf",
    BOLD: "SourceSansPro-Bold.ttf",
    ITALIC: "SourceSansPro-It.ttf",
    BOLD_ITALIC: "SourceSansPro-BoldIt.ttf",
}
# What the family lacks but has a good stand-in for.
_STAND_INS = {
    0x2011: "-",
    0x2010: "-",
    0x25AA: "•",
    0x25CF: "•",
    0x25E6: "•",
    0x2023: "•",
    0x2043: "-",
    0x25AB: "•",
    0x2714: "✓",
    0x2028: "\n",
    0x2029: "\n",
    0x0085: "\n",
    0x00AD: None,
    0x202F: "\N{NO-BREAK SPACE}",
    0xF0B7: "•",
    0xF0A7: "•",
}
_KEPT_CONTROLS = frozenset("\n\t")
_MOST_WIDTHS = 20_000
"""Words whose width a font remembers; a document's pages are broken from the same words again."""
_LONGEST_REMEMBERED = 32

_lock = threading.Lock()
_tables: dict[bool, _Shown] = {}


class _Shown(dict[int, str | None]):
    """A table for ``str.translate`` that learns each character once: itself, a stand-in, a box."""

    def __init__(self, glyphs: frozenset[int]) -> None:
        super().__init__(_STAND_INS)
        self._glyphs = glyphs

    def __missing__(self, point: int) -> str | None:
        char = chr(point)
        shown: str | None = MISSING
        if point in self._glyphs or char in _KEPT_CONTROLS:
            shown = char
        elif unicodedata.category(char) in {"Cc", "Cf", "Mn", "Cs"} or 0x1F3FB <= point <= 0x1F3FF:
            shown = None  # controls, joiners, variation selectors, skin tones: nothing to see
        elif char.isspace():
            shown = " "
        self[point] = shown
        return shown


class _Font(TTFont):
    """A font that measures a word once: laying tables out asks for the same widths many times."""

    def __init__(self, name: str, filename: str) -> None:
        super().__init__(name, filename)
        self._widths: dict[str, float] = {}
        self._reading = threading.Lock()

    def addObjects(self, doc: Any) -> None:
        """Write the glyphs that a document uses; one document at a time.

        All documents share the font's file and the place in it that is being read: two at once
        would give each other wrong glyphs, or none.
        """
        with self._reading:
            super().addObjects(doc)

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:
        """Give the width of ``text`` in points at this size."""
        if isinstance(text, bytes):
            text = text.decode(encoding)
        width = self._widths.get(text)
        if width is None:
            of = self.face.charWidths.get
            usual = self.face.defaultWidth
            width = 0.001 * sum([of(ord(char), usual) for char in text])
            if len(text) <= _LONGEST_REMEMBERED:
                if len(self._widths) >= _MOST_WIDTHS:
                    self._widths.clear()
                self._widths[str(text)] = width
        return width * size


def register() -> None:
    """Make the family known to ReportLab; cheap after the first call, safe from any thread."""
    if _tables:
        return
    with _lock:
        if _tables:
            return
        folder = importlib.resources.files("font_source_sans_pro") / "files"
        glyphs: dict[str, frozenset[int]] = {}
        for name, filename in _FILES.items():
            with importlib.resources.as_file(folder / filename) as path:
                font = _Font(name, str(path))
            pdfmetrics.registerFont(font)
            glyphs[name] = frozenset(font.face.charToGlyph)
        pdfmetrics.registerFontFamily(
            REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC
        )
        upright = _Shown(glyphs[REGULAR] & glyphs[BOLD])
        slanted = _Shown(glyphs[ITALIC] & glyphs[BOLD_ITALIC])
        _tables.update({False: upright, True: slanted})


def face(*, bold: bool = False, italic: bool = False) -> str:
    """Name the font of the family with this weight and slant."""
    if bold:
        return BOLD_ITALIC if italic else BOLD
    return ITALIC if italic else REGULAR


def visible(text: str, *, italic: bool = False) -> str:
    """Give the text as the family can show it: composed, without controls, a box for what it lacks.

    A reader must see that something stands there which this page cannot show.
    """
    if text.isascii() and text.isprintable():
        return text
    register()
    for _turn in range(4):
        # What is left out may bring a letter and an accent together that can now be composed.
        shown = unicodedata.normalize("NFC", text).translate(_tables[italic])
        if shown == text:
            break
        text = shown
    return text
