"""The chip: one word, one drawing and one colour for each state, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.i18n import _

GOOD = "good"
BUSY = "busy"
WARN = "warn"
BAD = "bad"
DONE = "done"
QUIET = "quiet"
TONES = (GOOD, BUSY, WARN, BAD, DONE, QUIET)


@dataclass(frozen=True)
class Chip:
    """What a state looks like; the word says it all, colour and drawing only help."""

    word: Any
    icon: str
    tone: str


CHIPS: dict[str, Chip] = {
    "draft": Chip(_("Draft"), "pencil", QUIET),
    "in-review": Chip(_("In review"), "hourglass", BUSY),
    "approved": Chip(_("Approved"), "check", DONE),
    "in-force": Chip(_("In force"), "shield-check", GOOD),
    "obsolete": Chip(_("Obsolete"), "archive", QUIET),
    "aborted": Chip(_("Withdrawn"), "cross", QUIET),
    "migrated": Chip(_("Migrated"), "import", QUIET),
    "registered": Chip(_("As recorded"), "import", WARN),
    "signed": Chip(_("Signed"), "signature", GOOD),
    "pending": Chip(_("Pending"), "clock", BUSY),
    "returned": Chip(_("Returned"), "undo", WARN),
    "overdue": Chip(_("Overdue"), "alert", BAD),
    "due-soon": Chip(_("Due soon"), "clock", WARN),
    "due-urgent": Chip(_("About to be due"), "alert", WARN),
    "on-time": Chip(_("On time"), "check", GOOD),
    "valid": Chip(_("Valid"), "check", GOOD),
    "not-valid": Chip(_("Not valid"), "alert", BAD),
    "requested": Chip(_("Requested"), "send", BUSY),
    "accepted": Chip(_("Accepted"), "check", DONE),
    "rejected": Chip(_("Rejected"), "cross", WARN),
    "withdrawn": Chip(_("Withdrawn"), "undo", QUIET),
    "done": Chip(_("Done"), "check", GOOD),
    "copy-issued": Chip(_("To be handed over"), "printer", BUSY),
    "copy-delivered": Chip(_("In use"), "check", GOOD),
    "copy-recalled": Chip(_("To be recovered"), "alert", WARN),
    "copy-recovered": Chip(_("Recovered"), "inbox", DONE),
    "copy-destroyed": Chip(_("Destroyed"), "trash", QUIET),
    "copy-lost": Chip(_("Cannot be found"), "alert", BAD),
    "norm-in-force": Chip(_("In force"), "shield-check", GOOD),
    "norm-to-check": Chip(_("To check"), "clock", WARN),
    "norm-amended": Chip(_("Amended"), "pencil", BUSY),
    "norm-repealed": Chip(_("Repealed"), "archive", BAD),
    "norm-upcoming": Chip(_("Not yet in force"), "hourglass", QUIET),
    "requirement-covered": Chip(_("Covered"), "check", GOOD),
    "requirement-partial": Chip(_("Covered in part"), "hourglass", WARN),
    "requirement-uncovered": Chip(_("Not covered"), "alert", BAD),
    "requirement-not-applicable": Chip(_("Does not apply"), "dot", QUIET),
    "rename-planned": Chip(_("Planned"), "pencil", QUIET),
    "rename-drafting": Chip(_("Drafts being written"), "hourglass", BUSY),
    "rename-drafted": Chip(_("Drafted"), "pencil", DONE),
    "rename-in-approval": Chip(_("In approval"), "hourglass", BUSY),
    "rename-given-up": Chip(_("Given up"), "cross", QUIET),
    "case-open": Chip(_("Being worked on"), "record", BUSY),
    "case-waiting": Chip(_("Waits for the customer"), "hourglass", QUIET),
    "case-suspended": Chip(_("Term interrupted"), "clock", WARN),
    "case-in-approval": Chip(_("In approval by another"), "hourglass", BUSY),
    "case-objected": Chip(_("Customer objects"), "alert", WARN),
    "case-answered": Chip(_("Answered, not notified"), "send", BUSY),
    "case-notified": Chip(_("Notified"), "mail", DONE),
    "case-closed": Chip(_("Effectively closed"), "check", GOOD),
    "case-lapsed": Chip(_("Lapsed"), "archive", QUIET),
    "case-transferred": Chip(_("Transferred"), "export", QUIET),
    "case-withdrawn": Chip(_("Taken back"), "undo", QUIET),
    "case-no-term": Chip(_("No legal term"), "dot", QUIET),
    "norm-holds": Chip(_("Holds"), "check", GOOD),
    "norm-unverified": Chip(_("To be verified, off"), "hourglass", WARN),
    "norm-over": Chip(_("Holds no longer"), "archive", QUIET),
    "norm-to-come": Chip(_("Will hold"), "hourglass", QUIET),
    "case-still": Chip(_("The term stands still"), "hourglass", QUIET),
    "indicator-active": Chip(_("Being measured"), "check", GOOD),
    "indicator-without-formula": Chip(_("Without formula"), "alert", WARN),
    "indicator-ended": Chip(_("Declared no longer"), "archive", QUIET),
    "objective-active": Chip(_("Being pursued"), "flag", BUSY),
    "objective-reached": Chip(_("Objective reached"), "check", GOOD),
    "objective-missed": Chip(_("Objective not reached"), "alert", BAD),
    "objective-dropped": Chip(_("Pursued no longer"), "archive", QUIET),
    "target-met": Chip(_("Meets the target"), "check", GOOD),
    "target-missed": Chip(_("Misses the target"), "alert", BAD),
    "no-target": Chip(_("Without target"), "dot", QUIET),
    "no-data": Chip(_("No data"), "hourglass", WARN),
    "measure-running": Chip(_("Running"), "hourglass", BUSY),
    "measure-expected": Chip(_("Missing"), "alert", WARN),
    "measure-captured": Chip(_("Captured"), "pencil", DONE),
    "measure-closed": Chip(_("Closed"), "shield-check", GOOD),
    "measure-gap": Chip(_("Closed without data"), "archive", BAD),
    "analysis-missing": Chip(_("To analyse"), "pencil", WARN),
    "analysis-saved": Chip(_("Written, not closed"), "pencil", BUSY),
    "analysis-closed": Chip(_("Analysed"), "check", GOOD),
    "retention-office": Chip(_("In the office's archive"), "inbox", GOOD),
    "retention-transfer": Chip(_("To transfer"), "send", WARN),
    "retention-central": Chip(_("In the central archive"), "archive", BUSY),
    "retention-due": Chip(_("For its final disposition"), "clock", WARN),
    "retention-for-ever": Chip(_("To keep for ever"), "shield-check", DONE),
    "retention-historical": Chip(_("In the historical archive"), "shield-check", GOOD),
    "retention-unknown": Chip(_("Without a closing date"), "alert", WARN),
    "retention-unruled": Chip(_("Without a series"), "alert", BAD),
    "retention-disposed": Chip(_("Eliminated"), "trash", QUIET),
    "hold-active": Chip(_("Under legal hold"), "alert", BAD),
    "hold-released": Chip(_("Hold released"), "check", QUIET),
    "transfer-sent": Chip(_("To be received"), "send", BUSY),
    "transfer-received": Chip(_("Received"), "check", GOOD),
    "disposal-proposed": Chip(_("Proposed"), "pencil", QUIET),
    "disposal-announced": Chip(_("Announced"), "hourglass", BUSY),
    "disposal-approved": Chip(_("Approved, being carried out"), "signature", WARN),
    "disposal-done": Chip(_("Carried out"), "check", DONE),
    "disposal-withdrawn": Chip(_("Withdrawn"), "undo", QUIET),
    "finding-reported": Chip(_("To classify"), "flag", WARN),
    "finding-analysis": Chip(_("In analysis"), "search", BUSY),
    "finding-acting": Chip(_("Plan under way"), "record", BUSY),
    "finding-waiting": Chip(_("To check its effect"), "hourglass", BUSY),
    "finding-effective": Chip(_("Effective, to be closed"), "check", DONE),
    "finding-closed": Chip(_("Finding closed"), "shield-check", GOOD),
    "finding-rejected": Chip(_("Finding rejected"), "cross", QUIET),
    "finding-merged": Chip(_("Merged"), "link", QUIET),
    "finding-cancelled": Chip(_("Cancelled"), "cross", QUIET),
    "action-open": Chip(_("Action open"), "record", BUSY),
    "action-done": Chip(_("Done, to be verified"), "hourglass", WARN),
    "action-verified": Chip(_("Verified"), "check", GOOD),
    "action-cancelled": Chip(_("Cancelled"), "cross", QUIET),
    "programme-draft": Chip(_("Draft"), "pencil", QUIET),
    "programme-approved": Chip(_("Approved"), "check", DONE),
    "programme-closed": Chip(_("Programme closed"), "archive", QUIET),
    "audit-planned": Chip(_("Planned"), "calendar", QUIET),
    "audit-running": Chip(_("Under way"), "record", BUSY),
    "audit-reported": Chip(_("Reported, with open findings"), "flag", WARN),
    "audit-closed": Chip(_("Audit closed"), "shield-check", GOOD),
    "audit-cancelled": Chip(_("Cancelled"), "cross", QUIET),
    "conforms": Chip(_("Conforms"), "check", GOOD),
    "nonconformity": Chip(_("Nonconformity"), "alert", BAD),
    "observation": Chip(_("Observation"), "info", WARN),
    "not-applicable": Chip(_("Does not apply"), "dot", QUIET),
    "management-draft": Chip(_("In preparation"), "pencil", BUSY),
    "management-approved": Chip(_("Approved"), "shield-check", GOOD),
    "effective": Chip(_("It had its effect"), "check", GOOD),
    "not-effective": Chip(_("It had no effect"), "alert", BAD),
    "second-round": Chip(_("Another round"), "redo", WARN),
    "read": Chip(_("Read"), "check", GOOD),
    "active": Chip(_("Active"), "check", GOOD),
    "inactive": Chip(_("Inactive"), "cross", QUIET),
}


def chip_of(state: str) -> Chip:
    """Give the chip of a state; one that nobody announced shows its own name, quietly."""
    return CHIPS.get(state) or Chip(state, "dot", QUIET)


def due_chip(days: int, *, soon: int = 3) -> Chip:
    """Give the chip of a term that ends in ``days`` business days; negative when it has passed."""
    if days == -1:
        return Chip(_("Overdue by 1 business day"), "alert", BAD)
    if days < 0:
        return Chip(_("Overdue by ${n} business days", {"n": -days}), "alert", BAD)
    if days == 0:
        return Chip(_("Due today"), "alert", WARN)
    if days == 1:
        return Chip(_("Due in 1 business day"), "clock", WARN)
    word = _("Due in ${n} business days", {"n": days})
    return Chip(word, "clock", WARN if days <= soon else QUIET)
