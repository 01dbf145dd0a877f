"""The two answers of last resort: they need no template, no session and no database."""

from __future__ import annotations

import logging
import secrets
from html import escape

from pyramid.request import Request
from pyramid.response import Response

logger = logging.getLogger(__name__)

# These stand in both languages' place: when all else fails, no translator is asked.
_PAGE = """<!DOCTYPE html>
<html lang="es"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1>{text}<p><a href="/">Ir al inicio</a></p></main></body></html>
"""


def new_reference() -> str:
    """Make a short reference number that a user can read out and support can search for."""
    return secrets.token_hex(4).upper()


def log_failure(request: Request, error: BaseException) -> str:
    """Log ``error`` with its traceback under a new reference number and give the number."""
    reference = new_reference()
    address = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    logger.error(
        "%s %s %a", reference, request.environ.get("REQUEST_METHOD"), address, exc_info=error
    )
    return reference


def plain_page(status: int, title: str, *sentences: str) -> Response:
    """Make a bare page of escaped text."""
    text = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    body = _PAGE.format(title=escape(title), text=text)
    return Response(body=body.encode(), status=status, content_type="text/html", charset="utf-8")


def bad_request() -> Response:
    """Answer a request that is no text at all."""
    return plain_page(400, "Solicitud no válida", "El navegador envió una dirección ilegible.")


def internal_error(request: Request, error: BaseException) -> Response:
    """Answer a failure with a reference number, never with its details."""
    reference = log_failure(request, error)
    return plain_page(
        500,
        "Algo falló",
        "No se guardó ningún cambio. Intente de nuevo; si sigue fallando, informe a la persona"
        " que administra el sistema este número:",
        reference,
    )
