"""Satisfaction: call campaigns, surveys by link, and the follow-up of what customers say."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Announce the room's pages."""
    config.scan(".")
