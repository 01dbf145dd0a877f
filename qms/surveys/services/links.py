"""Links by which customers answer themselves: one per customer, once, and for some days only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.search.catalogue import Filters
from qms.security.tokens import digest, new_token
from qms.surveys import workflow
from qms.surveys.choices import choices_of
from qms.surveys.customers import refuses
from qms.surveys.errors import CampaignClosed, LinkGone, NoAddress, NotNow, OptedOut
from qms.surveys.events import LinkIssued
from qms.surveys.listing import catalogue_of
from qms.surveys.models import Campaign, Contact
from qms.surveys.services.answering import LINK, answer
from qms.surveys.services.calling import survey_of
from qms.surveys.services.campaigns import NAME, act_data, moment, opt_out, surveys_of

MOST = 500
"""So many mails are written at once."""
LONGEST_TOKEN = 100


def issue(contact: Contact, *, mail: bool = False, act: Act) -> str:
    """Make the customer's link anew and give its token; an earlier one leads nowhere then."""
    if not contact.campaign.open:
        raise CampaignClosed
    if contact.state not in workflow.MAY_ANSWER:
        raise NotNow(state=contact.state)
    if refuses(organisation_of(contact), contact.customer):
        raise OptedOut
    if mail and not contact.customer["email"]:
        raise NoAddress
    folder = surveys_of(organisation_of(contact))
    for act_before in contact.acts:
        if act_before["kind"] == "linked":
            folder.links.pop(act_before["digest"], None)
    token = new_token()
    until = act.at + timedelta(days=survey_of(contact).data["link_days"])
    folder.links[digest(token)] = (contact.campaign.number, contact.number, moment(until))
    contact.take({**act_data("linked", act), "digest": digest(token), "mailed": mail})
    act.notify(LinkIssued(contact, act, token=token, mailed=mail))
    return token


def send_links(campaign: Campaign, *, act: Act) -> int:
    """Mail a link to everybody who has an address, can answer, and got none yet; count them."""
    filters: Filters = {
        "campaign": [campaign.number],
        "state": sorted(workflow.MAY_ANSWER),
    }
    sent = 0
    found = catalogue_of(organisation_of(campaign)).query(filters, order="number", limit=None)
    for values in found.rows:
        contact: Contact = campaign[values[1]]
        linked = any(one["kind"] == "linked" for one in contact.acts)
        asked = linked or refuses(organisation_of(campaign), contact.customer)
        if contact.customer["email"] and not asked and sent < MOST:
            issue(contact, mail=True, act=act)
            sent += 1
    return sent


def find(organisation: Organisation, token: str, act: Act) -> Contact:
    """Give the customer of a link, or refuse every link that is no good in the same words."""
    folder = organisation.get(NAME)
    kept = None
    if folder is not None and 0 < len(token) <= LONGEST_TOKEN:
        kept = folder.links.get(digest(token))
    if kept is None or kept[2] < moment(act.at):
        raise LinkGone
    contact: Contact = folder[kept[0]][kept[1]]
    if contact.state not in workflow.MAY_ANSWER or not contact.campaign.open:
        raise LinkGone
    return contact


def answer_by_link(
    organisation: Organisation, token: str, given: Mapping[str, Any], *, consented: bool, act: Act
) -> Contact:
    """Keep what a customer answered by the link, which is used up then."""
    contact = find(organisation, token, act)
    data = choices_of(organisation).data
    consent = None
    if consented:
        consent = {"version": data["consent_version"], "text": data["consent"] or ""}
    answer(contact, given, channel=LINK, consent=consent, act=act)
    del surveys_of(organisation).links[digest(token)]
    return contact


def opt_out_by_link(organisation: Organisation, token: str, *, act: Act) -> None:
    """Honour that the customer of a link wants to hear no more; the link is used up."""
    contact = find(organisation, token, act)
    opt_out(organisation, contact.customer, channel=LINK, act=act)
    del surveys_of(organisation).links[digest(token)]
