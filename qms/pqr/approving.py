"""The answers that wait for a person's approval, for «Mi trabajo» and the bell."""

from __future__ import annotations

from pyramid.request import Request

from qms.kernel.i18n import _
from qms.pqr import answers, services, workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.listing import Row, catalogue_of
from qms.pqr.models import Case
from qms.pqr.shown import days_left
from qms.web.navigation import WorkItem

MOST = 50


def _waiting(request: Request) -> list[Case]:
    organisation, person = request.organisation, request.person
    if person is None or services.NAME not in organisation:
        return []
    today = times_of(organisation).day(request.act.at)
    people = organisation["people"]
    names = [person.id, *(one.from_person for one in people.delegated_to(person.id, today))]
    asked = set()
    for name in names:
        asked.add(f"approves:person:{name}")
        asked.update(f"approves:position:{one}" for one in people.person(name).position_ids)
    filters = {"state": [workflow.IN_APPROVAL], "audience": sorted(asked)}
    page = catalogue_of(organisation).query(filters, order="due", limit=MOST)
    folder = organisation[services.NAME]
    found = [folder[row[0]] for row in page.rows]
    return [one for one in found if answers.may_decide(one, person, act=request.act)]


def count(request: Request) -> int:
    """Count what :func:`work` lists."""
    return len(_waiting(request))


def work(request: Request) -> list[WorkItem]:
    """List the answers that wait for the person's approval, what is due first."""
    cases = _waiting(request)
    if not cases:
        return []
    organisation = request.organisation
    catalogue, choices = catalogue_of(organisation), choices_of(organisation)
    rows = [catalogue.row(one.uid) for one in cases]
    return [
        WorkItem(
            title=Row(*row).text,
            url=request.resource_path(case, "approve"),
            button=_("Read and decide"),
            code=case.number,
            why=choices.name("kinds", case.progress.kind),
            days_left=days_left(Row(*row), request),
        )
        for case, row in zip(cases, rows, strict=True)
        if row is not None
    ]
