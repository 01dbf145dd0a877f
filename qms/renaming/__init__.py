"""Renaming a position, a process or a unit once, with everything that names it."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
