"""Building an organisation on screen: types, codes, routes, positions, calendar and looks."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
