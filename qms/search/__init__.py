"""Finding content: the transactional catalogue behind every list, and the full text beside it."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.search.entries import Source
from qms.search.follower import Progress, Replica, catch_up

SOURCES = "qms.search.sources"


def add_search_source(config: Configurator, kind: str, source: Source) -> None:
    """Announce a room's texts; a second room of the same kind is a conflict."""

    def register() -> None:
        config.registry.setdefault(SOURCES, {})[kind] = source

    config.action(("qms search source", kind), register)


def follow(
    registry: Any, database: Any, *, seconds: float = 5.0, anew: bool = False
) -> Progress | None:
    """Let this node's index follow the database; None when another process is at it."""
    return catch_up(
        database, registry.qms_replica, registry.get(SOURCES, {}), seconds=seconds, anew=anew
    )


def includeme(config: Configurator) -> None:
    """Offer the directive, and this node's index as ``registry.qms_replica``."""
    config.add_directive("add_search_source", add_search_source)
    config.registry.qms_replica = Replica(config.registry.qms.data_dir / "search")
