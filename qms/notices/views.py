"""What waits, went out or failed; the words of mails only where they go nowhere (development)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation, find_site
from qms.kernel.i18n import _
from qms.kernel.privacy import mask_email
from qms.notices.models import FAILED, KEPT, SENT, WAITING, Mail
from qms.notices.services import backlog, mails_of
from qms.people.addresses import fold_email
from qms.people.moments import shown
from qms.security.permissions import Permission
from qms.web.chips import BAD, BUSY, DONE, GOOD, Chip

ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")
CHIPS = {
    WAITING: Chip(_("Waiting"), "clock", BUSY),
    SENT: Chip(_("Sent"), "check", GOOD),
    KEPT: Chip(_("Kept here"), "archive", DONE),
    FAILED: Chip(_("Given up"), "alert", BAD),
}


@view_config(
    context=Organisation,
    name="outbox",
    permission=Permission.OUTBOX_VIEW,
    renderer="qms.templates:notices/outbox.pt",
)
def outbox(organisation: Organisation, request: Request) -> dict[str, Any]:
    """List the organisation's mails.

    A mail may hold a link that opens an account: in production nobody but its reader sees it.
    """
    may_read = request.registry.qms.environment == "development"
    counts = backlog(organisation.__parent__, organisation.__name__)
    address, trouble = _masking(organisation, request)

    def row(mail: Mail) -> dict[str, Any]:
        return {
            "when": shown(organisation, mail.queued_at),
            "to": address(mail),
            "subject": mail.subject,
            "chip": CHIPS[mail.state],
            "attempts": mail.attempts,
            "error": trouble(mail),
            "text": mail.text if may_read else "",
        }

    mails = mails_of(organisation.__parent__, organisation.__name__ or "")
    return {
        "heading": _("Mails"),
        "rows": [row(mail) for mail in mails],
        "backlog": counts,
        "oldest": shown(organisation, counts.oldest) if counts.oldest else "",
        "no_server": not request.registry.qms.mail_host,
        "may_read": may_read,
        **tabs(organisation, request, "outbox"),
        "json": lambda: {
            "waiting": counts.waiting,
            "oldest": counts.oldest,
            "failed": counts.failed,
            "mails": [
                {
                    "queued_at": mail.queued_at,
                    "to": address(mail),
                    "subject": mail.subject,
                    "state": mail.state,
                    "attempts": mail.attempts,
                    "error": trouble(mail),
                    "text": mail.text if may_read else "",
                }
                for mail in mails
            ],
        },
    }


def _masking(
    organisation: Organisation, request: Request
) -> tuple[Callable[[Mail], str], Callable[[Mail], str]]:
    """Give how recipient and trouble of a mail are shown to this person.

    Whoever has no account here is a customer: their address is for those who see customers, and a
    mail server repeats it in what it complains of (Ley 1581 de 2012, art. 4 f).
    """
    logins = find_site(organisation).logins
    sees_all = any(
        request.has_permission(Permission.CASE_SEE_PERSONAL, one) for one in organisation.values()
    )

    def is_ours(mail: Mail) -> bool:
        return sees_all or logins.get(fold_email(mail.to), ("", ""))[0] == organisation.__name__

    def address(mail: Mail) -> str:
        return mail.to if is_ours(mail) else mask_email(mail.to)

    def trouble(mail: Mail) -> str:
        if is_ours(mail) or "@" not in mail.error:
            return mail.error
        return ADDRESS.sub(lambda found: mask_email(found[0]), mail.error)

    return address, trouble


def tabs(organisation: Organisation, request: Request, here: str) -> dict[str, Any]:
    """Put the worker's jobs and the mails side by side."""
    pages = (("worker", _("Jobs")), ("outbox", _("Mails")))
    return {
        "tabs": [
            (title, request.resource_path(organisation, name), name == here)
            for name, title in pages
        ],
        "tabs_label": _("Jobs and mails"),
    }
