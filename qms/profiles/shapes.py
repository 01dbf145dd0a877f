"""A small language that says how data of a file must look, and reads it or says what is wrong.

A shape reads located nodes into normalised plain data (defaults filled in) and notes every
mistake in a :class:`~qms.profiles.book.Book`. Where a value is wrong the shape gives
``WRONG``; a record then lacks that key and a list has None in that place, so that later checks can
still look at the rest. Data with a mistake in its book never leaves this room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from translationstring import TranslationString

from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.profiles.book import LONGEST_WORD, Book, Path, similar
from qms.profiles.reader import Listing, Mapped, Node, Scalar, plain

WRONG: Any = object()
"""Stands for a value that could not be read; the mistake is in the book."""
MAX_LINE = 300
"""Longest single-line text."""


class Shape(Protocol):
    """How a value must look."""

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the normalised value of ``node``, or WRONG with its mistakes in the book."""


def _single(node: Node, path: Path, book: Book) -> Scalar | None:
    """Give the scalar that is expected here, or note what stands there instead."""
    if isinstance(node, Scalar):
        if node.plain and node.value() is None:
            book.note(path, _("a value is missing here"))
            return None
        return node
    what = _("a list stands here") if isinstance(node, Listing) else _("a mapping stands here")
    book.note(path, what, _("a single value is expected"))
    return None


def _invisible(text: str, *, lines: bool) -> bool:
    """Tell whether text has control, direction or other invisible characters (cases D4-36, 44)."""
    return any(
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and not (lines and char in "\n\t\u200d")
        for char in text
    )


@dataclass(frozen=True)
class Text:
    """A text of one line, or of several; numbers and dates stay as they are written."""

    limit: int = MAX_LINE
    lines: bool = False
    empty: bool = False

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the text in composed form, a single line with single blanks."""
        if self.empty and isinstance(node, Scalar) and node.text == "":
            return ""
        scalar = _single(node, path, book)
        if scalar is None:
            return WRONG
        if isinstance(scalar.value(), bool):
            book.note(path, _("a text is expected here"), _("put it in quotes if it is one"))
            return WRONG
        if _invisible(scalar.text, lines=self.lines):
            book.note(path, _("this text holds invisible characters"), _("type it again"))
            return WRONG
        text = unicodedata.normalize("NFC", scalar.text) if self.lines else clean_line(scalar.text)
        return text if self._fits(text, path, book) else WRONG

    def _fits(self, text: str, path: Path, book: Book) -> bool:
        if not text and not self.empty:
            book.note(path, _("this text is empty"))
        elif len(text) > self.limit:
            book.note(
                path,
                _("this text is too long"),
                _("at most ${limit} characters fit", mapping={"limit": self.limit}),
            )
        else:
            return True
        return False


@dataclass(frozen=True)
class Pattern:
    """A text that must match; ``explain`` says in a sentence how it looks."""

    regex: re.Pattern[str]
    explain: TranslationString
    limit: int = 120
    fold: bool = False

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the text, in lower case when ``fold``."""
        text = Text(self.limit).read(node, path, book)
        if text is WRONG:
            return WRONG
        if not self.regex.fullmatch(text):
            book.note(path, _("«${text}» is not right here", mapping={"text": text}), self.explain)
            return WRONG
        return text.lower() if self.fold else text


_ID = Pattern(
    re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*"),
    _("an id has small letters without accents, digits and single dashes"),
    64,
)


@dataclass(frozen=True)
class Ident:
    """The id by which a thing of ``kind`` is known; unique among its kind."""

    kind: str

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the id and enter it into the book."""
        identifier = _ID.read(node, path, book)
        if identifier is not WRONG:
            book.define(self.kind, identifier, path)
        return identifier


@dataclass(frozen=True)
class Ref:
    """The id of a thing of ``kind`` that is defined elsewhere."""

    kind: str

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the id and remember to look it up when everything has been read."""
        text = Text(64).read(node, path, book)
        if text is not WRONG:
            book.references.append((path, self.kind, text))
        return text


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: Sequence[str]

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the word."""
        text = Text(64).read(node, path, book)
        if text is WRONG or text in self.words:
            return text
        book.note(
            path,
            _(
                "«${text}» is none of ${known}",
                mapping={"text": text, "known": ", ".join(self.words)},
            ),
            similar(text, self.words) if len(self.words) > 3 else None,
        )
        return WRONG


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the truth value."""
        scalar = _single(node, path, book)
        if scalar is None:
            return WRONG
        value = scalar.value()
        if isinstance(value, bool):
            return value
        book.note(path, _("true or false is expected here"))
        return WRONG


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds."""

    low: int = 0
    high: int = 1_000_000

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the number."""
        scalar = _single(node, path, book)
        if scalar is None:
            return WRONG
        value = scalar.value()
        if isinstance(value, int) and not isinstance(value, bool):
            if self.low <= value <= self.high:
                return value
            bounds: dict[str, object] = {"low": self.low, "high": self.high}
            book.note(path, _("a number from ${low} to ${high} is expected here", mapping=bounds))
            return WRONG
        book.note(path, _("a whole number is expected here"))
        return WRONG


