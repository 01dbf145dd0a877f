"""Persons, positions, units, delegations; signing in, sessions and who a request comes from."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Give requests their session, person, organisation and act, and the pages of the room."""
    config.include(".identity")
    config.include(".menu")
    config.scan(".views")
