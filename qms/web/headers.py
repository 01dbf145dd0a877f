"""The outermost tween: refuses garbage, and puts the security headers on every single answer.

A view that needs more than the strict policy says so for its own answer with ``relax``; nothing
else may widen it.  (OWASP ASVS 5.0 chapter 3.4.)
"""

from __future__ import annotations

import io
from collections.abc import Callable

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import INGRESS
from pyramid_retry import is_error_retryable

from qms.web.failures import bad_request, internal_error

POLICY: dict[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""The content security policy of a page; ``data:`` images are Bootstrap's own drawn marks."""

FIXED: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(),"
        " usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
NO_STORE = "no-store"
LEAKS = frozenset({"server", "x-powered-by"})
LEAKS_AND_CACHING = LEAKS | {"cache-control"}

_RELAXED = "qms.web.policy"


def relax(request: Request, **directives: str) -> None:
    """Widen the policy of this one answer: ``relax(request, frame_src="'self'")``.

    Underscores in the names stand for dashes; a value replaces the directive whole.
    """
    own = request.environ.setdefault(_RELAXED, {})
    own.update({name.replace("_", "-"): value for name, value in directives.items()})


def frame_own_pdf(request: Request) -> None:
    """Let this page show a PDF of this same site in a frame, as the signing page does."""
    relax(request, frame_src="'self'")


def policy_of(request: Request) -> str:
    """Write the content security policy of the answer to ``request``."""
    own = request.environ.get(_RELAXED)
    return _written({**POLICY, **own}) if own else _STRICT


def _written(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


_STRICT = _written(POLICY)


def _is_static(request: Request) -> bool:
    route = getattr(request, "matched_route", None)
    return route is not None and route.name.startswith("__static")


def protect(request: Request, response: Response) -> Response:
    """Put every security header on ``response`` that it does not carry stricter already."""
    wanted = {"Content-Security-Policy": policy_of(request), **FIXED}
    if request.scheme == "https":
        wanted["Strict-Transport-Security"] = HSTS
    dropped = LEAKS
    if not _is_static(request):
        wanted["X-Robots-Tag"] = "noindex"
        if not getattr(request, "may_be_cached", False):
            wanted["Cache-Control"] = NO_STORE
            dropped = LEAKS_AND_CACHING
    # In one go: a look at each name costs more than the rest of this.
    kept = [pair for pair in response.headerlist if pair[0].lower() not in dropped]
    present = {name.lower() for name, _value in kept}
    kept += [pair for pair in wanted.items() if pair[0].lower() not in present]
    response.headerlist = kept
    return response


def is_garbage(request: Request) -> bool:
    """Tell whether the request is no UTF-8, says so of its body, or holds a NUL in its address."""
    if str(request.charset).lower() not in {"utf-8", "utf8"}:
        return True
    try:
        texts = [request.path_info, *request.GET.keys(), *request.GET.values()]
    except (UnicodeDecodeError, ValueError):
        return True
    return any("\x00" in text for text in texts)


def release(request: Request) -> None:
    """Close the temporary files that a large body was spooled to, unless it is to be read again."""
    error = getattr(request, "exception", None)
    if error is not None and is_error_retryable(request, error):
        return
    fields, _stream = request.environ.get("webob._parsed_post_vars", ((), None))
    for value in getattr(fields, "values", tuple)():
        if getattr(value, "file", None) is not None:
            value.file.close()
    body = request.environ.get("wsgi.input")
    if isinstance(body, io.BufferedRandom):
        body.close()


def guard_tween_factory(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Wrap all of the application, so that no answer and no failure escapes unprotected."""

    def guard(request: Request) -> Response:
        if is_garbage(request):
            return protect(request, bad_request())
        try:
            response = handler(request)
        except Exception as error:
            if is_error_retryable(request, error):
                raise
            response = internal_error(request, error)
        release(request)
        return protect(request, response)

    return guard


def includeme(config: Configurator) -> None:
    """Put the guard around everything else."""
    config.add_tween("qms.web.headers.guard_tween_factory", under=INGRESS)
