"""Stored objects as JSON and back, in a closed vocabulary: nothing is ever imported by its name.

Plain data stay as they are. What JSON lacks is a mapping with one key that begins with ``$``:
``$day``, ``$moment``, ``$seconds``, ``$number``, ``$bytes`` (base64), ``$tuple``, ``$set``,
``$dict`` (pairs), ``$list`` and ``$mapping`` (persistent ones), ``$tree`` (with ``items``),
``$length``, ``$file`` (a file of the archive), ``$gone`` (one whose bytes were eliminated),
``$object`` (one of :func:`classes`, with ``id`` and ``values``) and ``$ref`` (an object that was
written before). Whatever else begins with ``$`` is refused (D4-54, D4-55).
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from BTrees.Length import Length
from persistent import Persistent
from persistent.list import PersistentList
from persistent.mapping import PersistentMapping

from qms.content.models import BlobFile, Entries, Rows
from qms.kernel.errors import Refused
from qms.search.catalogue import Catalogue

_FAMILIES = ("OO", "IO", "OI", "II", "LO", "OL", "LL")
TREES: dict[str, type] = {
    f"{family}{kind}": getattr(import_module(f"BTrees.{family}BTree"), f"{family}{kind}")
    for family in _FAMILIES
    for kind in ("BTree", "TreeSet")
} | {"Rows": Rows, "Entries": Entries}
"""The trees of the database, by name."""
_NEVER = frozenset(
    {
        "content.models.Site",
        "content.models.Organisation",
        "content.models.BlobFile",
        "people.models.Session",
        "people.models.Doors",
        "notices.models.Outbox",
        "notices.models.Mail",
        "notices.models.MailLane",
        "audit.models.Trail",
        "audit.models.Lane",
    }
)
"""Classes that no archive may bring: above organisations, or rebuilt from something better."""
_OWN_DUNDERS = frozenset({"__name__", "__parent__"})


class NotTransferable(Refused):
    """The archive holds something that no organisation is made of: ${what}."""


def name_of(cls: type) -> str:
    """Name a class as archives do: its place below the product."""
    return f"{cls.__module__.removeprefix('qms.')}.{cls.__qualname__}"


def classes() -> dict[str, type]:
    """Give every class that an archive may hold objects of, by name: our stored ones, no others."""
    found: dict[str, type] = {name_of(Catalogue): Catalogue}
    for module_name, module in list(sys.modules.items()):
        if not module_name.startswith("qms.") or "models" not in module_name.rpartition(".")[2]:
            continue
        for one in vars(module).values():
            ours = isinstance(one, type) and issubclass(one, Persistent)
            if ours and one.__module__ == module_name and name_of(one) not in _NEVER:
                found[name_of(one)] = one
    return found


class Encoder:
    """Writes the objects of one part; references reach into parts written before."""

    def __init__(self, keep_file: Callable[[BlobFile, str], str]) -> None:
        """``keep_file`` puts a file into the archive and gives its path."""
        self._keep_file = keep_file
        self._known: dict[int, str] = {}
        self._held: list[Any] = []
        """Objects that were written stay alive, so that no other one takes their place."""
        self.part = ""
        self.hint = ""
        """Where files of the present part go."""
        self._count = 0
        self._names: dict[type, str] = {}
        self.changes: dict[type, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {}
        """Class to what takes secrets out of its values."""

    def begin(self, part: str, hint: str) -> None:
        """Begin another part."""
        self.part, self.hint, self._count = part, hint, 0

    def know(self, obj: Any, reference: str) -> None:
        """Let an object be referred to instead of written."""
        self._known[id(obj)] = reference
        self._held.append(obj)

    def forget(self, part: str) -> None:
        """Forget the objects of a part that could not be written, so that none refers to it."""
        self._known = {
            key: name for key, name in self._known.items() if not name.startswith(f"{part}#")
        }

    def encode(self, value: Any) -> Any:
        """Give the JSON of a value; raises TypeError for what no organisation is made of."""
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        writer = _WRITERS.get(type(value))
        if writer is not None:
            return writer(self, value)
        if type(value).__name__ in TREES and type(value) is TREES[type(value).__name__]:
            return self._tree(value)
        return self._object(value)

    def _dict(self, value: Mapping[Any, Any]) -> Any:
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: self.encode(one) for key, one in value.items()}
        return {"$dict": self.pairs(value)}

    def pairs(self, value: Any) -> list[list[Any]]:
        """Give the pairs of a mapping in their own order."""
        return [[self.encode(key), self.encode(one)] for key, one in value.items()]

    def _file(self, file: BlobFile) -> Any:
        if file.disposed is not None:
            # Its bytes are gone for good; what is known of them goes along.
            facts = ("uid", "filename", "media_type", "size", "sha256")
            return {"$gone": dict(file.disposed), **{name: getattr(file, name) for name in facts}}
        return {
            "$file": self._keep_file(file, self.hint),
            "uid": file.uid,
            "filename": file.filename,
            "media_type": file.media_type,
        }

    def _tree(self, tree: Any) -> Any:
        items = self.pairs(tree) if hasattr(tree, "items") else [self.encode(one) for one in tree]
        return {"$tree": type(tree).__name__, "items": items}

    def _object(self, obj: Any) -> Any:
        known = self._known.get(id(obj))
        if known is not None:
            return {"$ref": known}
        if type(obj) not in self._names:
            # Modules are loaded with the objects of theirs that the database gives.
            self._names = {cls: name for name, cls in classes().items()}
        name = self._names.get(type(obj))
        if name is None:
            raise TypeError(f"{type(obj).__module__}.{type(obj).__qualname__} cannot be exported")
        self._count += 1
        reference = f"{self.part}#{self._count}"
        self.know(obj, reference)
        return {"$object": name, "id": self._count, "values": self.values(obj)}

    def values(self, obj: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """Give the attributes of an object."""
        if isinstance(obj, Persistent):
            obj._p_activate()
        state = obj.__getstate__() or {}
        if isinstance(state, tuple):
            state = state[0] or {}
        # A class says itself what belongs to the installation and not to the organisation.
        left = {*without, *getattr(type(obj), "stays_behind", ())}
        state = {key: one for key, one in state.items() if key not in left}
        change = self.changes.get(type(obj))
        if change is not None:
            state = change(obj, dict(state))
        return {key: self.encode(state[key]) for key in sorted(state)}


_WRITERS: dict[type, Callable[[Encoder, Any], Any]] = {
    dict: lambda coder, one: coder._dict(one),  # noqa: SLF001 - the same class
    list: lambda coder, one: [coder.encode(each) for each in one],
    tuple: lambda coder, one: {"$tuple": [coder.encode(each) for each in one]},
    set: lambda coder, one: {"$set": [coder.encode(each) for each in sorted(one)]},
    frozenset: lambda coder, one: {"$set": [coder.encode(each) for each in sorted(one)]},
    float: lambda _coder, one: {"$number": repr(one)},
    bytes: lambda _coder, one: {"$bytes": base64.b64encode(one).decode()},
    datetime: lambda _coder, one: {"$moment": one.isoformat()},
    date: lambda _coder, one: {"$day": one.isoformat()},
    timedelta: lambda _coder, one: {"$seconds": str(one.total_seconds())},
    PersistentList: lambda coder, one: {"$list": [coder.encode(each) for each in one]},
    PersistentMapping: lambda coder, one: {"$mapping": coder.pairs(one)},
    Length: lambda _coder, one: {"$length": int(one())},
    BlobFile: lambda coder, one: coder._file(one),  # noqa: SLF001 - the same class
}


class Decoder:
    """Makes the objects of the parts again, in the order in which they were written."""

    def __init__(self, take_file: Callable[[str, str, str, str], BlobFile]) -> None:
        """``take_file`` gives the stored file of a path, uid, filename and media type."""
        self._take_file = take_file
        self._known: dict[str, Any] = {}
        self._eliminated: dict[str, BlobFile] = {}
        self._classes = classes()
        self.part = ""

    def begin(self, part: str) -> None:
        """Begin another part."""
        self.part = part

    def know(self, reference: str, obj: Any) -> None:
        """Let an object be referred to."""
        self._known[reference] = obj

    def decode(self, data: Any) -> Any:
        """Make a value of its JSON; raises NotTransferable for what is not of the vocabulary."""
        if data is None or isinstance(data, bool | int | str):
            return data
        if isinstance(data, list):
            return [self.decode(one) for one in data]
        if not isinstance(data, dict):
            raise NotTransferable(what=type(data).__name__)
        marks = [key for key in data if key.startswith("$")]
        if not marks:
            return {key: self.decode(one) for key, one in data.items()}
        reader = _READERS.get(marks[0])
        if reader is None or len(marks) > 1:
            raise NotTransferable(what=", ".join(marks)[:80])
        try:
            return reader(self, data)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise NotTransferable(what=f"{marks[0]} ({type(error).__name__})") from error

    def fill(self, obj: Any, values: Any) -> Any:
        """Give an object its attributes; names that are not attributes of data are refused."""
        state = {}
        for name, one in values.items():
            private = name.startswith(("_p_", "_v_")) or not name.isidentifier()
            if private or (name.startswith("__") and name not in _OWN_DUNDERS):
                raise NotTransferable(what=name[:80])
            state[name] = self.decode(one)
        obj.__setstate__(state)
        return obj

    def _object(self, data: dict[str, Any]) -> Any:
        cls = self._classes.get(data["$object"])
        if cls is None:
            raise NotTransferable(what=str(data["$object"])[:80])
        obj: Any = cls.__new__(cls)  # type: ignore[call-overload]
        self.know(f"{self.part}#{int(data['id'])}", obj)
        return self.fill(obj, data["values"])

    def _tree(self, data: dict[str, Any]) -> Any:
        tree = TREES[data["$tree"]]()
        if hasattr(tree, "items"):
            for key, one in data["items"]:
                tree[self.decode(key)] = self.decode(one)
        else:
            tree.update([self.decode(one) for one in data["items"]])
        return tree

    def _pairs(self, pairs: list[Any]) -> dict[Any, Any]:
        return {self.decode(key): self.decode(one) for key, one in pairs}

    def _each(self, data: dict[str, Any], mark: str) -> list[Any]:
        return [self.decode(one) for one in data[mark]]

    def _reference(self, data: dict[str, Any]) -> Any:
        return self._known[data["$ref"]]

    def _gone(self, data: dict[str, Any]) -> BlobFile:
        known = self._eliminated.get(data["uid"])
        if known is None:
            known = BlobFile(b"", str(data["filename"]), str(data["media_type"]))
            known.uid, known.sha256 = str(data["uid"]), str(data["sha256"])
            known.size = int(data["size"])
            known.disposed = {name: str(data["$gone"][name]) for name in ("record", "day")}
            self._eliminated[known.uid] = known
        return known

    def _file(self, data: dict[str, Any]) -> BlobFile:
        return self._take_file(data["$file"], data["uid"], data["filename"], data["media_type"])


def _read(make: Callable[[Any], Any], mark: str) -> Callable[[Decoder, dict[str, Any]], Any]:
    return lambda _coder, data: make(data[mark])


def _each(make: Callable[[Any], Any], mark: str) -> Callable[[Decoder, dict[str, Any]], Any]:
    return lambda coder, data: make(coder._each(data, mark))  # noqa: SLF001 - the same module


_READERS: dict[str, Callable[[Decoder, dict[str, Any]], Any]] = {
    "$day": _read(date.fromisoformat, "$day"),
    "$moment": _read(datetime.fromisoformat, "$moment"),
    "$seconds": _read(lambda text: timedelta(seconds=float(text)), "$seconds"),
    "$bytes": _read(partial(base64.b64decode, validate=True), "$bytes"),
    "$number": _read(float, "$number"),
    "$length": _read(lambda number: Length(int(number)), "$length"),
    "$tuple": _each(tuple, "$tuple"),
    "$set": _each(set, "$set"),
    "$list": _each(PersistentList, "$list"),
    "$dict": lambda coder, data: coder._pairs(data["$dict"]),  # noqa: SLF001
    "$mapping": lambda coder, data: PersistentMapping(coder._pairs(data["$mapping"])),  # noqa: SLF001
    "$tree": lambda coder, data: coder._tree(data),  # noqa: SLF001
    "$file": lambda coder, data: coder._file(data),  # noqa: SLF001
    "$gone": lambda coder, data: coder._gone(data),  # noqa: SLF001
    "$object": lambda coder, data: coder._object(data),  # noqa: SLF001
    "$ref": lambda coder, data: coder._reference(data),  # noqa: SLF001
}
