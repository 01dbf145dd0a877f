"""Parts of pages that are rendered once and kept: markup that follows from plain values alone.

A part is a template of its own that is given nothing but plain values (texts, numbers, None, and
tuples of them), the language, and icons. What was rendered of the same values is the same markup,
so it is kept and needs no forgetting: another name, title or number is another key. Permissions are
asked on every page, and what they let somebody see is among the values; a part never asks itself.
What belongs to one answer alone, the token against forged requests, is filled in afterwards.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from chameleon.utils import Markup
from pyramid.config import Configurator
from pyramid.renderers import get_renderer
from pyramid.request import Request

from qms.web.i18n import template_translator
from qms.web.unchanged import unchanged

KEPT = "qms.web.parts"
MOST = 16_000_000
"""Characters that one process keeps at most; what was asked for longest ago goes first."""
_TOKEN = Markup(f"token-{secrets.token_hex(16)}")
"""Stands for the token in kept markup; nobody outside of the process can know it."""
_PLAIN = frozenset({str, int, float, bool, type(None)})

T = TypeVar("T")


class Kept:
    """Finished texts by what they were made of, for all threads of a process."""

    def __init__(self, most: int = MOST) -> None:
        """Start with nothing; keep at most so many characters (0: nothing at all)."""
        self._texts: OrderedDict[Hashable, tuple[str, Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._size = 0
        self._most = most

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._texts)

    @property
    def size(self) -> int:
        """Characters that are kept."""
        return self._size

    def get(self, key: Hashable) -> tuple[str, Any] | None:
        """Give a kept text with what was noted of it, or None."""
        with self._lock:
            found = self._texts.get(key)
            if found is not None:
                self._texts.move_to_end(key)
        return found

    def put(self, key: Hashable, text: str, note: Any = None) -> None:
        """Keep a text, in the place of the one that was kept under its key."""
        with self._lock:
            self._put(key, text, note)

    def _put(self, key: Hashable, text: str, note: Any) -> None:
        former = self._texts.pop(key, None)
        if former is not None:
            self._size -= len(former[0])
        if len(text) > self._most:
            return
        self._texts[key] = (text, note)
        self._size += len(text)
        while self._size > self._most:
            _key, (gone, _note) = self._texts.popitem(last=False)
            self._size -= len(gone)

    def texts(
        self, kind: Hashable, things: Sequence[T], make: Callable[[list[T]], Iterable[str]]
    ) -> list[str]:
        """Give the text of each of ``things``; ``make`` writes those that are not kept.

        ``kind`` is everything beside the thing itself that a text depends on.
        """
        keys = [(kind, one) for one in things]
        with self._lock:
            found = [self._texts.get(key) for key in keys]
            for key, known in zip(keys, found, strict=True):
                if known is not None:
                    self._texts.move_to_end(key)
        texts = [known[0] if known is not None else None for known in found]
        missing = [place for place, text in enumerate(texts) if text is None]
        if missing:
            made = list(make([things[place] for place in missing]))
            with self._lock:
                for place, text in zip(missing, made, strict=True):
                    texts[place] = text
                    self._put(keys[place], text, None)
        return [text for text in texts if text is not None]


def kept_of(request: Request) -> Kept:
    """Give what the process of ``request`` keeps."""
    kept: Kept = request.registry[KEPT]
    return kept


class Drawer:
    """What a part's template has as ``ui``: nothing of whoever looks."""

    csrf_token = _TOKEN
    """Stands for the token of the answer."""

    def __init__(self, frame: Any) -> None:
        """Draw as the frame of a page does."""
        self.icon, self.chip, self.clean = frame.icon, frame.chip, frame.clean
        self.translate, self.due = frame.translate, frame.due


def check_plain(values: Iterable[Any]) -> None:
    """Raise TypeError for anything but plain values.

    Markup and translation strings are texts that are equal to others which read differently.
    """
    for one in values:
        if isinstance(one, tuple):
            check_plain(one)
        elif type(one) not in _PLAIN:
            raise TypeError(f"{type(one).__name__} is no plain value for a part of a page")


def part(frame: Any, template: str, values: NamedTuple) -> Markup:
    """Give the markup of a part, kept or rendered; ``template`` is an asset spec."""
    return _drawn(frame, template, values, lambda: values)


def read_once(
    frame: Any,
    template: str,
    what: Hashable,
    read: Callable[[], NamedTuple],
    *,
    apart: frozenset[str] = frozenset(),
) -> Markup:
    """Give a part whose values are read once for each recorded state (``qms.web.unchanged``).

    ``what`` names what it is about, ``apart`` the rooms that it never follows from. For a person
    and a state only a digest of the values is kept, however long they are; the markup lies with
    that of all parts, whose size is bounded.
    """
    lately: list[NamedTuple] = []

    def name() -> str:
        lately[:] = [read()]
        return hashlib.sha256(repr(lately[0]).encode("utf-8", "surrogatepass")).hexdigest()

    known = unchanged(frame.request, (template, what, frame.language), name, apart=apart)
    return _drawn(frame, template, known, lambda: lately[0] if lately else read())


def _drawn(frame: Any, template: str, named: Hashable, read: Callable[[], NamedTuple]) -> Markup:
    """Give a part by what names its values: themselves, or a digest of theirs."""
    kept = kept_of(frame.request)
    key = (template, frame.language, frame.drawings, named)
    found = kept.get(key)
    if found is None:
        values = read()
        check_plain(values)
        text = rendered(frame, template, values._asdict())
        kept.put(key, text)
    else:
        text = found[0]
    if _TOKEN in text:
        text = text.replace(_TOKEN, frame.csrf_token)
    return Markup(text)


def rendered(frame: Any, template: str, values: dict[str, Any]) -> str:
    """Render a template that gets ``values`` and a drawer, and nothing of the request."""
    return str(
        get_renderer(template).implementation()(
            ui=Drawer(frame), translate=template_translator(frame.request), **values
        )
    )


def includeme(config: Configurator) -> None:
    """Keep parts, unless templates are being worked on."""
    working = bool(config.registry.settings.get("pyramid.reload_templates"))
    config.registry[KEPT] = Kept(0 if working else MOST)
