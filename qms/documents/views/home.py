"""«Mi trabajo»: what waits for the person, and where what they began stands."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.inbox import authored_by, waiting_signatures
from qms.kernel.i18n import _
from qms.security.permissions import Permission


@view_config(
    context=Organisation,
    permission=Permission.VIEW,
    renderer="qms.templates:documents/home.pt",
)
def show(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show the signatures that wait for the person, what came back, and their own drafts."""
    waiting = waiting_signatures(organisation, request.person, request.act)
    own = authored_by(organisation, request.person)
    returned = [one for one in own if one.standing.returned is not None]
    return {
        "heading": _("My work"),
        "waiting": waiting,
        "returned": returned,
        "own": [one for one in own if one not in returned],
        "json": lambda: {
            "to_sign": [
                {
                    "code": one.version.document.code,
                    "title": one.version.title,
                    "version": one.version.label,
                    "step": one.hand.slot.label,
                    "days_left": one.days_left,
                    "url": request.resource_url(one.version, "sign"),
                }
                for one in waiting
            ]
        },
    }


def count_waiting(request: Request) -> int:
    """Count what waits for the signed-in person; the bell shows it on every page."""
    return len(waiting_signatures(request.organisation, request.person, request.act))
