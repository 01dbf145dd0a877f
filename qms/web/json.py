"""Pages that answer programs too: the same data as JSON when the client asks for JSON.

A view whose dictionary holds ``json`` (plain data, or a callable that gives it) answers
``Accept: application/json`` with just that; a page without it answers 406.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotAcceptable
from pyramid.interfaces import IResponse
from pyramid.request import Request
from pyramid.response import Response
from pyramid.viewderivers import VIEW
from webob.acceptparse import create_accept_header

HTML = "text/html"
JSON = "application/json"
PROBLEM = "application/problem+json"
_SHORT = 500
"""Characters of headers that are remembered; strangers may send longer ones."""
_WANTS = "qms.web.json.wants"
"""Where a request keeps the answer, which is asked for several times."""


class Written(str):
    """Plain data that are JSON text already."""

    __slots__ = ()


def wants_json(request: Request) -> bool:
    """Tell whether the client prefers JSON to a page."""
    known: bool | None = request.__dict__.get(_WANTS)
    if known is None:
        accept = request.environ.get("HTTP_ACCEPT")
        told = _prefers_json if len(accept or "") > _SHORT else _known_to_prefer_json
        known = request.__dict__[_WANTS] = told(accept)
    return known


def _prefers_json(accept: str | None) -> bool:
    """Tell what a client prefers by its header, of which browsers have few."""
    offers = create_accept_header(accept).acceptable_offers([HTML, JSON])
    return bool(offers) and offers[0][0] == JSON


_known_to_prefer_json = lru_cache(maxsize=128)(_prefers_json)


def _default(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain data")


def written(data: Any) -> Written:
    """Write plain data as JSON text; dates become ISO text and decimals their digits."""
    return Written(json.dumps(data, ensure_ascii=False, default=_default, separators=(",", ":")))


def json_response(data: Any, status: int = 200, content_type: str = JSON) -> Response:
    """Answer plain data, or what was written of them before."""
    text = data if isinstance(data, Written) else written(data)
    return Response(text.encode(), status=status, content_type=content_type, charset="utf-8")


def problem(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """Answer a failure as RFC 9457 describes it."""
    data = {"title": title, "status": status, "detail": detail, **more}
    filled = {name: value for name, value in data.items() if value != ""}
    return json_response(filled, status, PROBLEM)


def json_deriver(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """Answer JSON in the place of a page whose data offers it."""

    def derived(context: Any, request: Request) -> Any:
        result = view(context, request)
        if not isinstance(result, dict):
            return result
        data = result.pop("json", None)
        if not wants_json(request) or IResponse.providedBy(result):
            return result
        if data is None:
            return HTTPNotAcceptable()
        response = json_response(data() if callable(data) else data)
        response.status_int = request.response.status_int
        response.vary = ["Accept"]
        return response

    return derived


def includeme(config: Configurator) -> None:
    """Look at every page's data before its template does."""
    config.add_view_deriver(json_deriver, name="json_page", under="rendered_view", over=VIEW)
