"""The pieces of a code pattern, and how a text is divided among them.

Helper of :mod:`qms.kernel.codes`, which documents the pattern language.  Matching remembers its
dead ends, so its cost is bounded by pieces times characters, whatever the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qms.kernel.errors import Refused
from qms.kernel.i18n import _

DIGITS = frozenset("0123456789")
"""The digits of codes; digits of other scripts are not."""
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZÑ")
"""The letters of codes."""
SEPARATORS = frozenset("-/._ ")
"""What may stand between the parts of a code."""
MAX_DIGITS = 6
"""Most digits of a number."""
MAX_LETTERS = 12
"""Most letters of an open part, and of an acronym."""
_SHOWN = 6


class BadGrammar(Refused):
    """This code grammar cannot be used."""


class BadCode(Refused):
    """This code does not follow the organisation's grammar."""


@dataclass(frozen=True)
class Piece:
    """One piece of a pattern; ``name`` is empty for fixed text."""

    name: str

    def ends(self, text: str, at: int, *, lenient: bool) -> Iterator[int]:
        """Give each place where this piece may end when it begins at ``at``, longest first."""
        raise NotImplementedError

    def render(self, value: object) -> str:
        """Write a value of this piece."""
        raise NotImplementedError

    def example(self) -> str:
        """Show some value."""
        raise NotImplementedError

    def form(self) -> str:
        """Show the shape of the piece in signs that need no language."""
        raise NotImplementedError

    def accepts(self, written: str, wanted: object) -> bool:
        """Tell whether what is written means the wanted value."""
        return written == str(wanted)

    def optional(self) -> bool:
        """Tell whether the piece may be empty."""
        return False

    def compulsory(self) -> bool:
        """Tell whether a value must be given to write a code."""
        return True


@dataclass(frozen=True)
class Literal(Piece):
    """Fixed text."""

    text: str

    def ends(self, text: str, at: int, *, lenient: bool) -> Iterator[int]:
        """Match exactly the text."""
        if text.startswith(self.text, at):
            yield at + len(self.text)

    def render(self, value: object) -> str:
        """Write the text, whatever the value."""
        return self.text

    def example(self) -> str:
        """Show the text."""
        return self.text

    form = example

    def compulsory(self) -> bool:
        """Fixed text needs no value."""
        return False


@dataclass(frozen=True)
class Choice(Piece):
    """One of a list of acronyms, each standing for an id."""

    values: Mapping[str, str]
    longest_first: tuple[str, ...] = field(repr=False)

    def ends(self, text: str, at: int, *, lenient: bool) -> Iterator[int]:
        """Match any acronym of the list."""
        return (at + len(short) for short in self.longest_first if text.startswith(short, at))

    def acronyms(self, value: object) -> list[str]:
        """Give the acronyms that a value means, be it an acronym itself or an id."""
        name = str(value)
        exact = [short for short in self.values if short == name]
        return exact or [short for short, meaning in self.values.items() if meaning == name]

    def render(self, value: object) -> str:
        """Write the acronym of a value; a list of one needs no value."""
        if value is None and len(self.values) == 1:
            return self.longest_first[0]
        found = self.acronyms(value)
        if not found:
            raise BadCode(
                _("${value} is none of ${known}."), value=value, known=", ".join(self.values)
            )
        return found[0]

    def example(self) -> str:
        """Show the first acronym."""
        return next(iter(self.values))

    def form(self) -> str:
        """Show the acronyms, or the first few of them."""
        shown = list(self.values)[:_SHOWN] + ["…"] * (len(self.values) > _SHOWN)
        return shown[0] if len(shown) == 1 else "(" + "|".join(shown) + ")"

    def accepts(self, written: str, wanted: object) -> bool:
        """Tell whether the acronym, or the id that it stands for, is the wanted one."""
        return written == str(wanted) or self.values.get(written) == str(wanted)

    def compulsory(self) -> bool:
        """A list of one value needs none given."""
        return len(self.values) > 1

    def opens(self, pieces: Sequence[Piece], place: int) -> bool:
        """Tell whether separators or ends enclose this piece: then any word can stand in it."""
        before = pieces[place - 1] if place else None
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        return (before is None or last(before) <= SEPARATORS) and (
            after is None or first(after) <= SEPARATORS
        )

    def opened(self) -> Piece:
        """Give a piece that takes any word in this place."""
        return Letters(self.name, 1, MAX_LETTERS, LETTERS | DIGITS)


