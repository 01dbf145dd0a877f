"""Calls: whose turn it is, what came of them, and the message after failed ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.search.catalogue import Filters
from qms.surveys import workflow
from qms.surveys.choices import Survey, choices_of
from qms.surveys.customers import refuses
from qms.surveys.deputising import CALLS, on_behalf
from qms.surveys.errors import (
    CalledLater,
    CampaignClosed,
    NobodyLeft,
    NotNow,
    OptedOut,
    SomebodyElses,
    UnknownChoice,
)
from qms.surveys.events import CallAttempted, CallTaken, MessageSent
from qms.surveys.listing import AGAIN, BACK, NEW, Row, catalogue_of, index
from qms.surveys.models import Campaign, Contact
from qms.surveys.services.campaigns import act_data, moment

LOOKED_AT = 200
"""So many of a queue are looked at for one whom nobody is calling."""
TURNS = (BACK, NEW, AGAIN)
"""Whoever asked to be called comes first, then new ones, then those who failed before."""


def survey_of(contact: Contact) -> Survey:
    """Give the questionnaire of a customer."""
    return choices_of(organisation_of(contact)).survey(contact.campaign.survey_id)


def is_held(row: Row, act: Act) -> bool:
    """Tell whether somebody else is calling this customer at the moment."""
    return bool(row.lease_by) and row.lease_by != act.person_id and row.lease_until > moment(act.at)


def is_due(row: Row, at: datetime) -> bool:
    """Tell whether a customer may be called now."""
    return not row.call_at or row.call_at <= moment(at)


def next_in(campaign: Campaign, act: Act) -> str | None:
    """Give the number of the customer whose turn it is, or None."""
    organisation = organisation_of(campaign)
    catalogue = catalogue_of(organisation)
    mine, others = None, None
    for queue in TURNS:
        filters: Filters = {"campaign": [campaign.number], "queue": [queue]}
        for values in catalogue.query(filters, order="next", limit=LOOKED_AT).rows:
            row = Row(*values)
            if not is_due(row, act.at):
                break
            if is_held(row, act) or refuses(organisation, campaign[row.number].customer):
                continue
            holds = row.lease_by == act.person_id and row.lease_until > moment(act.at)
            if holds and mine is None:
                mine = row.number
            elif others is None:
                others = row.number
    # Whoever is in the middle of a call goes on with it.
    return mine or others


def take_next(campaign: Campaign, *, act: Act) -> Contact:
    """Take the next call up; of two who ask at once, each gets another customer.

    Both would write the same customer's lease, so that the database lets one through and the
    other's request is repeated, which then finds the next one.
    """
    if not campaign.open:
        raise CampaignClosed
    number = next_in(campaign, act)
    if number is None:
        raise NobodyLeft
    contact: Contact = campaign[number]
    take_up(contact, act=act)
    return contact


def take_up(contact: Contact, *, act: Act) -> None:
    """Hold a customer for as long as a call takes."""
    check_free(contact, act)
    if contact.state not in workflow.CALLABLE:
        raise NotNow(state=contact.state)
    if refuses(organisation_of(contact), contact.customer):
        raise OptedOut
    minutes = survey_of(contact).attempts["lease_minutes"]
    contact.lease = (act.person_id, moment(act.at + timedelta(minutes=minutes)))
    index(contact)
    act.notify(CallTaken(contact, act, facts={**on_behalf(contact, act, CALLS)}))


def check_free(contact: Contact, act: Act) -> None:
    """Refuse while somebody else is calling this customer."""
    lease = contact.lease
    if lease and lease[0] != act.person_id and lease[1] > moment(act.at):
        people = people_of(organisation_of(contact))
        raise SomebodyElses(person=people.person_name(lease[0]))


def note_attempt(
    contact: Contact,
    reason: str,
    *,
    note: str = "",
    call_at: datetime | None = None,
    act: Act,
) -> None:
    """Keep a call that gave no answers: why, and when to call again."""
    check_free(contact, act)
    choices, survey = choices_of(organisation_of(contact)), survey_of(contact)
    entry = choices.reasons.get(reason)
    if entry is None:
        raise UnknownChoice(what="reason")
    if call_at is not None and call_at <= act.at:
        raise CalledLater
    rules, attempts = survey.attempts, contact.progress.attempts + 1
    values: dict[str, Any] = {
        "reason": reason,
        "note": note.strip()[:2000],
        "reached": bool(entry.get("reached")),
        "ends": bool(entry.get("ends")),
        "message": attempts == rules["message_after"] and not entry.get("reached"),
        "last": attempts >= rules["most"] and call_at is None,
    }
    if call_at is not None:
        values |= {"later": True, "call_at": moment(call_at)}
    else:
        values["call_at"] = moment(act.at + timedelta(hours=rules["retry_hours"]))
    behalf = on_behalf(contact, act, CALLS)
    contact.take({**act_data("attempted", act), **behalf, **values})
    contact.lease = None
    index(contact)
    facts = {"reason": reason, "attempt": attempts, "state": contact.state, **behalf}
    act.notify(CallAttempted(contact, act, facts=facts))


def message_done(contact: Contact, channel: str, *, act: Act) -> None:
    """Keep that the message after failed calls was sent, by WhatsApp or mail."""
    if not contact.progress.message_due:
        raise NotNow(state=contact.state)
    if refuses(organisation_of(contact), contact.customer):
        raise OptedOut
    behalf = on_behalf(contact, act, CALLS)
    contact.take({**act_data("messaged", act), **behalf, "channel": channel})
    index(contact)
    act.notify(MessageSent(contact, act, facts={"channel": channel, **behalf}))
