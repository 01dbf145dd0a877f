"""Text as Spanish readers take it: folding for search, order, slugs, and lines without tricks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TypeVar

__all__ = ["clean_line", "fold", "skeleton", "slug", "sort_key", "whole_number"]

T = TypeVar("T")

SLUG_LIMIT = 80
"""Longest slug, in characters."""

_AFTER_N = "n\uffff"
"""Where ñ sorts: behind every word that begins with n."""

_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0"
    + "".join(chr(point) for point in range(0xFE00, 0xFE10))
)
"""Characters that show nothing although Unicode does not class them as format characters."""

_DASHES = frozenset("\u02d7\u2043\u2212\u2796\u30fc\u2cba\u2500\u2501")
"""Characters that look like a dash without being in the category of dashes."""

# Each pair holds look-alikes of other scripts and the Latin capitals that they pass for.  Letters
# and digits are kept apart on purpose: O and 0 are told apart by our fonts and by our grammars.
_LOOK_ALIKES = (
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿϜϴ", "ABEZHIKMNOPTYXCJFO"),  # Greek
    ("АВЕЅІЈКМНОРСТУҮХѴԚԜԌӀԀԐҺ", "ABESIJKMHOPCTYYXVQWGIDEH"),  # Cyrillic
    ("ՕՍԼՏՈ", "OULSN"),  # Armenian
    ("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "ABCDEGHIJKLMPRSTVWZ"),  # Cherokee
    ("ⲀⲂⲈⲌⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬ", "ABEZHIKMNOPCTYX"),  # Coptic
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"),  # Lisu
    ("ⅠⅤⅩⅬⅭⅮⅯ", "IVXLCDM"),  # Roman numerals
    ("\u2044\u2215\u29f8", "///"),
    ("\u2024\u00b7\u2027\u2219\u22c5\u30fb", "......"),
)
_TO_LATIN = {
    ord(alike): latin
    for alikes, latins in _LOOK_ALIKES
    for alike, latin in zip(alikes, latins, strict=True)
}


def _is_invisible(char: str) -> bool:
    """Tell whether a character is a control, a format mark (RTL override, BOM), or no character."""
    if unicodedata.category(char) in {"Cc", "Cf", "Cs"} or char in _BLANKS:
        return True
    point = ord(char)
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def clean_line(text: str) -> str:
    """Make one line of plain text: NFC, single spaces, no control, NUL or direction characters."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    seen = "".join(char for char in spaced if not _is_invisible(char))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def fold(text: str) -> str:
    """Make ``petición`` and ``PETICION`` equal for search: lower case, no accents, ñ kept."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    return "".join(map(_folded, composed))


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char == "ñ":
        return char
    apart = unicodedata.normalize("NFKD", char)
    return "".join(part for part in apart if not unicodedata.combining(part))


def slug(text: str, limit: int = SLUG_LIMIT) -> str:
    """Make a piece of an address: a-z, 0-9 and single dashes; empty when nothing is left."""
    plain = fold(text).replace("ñ", "n")
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split()
    return "-".join(words)[:limit].strip("-")


def sort_key(text: str) -> str:
    """Give the key that sorts as Spanish does: ñ after n, accents only as the last tie-break.

    Opening punctuation (``¿``, ``«``) does not count.  The key is a plain string, fit for an index.
    """
    first = fold(text)
    start = next((place for place, char in enumerate(first) if char.isalnum()), 0)
    return first[start:].replace("ñ", _AFTER_N) + "\x00" + clean_line(text)


def skeleton(text: str) -> str:
    """Reduce text to what a reader sees: equal skeletons mean that two codes look the same.

    Case, blanks, invisible characters, kinds of dash and look-alike letters of other scripts
    vanish; accents, and the difference between O and 0, stay.
    """
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    seen: list[str] = []
    for char in upper:
        if char.isspace() or _is_invisible(char):
            continue
        if char in _DASHES or unicodedata.category(char) == "Pd":
            seen.append("-")
        else:
            seen.append(_TO_LATIN.get(ord(char), char))
    return unicodedata.normalize("NFC", "".join(seen))


def whole_number(text: str, otherwise: T, digits: int = 6) -> int | T:
    """Read a number of at most so many digits; anything else, such as «²», gives ``otherwise``."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else otherwise
