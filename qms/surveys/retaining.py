"""Customers of surveys at the end of their retention: who it is and what was said go.

What is kept are number, survey, days, states and scores, so that all figures are as before, and the
SHA-256 of every file. Whether a customer may go is decided by retention, never here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.records import Disposing, RecordRow
from qms.documents.subject_data import Erasing
from qms.kernel.i18n import _
from qms.surveys import workflow
from qms.surveys.choices import choices_of
from qms.surveys.listing import Row, catalogue_of
from qms.surveys.models import Campaign, Contact
from qms.surveys.personal import held_scopes, pseudonymise
from qms.surveys.services.campaigns import NAME

KIND = "survey-customer"
ENDED = tuple(sorted(set(workflow.STATES) - workflow.CALLABLE))
"""States in which nobody is called any more."""


def records(organisation: Any) -> Iterator[RecordRow]:
    """Give every customer with whom everything is done, and those of closed campaigns."""
    if NAME not in organisation:
        return
    folder = organisation[NAME]
    shut = [one.number for one in folder.values() if isinstance(one, Campaign) and not one.open]
    catalogue = catalogue_of(organisation)
    for filters in ({"state": ENDED}, {"state": sorted(workflow.CALLABLE), "campaign": shut}):
        if not all(filters.values()):
            continue
        for values in catalogue.query(filters, order="number", limit=None).rows:
            campaign, number = Row(*values).path
            row = _row(folder[campaign][number])
            if not row.open:
                yield row


def find(organisation: Any, key: str) -> RecordRow | None:
    """Give a customer as it is now."""
    contact = _contact(organisation, key)
    return None if contact is None else _row(contact)


def _contact(organisation: Any, key: str) -> Contact | None:
    campaign, _dash, number = key.rpartition("-")
    folder = organisation[NAME].get(campaign) if NAME in organisation else None
    found: Contact | None = None if folder is None else folder.get(number)
    return found


def _row(contact: Contact) -> RecordRow:
    organisation, campaign = organisation_of(contact), contact.campaign
    choices = choices_of(organisation)
    survey = choices.surveys.get(campaign.survey_id)
    process = str(survey.data.get("process") or "") if survey is not None else ""
    now = contact.progress
    is_open = now.is_open or (contact.state in workflow.CALLABLE and campaign.open)
    ended = contact.acts[-1]["at"]
    if contact.state in workflow.CALLABLE:
        ended = max(ended, campaign.shut_at)
    closed = "" if is_open else choices.day(datetime.fromisoformat(ended)).isoformat()
    traits = (f"survey:{campaign.survey_id}", *([f"process:{process}"] if process else []))
    gone = "" if contact.disposed is None else contact.disposed["record"]
    return RecordRow(
        kind=KIND,
        key=f"{campaign.number}-{contact.number}",
        code=contact.crumb,
        title=campaign.title,
        traits=traits,
        open=is_open,
        closed_on=closed,
        whole_on=closed,
        path=f"{NAME}/{campaign.number}/{contact.number}/",
        disposed=gone,
    )


def scopes(organisation: Any, key: str) -> frozenset[str]:
    """Name the customer, by what they may be known by, and the process of the survey."""
    contact = _contact(organisation, key)
    if contact is None:
        return frozenset()
    processes = (one for one in _row(contact).traits if one.startswith("process:"))
    return held_scopes(contact) | frozenset(processes)


def dispose(organisation: Any, key: str, how: Disposing) -> list[dict[str, Any]]:
    """Take name, contact, words and files out of a customer; repeating it changes nothing."""
    contact = _contact(organisation, key)
    if contact is None:
        return []
    mark = f"Eliminado por acta {how.record}"
    erasing = Erasing(how.record, how.day, mark, how.act)
    return pseudonymise(contact, erasing, wished=False)


def includeme(config: Configurator) -> None:
    """Announce the kind of records."""
    here = "qms.surveys.retaining"
    config.add_record_kind(
        KIND,
        title=_("Customers of surveys"),
        records=f"{here}.records",
        find=f"{here}.find",
        scopes=f"{here}.scopes",
        dispose=f"{here}.dispose",
    )
