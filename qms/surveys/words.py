"""What states, classes and acts of surveys are called and look like."""

from __future__ import annotations

from typing import Any

from qms.kernel.i18n import _
from qms.surveys import workflow
from qms.surveys.choices import Choices, Survey
from qms.surveys.listing import IMPROVE, MESSAGE, REPEATED, WARRANTY
from qms.surveys.services import loading
from qms.web.chips import BAD, BUSY, DONE, GOOD, QUIET, WARN, Chip

CALLS = {
    workflow.WAITING: Chip(_("To be called"), "clock", BUSY),
    workflow.RETRY: Chip(_("To be called again"), "undo", WARN),
    workflow.LATER: Chip(_("Asked to be called back"), "calendar", WARN),
    workflow.ANSWERED: Chip(_("Answered the survey"), "check", GOOD),
    workflow.DECLINED: Chip(_("Did not want to answer"), "cross", QUIET),
    workflow.EXHAUSTED: Chip(_("Could not be reached"), "archive", QUIET),
    workflow.OPTED_OUT: Chip(_("Wants no more surveys"), "lock", QUIET),
}
CLASSES = {"promoter": (GOOD, "arrow-up"), "neutral": (WARN, "dot"), "detractor": (BAD, "alert")}
FLAGS = {
    REPEATED: Chip(_("Dissatisfied again"), "redo", BAD),
    WARRANTY: Chip(_("Warranty"), "shield-check", WARN),
    IMPROVE: Chip(_("Deserves an action"), "improve", BAD),
    MESSAGE: Chip(_("Message to be sent"), "mail", WARN),
}
CHANNELS = {
    "call": _("Telephone call"),
    "link": _("By the customer's own link"),
    "form": _("Written down before"),
    "whatsapp": _("WhatsApp"),
    "mail": _("E-mail"),
    "staff": _("Told to the staff"),
}
ICONS = {
    "red": "alert",
    "yellow": "hourglass",
    "green": "check",
    "light-green": "flag",
    "blue": "info",
    "purple": "external",
    "orange": "clock",
    "grey": "dot",
}
"""The drawing of each colour, so that no state is told by its hue alone."""
VERDICTS = {
    loading.GOOD: Chip(_("Is called"), "check", GOOD),
    loading.NO_BRAND: Chip(_("Is called; unknown brand"), "info", WARN),
    loading.NO_NAME: Chip(_("No name"), "cross", BAD),
    loading.BAD_PHONE: Chip(_("Telephone and address are no good"), "alert", BAD),
    loading.DOUBLE: Chip(_("Twice in this list"), "copy", QUIET),
    loading.AGAIN: Chip(_("Loaded lately"), "history", QUIET),
    loading.OPTED_OUT: Chip(_("Wants no more surveys"), "lock", QUIET),
}
ACTS = {
    "loaded": _("Came into the campaign"),
    "attempted": _("Called without answers"),
    "messaged": _("The message was sent"),
    "linked": _("A link was made"),
    "answered": _("Answered the survey"),
    "annulled": _("Answers annulled"),
    "opted-out": _("Wants no more surveys"),
    "assigned": _("Given to"),
    "moved": _("Follow-up"),
    "suppressed": _("Personal data were removed for good"),
}
YES_NO = {"yes": _("Yes"), "no": _("No")}
OPEN = Chip(_("Open campaign"), "check", GOOD)
CLOSED = Chip(_("Closed campaign"), "archive", DONE)


def follow_chip(choices: Choices, state: str) -> Chip | None:
    """Give the chip of a follow-up's state in the organisation's colour; None without one."""
    entry = choices.states.get(state)
    if entry is None:
        return Chip(state, "dot", QUIET) if state else None
    colour = str(entry["colour"])
    return Chip(str(entry["name"]), ICONS[colour], f"follow-{colour}")


def class_chip(survey: Survey | None, score: int | None, role: str) -> Chip | None:
    """Give the chip of a customer's class, with the score before its name."""
    if not role or score is None:
        return None
    tone, icon = CLASSES[role]
    name = survey.scale.band(score).name if survey is not None and score in survey.scale else role
    return Chip(f"{score} · {name}", icon, tone)


def answer_text(value: Any) -> Any:
    """Give an answer as it is shown."""
    return YES_NO.get(value, str(value)) if isinstance(value, str) else str(value)
