"""Progress bars on long work, silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(
    items: Sequence[T], what: str, *, label: Callable[[T], str] | None = None
) -> Iterator[T]:
    """Walk ``items`` with a bar that shows count, remaining time and the present item."""
    bar = tqdm(items, desc=what, unit="", disable=not sys.stderr.isatty(), leave=False)
    for item in bar:
        if label is not None:
            bar.set_postfix_str(label(item))
        yield item
