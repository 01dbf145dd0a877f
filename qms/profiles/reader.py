"""Reads YAML as plain data that remembers its places, and takes nothing that could do harm.

Only mappings, lists and scalars are read. Tags, anchors and aliases, directives, a second
document, duplicate keys, deep nesting and oversized files are refused with their line (attack
case D4-55); no Python object is ever built. A scalar keeps its text as written: what it means is
for the schema to say, so ``no`` is a text, ``01`` keeps its zero and ``2018-05`` stays a month.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml
from translationstring import TranslationString

from qms.kernel.i18n import _
from qms.profiles.errors import MOST, Mistake, ProfileMistakes

MAX_BYTES = 4_000_000
"""Largest file that is read; the largest real one has some hundred thousand bytes."""
MAX_DEPTH = 24
"""Deepest nesting that is read; profiles and documents need about ten levels."""
MAX_NODES = 200_000
"""Most values in one file."""

_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,14})\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
# The C parser is twenty times faster; both give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and column, the last two from 1; 0 is nowhere."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as written."""

    place: Place
    text: str
    plain: bool
    """Written without quotes, so that it may also be a number, a truth value or nothing."""

    def value(self) -> str | int | bool | None:
        """Give what YAML's core schema makes of it; decimal fractions and dates stay text.

        Whole numbers count only in their usual form: ``01`` and ``1_000`` stay text.
        """
        if not self.plain:
            return self.text
        if self.text in _NULLS:
            return None
        if self.text in _TRUE or self.text in _FALSE:
            return self.text in _TRUE
        return int(self.text) if _WHOLE.match(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping: values by key, in their order, with the places of the keys."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Scalar | Listing | Mapped


def read_file(path: Path) -> Node:
    """Read a file; raises ProfileMistakes, also when there is none or it is too large."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        _stop(
            Place(name),
            _("this file cannot be read"),
            _("look whether it is there and may be read"),
        )
    return read(data, name)


def read(data: bytes | str, file: str) -> Node:
    """Read YAML text; raises ProfileMistakes with all the mistakes that it could find."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        _stop(
            Place(file),
            _("this file is too large"),
            _("at most ${limit} bytes are read", mapping={"limit": MAX_BYTES}),
        )
    return _Composer(file).compose(_decoded(raw, file))


def from_plain(value: Any) -> Node:
    """Give the nodes of plain data that comes from no file, such as what a screen edited."""
    place = Place()
    if isinstance(value, Mapping):
        entries = {str(key): from_plain(one) for key, one in value.items()}
        return Mapped(place, entries, dict.fromkeys(entries, place))
    if isinstance(value, list | tuple):
        return Listing(place, [from_plain(one) for one in value])
    if value is None:
        return Scalar(place, "", plain=True)
    if isinstance(value, bool):
        return Scalar(place, "true" if value else "false", plain=True)
    return Scalar(place, str(value), plain=isinstance(value, int))


def plain(node: Node) -> Any:
    """Give the plain data of ``node`` by YAML's core schema."""
    if isinstance(node, Mapped):
        return {key: plain(one) for key, one in node.entries.items()}
    if isinstance(node, Listing):
        return [plain(one) for one in node.items]
    value = node.value()
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _stop(place: Place, what: TranslationString, why: TranslationString | None = None) -> NoReturn:
    raise ProfileMistakes([Mistake(place.file, place.line, place.column, "", what, why)])


def _decoded(raw: bytes, file: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        _stop(
            Place(file, line, 1),
            _("this line is not UTF-8 text"),
            _("save the file with the encoding UTF-8"),
        )
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        _stop(Place(file, line, 1), _("this line holds a character that YAML does not allow"))
    return text


class _Composer:
    """Builds nodes from parser events, counting depth and nodes as they come."""

    def __init__(self, file: str) -> None:
        """Start for the file of this name."""
        self.file = file
        self.mistakes: list[Mistake] = []
        self.count = 0
        self.open: list[tuple[Listing | Mapped, list[Scalar | None]]] = []
        self.root: Node | None = None

    def compose(self, text: str) -> Node:
        """Read the whole text into one node."""
        try:
            for event in self._events(text):
                self._take(event)
        except yaml.MarkedYAMLError as problem:
            self._unreadable(problem)
        if self.mistakes:
            raise ProfileMistakes(self.mistakes)
        if self.root is None:
            _stop(Place(self.file, 1, 1), _("this file is empty"))
        return self.root

    def _events(self, text: str) -> Iterator[Any]:
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if event.version or event.tags:
                    self._note(self._place(event), _("YAML directives are not accepted here"))
                if documents > 1:
                    _stop(self._place(event), _("a file holds one YAML document only"))
            yield event

    def _take(self, event: Any) -> None:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            self._note(place, *_NO_ALIAS)
            self._put(Scalar(place, "", plain=True))
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_powers(event, place)
            if isinstance(event, yaml.ScalarEvent):
                self._put(Scalar(place, event.value, plain=event.implicit[0] and not event.style))
            else:
                self._open(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()

    def _refuse_powers(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            self._note(
                place,
                _("tags such as ${tag} are not accepted", mapping={"tag": event.tag[:60]}),
                _("write plain values only"),
            )
        if event.anchor is not None:
            self._note(place, *_NO_ALIAS)

    def _open(self, event: Any, place: Place) -> None:
        is_list = isinstance(event, yaml.SequenceStartEvent)
        node = Listing(place) if is_list else Mapped(place)
        self._put(node)
        self.open.append((node, []))
        if len(self.open) > MAX_DEPTH:
            _stop(
                place,
                _("this is nested too deeply"),
                _("at most ${limit} levels are read", mapping={"limit": MAX_DEPTH}),
            )

    def _put(self, node: Node) -> None:
        """Hang a node into the collection that is open, as key, value or item."""
        self.count += 1
        if self.count > MAX_NODES:
            _stop(node.place, _("this file holds too many values"))
        if not self.open:
            self.root = node
            return
        parent, pending = self.open[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
        elif not pending:
            pending.append(self._key(node))
        else:
            key = pending.pop()
            if key is not None:
                self._enter(parent, key, node)

    def _key(self, node: Node) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        self._note(node.place, _("a key must be a single word or text"))
        return None

    def _enter(self, parent: Mapped, key: Scalar, node: Node) -> None:
        name = unicodedata.normalize("NFC", key.text)
        if name in parent.entries:
            self._note(
                key.place,
                _("the key «${key}» is here twice", mapping={"key": name[:60]}),
                _("the first one is in line ${line}", mapping={"line": parent.keys[name].line}),
            )
            return
        if name.startswith("py/"):
            self._note(
                key.place,
                _("tags such as ${tag} are not accepted", mapping={"tag": name[:60]}),
                _("write plain values only"),
            )
        parent.entries[name] = node
        parent.keys[name] = key.place

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _note(
        self, place: Place, what: TranslationString, why: TranslationString | None = None
    ) -> None:
        if len(self.mistakes) < MOST:
            self.mistakes.append(Mistake(place.file, place.line, place.column, "", what, why))

    def _unreadable(self, problem: yaml.MarkedYAMLError) -> None:
        mark = problem.problem_mark or problem.context_mark
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        self._note(
            place,
            _("this is not readable YAML"),
            _(
                "look at the indentation, quotes and brackets of this line (${problem})",
                mapping={"problem": problem.problem or problem.context or ""},
            ),
        )


_NO_ALIAS = (
    _("anchors (&) and aliases (*) are not accepted"),
    _("write the value out where it is needed, or put it in quotes"),
)
