"""What requests are called on screen and in mails."""

from __future__ import annotations

from qms.kernel.i18n import _
from qms.requests.models import COPY, CREATE, ELIMINATE, MODIFY

KIND_NAMES = {
    MODIFY: _("Change a document"),
    CREATE: _("New document"),
    ELIMINATE: _("Retire a document"),
    COPY: _("Printed copy"),
}
ACT_NAMES = {
    "asked": _("Asked"),
    "accepted": _("Accepted"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "taken-up": _("Taken up by a draft"),
    "let-go": _("The draft was given up; it waits again"),
    "signed": _("Retirement signed"),
    "answered": _("Done"),
}
