"""Finds a name in text and puts another in its place: whole words, no matter case or accents.

Pure, no database. Inside of HTML only text is touched, never tags or attributes. A name is not
meant where it is part of a longer one: «Servicio al Cliente» inside «Asesor de Servicio al
Cliente», or the former name inside the new one, so that replacing twice changes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from qms.kernel.text import clean_line, fold

AROUND = 60
"""Characters shown on each side of a name that was found."""

_TAG = r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
_ENTITY = r"&(?:\w+|#\d+|#x[0-9a-fA-F]+);"
_BLOCK = re.compile(r"</?(?:p|h3|h4|ul|ol|li|br|table|thead|tbody|tr|th|td|blockquote)\b[^>]*>")
_ANY_TAG = re.compile(_TAG)
_SPACE = {False: r"\s+", True: r"(?:\s|&nbsp;)+"}
_IN_HTML = {"&": "(?:&amp;|&)", "<": "&lt;", ">": "&gt;", '"': '(?:"|&quot;)'}


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    """Give, by folded letter, every Latin letter that folds to it."""
    found: dict[str, str] = {}
    for point in (*range(0x21, 0x250), *range(0x1E00, 0x1F00)):
        char = chr(point)
        folded = fold(char)
        if len(folded) == 1:
            found[folded] = found.get(folded, "") + char
    return found


def _letter(char: str, *, html: bool) -> str:
    if html and char in _IN_HTML:
        return _IN_HTML[char]
    letters = "".join(map(re.escape, _alike().get(fold(char), char)))
    return f"[{letters}]" if len(letters) > 1 else re.escape(char)


def _pattern(name: str, *, html: bool) -> str:
    words = ["".join(_letter(char, html=html) for char in word) for word in name.split()]
    return rf"(?<!\w){_SPACE[html].join(words)}(?!\w)"


@lru_cache(maxsize=64)
def _scanner(name: str, longer: tuple[str, ...], html: bool) -> re.Pattern[str]:  # noqa: FBT001
    """Make the pattern whose group ``hit`` is the name where it is meant."""
    parts = [_TAG] if html else []
    ordered = sorted(longer, key=len, reverse=True)
    parts += [_pattern(one, html=html) for one in ordered]
    parts.append(f"(?P<hit>{_pattern(name, html=html)})")
    if html:
        parts.append(_ENTITY)
    return re.compile("|".join(parts))


def contains(text: str, name: str) -> bool:
    """Tell whether ``name`` stands in the plain ``text`` as whole words."""
    return re.search(_pattern(clean_line(name), html=False), text) is not None


@dataclass(frozen=True)
class Renaming:
    """A former name, the new one, and the longer names within which the former is not meant."""

    old: str
    new: str
    longer: tuple[str, ...] = ()

    @classmethod
    def of(cls, old: str, new: str, others: Iterable[str] = ()) -> Renaming:
        """Take from ``others`` those that contain the former name."""
        old, new = clean_line(old), clean_line(new)
        longer = {
            one
            for one in map(clean_line, (*others, new))
            if fold(one) != fold(old) and contains(one, old)
        }
        return cls(old, new, tuple(sorted(longer)))

    def spans(self, text: str, *, html: bool = False) -> list[tuple[int, int]]:
        """Give where the former name stands and is meant."""
        scanner = _scanner(self.old, self.longer, html)
        return [one.span() for one in scanner.finditer(text) if one["hit"] is not None]

    def excerpts(self, text: str, *, html: bool = False) -> list[tuple[str, str, str]]:
        """Give each place as what stands before, the name as written, and what follows."""
        shown = plain_text(text) if html else text
        return [
            (
                _cut(shown[max(0, start - AROUND) : start], front=start > AROUND),
                " ".join(shown[start:end].split()),
                _cut(shown[end : end + AROUND], back=end + AROUND < len(shown)),
            )
            for start, end in self.spans(shown)
        ]

    def apply(self, text: str, *, html: bool = False) -> str:
        """Put the new name in the place of the former one."""
        scanner = _scanner(self.old, self.longer, html)
        return scanner.sub(self._replacement(html=html), text)

    def _replacement(self, *, html: bool) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            hit = match["hit"]
            if hit is None:
                return match.group()
            written = self._as_written(unescape(hit) if html else hit)
            return escape(written, quote=False) if html else written

        return replaced

    def _as_written(self, hit: str) -> str:
        """Write the new name in capitals or small letters, where the former one was written so."""
        if hit.isupper() and not self.old.isupper():
            return self.new.upper()
        if hit.islower() and not self.old.islower():
            words = self.new.split(" ")
            return " ".join(one if len(one) > 1 and one.isupper() else one.lower() for one in words)
        return self.new


def _cut(text: str, *, front: bool = False, back: bool = False) -> str:
    """Make a piece of text one line, with dots where it was cut."""
    line = re.sub(r"\s+", " ", text)
    return f"{'…' if front else ''}{line}{'…' if back else ''}"


def plain_text(html: str) -> str:
    """Give the text of formatted text; blocks end lines, other tags leave no trace."""
    return unescape(_ANY_TAG.sub("", _BLOCK.sub("\n", html))).strip()
