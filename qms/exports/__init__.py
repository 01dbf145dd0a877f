"""Tables to take away: what a list shows, as XLSX, CSV, PDF and JSON."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
