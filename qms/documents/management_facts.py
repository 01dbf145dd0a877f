"""What documents and their readings tell a management review."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pyramid.config import Configurator

from qms.documents import workflow
from qms.documents.listing import Row, catalogue_of
from qms.documents.management_inputs import InputBlock, InputRow
from qms.documents.services.reading_report import pairs
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.people.moments import local_day


def documents(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Count documents in force, what came into force in the span, and reviews that are overdue."""
    page = catalogue_of(organisation).query(
        {"state": [workflow.IN_FORCE]}, order="code", limit=None
    )
    found = [Row(*values) for values in page.rows]
    days = (first.isoformat(), last.isoformat())
    there = [row for row in found if (row.in_force_from or "") <= days[1]]
    fresh = [row for row in there if (row.in_force_from or "") >= days[0]]
    late = [row for row in there if row.review_by and row.review_by < days[1]]
    return InputBlock(
        rows=(
            InputRow(_("Documents in force at the cut date"), len(there)),
            InputRow(_("Versions in force since the beginning of the span"), len(fresh)),
            InputRow(_("Documents whose periodic review is overdue"), len(late)),
        ),
        links=((_("Master list"), "documents"),),
    )


def readings(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Count the readings that are asked for now, and how many were given by the cut date."""
    asked = read = overdue = 0
    act = Act("system", at, lambda _event: None)
    for pair in pairs(organisation, act):
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
