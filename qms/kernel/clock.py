"""The only place that reads the time, always in UTC and always with its zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """Give the present moment in UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251 - this module is the one allowed source of time


def frozen(at: datetime) -> Clock:
    """Make a clock that stands still at ``at``, which must carry its zone."""
    if at.tzinfo is None:
        raise ValueError("a clock needs a zone")
    return lambda: at
