"""Reads the patterns of a code grammar from data, and refuses those that could be read in two ways.

Helper of :mod:`qms.kernel.codes`, which documents the pattern language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from qms.kernel.code_parts import (
    DIGITS,
    LETTERS,
    MAX_DIGITS,
    MAX_LETTERS,
    SEPARATORS,
    BadGrammar,
    Choice,
    Letters,
    Literal,
    Number,
    Piece,
    first,
    last,
    match,
)
from qms.kernel.i18n import _

_MAX_PIECES = 24
_MAX_COMBINATIONS = 50_000
GRAMMAR_KEYS = frozenset(
    {"pattern", "patterns", "company", "type", "types", "process", "processes", "parts", "start"}
)
_PATTERN_KEYS = frozenset({"pattern", "types", "start"})


@dataclass(frozen=True)
class Pattern:
    """One pattern of a grammar, taken apart."""

    source: str
    pieces: tuple[Piece, ...]
    types: tuple[str, ...]
    start: int

    def piece(self, name: str) -> Piece | None:
        """Give the piece of that name."""
        return next((piece for piece in self.pieces if piece.name == name), None)

    def read(self, text: str, *, lenient: bool = False) -> dict[str, str] | None:
        """Take a text apart; lenient reading lets a number have too few or too many zeros."""
        values = match(self.pieces, text, lenient=lenient)
        if values is None:
            return None
        implied = {"type": self.types[0]} if len(self.types) == 1 else {}
        return implied | {
            piece.name: value
            for piece, value in zip(self.pieces, values, strict=True)
            if piece.name
        }

    def form(self) -> str:
        """Show the shape in signs of no language, such as ``(FOR|INS)-AX-(OP|SC)-00``."""
        return "".join(piece.form() for piece in self.pieces)


def only_known(data: object, known: frozenset[str]) -> None:
    """Refuse a key that means nothing, since a misspelt rule would silently be no rule."""
    if not isinstance(data, Mapping):
        raise BadGrammar(_("A code grammar is a mapping with ${known}."), known=", ".join(known))
    for key in data:
        if key not in known:
            raise BadGrammar(
                _("${key} is not a part of a code grammar; known are ${known}."),
                key=key,
                known=", ".join(sorted(known)),
            )


def read_lists(data: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Gather the named lists of values: acronym to what it stands for, in their order."""
    raw: dict[str, object] = {}
    further = data.get("parts") or {}
    if not isinstance(further, Mapping):
        raise BadGrammar(_("The parts of a code grammar are a mapping of names to lists."))
    raw.update(further)
    for key, name in (
        ("company", "company"),
        ("type", "type"),
        ("types", "type"),
        ("process", "process"),
        ("processes", "process"),
    ):
        if key in data:
            raw[name] = data[key]
    return {name: _values(name, values) for name, values in raw.items()}


def _values(name: str, values: object) -> dict[str, str]:
    if isinstance(values, str):
        values = [values]
    if isinstance(values, Mapping):
        return {str(short): str(meaning or short) for short, meaning in values.items()}
    if isinstance(values, list | tuple):
        return {str(short): str(short) for short in values}
    raise BadGrammar(_("The values of ${part} are a list or a mapping."), part=name)


def read_entry(entry: object, lists: Mapping[str, Mapping[str, str]], start: object) -> Pattern:
    """Read one entry of the patterns: a text, or a mapping with its own types and start."""
    types: tuple[str, ...] = ()
    if isinstance(entry, Mapping):
        only_known(entry, _PATTERN_KEYS)
        named = entry.get("types") or ()
        types = (named,) if isinstance(named, str) else tuple(str(name) for name in named)
        start = entry.get("start", start)
        entry = entry.get("pattern")
    if not isinstance(entry, str) or not entry:
        raise BadGrammar(_("A code pattern is a text such as {type}-{process}-{number:2}."))
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise BadGrammar(_("Codes start at a whole number, not at ${start}."), start=start)
    return Pattern(entry, read_pattern(entry, lists), types, start)


def read_pattern(source: str, lists: Mapping[str, Mapping[str, str]]) -> tuple[Piece, ...]:
    """Take a pattern apart; raises BadGrammar when it is malformed or could be read in two ways."""
    pieces: list[Piece] = []
    rest = source
    while rest:
        before, brace, rest = rest.partition("{")
        if before:
            pieces.append(_literal(source, before))
        if not brace:
            break
        inside, brace, rest = rest.partition("}")
        if not brace:
            raise BadGrammar(_("The pattern ${pattern} lacks a closing brace."), pattern=source)
        pieces.append(_named(source, inside, lists))
    names = [piece.name for piece in pieces if piece.name]
    if len(names) != len(set(names)) or len(pieces) > _MAX_PIECES:
        raise BadGrammar(_("The pattern ${pattern} names a part twice."), pattern=source)
    _refuse_ambiguity(source, pieces)
    return tuple(pieces)


