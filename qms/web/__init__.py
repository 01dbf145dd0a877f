"""The web frame: layout, forms, navigation, errors, headers and languages of every page."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up what every page of every room relies on."""
    config.include(".templates")
    config.include(".request")
    config.include(".retrying")
    config.include(".headers")
    config.include(".i18n")
    config.include(".unchanged")
    config.include(".navigation")
    config.include(".parts")
    config.include(".frame")
    config.include(".errors")
    config.include(".static")
    config.include(".logo")
    config.set_default_csrf_options(require_csrf=True)
