"""For tests: a request that changed the database must have left a line in the trail.

``config.include("qms.audit.testing")`` puts a tween inside the transaction.  It looks at what the
request is about to commit; a change without a new entry raises ``SilentWrite``, so the test fails.
Housekeeping (sessions, waits, the outbox) is not history and needs no line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from persistent import Persistent
from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid_tm import default_commit_veto
from pyramid_zodbconn import get_connection

from qms.audit.models import FOLDER, Lane
from qms.content.root import get_site

QUIET_ANNEXES = ("people", "outbox")
"""Site-wide parts that are housekeeping: sessions and links, and mails on their way."""


class SilentWrite(AssertionError):
    """A request changed the database and left no line in the trail."""


def changed_objects(connection: Any) -> list[Any]:
    """List the persistent objects that the present transaction would store."""
    found = [*connection._registered_objects, *connection._added.values()]  # noqa: SLF001
    saved = connection._savepoint_storage  # noqa: SLF001
    if saved is not None:
        found += [connection.get(oid) for oid in saved.index]
    return found


def belongings(root: Any) -> set[int]:
    """Give the identities of ``root`` and of every persistent object below it."""
    found: set[int] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Persistent):
            if id(one) in found:
                continue
            found.add(id(one))
            waiting.append(one.__getstate__())
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    return found


def silent_changes(connection: Any) -> list[str]:
    """Name the classes of what changed without a line; empty when there is nothing to say."""
    changed, site = changed_objects(connection), get_site(connection)
    if any(isinstance(one, Lane) for one in changed):
        return []
    trails = (one.get(FOLDER) for one in site.values())
    if any(trail is not None and trail._p_jar is None for trail in trails):
        return []
    quiet = {id(site.annexes)}
    for name in QUIET_ANNEXES:
        quiet |= belongings(site.annexes.get(name))
    loud = [one for one in changed if id(one) not in quiet]
    return sorted({f"{type(one).__module__}.{type(one).__qualname__}" for one in loud})


def watch_tween_factory(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Look over the shoulder of every request that will be committed."""

    def watch(request: Request) -> Response:
        response = handler(request)
        if default_commit_veto(request, response) or request.tm.isDoomed():
            return response
        silent = silent_changes(get_connection(request))
        if silent:
            raise SilentWrite(f"{request.method} {request.path} changed {', '.join(silent)}")
        return response

    return watch


def includeme(config: Configurator) -> None:
    """Put the watch inside the transaction."""
    config.add_tween("qms.audit.testing.watch_tween_factory", under="pyramid_tm.tm_tween_factory")
