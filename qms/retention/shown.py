"""What retention adds to other pages: banners of documents, work that waits, evidence."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from pyramid.request import Request

from qms.documents.models import Document
from qms.documents.plugs import Notice
from qms.documents.records import VERSION, record_kinds
from qms.documents.testimony import Heard, Testimony
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.retention import workflow
from qms.retention.listing import DISPOSAL, TRANSFER, catalogue_of, waiting
from qms.retention.models import Disposal, Retention, Transfer, roles_by_profile
from qms.retention.services import holds
from qms.retention.services.disposals import notice_over
from qms.retention.services.rooms import NAME
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

_SIGNED = frozenset({"proof", "statement"})
MOST = 50
"""So many are counted; beyond that the number says enough."""


def sees_room(request: Request) -> bool:
    """Tell whether the person may look at the room, by what the access matrix says of it.

    Every page asks: the roles are known, and a permission would be walked up the tree for.
    """
    room, person = request.organisation.get(NAME), request.person
    if room is None or person is None:
        return False
    return bool({"quality", "auditor"} & set(person.roles)) or bool(roles_by_profile(room, person))


def gone_notice(page: Any) -> Notice | None:
    """Say on a version's page that its content and files were eliminated, and by which record."""
    gone = page.version.disposed
    if gone is None:
        return None
    rendition = page.version.rendition
    sha256 = rendition.sha256 if rendition is not None else gone["content_sha256"]
    values = {"record": gone["record"], "day": gone["day"], "sha256": sha256}
    text = _(
        "Eliminated by the record ${record} on ${day}; acts and dates stay, and the SHA-256 of what"
        " was here: ${sha256}.",
        values,
    )
    room = page.organisation.get(NAME)
    record = room["disposals"].get(gone["record"]) if room is not None else None
    url = page.request.resource_path(record) if record is not None else None
    return Notice(text, url, _("See the record of elimination"), "trash", warns=True)


def hold_notice(page: Any) -> Notice | None:
    """Say that a document is under legal hold, to who may know of it."""
    room = page.organisation.get(NAME)
    if room is None or not page.sees_all or not page.request.has_permission("view", room):
        return None
    held = holds.active(room)
    if not held:
        return None
    kinds, version = record_kinds(page.request.registry), page.version
    uid = f"{VERSION}|{page.document.uid}:{version.order}"
    series = (catalogue_of(page.organisation).row(uid) or ("",) * 5)[4]
    hold = holds.held_by(page.organisation, kinds, held, uid, series)
    if hold is None:
        return None
    text = _("Under legal hold ${number}: nothing of it is eliminated.", {"number": hold.number})
    return Notice(text, page.request.resource_path(hold), _("See the hold"), "alert")


def _tasks(request: Request, most: int = MOST) -> list[WorkItem]:
    """Give everything that waits for the person; open lists are few, the rest is the index's.

    Records that wait for a list are one task however many: ``most`` of them are counted.
    """
    room: Retention | None = request.organisation.get(NAME)
    if room is None or not sees_room(request):
        return []
    found = []
    for number in room.pending:
        transfer, disposal = room["transfers"].get(number), room["disposals"].get(number)
        step = _receiving(request, transfer) if transfer is not None else _step(request, disposal)
        if step is not None:
            view, button, why = step
            one = transfer if transfer is not None else disposal
            url = request.resource_path(one, *filter(None, [view]))
            found.append(WorkItem(title=one.title, url=url, button=button, code=number, why=why))
    if "quality" in request.person.roles:
        found += _to_list(request, room, most)
    return found


Step = tuple[str, Any, Any]
"""View, words of the button, and why."""


def _receiving(request: Request, transfer: Transfer) -> Step | None:
    own = transfer.acts[0]["by"] == request.person.id
    may = not own and request.has_permission(Permission.RETENTION_RECEIVE, transfer)
    return ("receive", _("Receive"), "") if may else None


def _step(request: Request, disposal: Disposal) -> Step | None:
    now, may = disposal.progress, request.has_permission
    today = local_day(request.organisation, request.act.at)
    if now.state == workflow.PROPOSED:
        manages = may(Permission.RETENTION_MANAGE, disposal)
        return ("", _("Announce"), "") if manages else None
    if now.state != workflow.ANNOUNCED:
        return None
    if now.waiting:
        manages = may(Permission.RETENTION_MANAGE, disposal)
        return ("answer", _("Answer it"), _("Objection")) if manages else None
    other = request.person.id != now.proposed_by and notice_over(disposal, today)
    approves = other and may(Permission.RETENTION_APPROVE, disposal)
    return ("approve", _("Approve"), "") if approves else None


def _to_list(request: Request, room: Retention, most: int) -> list[WorkItem]:
    today, found = local_day(request.organisation, request.act.at), []
    for what, place, words in (
        (TRANSFER, "transfers", _("Records to transfer: ${n}")),
        (DISPOSAL, "disposals", _("Records for their final disposition: ${n}")),
    ):
        n = len(waiting(request.organisation, what, today, most=most))
        if n:
            shown = f"{n}+" if n == most else str(n)
            url = request.resource_path(room[place], "add")
            found.append(WorkItem(title=_(words, {"n": shown}), url=url, button=_("Make the list")))
    return found


def work(request: Request) -> list[WorkItem]:
    """List what waits for the person in retention."""
    return _tasks(request)


def state_of_index(request: Request) -> Hashable:
    """Tell apart the states of the index of records, which the worker brings up to date."""
    if NAME not in request.organisation:
        return None
    return catalogue_of(request.organisation).counters(("order", "due"), ("facet", "waits"))


def count(request: Request) -> int:
    """Count what :func:`work` lists."""
    return len(_tasks(request, most=1))


def evidence(organisation: Any, document: Document, person: Any) -> Heard:
    """Tell an evidence pack of the lists that the document's versions are on."""
    heard, room = Heard(), organisation.get(NAME)
    for version in document.versions if room is not None else ():
        known = room.ledger.get(f"{VERSION}|{document.uid}:{version.order}") or {}
        for number in dict.fromkeys(known.values()):
            found = room["transfers"].get(number) or room["disposals"].get(number)
            if found is None:
                continue
            if not (person is None or {"quality", "auditor"} & set(person.roles)):
                heard.hidden = True
                continue
            heard.testimonies.append(_testimony(found, document, version.order))
    return heard


def _testimony(found: Any, document: Document, order: int) -> Testimony:
    key = f"{document.uid}:{order}"
    lines = [
        (number, line)
        for number, line in found.lines.items()
        if (line["kind"], line["key"]) == (VERSION, key)
    ]
    results = getattr(found, "results", {})
    facts = {
        "number": found.number,
        "state": found.state,
        "lines": [{**line, "line": n, "result": results.get(n)} for n, line in lines],
    }
    # A signed statement is kept as it was signed, in the room; here stands what it says.
    acts = [{name: one for name, one in act.items() if name not in _SIGNED} for act in found.acts]
    title = f"{found.number} {found.title}".strip()
    return Testimony("retencion", f"{found.number}-{order}", found.uid, title, order, facts, acts)
