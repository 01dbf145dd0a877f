"""What norms add to other pages: checks that wait, banners on documents, the search box."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found, Notice
from qms.documents.services.freezing import local_day
from qms.kernel.i18n import _
from qms.norms import workflow
from qms.norms.citing import cited_by
from qms.norms.listing import QUALITY, Row, catalogue_of, due_rows, meant_by
from qms.norms.matrix import change_of
from qms.norms.reminders import SOON
from qms.norms.services import NAME
from qms.profiles.api import profile_of
from qms.search.spanish import beginnings
from qms.web.navigation import WorkItem

MOST = 50


def keepers_of(person: Any) -> list[str]:
    """Name the keepers that a person stands for: their positions, and the quality staff."""
    staff = [QUALITY] if "quality" in person.roles else []
    return [*person.position_ids, *staff]


def work(request: Request) -> list[WorkItem]:
    """List the norms that the person has to check within thirty days, the oldest first."""
    organisation, person = request.organisation, request.person
    folder = organisation.get(NAME)
    if person is None or folder is None:
        return []
    today = local_day(organisation, request.act)
    calendar = profile_of(organisation).calendar()
    items = []
    for row in due_rows(organisation, today + timedelta(days=SOON), keepers_of(person))[:MOST]:
        day = date.fromisoformat(row.check_by)
        ahead = day >= today
        days = calendar.business_days_between(*((today, day) if ahead else (day, today)))
        items.append(
            WorkItem(
                title=row.title or row.name,
                url=request.resource_path(folder, row.id, "verify"),
                button=_("Check"),
                code=row.name,
                why=row.responsible or _("Quality staff"),
                days_left=days if ahead else -max(days, 1),
            )
        )
    return items


def count(request: Request) -> int:
    """Count what :func:`work` lists, without its terms and addresses: the bell asks each page."""
    organisation, person = request.organisation, request.person
    if person is None or NAME not in organisation or not len(catalogue_of(organisation)):
        return 0
    horizon = local_day(organisation, request.act) + timedelta(days=SOON)
    return min(len(due_rows(organisation, horizon, keepers_of(person))), MOST)


def changed_norms(organisation: Any, uid: str, today: date) -> list[tuple[Row, str]]:
    """Give the changed norms that a document leans on, with their state; repealed ones first."""
    if NAME not in organisation or not len(catalogue_of(organisation)):
        return []
    rows: dict[str, Row] = {}
    for key in dict.fromkeys(one.key for one in cited_by(organisation, uid)):
        rows.update({row.uid: row for row in meant_by(organisation, key)})
    page = catalogue_of(organisation).query({"document": [uid]}, order="name", limit=None)
    rows.update({one[0]: Row(*one) for one in page.rows})
    found = []
    for row in rows.values():
        change = change_of(row, today)
        if change is not None:
            found.append((row, change[0]))
    return sorted(found, key=lambda one: (one[1] != workflow.REPEALED, one[0].name))


def notice(page: Any) -> Notice | None:
    """Say on a document's page that a norm it follows is repealed or was changed."""
    organisation = page.organisation
    if page.document.in_force is None:
        return None
    today = local_day(organisation, page.request.act)
    found = changed_norms(organisation, page.document.uid, today)
    if not found:
        return None
    gone = [row.name for row, state in found if state == workflow.REPEALED]
    names = gone or [row.name for row, _state in found]
    text = (
        _("It follows norms that are no longer in force: ${norms}.", {"norms": ", ".join(names)})
        if gone
        else _("Norms that it follows were changed: ${norms}.", {"norms": ", ".join(names)})
    )
    folder = organisation[NAME]
    url = (
        page.request.resource_path(folder, found[0][0].id)
        if len(found) == 1
        else page.request.resource_path(folder, "affected", query={"q": page.document.code})
    )
    return Notice(text, url, _("See them"), warns=bool(gone))


def find_norms(request: Request, text: str, limit: int) -> list[Found]:
    """Give the norms in whose name, title or issuer every word of ``text`` begins a word."""
    folder, words = request.organisation.get(NAME), beginnings(text)
    if folder is None or not words:
        return []
    catalogue = catalogue_of(request.organisation)
    today = local_day(request.organisation, request.act)
    found = []
    for values in catalogue.first(words, {}, order="name", limit=limit):
        row = Row(*values)
        gone = row.state_on(today) == workflow.REPEALED
        why = _("Repealed") if gone else row.issuer
        found.append(
            Found(row.title or row.name, request.resource_path(folder, row.id), row.name, why)
        )
    return found
