"""What copies add to other pages: withdrawals that wait, and printing from a document's page."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.copies import services, workflow
from qms.copies.listing import Row, catalogue_of
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

MOST = 50


def _register(request: Request) -> Any:
    register = request.organisation.get(services.NAME)
    if register is None or not request.has_permission(Permission.COPY_MANAGE, register):
        return None
    return register


def count(request: Request) -> int:
    """Count what :func:`work` lists, by the index alone: the bell asks on every page."""
    if _register(request) is None or not len(catalogue := catalogue_of(request.organisation)):
        return 0
    waiting = {"state": (workflow.RECALLED, workflow.ISSUED)}
    return int(catalogue.query(waiting, order="code", limit=0).total)


def work(request: Request) -> list[WorkItem]:
    """List the copies to be recovered, and those still to be handed over."""
    register = _register(request)
    if register is None:
        return []
    items = []
    catalogue = catalogue_of(request.organisation)
    for state, button in ((workflow.RECALLED, _("Recover")), (workflow.ISSUED, _("Hand over"))):
        for values in catalogue.query({"state": [state]}, order="code", limit=MOST).rows:
            row = Row(*values)
            items.append(
                WorkItem(
                    title=f"n.º {row.number} · {row.place}",
                    url=request.resource_path(register, row.name),
                    button=button,
                    code=row.code,
                    why=row.holder,
                )
            )
    return items


def may_see(request: Request) -> bool:
    """Tell whether the person may see the census."""
    register = request.organisation.get(services.NAME)
    return register is not None and bool(request.has_permission(Permission.COPY_VIEW, register))


def print_url(page: Any) -> str | None:
    """Give the address at which controlled copies of the document on this page are printed."""
    if page.document.in_force is None or _register(page.request) is None:
        return None
    return str(page.request.resource_path(page.document, "print-copies"))


def answer_url(request: Request, change: Any) -> str:
    """Give the address at which a request for copies is fulfilled."""
    query = {
        "request": change.number,
        **{key: str(change.copies[key]) for key in ("count", "place")},
    }
    return str(request.resource_path(change.document, "print-copies", query=query))
