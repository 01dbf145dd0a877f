"""What documents and their readings tell a management review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pyramid.config import Configurator

from qms.documents import workflow
from qms.documents.listing import Row, catalogue_of
from qms.documents.management_inputs import InputBlock, InputRow
from qms.documents.models import Document
from qms.documents.services.reading_report import pairs
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.people.moments import local_day


def documents(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Count documents in force, what came into force in the span, and reviews that are overdue.

    All is told as it was at the end of the last day, the cut date, whatever came later.
    """
    states = [workflow.IN_FORCE, workflow.OBSOLETE]
    page = catalogue_of(organisation).query({"state": states}, order="code", limit=None)
    days = (first.isoformat(), last.isoformat())
    rows = (Row(*values) for values in page.rows)
    there = [then for row in rows if (then := _at_cut(organisation, row, last)) is not None]
    fresh = [then for then in there if (then.get("in_force_from") or "") >= days[0]]
    late = [then for then in there if (then.get("review_by") or days[1]) < days[1]]
    return InputBlock(
        rows=(
            InputRow(_("Documents in force at the cut date"), len(there)),
            InputRow(_("Versions in force since the beginning of the span"), len(fresh)),
            InputRow(_("Documents whose periodic review is overdue"), len(late)),
        ),
        links=((_("Master list"), "documents"),),
    )


def _at_cut(organisation: Any, row: Row, last: date) -> Mapping[str, Any] | None:
    """Give the dates of the version that held at the end of ``last``; None where none did."""
    until = last.isoformat()
    if row.state == workflow.IN_FORCE and (row.in_force_from or "") <= until:
        return {"in_force_from": row.in_force_from, "review_by": row.review_by}
    document = organisation["documents"][row.code]
    if row.state == workflow.OBSOLETE and not _left_later(organisation, document, last):
        return None
    begun = [
        one
        for one in document.versions
        if one.state in (workflow.IN_FORCE, workflow.OBSOLETE)
        and "" < (one.dates.get("in_force_from") or "") <= until
    ]
    return begun[-1].dates if begun else None


def _left_later(organisation: Any, document: Document, last: date) -> bool:
    """Tell whether a document that is in force no more left its service after ``last``."""
    left = [act["at"] for one in document.versions for act in one.acts if act["kind"] == "retired"]
    return bool(left) and local_day(organisation, datetime.fromisoformat(left[-1])) > last


def readings(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Count the readings of what was in force by the cut date, and how many were given by then."""
    asked = read = overdue = 0
    act, catalogue = Act("system", at, lambda _event: None), catalogue_of(organisation)
    for pair in pairs(organisation, act):
        row = Row(*(catalogue.row(pair.uid) or ()))
        if (row.in_force_from or "") > last.isoformat():
            continue
        asked += 1
        if pair.read_at is not None:
            day = local_day(organisation, datetime.fromisoformat(pair.read_at))
            read += day <= last
        else:
            overdue += pair.due is not None and pair.due < last
    return InputBlock(
        rows=(
            InputRow(_("Readings asked for"), asked),
            InputRow(_("Readings given by the cut date"), read),
            InputRow(_("Readings overdue at the cut date"), overdue),
        )
    )


def includeme(config: Configurator) -> None:
    """Announce both."""
    config.add_review_input("documents", title=_("Documents"), prepare=documents, part="c3")
    config.add_review_input("readings", title=_("Readings"), prepare=readings, part="d", order=60)
