"""Document codes: an organisation's grammar as data, reading, offering the next, tolerant search.

A grammar is plain data, as the profile of an organisation holds it::

    company: AX
    types: {FOR: form, INS: instruction}          # acronym: document type
    processes: {SC: customer-service, OP: operations}
    parts: {area: [COM]}                          # further named lists, when a pattern uses them
    patterns:
      - "{type}-{company}-{process}-{number:2}"
      - {pattern: "F{number:3}", types: [form], start: 100}   # only for these document types

Inside a pattern, text outside braces stands for itself; ``{name}`` is one value of the list of
that name; ``{name:2}`` is a number of at least two digits, padded with zeros; ``{name:A}``,
``{name:A3}`` and ``{name:A0-2}`` are one, three, and none to two letters.  The number called
``number`` is the one that counts upwards; all others are given.  Nothing here is a regular
expression, and a grammar that could read one text in two ways is refused when it is loaded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from qms.kernel.code_parts import (
    DIGITS,
    BadCode,
    BadGrammar,
    Choice,
    Literal,
    Number,
    Piece,
    match,
)
from qms.kernel.code_patterns import GRAMMAR_KEYS, Pattern, only_known, read_entry, read_lists
from qms.kernel.i18n import _
from qms.kernel.text import fold, skeleton

__all__ = [
    "BadCode",
    "BadGrammar",
    "Code",
    "CodeGrammar",
    "normalise",
    "search_key",
    "twin_key",
]

MAX_LENGTH = 64
"""Longest code that is read at all."""

_SEPARATORS = "-/._"


def _is_dash(char: str) -> bool:
    return unicodedata.category(char) == "Pd" or char in "\u2212\u2043\u02d7"


def normalise(text: str) -> tuple[str, bool]:
    """Write a code as codes are written, and tell whether that changed it, so one can warn.

    Capitals, one kind of dash, no blanks around separators, no invisible characters.
    """
    return _normalised(text) if len(text) <= MAX_LENGTH else _normalised.__wrapped__(text)


@lru_cache(maxsize=8192)
def _normalised(text: str) -> tuple[str, bool]:
    # Pages ask for the same few codes again and again.
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    kept = (
        " " if char.isspace() else "-" if _is_dash(char) else char
        for char in upper
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )
    words = "".join(kept).split()
    result = ""
    for word in words:
        joined = not result or result[-1] in _SEPARATORS or word[0] in _SEPARATORS
        result += word if joined else " " + word
    result = unicodedata.normalize("NFKC", result)
    return result, result != text


def search_key(text: str) -> str:
    """Give the key under which ``for ax sc 3``, ``forax-sc3`` and ``FOR-AX- SC-03`` are one code.

    It is deliberately coarse (``M5-1`` and ``M51`` meet): it finds candidates, it proves nothing.
    """
    groups: list[str] = []
    for char in fold(text).replace("ñ", "n"):
        if not char.isalnum():
            groups.append("")
        elif groups and groups[-1] and (groups[-1][-1] in DIGITS) == (char in DIGITS):
            groups[-1] += char
        else:
            groups.append(char)
    return "".join(
        (group.lstrip("0") or "0") if group[0] in DIGITS else group for group in groups if group
    )


def twin_key(text: str) -> str:
    """Give a key that is equal for two codes which a reader cannot tell apart (attack case D4-44).

    Decomposed accents, letters of other scripts, full-width forms and kinds of dash fall together;
    O and 0 do not.
    """
    return skeleton(text)


@dataclass(frozen=True)
class Code:
    """A code that was understood: its text and its named parts."""

    text: str
    parts: Mapping[str, str]
    """Named parts as they are written, such as ``{"type": "FOR", "number": "02"}``."""

    @property
    def number(self) -> int | None:
        """The counting number, if the code has one."""
        return int(self.parts["number"]) if "number" in self.parts else None

    def __str__(self) -> str:
        """Give the code as it is written."""
        return self.text


class CodeGrammar:
    """The ways in which one organisation writes the codes of its documents."""

    def __init__(self, patterns: Iterable[Pattern], types: Mapping[str, str]) -> None:
        """Keep the patterns in order of preference, and which acronym means which type."""
        self._patterns = tuple(patterns)
        self._types = dict(types)

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> CodeGrammar:
        """Build a grammar from profile data; raises BadGrammar with the mistake in a sentence."""
        only_known(data, GRAMMAR_KEYS)
        lists = read_lists(data)
        listed = data.get("patterns", data.get("pattern"))
        entries = listed if isinstance(listed, list | tuple) else [listed]
        patterns = [read_entry(entry, lists, data.get("start", 1)) for entry in entries if entry]
        if not patterns:
            raise BadGrammar(_("A code grammar needs at least one pattern."))
        return cls(patterns, lists.get("type", {}))

    def parse(self, text: str) -> Code | None:
        """Take a normalised code apart, or give None when it does not follow the grammar."""
        if len(text) > MAX_LENGTH:
            return None
        for pattern in self._patterns:
            parts = pattern.read(text)
            if parts is not None:
                return Code(text, parts)
        return None

    def check(self, text: str, **parts: object) -> Code:
        """Take a code apart that must follow the grammar and bear these parts, or raise BadCode.

        ``type`` and ``process`` may be given as acronym or as the id that the acronym stands for;
        parts that the pattern does not show are not checked.
        """
        given = _given(parts)
        text = normalise(text[: MAX_LENGTH * 4])[0]
        patterns = self._patterns_for(given)
        for pattern in patterns:
            found = pattern.read(text) if len(text) <= MAX_LENGTH else None
            if found is not None:
                self._compare(text, pattern, found, given)
                return Code(text, found)
        self._say_what_is_unknown(text, patterns, given)
        raise self._misshapen(text, patterns[0], given)

    def format(self, **parts: object) -> str:
        """Write the code with these parts; raises BadCode when one is missing or unknown."""
        given = _given(parts)
        return self._write(self._pattern_for(given), given)

    def next(self, existing: Iterable[str], **parts: object) -> str:
        """Offer the code after the highest one used with these parts; a gap is never filled.

        ``existing`` are all codes ever used, obsolete ones too, however they were written.
        """
        given = _given(parts)
        given.pop("number", None)
        pattern = self._pattern_for(given | {"number": 1})
        if not isinstance(pattern.piece("number"), Number):
            raise BadCode(_("These codes have no number that counts; write the code yourself."))
        wanted = pattern.read(self._write(pattern, given | {"number": pattern.start})) or {}
        highest = pattern.start - 1
        for code in existing:
            found = pattern.read(skeleton(code[: MAX_LENGTH * 2]), lenient=True)
            if found is not None and _same_series(pattern, found, wanted):
                highest = max(highest, int(found["number"]))
        return self._write(pattern, given | {"number": highest + 1})

    def example(self, **parts: object) -> str:
        """Show a code that follows the grammar, with these parts as far as they are known."""
        given = _given(parts)
        return self._example(self._patterns_for(given)[0], given)

    def forms(self) -> tuple[str, ...]:
        """Show the shape of each pattern, such as ``(FOR|INS)-AX-(OP|SC)-00``."""
        return tuple(pattern.form() for pattern in self._patterns)

    def _acronyms(self, type_: object) -> set[str]:
        name = str(type_)
        return {short for short, long in self._types.items() if name in (short, long)} | {name}

    def _patterns_for(self, given: Mapping[str, object]) -> tuple[Pattern, ...]:
        """Choose the patterns of a document type: its own ones, else those of no type."""
        if "type" not in given:
            return self._patterns
        names = self._acronyms(given["type"])
        names |= {self._types[name] for name in names if name in self._types}
        own = tuple(pattern for pattern in self._patterns if names & set(pattern.types))
        shared = tuple(pattern for pattern in self._patterns if not pattern.types)
        if not (own or shared):
            raise BadCode(_("There is no code pattern for the type ${type}."), type=given["type"])
        return own or shared

    def _pattern_for(self, given: Mapping[str, object]) -> Pattern:
        """Choose the first pattern whose compulsory parts are all given."""
        patterns = self._patterns_for(given)
        for pattern in patterns:
            if not _missing(pattern, given):
                return pattern
        raise BadCode(
            _("A code like ${example} needs its ${part}."),
            example=self._example(patterns[0], given),
            part=", ".join(_missing(patterns[0], given)),
        )

    def _write(self, pattern: Pattern, given: Mapping[str, object]) -> str:
        """Join the parts, and make sure that what was written can be read again."""
        pieces = [_render(piece, given) for piece in pattern.pieces]
        text = "".join(pieces)
        if match(pattern.pieces, text) != pieces or len(text) > MAX_LENGTH:
            raise self._misshapen(text, pattern, {})
        return text

    def _misshapen(self, text: str, pattern: Pattern, given: Mapping[str, object]) -> BadCode:
        return BadCode(
            _("«${code}» is not written as codes are here: ${form}, for example ${example}."),
            code=text[:MAX_LENGTH],
            form=pattern.form(),
            example=self._example(pattern, given),
        )

    def _example(self, pattern: Pattern, given: Mapping[str, object]) -> str:
        shown: list[str] = []
        for piece in pattern.pieces:
            fits = isinstance(piece, Choice) and piece.acronyms(given.get(piece.name))
            if isinstance(piece, Number) and piece.name == "number":
                shown.append(piece.render(pattern.start))
            else:
                shown.append(fits[0] if fits else piece.example())
        return "".join(shown)

    def _compare(
        self,
        text: str,
        pattern: Pattern,
        found: Mapping[str, str],
        given: Mapping[str, object],
    ) -> None:
        """Refuse a well-formed code that names another type, process or number than it should."""
        for name, value in given.items():
            piece = pattern.piece(name)
            if piece is None or piece.accepts(found[name], value):
                continue
            raise BadCode(
                _("«${code}» says ${found}, but this is ${wanted}; for example ${example}."),
                code=text,
                found=found[name],
                wanted=value,
                example=self._example(pattern, given),
            )

    def _say_what_is_unknown(
        self, text: str, patterns: Iterable[Pattern], given: Mapping[str, object]
    ) -> None:
        """Name the one acronym that is unknown, when all the rest of the code is right."""
        for pattern in patterns:
            for place, piece in enumerate(pattern.pieces):
                if not isinstance(piece, Choice) or not piece.opens(pattern.pieces, place):
                    continue
                opened = (*pattern.pieces[:place], piece.opened(), *pattern.pieces[place + 1 :])
                values = match(opened, text[: MAX_LENGTH + 1])
                if values is not None:
                    raise BadCode(
                        _("«${code}»: ${value} is none of ${known}; for example ${example}."),
                        code=text,
                        value=values[place],
                        known=", ".join(piece.values),
                        example=self._example(pattern, given),
                    )


def _given(parts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in parts.items() if value is not None}


def _missing(pattern: Pattern, given: Mapping[str, object]) -> list[str]:
    return [
        piece.name for piece in pattern.pieces if piece.compulsory() and piece.name not in given
    ]


def _render(piece: Piece, given: Mapping[str, object]) -> str:
    if isinstance(piece, Literal):
        return piece.text
    return piece.render(given.get(piece.name))


def _same_series(pattern: Pattern, found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Tell whether two codes count together: all their compulsory parts but the number agree."""
    for piece in pattern.pieces:
        if not piece.name or piece.name == "number" or piece.optional():
            continue
        if isinstance(piece, Number):
            if int(found[piece.name]) != int(wanted[piece.name]):
                return False
        elif found[piece.name] != wanted[piece.name]:
            return False
    return True
