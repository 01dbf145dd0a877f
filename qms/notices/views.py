"""What waits, went out or failed; the words of mails only where they go nowhere (development)."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.notices.models import FAILED, KEPT, SENT, WAITING, Mail
from qms.notices.services import backlog, mails_of
from qms.people.moments import shown
from qms.security.permissions import Permission
from qms.web.chips import BAD, BUSY, DONE, GOOD, Chip

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

    def row(mail: Mail) -> dict[str, Any]:
        return {
            "when": shown(organisation, mail.queued_at),
            "to": mail.to,
            "subject": mail.subject,
            "chip": CHIPS[mail.state],
            "attempts": mail.attempts,
            "error": mail.error,
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
                    "to": mail.to,
                    "subject": mail.subject,
                    "state": mail.state,
                    "attempts": mail.attempts,
                    "error": mail.error,
                    "text": mail.text if may_read else "",
                }
                for mail in mails
            ],
        },
    }


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
