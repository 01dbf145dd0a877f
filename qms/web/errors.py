"""Exception views: every refusal is a sentence, every stranger sees the same nothing."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.exceptions import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPClientError, HTTPSeeOther
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.response import Response

from qms.content.errors import FileDisposed
from qms.content.models import find_organisation
from qms.kernel.errors import Conflict, NotFound, Refused
from qms.kernel.i18n import _
from qms.web.i18n import translate
from qms.web.json import problem, wants_json
from qms.web.redirects import login_url, safe_path

TEMPLATE = "qms.templates:web/error.pt"

NOT_FOUND = _("There is no such page")
NOT_FOUND_TEXT = _("The address may be wrong, or what it led to is not meant for you.")
FORBIDDEN = _("You may not do this")
FORBIDDEN_TEXT = _("Ask the person who administers the system, if you need it for your work.")
STALE = _("This page was open too long")
STALE_TEXT = _("Nothing was saved. Go back, reload the page and send it again.")
SIGN_IN = _("Sign in first")
REFUSED = _("This was not done")
UNCLEAR = _("The request was not understood")


def sentence(request: Request, refusal: Refused) -> str:
    """Give a refusal's sentences in the request's language, their places filled in."""
    said = [_(refusal.msgid, dict(refusal.mapping)), *refusal.more]
    return " ".join(translate(request, one) for one in said)


def status_of(refusal: Refused) -> int:
    """Give the HTTP status that fits a refusal."""
    if isinstance(refusal, NotFound):
        return 404
    if isinstance(refusal, FileDisposed):
        return 410
    return 409 if isinstance(refusal, Conflict) else 422


def error_page(
    request: Request, status: int, heading: Any, text: Any, *, framed: bool = False
) -> Response:
    """Answer with a page, a fragment for htmx, or a JSON problem, as the client asked."""
    heading, text = translate(request, heading), translate(request, text)
    if wants_json(request):
        return problem(status, heading, text)
    values = {
        "heading": heading,
        "text": text,
        "framed": framed and getattr(request, "person", None) is not None,
        "back": _back(request),
        "fragment": "HX-Request" in request.headers,
    }
    response = Response(render(TEMPLATE, values, request=request), status=status)
    if values["fragment"]:
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _back(request: Request) -> str | None:
    """Give the path of the page that the browser came from, when it is one of ours."""
    referrer = request.referer or ""
    if not referrer.startswith(request.host_url + "/"):
        return None
    path = safe_path(referrer[len(request.host_url) :])
    return None if path == "/" else path


def is_anonymous(request: Request) -> bool:
    """Tell whether nobody is signed in."""
    return request.authenticated_userid is None


def sign_in(request: Request) -> Response:
    """Send who is not signed in to the login page; a program gets 401."""
    if wants_json(request):
        return problem(401, translate(request, SIGN_IN))
    response = HTTPSeeOther(location=login_url(request))
    if "HX-Request" in request.headers:
        response = Response(status=200)
        response.headers["HX-Redirect"] = login_url(request)
    return response


def not_found_page(request: Request) -> Response:
    """Answer the one page that the missing and the forbidden share."""
    return error_page(request, 404, NOT_FOUND, NOT_FOUND_TEXT)


def not_found(error: Exception, request: Request) -> Response:
    """Answer a path that leads nowhere; who is not signed in cannot tell it from a closed door."""
    route = getattr(request, "matched_route", None)
    if is_anonymous(request) and route is None:
        return sign_in(request)
    return not_found_page(request)


def forbidden(error: Exception, request: Request) -> Response:
    """Answer a closed door: a login page, nothing at all for strangers, or a clear no."""
    if is_anonymous(request):
        return sign_in(request)
    organisation = find_organisation(getattr(request, "context", None))
    if organisation is not None and not request.has_permission("view", organisation):
        return not_found_page(request)
    if not request.has_permission("view", request.context):
        return not_found_page(request)
    return error_page(request, 403, FORBIDDEN, FORBIDDEN_TEXT, framed=True)


def stale(error: Exception, request: Request) -> Response:
    """Answer a form whose token is missing or old."""
    return error_page(request, 403, STALE, STALE_TEXT)


def refused(refusal: Refused, request: Request) -> Response:
    """Answer what the domain does not allow, in its own sentence; nothing was changed."""
    if isinstance(refusal, NotFound):
        return error_page(request, 404, NOT_FOUND, sentence(request, refusal), framed=True)
    return error_page(request, status_of(refusal), REFUSED, sentence(request, refusal), framed=True)


def client_error(error: HTTPClientError, request: Request) -> Response:
    """Answer any other mistake of the client without repeating what it sent."""
    response = error_page(request, error.status_int, UNCLEAR, "")
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def undecodable(error: UnicodeDecodeError, request: Request) -> Response:
    """Answer a form whose text is no UTF-8."""
    return error_page(request, 400, UNCLEAR, "")


def includeme(config: Configurator) -> None:
    """Register the views for everything that can be raised on purpose."""
    config.include("qms.web.json")
    config.add_notfound_view(not_found)
    config.add_forbidden_view(forbidden)
    for kind, view in (
        (BadCSRFToken, stale),
        (BadCSRFOrigin, stale),
        (Refused, refused),
        (HTTPClientError, client_error),
        (UnicodeDecodeError, undecodable),
    ):
        config.add_exception_view(view, context=kind)
