"""Findings, actions, audits and the management review."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Announce the room's pages."""
    config.scan(".")