@dataclass(frozen=True)
class Letters(Piece):
    """Some letters that no list limits."""

    low: int
    high: int
    alphabet: frozenset[str] = LETTERS

    def ends(self, text: str, at: int, *, lenient: bool) -> Iterator[int]:
        """Match as many letters as there are, then fewer."""
        end = at
        while end < len(text) and end - at < self.high and text[end] in self.alphabet:
            end += 1
        return iter(range(end, at + self.low - 1, -1))

    def render(self, value: object) -> str:
        """Write the letters as capitals."""
        return "" if value is None else str(value).upper()

    def example(self) -> str:
        """Show the fewest letters."""
        return "A" * self.low

    def form(self) -> str:
        """Show one sign for each letter, those that may be missing in brackets."""
        return "A" * self.low + ("[" + "A" * (self.high - self.low) + "]") * self.optional()

    def optional(self) -> bool:
        """Tell whether there may be no letter at all."""
        return self.low == 0

    def compulsory(self) -> bool:
        """Letters must be given unless there may be none."""
        return self.low > 0


@dataclass(frozen=True)
class Number(Piece):
    """A number with a least width; it has more digits only when it needs them."""

    width: int

    def ends(self, text: str, at: int, *, lenient: bool) -> Iterator[int]:
        """Match all the digits that stand here: half a number is none."""
        end = at
        while end < len(text) and text[end] in DIGITS:
            end += 1
        count = end - at
        right = count == self.width or (count > self.width and text[at] != "0")
        if 0 < count <= MAX_DIGITS and (right or lenient):
            yield end

    def render(self, value: object) -> str:
        """Write the number with its zeros."""
        digits = str(value)
        if not digits or not set(digits) <= DIGITS or len(digits) > MAX_DIGITS:
            raise BadCode(
                _("${value} is not a whole number of at most ${most} digits."),
                value=digits[:20],
                most=MAX_DIGITS,
            )
        return str(int(digits)).zfill(self.width)

    def example(self) -> str:
        """Show the number one."""
        return "1".zfill(self.width)

    def form(self) -> str:
        """Show one zero for each digit."""
        return "0" * self.width

    def accepts(self, written: str, wanted: object) -> bool:
        """Compare as numbers."""
        digits = str(wanted)
        return bool(digits) and set(digits) <= DIGITS and int(written) == int(digits)


def match(pieces: Sequence[Piece], text: str, *, lenient: bool = False) -> list[str] | None:
    """Divide the whole text among the pieces, or give None."""
    dead: set[tuple[int, int]] = set()

    def rest(index: int, at: int) -> list[str] | None:
        if index == len(pieces):
            return [] if at == len(text) else None
        if (index, at) in dead:
            return None
        for end in pieces[index].ends(text, at, lenient=lenient):
            found = rest(index + 1, end)
            if found is not None:
                return [text[at:end], *found]
        dead.add((index, at))
        return None

    return rest(0, 0)


def first(piece: Piece) -> frozenset[str]:
    """Give the characters with which a piece may begin."""
    if isinstance(piece, Literal):
        return frozenset(piece.text[0])
    if isinstance(piece, Choice):
        return frozenset(value[0] for value in piece.values)
    return DIGITS if isinstance(piece, Number) else LETTERS


def last(piece: Piece) -> frozenset[str]:
    """Give the characters with which a piece may end."""
    if isinstance(piece, Literal):
        return frozenset(piece.text[-1])
    if isinstance(piece, Choice):
        return frozenset(value[-1] for value in piece.values)
    return DIGITS if isinstance(piece, Number) else LETTERS
