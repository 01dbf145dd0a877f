"""What rooms keep beside the tree, in the annexes of an organisation or of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["annex_of", "seen_annex"]

T = TypeVar("T")


def annex_of(owner: Any, name: str, make: Callable[[], T]) -> T:
    """Give what is kept under ``name``, for writing; made at its first use."""
    found: T | None = owner.annexes.get(name)
    if found is None:
        found = owner.annexes[name] = make()
    return found


def seen_annex(owner: Any, name: str, make: Callable[[], T]) -> T:
    """Give it for looking only, which writes nothing even where there is none yet."""
    found: T | None = owner.annexes.get(name)
    if found is None:
        unstored = owner.__dict__.setdefault("_v_annexes", {})
        found = unstored.get(name)
        if found is None:
            found = unstored[name] = make()
    return found
