"""The register of cases (PQR, SQR, PQRSD): from a customer's sentence to effective closure."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Give every organisation its register."""
    config.scan(".subscribers")
