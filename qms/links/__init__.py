"""What belongs together: a case with a document, an action with the indicator that asked for it."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Announce the room's pages."""
    config.scan(".")
