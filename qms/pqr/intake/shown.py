"""What came by mail and waits for a person: in «Mi trabajo», and what a page shows of it."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.kernel.i18n import _
from qms.pqr import services as cases
from qms.pqr import workflow
from qms.pqr.choices import choices_of
from qms.pqr.intake.models import WAITING, KeptMail, MailRoom, look
from qms.pqr.intake.services import mail_kind
from qms.security.permissions import Permission
from qms.web.i18n import translate
from qms.web.navigation import WorkItem

MOST = 50
WHY_NAMES: dict[str, Any] = {
    "": _("Sent by a program"),
    "unreadable": _("Could not be read within the limits"),
    "too-large": _("Too large to be read"),
    "nested": _("Too many parts inside of each other"),
    "encrypted": _("Encrypted; we have no key for it"),
    "sender": _("Nobody knows who sent it"),
    "other-address": _("Speaks of a case from a different address"),
    "unknown-number": _("Speaks of a case that is not here"),
    "spam": _("Marked as spam by the mail server"),
    "unproven": _("Does not come from where it says"),
    "empty": _("Without words and files"),
    "too-many": _("Too many from one address"),
}
TASKS: dict[str, Any] = {
    "reply": _("The customer wrote by e-mail"),
    "other-address": _("Somebody else wrote about this case"),
    "bounced": _("The notification did not arrive"),
}
STATE_NAMES: dict[str, Any] = {
    "mail-waiting": _("Waits for a clerk"),
    "mail-automatic": _("Of programs"),
    "mail-registered": _("Made a case"),
    "mail-discarded": _("Discarded"),
    "mail-added": _("Added to a case"),
}


def may_sort(request: Request) -> bool:
    """Tell whether the person reads mails that made no case: quality, and who would work them.

    Those are the clerks of the queue to which the kind leads that mails become; clerks of other
    queues have no need to know who wrote what (Ley 1581 de 2012, art. 4 f).
    """
    organisation, person = request.organisation, request.person
    register = organisation.get(cases.NAME)
    if register is None or person is None:
        return False
    if request.has_permission(Permission.CASE_WORK, register):
        return True
    if not request.has_permission(Permission.CASE_SEE_PERSONAL, register):
        return False
    choices = choices_of(organisation)
    queue = str((choices.kinds.get(mail_kind(choices)) or {}).get("queue") or "")
    return bool(set(person.position_ids) & set(choices.queue_positions(queue)))


def may_read(request: Request, mail: KeptMail) -> bool:
    """Tell whether the person reads this mail; who works the case that it speaks of does too."""
    if may_sort(request):
        return True
    register = request.organisation.get(cases.NAME)
    case = register.get(mail.number) if register is not None and mail.number else None
    return case is not None and bool(request.has_permission(Permission.CASE_WORK, case))


def unread(request: Request) -> list[tuple[str, str, str]]:
    """Give the cases of the person at which something came by mail: number, moment, why."""
    organisation, person = request.organisation, request.person
    room = look(organisation) if organisation is not None else None
    if room is None or person is None or not room.unread:
        return []
    choices, register = choices_of(organisation), organisation[cases.NAME]
    held, found = set(person.position_ids), []
    for number, (moment, why) in list(room.unread.items())[:500]:
        case = register.get(number)
        if case is None:
            continue
        now = case.progress
        in_queue = bool(held & set(choices.queue_positions(now.queue)))
        if now.owner == person.id or (not now.owner and in_queue):
            found.append((number, moment, why))
    return found[:MOST]


def waiting(request: Request) -> int:
    """Count the mails that wait for a clerk, for one who may see them."""
    organisation = request.organisation
    room: MailRoom | None = look(organisation) if organisation is not None else None
    return len(room.waiting) if room is not None and room.waiting and may_sort(request) else 0


def count(request: Request) -> int:
    """Count what :func:`work` lists, for the bell."""
    return len(unread(request)) + bool(waiting(request))


def work(request: Request) -> list[WorkItem]:
    """List what came by mail and has to be looked at."""
    items, register = [], request.organisation.get(cases.NAME)
    for number, _moment, why in unread(request):
        case = register[number]
        again = why == "bounced" and "reopened" in workflow.possible(case.state)
        url = request.resource_path(case, "reopen") if again else request.resource_path(case)
        button = _("Decide") if again else _("Look at it")
        items.append(
            WorkItem(title=translate(request, TASKS[why]), url=url, button=button, code=number)
        )
    if several := waiting(request):
        items.append(
            WorkItem(
                title=translate(request, _("E-mails without a case: ${n}", {"n": several})),
                url=request.resource_path(register, "mail"),
                button=_("Sort them"),
            )
        )
    return items


def kept_mails(organisation: Any) -> list[KeptMail]:
    """Give every mail that made no case, the newest first."""
    room = look(organisation)
    found = list(room.kept.values()) if room is not None else []
    return sorted(found, key=lambda one: (one.state != WAITING, -one.received_at.timestamp()))
