"""Keeps slow work out of transactions, so that a signature never holds up its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pyramid.request import Request

T = TypeVar("T")


def outside(request: Request, make: Callable[[], T]) -> T:
    """Run ``make`` between two transactions and give its result.

    What was changed before is thrown away, so read first, make, then store; ``make`` must touch
    no content. After it the content is that of now: check again what was true before.
    """
    request.tm.abort()
    try:
        return make()
    finally:
        request.tm.begin()
