"""When the database is away or the disk is full: a clear page, never a lost or doubled deed.

A restart of PostgreSQL shows itself as the driver's own error, which no retry policy knows
(fault 12). Reading is then simply tried again after a moment. Writing is not: the database may
have stored it before it went away (fault 13), so the person is told to look first. A full disk
has nothing to do with the request; everything else goes on working (fault 3).
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Callable

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import INGRESS, MAIN
from pyramid_retry import is_last_attempt, mark_error_retryable

from qms.web.failures import log_failure, plain_page

PAUSE = 1.0
"""Seconds before a page is tried again."""
RETRY_AFTER = "10"
"""Seconds after which a program may ask again."""
_DRIVER_ERRORS = {("psycopg2", "OperationalError"), ("psycopg2", "InterfaceError")}
_FULL = ("database or disk is full", "no space left on device", "could not extend file")

log = logging.getLogger(__name__)


def is_outage(error: BaseException) -> bool:
    """Tell whether ``error`` says that the database server is away."""
    # By name: the driver is not installed where the database is embedded.
    return any((one.__module__, one.__name__) in _DRIVER_ERRORS for one in type(error).__mro__)


def is_full(error: BaseException) -> bool:
    """Tell whether ``error`` says that the disk is full."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    database = isinstance(error, sqlite3.OperationalError) or is_outage(error)
    return database and any(words in str(error).lower() for words in _FULL)


def disk_full(request: Request, error: BaseException) -> Response:
    """Say that nothing was stored because there is no room."""
    reference = log_failure(request, error)
    return plain_page(
        507,
        "No hay espacio en el disco del servidor",
        "No se guardó ningún cambio; lo demás se puede seguir consultando. Informe a la persona"
        " que administra el sistema este número:",
        reference,
    )


def away(request: Request, error: BaseException) -> Response:
    """Say that the database is away, and what to do about what was being stored."""
    reference = log_failure(request, error)
    sentence = (
        "Intente de nuevo en un momento."
        if _reads(request)
        else "No es seguro que se haya guardado: antes de repetirlo, mire si ya está hecho."
    )
    response = plain_page(503, "El sistema no está disponible", sentence, reference)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def _reads(request: Request) -> bool:
    return request.method in {"GET", "HEAD", "OPTIONS"}


def tween_factory(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Turn errors of the storage, wherever in the request they rise, into one of the two pages."""

    def outage(request: Request) -> Response:
        try:
            return handler(request)
        except Exception as error:
            if is_full(error):
                return disk_full(request, error)
            if not is_outage(error):
                raise
            if _reads(request) and not is_last_attempt(request):
                log.warning("the database is away; trying again")
                time.sleep(PAUSE)
                mark_error_retryable(error)
                raise
            return away(request, error)

    return outage


def includeme(config: Configurator) -> None:
    """Stand around the transaction, inside of what protects every answer."""
    config.add_tween(
        "qms.upgrade.outage.tween_factory",
        over=("pyramid_tm.tm_tween_factory", MAIN),
        under=("qms.web.headers.guard_tween_factory", INGRESS),
    )
