"""Every stored file that an organisation keeps, whatever room keeps it, with what it belongs to.

What is stored is walked as it is stored, so that a new room needs no code of its own: children of
folders, annexes, and what hangs on them. Trees that hold no files are left out. Of the walk only
the ids of objects are kept in memory, eight bytes each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from BTrees.Length import Length
from BTrees.LLBTree import LLTreeSet
from persistent import Persistent
from persistent.list import PersistentList
from ZODB.POSException import POSKeyError
from ZODB.utils import u64

from qms.audit.models import Trail
from qms.content.models import BlobFile, Content, Numbers, Organisation
from qms.documents.models import Document, DocumentFolder, Version, Versions
from qms.search.catalogue import Catalogue

PLAIN = (str, int, float, bool, bytes, type(None))
WITHOUT = (
    *PLAIN,
    Trail,
    Catalogue,
    Numbers,
    Length,
    # Whatever refers to these: they are looked at by other means.
    Organisation,
    DocumentFolder,
    Document,
    Versions,
    Version,
)
"""What holds no file, or is no part of what refers to it."""
ELSEWHERE = frozenset({"documents", "trail"})
"""Children of an organisation that are looked at by other means: versions know their files."""
_KEEP_LOADED = 500
_UP = frozenset({"__parent__", "__name__"})


class KeptFile(NamedTuple):
    """One stored file and what keeps it, or a part of that thing that cannot be loaded."""

    where: str
    """``aexpress/cases/PQR-2026-00012``, ``aexpress/pqr.intake/kept/3``."""
    file: BlobFile | None
    """None where what is there cannot be loaded."""


def kept_files(organisation: Any, tidy: Callable[[], None] = lambda: None) -> Iterator[KeptFile]:
    """Give each file of an organisation once, those of its documents' versions excepted.

    ``tidy`` is called now and then, so that loaded objects are let go of.
    """
    walk = _Walk(tidy)
    for name in organisation:
        if name not in ELSEWHERE:
            yield from walk.below(f"{organisation.id}/{name}", organisation[name])
    for name in sorted(organisation.annexes):
        yield from walk.below(f"{organisation.id}/{name}", organisation.annexes[name])


class _Walk:
    """One walk; remembers what it saw, since things are referred to from several places."""

    def __init__(self, tidy: Callable[[], None]) -> None:
        self._tidy = tidy
        self._seen = LLTreeSet()
        self._transient: set[int] = set()
        self._count = 0

    def below(self, where: str, thing: Any) -> Iterator[KeptFile]:
        """Give the files that hang below a thing, without recursion: chains may be long."""
        waiting: list[Iterator[tuple[str, Any]]] = [iter([(where, thing)])]
        while waiting:
            try:
                place, one = next(waiting[-1])
            except StopIteration:
                waiting.pop()
                continue
            except POSKeyError:
                waiting.pop()
                yield KeptFile(where, None)
                continue
            if not self._is_new(one):
                continue
            if isinstance(one, BlobFile):
                yield KeptFile(place, one)
                continue
            waiting.append(_parts(place, one))

    def _is_new(self, one: Any) -> bool:
        if isinstance(one, WITHOUT):
            return False
        if not isinstance(one, Persistent):
            return True
        if one._p_oid is None:
            # Made in this transaction: kept by its place in memory, there are few of them.
            known = id(one) in self._transient
            self._transient.add(id(one))
            return not known
        self._count += 1
        if self._count % _KEEP_LOADED == 0:
            self._tidy()
        return bool(self._seen.insert(u64(one._p_oid)))


def _parts(place: str, one: Any) -> Iterator[tuple[str, Any]]:
    """Give what hangs on a thing; entries of trees and mappings bear their own names."""
    if isinstance(one, dict):
        for value in one.values():
            yield place, value
    elif isinstance(one, list | tuple | PersistentList):
        for value in one:
            yield place, value
    elif isinstance(one, Mapping) or _is_tree(one):
        for key, value in one.items():
            named = isinstance(value, Persistent) and isinstance(key, str | int)
            yield (f"{place}/{key}" if named else place), value
    elif isinstance(one, Persistent) and not _is_of_trees(one):
        one._p_activate()
        for name, value in list(vars(one).items()):
            if name not in _UP and not name.startswith("_v_"):
                is_part = not isinstance(one, Content) and not name.startswith("_")
                named = is_part and not isinstance(value, BlobFile)
                yield (f"{place}/{name}" if named else place), value


def _is_of_trees(one: Any) -> bool:
    return type(one).__module__.startswith("BTrees.")


def _is_tree(one: Any) -> bool:
    return _is_of_trees(one) and hasattr(one, "items")
