"""How long documents and cases are kept, and what happens to them afterwards."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Announce the room's pages."""
    config.scan(".")