def _literal(source: str, text: str) -> Literal:
    strange = sorted(set(text) - LETTERS - DIGITS - SEPARATORS)
    if strange:
        raise BadGrammar(
            _("The pattern ${pattern} holds ${sign}; use capitals, digits, and - / . _ only."),
            pattern=source,
            sign=" ".join(strange),
        )
    return Literal("", text)


def _named(source: str, inside: str, lists: Mapping[str, Mapping[str, str]]) -> Piece:
    """Read what stands between braces: a name, perhaps with a width or a count of letters."""
    name, colon, spec = inside.partition(":")
    if not name.isidentifier():
        raise BadGrammar(
            _("In the pattern ${pattern}, ${part} is no name."), pattern=source, part=inside
        )
    if not colon and name in lists:
        return _choice(name, lists[name])
    if not colon and name == "number":
        return Number(name, 1)
    if set(spec) <= DIGITS and spec and 1 <= int(spec) <= MAX_DIGITS:
        return Number(name, int(spec))
    if spec.startswith("A"):
        low, dash, high = (spec[1:] or "1").partition("-")
        bounds = (low, high if dash else low)
        if all(bound and set(bound) <= DIGITS and len(bound) <= 2 for bound in bounds):
            least, most = int(bounds[0]), int(bounds[1])
            if least <= most and 1 <= most <= MAX_LETTERS:
                return Letters(name, least, most)
    raise BadGrammar(
        _("In the pattern ${pattern}, ${part} has no list of values and no valid width."),
        pattern=source,
        part=inside,
    )


def _choice(name: str, values: Mapping[str, str]) -> Choice:
    for value in values:
        if not 0 < len(value) <= MAX_LETTERS or not set(value) <= LETTERS | DIGITS:
            raise BadGrammar(
                _("${value} cannot be an acronym of ${part}: use capitals and digits only."),
                value=value,
                part=name,
            )
    if not values:
        raise BadGrammar(_("The list of ${part} is empty."), part=name)
    return Choice(name, dict(values), tuple(sorted(values, key=len, reverse=True)))


def _fixed(piece: Piece) -> bool:
    """Tell whether every value of a piece has the same length."""
    if isinstance(piece, Choice):
        return len({len(value) for value in piece.values}) == 1
    return isinstance(piece, Literal) or (isinstance(piece, Letters) and piece.low == piece.high)


def _clash(left: Piece, right: Piece) -> bool:
    """Tell whether a reader could not say where one piece ends and its neighbour begins."""
    if isinstance(left, Number) and first(right) & DIGITS:
        return True
    if isinstance(right, Number) and last(left) & DIGITS and not isinstance(left, Literal):
        return True
    if isinstance(left, Letters) and not _fixed(left):
        return bool(first(right) & LETTERS) or (left.low == 0 and first(right) > SEPARATORS)
    return isinstance(right, Letters) and not _fixed(left) and not isinstance(left, Number)


def _refuse_ambiguity(source: str, pieces: Sequence[Piece]) -> None:
    for left, right in pairwise(pieces):
        optional_inside = left.optional() and not first(right) <= SEPARATORS
        if _clash(left, right) or optional_inside:
            raise BadGrammar(
                _("In the pattern ${pattern}, ${left} and ${right} need a separator between them."),
                pattern=source,
                left=left.name or left.form(),
                right=right.name or right.form(),
            )
    run: list[list[str]] = []
    for piece in (*pieces, None):
        values = _listed(piece)
        if values is not None:
            run.append(values)
            continue
        _refuse_twin_readings(source, run)
        run = []


def _listed(piece: Piece | None) -> list[str] | None:
    """Give the values of a piece that could run together with a neighbouring list."""
    if isinstance(piece, Choice):
        return list(piece.values)
    if isinstance(piece, Literal) and not set(piece.text) & SEPARATORS:
        return [piece.text]
    return None


def _refuse_twin_readings(source: str, run: Sequence[Sequence[str]]) -> None:
    """Refuse neighbouring lists of which two pairs of values make the same word."""
    count = 1
    for values in run:
        count *= len(values)
    words = ["".join(values) for values in product(*run)] if count <= _MAX_COMBINATIONS else []
    if len(set(words)) != count:
        raise BadGrammar(
            _("In the pattern ${pattern}, two neighbouring lists need a separator."),
            pattern=source,
        )
