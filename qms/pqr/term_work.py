"""A changed calendar or norm as work that waits, for «Mi trabajo» and the bell."""

from __future__ import annotations

from pyramid.request import Request

from qms.kernel.i18n import _
from qms.pqr.recalculating import waits
from qms.pqr.services import NAME
from qms.security.permissions import Permission
from qms.web.i18n import translate
from qms.web.navigation import WorkItem


def work(request: Request) -> list[WorkItem]:
    """Ask who may compute the terms anew to look at them; at most one line."""
    register = request.organisation.get(NAME)
    if request.person is None or register is None or not waits(request.organisation):
        return []
    if not request.has_permission(Permission.CASE_WORK, register):
        return []
    return [
        WorkItem(
            title=str(translate(request, _("The calendar or a norm has changed"))),
            url=request.resource_path(register, "recalculate"),
            button=_("See what would move"),
            why=_("Open cases keep their term until somebody computes it anew"),
        )
    ]


def count(request: Request) -> int:
    """Count what :func:`work` lists."""
    return len(work(request))
