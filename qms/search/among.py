"""What another index found, for a query of the catalogue to narrow and sort."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Among", "sign_of"]


@dataclass(frozen=True)
class Among:
    """Subjects that another index found; a query narrows and sorts them as it does all of them."""

    name: Hashable
    """What was asked of the other index: equal names with equal signs are one answer."""
    signs: tuple[Any, ...]
    """Objects that are others as soon as the other index would answer otherwise."""
    find: Callable[[], Iterable[int]]
    """Gives the docids; not asked while the answer is kept."""
    bounds: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Per order the least key that one of them can have, and one that is above all of them."""


def sign_of(stamp: Any) -> Any:
    """Give an object that is another one as soon as the counter ``stamp`` was changed.

    It is kept in memory only: the database drops it when another transaction changed the counter,
    and when this one is undone; who changes the counter drops it too.
    """
    sign = getattr(stamp, "_v_sign", None)
    if sign is None:
        sign = stamp._v_sign = object()  # noqa: SLF001 - the database forgets _v_ names
    return sign
