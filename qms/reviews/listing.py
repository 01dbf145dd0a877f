"""The list of periodic reviews: what is overdue and what comes up."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.models import DocumentFolder
from qms.documents.plugs import list_tabs
from qms.documents.services.freezing import local_day
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.reviews.services import HORIZON, SOON, Due, due_reviews
from qms.security.permissions import Permission

OVERDUE, SHORTLY, LATER = "overdue", "due-soon", "on-time"
"""Names of chips: over its day, within 30 days, within 60."""


class Line(NamedTuple):
    """One document to review."""

    code: str
    title: str
    version: str | None
    process: str
    responsible: str
    in_force_from: str | None
    review_by: str | None
    days: int
    """Calendar days until its day, negative when it has passed."""
    standing: str


LIST = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), sort="title", link=True, wide=True),
        Column("version", _("Version")),
        Column("process", _("Process"), sort="process"),
        Column("responsible", _("Responsible"), sort="responsible"),
        Column("in_force_from", _("In force from"), Kind.DATE, sort="in_force_from"),
        Column("review_by", _("Review due on"), Kind.DATE, sort="review_by"),
        Column("days", _("Days left"), Kind.NUMBER),
        Column("standing", _("State"), Kind.CHIP),
    ),
    facets={
        "standing": Facet(_("State")),
        "process": Facet(_("Process"), lambda value: value),
        "responsible": Facet(_("Responsible"), lambda value: value),
    },
    order="review_by",
    search=_("Words of code and title"),
)


def line_of(due: Due) -> Line:
    """Make the line of one document."""
    row = due.row
    standing = OVERDUE if due.is_overdue else SHORTLY if due.days_left <= SOON else LATER
    return Line(
        row.code,
        row.title,
        row.version,
        row.process_name,
        row.responsible,
        row.in_force_from,
        row.review_by,
        due.days_left,
        standing,
    )


@view_config(
    context=DocumentFolder,
    name="reviews",
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def reviews(folder: DocumentFolder, request: Request) -> dict[str, Any]:
    """List what is overdue and what comes up within sixty days."""
    organisation = organisation_of(folder)
    today = local_day(organisation, request.act)
    lines = [line_of(one) for one in due_reviews(organisation, today, within=HORIZON)]
    return Listing(request, LIST).show(
        _("Periodic reviews"),
        lines,
        **list_tabs(request),
        url=lambda line: request.resource_path(folder, line.code),
        empty=_("No review is due within sixty days."),
    )
