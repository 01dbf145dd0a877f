"""Indicators: what documents in force promise to measure, measured and analysed."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Announce the room's pages."""
    config.scan(".subscribers")
    config.scan(".views")
