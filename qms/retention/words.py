"""Words of retention on screen; what is stored are the names."""

from __future__ import annotations

from typing import Any

from qms.kernel.i18n import _

DISPOSITIONS: dict[str, Any] = {
    "CT": _("CT · kept for ever"),
    "E": _("E · eliminated"),
    "S": _("S · selected"),
    "M": _("M · carried over to another medium"),
}
COUNTED_FROM: dict[str, Any] = {
    "closed": _("from the day on which the record was closed"),
    "whole": _("from the day on which its document was retired"),
}
OUTCOMES: dict[str, Any] = {
    "eliminated": _("Eliminated"),
    "kept": _("Taken out of the list"),
    "held": _("Under legal hold: it stays"),
    "not-found": _("Not there any more"),
    "in-use": _("In use, or without a closing date: it stays"),
    "not-due": _("Not due: it stays"),
}
WHATS: dict[str, Any] = {
    "document": _("A document, by its code"),
    "process": _("A process, by its acronym or name"),
    "series": _("A series of the table, by its code"),
    "case": _("A customer case, by its number"),
    "customer": _("A customer, by e-mail address or document number"),
}
ACTS: dict[str, Any] = {
    "added": _("Put into the table"),
    "loaded": _("Taken from the profile"),
    "changed": _("Changed"),
    "ruled": _("Another rule"),
    "placed": _("Put under hold"),
    "released": _("Released"),
    "sent": _("List made"),
    "received": _("Received"),
    "proposed": _("Proposed"),
    "announced": _("Announced"),
    "objected": _("Objection"),
    "answered": _("Objection answered"),
    "kept": _("Taken out of the list"),
    "approved": _("Approved with a signature"),
    "finished": _("Carried out"),
    "withdrawn": _("Withdrawn"),
}
