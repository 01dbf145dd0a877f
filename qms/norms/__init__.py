"""Documents of external origin and legal requirements: the normogram and the clause matrix."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
