"""The worker's reminders of checks: 30 days before and on the day, once each.

What was written about is remembered at the norm in the same transaction, so a round may run twice
or after days without any.
"""

from __future__ import annotations

from datetime import date, timedelta

from qms.documents.reminders import Round
from qms.norms.letters import NormLetters, staff_of
from qms.norms.listing import Row, due_rows
from qms.norms.services import NAME
from qms.people.models import Person, people_of

STAGES = (30, 0)
"""Calendar days before a check."""
SOON = max(STAGES)


def write_checks(one: Round, letters: NormLetters) -> int:
    """Remind who is responsible of the checks that are due; give the number of letters."""
    folder = one.organisation.get(NAME)
    if folder is None or not one.is_time():
        return 0
    wanted: dict[str, list[Row]] = {}
    for row in due_rows(one.organisation, one.today + timedelta(days=SOON)):
        norm = folder[row.id]
        day, told = norm.told
        told = told if day == row.check_by else ()
        due = date.fromisoformat(row.check_by)
        passed = [str(stage) for stage in STAGES if due - timedelta(days=stage) <= one.today]
        fresh = tuple(stage for stage in passed if stage not in told)
        if fresh:
            norm.told = (row.check_by, (*told, *fresh))
            for person in keepers(one, row):
                wanted.setdefault(person.id, []).append(row)
    people = people_of(one.organisation)
    written = sum(
        letters.checks(folder, people.person(person_id), rows, act=one.act)
        for person_id, rows in wanted.items()
    )
    one.commit()
    return written


def keepers(one: Round, row: Row) -> list[Person]:
    """List who checks a norm: the holders of its position, the quality staff where none is."""
    people = people_of(one.organisation)
    holders = people.holders(row.responsible_id) if row.responsible_id else []
    return holders or staff_of(one.organisation)
