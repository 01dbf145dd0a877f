"""Finds the site in a database connection, and makes it in a fresh one."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid_zodbconn import get_connection

from qms.content.models import Site

ROOT_KEY = "qms"


def get_site(connection: Any) -> Site:
    """Give the site of ``connection``, made at its first use."""
    root = connection.root()
    site: Site | None = root.get(ROOT_KEY)
    if site is None:
        site = root[ROOT_KEY] = Site()
    return site


def root_factory(request: Request) -> Site:
    """Start traversal at the site."""
    return get_site(get_connection(request))
