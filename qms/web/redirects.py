"""Where to send the browser next, and never off this site."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote, urlsplit

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request

from qms.web.i18n import translate

HOME = "/"
LONGEST = 2000


def safe_path(text: str | None) -> str:
    """Give ``text`` if it is a plain path of this site, else the home page (D4-34).

    Browsers read backslashes as slashes and drop tabs and line ends, so none of them may occur.
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text[1:2] in {"/", "\\"}:
        return HOME
    if "\\" in text or any(unicodedata.category(char)[0] in "CZ" for char in text):
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else text


def present_path(request: Request) -> str:
    """Give this request's own path and query, as ``came_from`` carries it."""
    query = f"?{request.query_string}" if request.query_string else ""
    return quote(request.path_info) + query


def login_url(request: Request) -> str:
    """Give the address of the login page that comes back here after a GET."""
    came_from = present_path(request) if request.method in {"GET", "HEAD"} else HOME
    return f"{request.script_name}/login?came_from={quote(safe_path(came_from), safe='/')}"


def see_other(
    request: Request, where: Any, said: Any = None, *, tone: str = "success"
) -> HTTPSeeOther:
    """Send the browser to content, or to a path of this site, with a 303; the next page says it."""
    if said:
        request.session.flash(translate(request, said), tone)
    path = safe_path(where) if isinstance(where, str) else request.resource_path(where)
    return HTTPSeeOther(location=path)
