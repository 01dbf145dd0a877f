"""What renamings add to other pages: signing together, notices, and finding former names."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found, Notice
from qms.kernel.i18n import _
from qms.renaming import workflow
from qms.renaming.listing import Row, catalogue_of
from qms.renaming.models import PROCESS
from qms.renaming.services.planning import NAME
from qms.renaming.services.waves import flagged_by, packages_for
from qms.search.spanish import beginnings
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

_RENAMED = (workflow.DRAFTING, workflow.DRAFTED, workflow.IN_APPROVAL, workflow.DONE)


def may_see(request: Request) -> bool:
    """Tell whether the person may see the list of renamings."""
    folder = request.organisation.get(NAME)
    return folder is not None and bool(request.has_permission(Permission.VIEW, folder))


def work(request: Request) -> list[WorkItem]:
    """List the renamings of which several versions wait for the person's signature."""
    found = packages_for(request.organisation, request.person, request.act)
    return [
        WorkItem(
            title=package.title,
            url=request.resource_path(package, "sign"),
            button=_("Sign them together"),
            code=package.number,
            why=_("${n} versions", {"n": number}),
        )
        for package, number in found
        if number > 1
    ]


def count(_request: Request) -> int:
    """Count nothing: each of the signatures is counted where it stands alone."""
    return 0


def notice(page: Any) -> Notice | None:
    """Say on a document's page that it still bears a former name."""
    package = flagged_by(page.document)
    if package is None:
        return None
    values: dict[str, object] = {"old": package.old, "new": package.new}
    text = _("What is called «${old}» here is called «${new}» now.", values)
    if page.request.has_permission(Permission.VIEW, package):
        return Notice(text, page.request.resource_path(package), _("See the renaming"), "info")
    return Notice(text, icon="info")


def find(request: Request, text: str, limit: int) -> list[Found]:
    """Find positions, units and processes by their former names."""
    organisation = request.organisation
    words = beginnings(text)
    if NAME not in organisation or not words:
        return []
    page = catalogue_of(organisation).query(
        {"state": _RENAMED}, words=words, order="planned", reverse=True, limit=limit
    )
    rows = [Row(*values) for values in page.rows]
    return [
        Found(row.new, _address(request, row), why=_("formerly «${old}»", {"old": row.old}))
        for row in rows
    ]


def _address(request: Request, row: Row) -> str:
    """Lead to the thing itself where the person may see it, or to documents that name it."""
    organisation = request.organisation
    if row.kind == PROCESS:
        return str(request.resource_path(organisation["processes"][row.thing_id]))
    if request.has_permission(Permission.PEOPLE_VIEW, organisation):
        return str(request.resource_path(organisation["people"], "structure"))
    return str(request.resource_path(organisation, "search", query={"q": row.new}))