@dataclass(frozen=True)
class Free:
    """Anything; other rules look at it."""

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the plain data, and remember the place of every part of it."""
        remember(node, path, book)
        return plain(node)


def remember(node: Node, path: Path, book: Book) -> None:
    """Enter the places of ``node`` and of all its parts."""
    book.places[path] = node.place
    if isinstance(node, Mapped):
        for key, one in node.entries.items():
            remember(one, (*path, key), book)
    elif isinstance(node, Listing):
        for index, one in enumerate(node.items):
            remember(one, (*path, index), book)


@dataclass(frozen=True)
class Nothing:
    """Another shape, or nothing at all (null)."""

    shape: Shape

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give None for null, else what the shape gives."""
        if isinstance(node, Scalar) and node.plain and node.value() is None:
            return None
        return self.shape.read(node, path, book)


@dataclass(frozen=True)
class Many:
    """A list, each item of one shape."""

    shape: Shape
    least: int = 0
    most: int = 5000

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the items, with None for those that could not be read."""
        book.places[path] = node.place
        if isinstance(node, Scalar) and node.plain and node.value() is None and not self.least:
            return []
        if not isinstance(node, Listing):
            book.note(path, _("a list is expected here"))
            return WRONG
        if not self.least <= len(node.items) <= self.most:
            bounds: dict[str, object] = {"low": self.least, "high": self.most}
            book.note(path, _("from ${low} to ${high} entries are expected here", mapping=bounds))
        items = []
        for index, one in enumerate(node.items):
            book.places[(*path, index)] = one.place
            value = self.shape.read(one, (*path, index), book)
            # A wrong item keeps its place, so that the paths of those behind it stay right.
            items.append(None if value is WRONG else value)
        return items


@dataclass(frozen=True)
class Table:
    """A mapping whose keys are free, or some of ``keys``, and whose values have one shape."""

    shape: Shape
    keys: frozenset[str] | None = None
    """When given, only these keys may be there."""

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the entries that could be read."""
        book.places[path] = node.place
        if isinstance(node, Scalar) and node.plain and node.value() is None:
            return {}
        if not isinstance(node, Mapped):
            book.note(path, _("a mapping of names to values is expected here"))
            return WRONG
        result = {}
        for key, one in node.entries.items():
            here = (*path, key)
            book.places[here] = one.place
            if self.keys is not None and key not in self.keys:
                unknown_key(key, self.keys, here, node, book)
                continue
            value = self.shape.read(one, here, book)
            if value is not WRONG:
                result[key] = value
        return result


def unknown_key(key: str, known: Iterable[str], path: Path, node: Mapped, book: Book) -> None:
    """Note a key that nobody knows, at the place of the key."""
    if book.is_full:
        return
    book.places[path] = node.keys.get(key, node.place)
    shown = key[:LONGEST_WORD]
    book.note(path, _("the key «${key}» is unknown", mapping={"key": shown}), similar(key, known))


@dataclass(frozen=True)
class Key:
    """One key of a record."""

    shape: Shape
    required: bool = True
    default: Callable[[], Any] = lambda: None
    """Makes the value of a key that is left out."""


def need(shape: Shape) -> Key:
    """Make a key that must be there."""
    return Key(shape)


def may(shape: Shape, default: Any = None) -> Key:
    """Make a key that may be left out; ``default`` (copied each time) then stands for it."""
    if default is None:
        return Key(Nothing(shape), required=False)
    return Key(shape, required=False, default=lambda: _copy(default))


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Record:
    """A mapping with known keys; those left out get their defaults."""

    keys: Mapping[str, Key]

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the values of the keys in the order of the shape, without those that are wrong."""
        book.places[path] = node.place
        if not isinstance(node, Mapped):
            known = ", ".join(self.keys)
            book.note(path, _("a mapping with ${known} is expected here", mapping={"known": known}))
            return WRONG
        for key in node.entries:
            if key not in self.keys:
                unknown_key(key, self.keys, (*path, key), node, book)
        values = {name: self._value(name, key, node, path, book) for name, key in self.keys.items()}
        return {name: value for name, value in values.items() if value is not WRONG}

    def _value(self, name: str, key: Key, node: Mapped, path: Path, book: Book) -> Any:
        here = (*path, name)
        if name in node.entries:
            book.places[here] = node.entries[name].place
            return key.shape.read(node.entries[name], here, book)
        if key.required:
            book.note(path, _("the key «${key}» is missing", mapping={"key": name}))
            return WRONG
        return key.default()

    def defaults(self) -> dict[str, Any]:
        """Give what an empty mapping means; only for records without required keys."""
        return {name: key.default() for name, key in self.keys.items()}
