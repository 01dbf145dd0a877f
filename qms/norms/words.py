"""What norms are called on screen and in mails."""

from __future__ import annotations

from qms.kernel.i18n import _
from qms.norms import matrix

ACT_NAMES = {
    "registered": _("Registered"),
    "verified": _("Checked, without changes"),
    "amended": _("Changed by"),
    "repealed": _("Repealed by"),
    "restored": _("Noted by mistake"),
    "edition": _("New edition held"),
}
TIES = {
    matrix.BY_HAND: _("linked by hand"),
    matrix.CITED: _("cites it"),
    matrix.NEAR: _("cites a clause above or below it"),
    matrix.FORMER: _("cites the former edition"),
}
"""Why a document is tied to a requirement."""
