"""What renamings are called on screen."""

from __future__ import annotations

from typing import Any

from qms.kernel.i18n import _
from qms.renaming import finding, workflow
from qms.renaming.models import POSITION, PROCESS, UNIT
from qms.web.chips import BAD, BUSY, DONE, GOOD, QUIET, WARN, Chip

KIND_NAMES: dict[str, Any] = {
    POSITION: _("Position"),
    UNIT: _("Unit"),
    PROCESS: _("Process"),
}
CHOICE_NAMES: dict[str, Any] = {
    workflow.REDRAFT: _("Draft a new version"),
    workflow.CORRECT: _("Correct the draft"),
    workflow.FLAG: _("Only flag it"),
    workflow.NOTHING: _("Nothing"),
}
PLACE_NAMES: dict[str, Any] = {
    finding.TEXT: _("Text"),
    finding.TITLE: _("Title"),
    finding.RESPONSIBLE: _("Responsible of an activity"),
    finding.INDICATOR: _("Responsible of an indicator"),
    finding.DISTRIBUTION: _("Distribution list"),
    finding.HEADER: _("Printed header"),
    finding.OWNER: _("Process of the document"),
    finding.ROUTE: _("Route of signatures"),
    finding.FILE: _("Inside an attached file"),
    finding.LEADER: _("Responsible of the document"),
}
ITEM_CHIPS: dict[str, Chip] = {
    workflow.WAITING: Chip(_("To be written"), "clock", BUSY),
    workflow.FAILED: Chip(_("Not written"), "alert", BAD),
    "drafted": Chip(_("Draft"), "pencil", QUIET),
    workflow.IN_REVIEW: Chip(_("In review"), "hourglass", BUSY),
    workflow.APPROVED: Chip(_("Approved"), "check", DONE),
    workflow.FINISHED: Chip(_("In force"), "shield-check", GOOD),
    workflow.LET_GO: Chip(_("Withdrawn"), "cross", WARN),
    workflow.SETTLED: Chip(_("No new version"), "dot", QUIET),
}
FLAGGED = Chip(_("Flagged"), "info", WARN)
ACT_NAMES: dict[str, Any] = {
    "planned": _("Planned"),
    "confirmed": _("Confirmed: the new name counts"),
    "given-up": _("Given up"),
}
