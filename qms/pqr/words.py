"""What acts, terms and grounds of cases are called on screen and in mails."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from qms.kernel.i18n import _
from qms.pqr.rules import Rule

ACT_NAMES = {
    "received": _("Received"),
    "assigned": _("Assigned"),
    "noted": _("Internal note"),
    "asked": _("Asked for what is missing"),
    "completed": _("Completed by the customer"),
    "lapsed": _("Lapsed"),
    "extended": _("Term extended"),
    "suspended": _("Term interrupted by letter"),
    "resumed": _("The term goes on"),
    "kind-changed": _("Kind changed"),
    "transferred": _("Transferred by lack of competence"),
    "answered": _("Answer written"),
    "notified": _("Answer notified"),
    "closed": _("Effective closure"),
    "reopened": _("Opened again"),
    "withdrawn": _("Taken back by the customer"),
    "recalculated": _("Term computed anew"),
    "drafted": _("Version of the answer kept"),
    "submitted": _("Answer sent to its approver"),
    "returned": _("Answer returned to its author"),
    "approved": _("Answer approved"),
    "lettered": _("Letter of the answer made"),
    "delivered": _("Proof of delivery"),
    "undelivered": _("The answer could not be delivered"),
    "rated": _("Service rated by the customer"),
    "objected": _("The customer does not agree"),
    "upheld": _("The answer stays as it is"),
    "escalated": _("Notice of escalation"),
    "alerted": _("Alert of the escalation"),
    "valued": _("Amount noted"),
    "repeats": _("Compared with another case"),
    "rectified": _("Personal data corrected"),
    "consent-ended": _("Consent to optional uses taken back"),
    "suppressed": _("Personal data removed for good"),
}
HOW_NAMES = {
    "mail": _("By mail to the customer's address"),
    "by-hand": _("By hand, signed for"),
    "post": _("By post, with its guide"),
    "phone": _("By telephone, with its record"),
    "notice": _("By notice on the web and on the board"),
}
GROUND_NAMES = {
    "confirmed": _("The customer confirms that it is solved"),
    "exhausted": _("Every alternative was tried"),
    "not-satisfied": _("The customer is not satisfied: a new round"),
    "not-notified": _("The answer did not arrive: the old term goes on"),
}
SILENCE_NAMES = {
    "positive": _("Silence counts as an answer in favour of the customer"),
    "accepted": _("Silence counts as acceptance"),
    "serious_indication": _("Silence is a serious indication against the organisation"),
}
EXTENSION_NAMES = {
    "up_to_double": _("can be extended up to twice the term in all"),
    "plus": _("can be extended by ${more} more"),
    "on_request": _("can be extended on request"),
}
RESUME_NAMES = {
    "resume": _("then the term goes on"),
    "reset": _("then the term begins anew"),
}
_UNITS = {
    "business_day": (_("${n} business day"), _("${n} business days")),
    "calendar_day": (_("${n} calendar day"), _("${n} calendar days")),
    "running_hour": (_("${n} hour"), _("${n} hours")),
    "business_hour": (_("${n} business hour"), _("${n} business hours")),
    "month": (_("${n} month"), _("${n} months")),
}

UNIT_NAMES = {
    "business_day": _("business days"),
    "calendar_day": _("calendar days"),
    "running_hour": _("hours"),
    "business_hour": _("business hours"),
    "month": _("months"),
}


def span(amount: int, unit: str) -> Any:
    """Say a span of time: 15 business days."""
    one, many = _UNITS[unit]
    return _(one if amount == 1 else many, {"n": amount})


def term_of(rule: Rule, extra: int = 0) -> Any:
    """Say the whole term of a rule with what it was extended by."""
    return span(rule.term.amount + extra, rule.term.unit)


def local_date(at: str, zone: Any) -> date:
    """Give the local day of an ISO moment."""
    return datetime.fromisoformat(at).astimezone(zone).date()


def time_left(left: timedelta) -> Any:
    """Say how much of a term of hours is left, or since when it is over: 42 minutes, 3 h 5 min."""
    minutes = abs(int(left.total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    values: dict[str, object] = {"hours": hours, "minutes": rest}
    if left.total_seconds() < 0:
        return _("Overdue by ${hours} h ${minutes} min", values)
    return _("${hours} h ${minutes} min left", values)
