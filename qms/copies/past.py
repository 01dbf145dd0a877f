"""Which printed copies were still to be handed over or recovered at a past moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qms.copies import workflow
from qms.copies.services import NAME
from qms.documents.past_work import PastItem, with_role_then
from qms.kernel.i18n import _

WAITS = {workflow.ISSUED: _("Hand over"), workflow.RECALLED: _("Recover")}


def items(organisation: Any, house: Any, at: datetime) -> list[PastItem]:
    """List the copies that waited for the quality staff then, by code and number."""
    staff, found = with_role_then(house, "quality"), []
    for copy in organisation.get(NAME, {}).values():
        why = WAITS.get(copy.as_of(at) or "")
        if why is not None:
            path = f"{NAME}/{copy.__name__}/"
            title = f"n.º {copy.number} · {copy.place}"
            found.append(PastItem(title, path, staff, code=copy.document.code, why=why))
    return sorted(found, key=lambda one: (one.code, one.title))
