"""Serves the bundled scripts, styles and icons, and the accent colour of an organisation."""

from __future__ import annotations

import hashlib
import time
from functools import cache, lru_cache
from pathlib import Path

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from qms.web.colour import is_colour, style_sheet

YEAR = 365 * 24 * 3600
DISTRIBUTED = "qms.web:static/"
FOLDER = Path(__file__).with_name("static")
COLOUR_ROUTE = "__static_colour"
_KNOWN = "qms.web.static"


@cache
def digest(name: str, modified: float) -> str:
    """Give a short fingerprint of a static file; empty when it has not been built."""
    source = FOLDER / name
    return hashlib.sha256(source.read_bytes()).hexdigest()[:12] if source.is_file() else ""


def static_url(request: Request, name: str) -> str:
    """Give the address of a static file with its fingerprint, so that it can be kept a year."""
    known = request.registry[_KNOWN]
    key = (request.script_name, name, _modified(name, int(time.monotonic())))
    if key not in known:
        known[key] = request.static_path(DISTRIBUTED + name, _query={"v": digest(name, key[2])})
    return known[key]


@lru_cache(maxsize=64)
def _modified(name: str, _second: int) -> float:
    """Look at a file at most once a second: every page asks for the same four."""
    try:
        return (FOLDER / name).stat().st_mtime
    except OSError:
        return 0.0


def colour_url(request: Request, colour: str) -> str:
    """Give the address of the style sheet that sets ``colour`` as the accent."""
    known = request.registry[_KNOWN]
    key = (request.script_name, COLOUR_ROUTE, colour)
    if key not in known:
        known[key] = request.route_path(COLOUR_ROUTE, colour=colour.lstrip("#").lower())
    return known[key]


def colour_view(request: Request) -> Response:
    """Answer the accent's style sheet; it depends on nothing but its own address."""
    colour = request.matchdict["colour"]
    if not is_colour(colour):
        return HTTPNotFound()
    response = Response(style_sheet(colour), content_type="text/css", charset="utf-8")
    response.cache_control = f"public, max-age={YEAR}, immutable"
    return response


def includeme(config: Configurator) -> None:
    """Serve ``/static``; the accent is the one view by route, since it hangs from no content."""
    config.registry[_KNOWN] = {}
    config.add_static_view("static", "qms.web:static", cache_max_age=YEAR)
    config.add_route(COLOUR_ROUTE, "/static-colour/{colour}.css", request_method="GET")
    config.add_view(colour_view, route_name=COLOUR_ROUTE, permission=NO_PERMISSION_REQUIRED)
