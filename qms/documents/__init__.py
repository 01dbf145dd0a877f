"""Controlled documents: versions, approval, the master list."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.documents.wording import table_style


def includeme(config: Configurator) -> None:
    """Register the pages, the derived data, the menu lines and the bell of this room."""
    config.set_table_style(table_style)
    config.include(".plugs")
    config.include(".testimony")
    config.include(".figures")
    config.include(".management_inputs")
    config.include(".management_facts")
    config.include(".past_work")
    config.include(".records")
    config.include(".subject_data")
    config.include(".menu")
    config.include(".letters")
    config.include(".views.content_lint")
    config.scan(".subscribers")
    config.scan(".reading")
    config.scan(".views")
