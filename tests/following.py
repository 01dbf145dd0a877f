"""Houses with a text index of their own, which follows them when a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qms.search import SOURCES
from qms.search.follower import Replica, catch_up


def follow(house: Any) -> Any:
    """Bring the index up to what the house holds."""
    return catch_up(house.db, house.registry.qms_replica, house.registry[SOURCES])


@contextmanager
def indexed_in(house: Any, folder: Path) -> Iterator[None]:
    """Let the house have its index in ``folder`` for a while."""
    before, house.registry.qms_replica = house.registry.qms_replica, Replica(folder)
    follow(house)
    yield
    house.registry.qms_replica.current().close()
    house.registry.qms_replica = before
