"""Campaigns: opening, closing, and adding customers one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.surveys import workflow
from qms.surveys.choices import Choices, choices_of
from qms.surveys.customers import LONGEST, PERSONAL, email_of, keys_of, phone_of, refuses
from qms.surveys.errors import BadContact, CampaignClosed, OptedOut, TitleMissing, UnknownChoice
from qms.surveys.events import (
    CampaignOpened,
    CampaignShut,
    CustomerAdded,
    CustomerOptedOut,
    OptOutLifted,
)
from qms.surveys.listing import catalogue_of, index
from qms.surveys.models import Campaign, Contact, SurveyFolder
from qms.surveys.sampling import sample_size

NAME = "surveys"


def surveys_of(organisation: Organisation) -> SurveyFolder:
    """Give the organisation's folder of surveys, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, SurveyFolder())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
        numbers_of(organisation)
    found: SurveyFolder = organisation[NAME]
    return found


def act_data(kind: str, act: Act) -> dict[str, Any]:
    """Give what every act has; moments are kept in UTC."""
    return {"kind": kind, "by": act.person_id, "at": moment(act.at)}


def moment(at: datetime) -> str:
    """Write a moment so that texts sort as moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def at_moment(act: Act, at: datetime | None) -> Act:
    """Give the same act at another moment, for what happened before it is written down."""
    # In UTC: a zone is no plain value for the database.
    return act if at is None else replace(act, at=at.astimezone(UTC))


def open_campaign(
    organisation: Organisation,
    survey_id: str,
    title: str,
    *,
    line: str = "",
    sample: Mapping[str, Any] | None = None,
    act: Act,
) -> Campaign:
    """Number and open a campaign; a sample is drawn of the list that is loaded into it."""
    choices = choices_of(organisation)
    survey = choices.survey(survey_id)
    title = clean_line(title)[:LONGEST]
    if not title:
        raise TitleMissing
    if line and line not in choices.lines:
        raise UnknownChoice(what="line")
    lines = survey.data["lines"]
    if not line and len(lines) == 1:
        line = lines[0]
    if sample is not None:
        sample_size(1, sample["confidence"], sample["error"])
    year = choices.day(act.at).year
    running = numbers_of(organisation).take(f"surveys {year}")
    number = f"ENC-{year}-{running:03}"
    campaign = Campaign(
        number,
        title,
        survey_id,
        line_id=line,
        sample=sample,
        at=act.at.astimezone(UTC),
        by=act.person_id,
    )
    surveys_of(organisation).add(number, campaign)
    act.notify(CampaignOpened(campaign, act, facts={"survey": survey_id, "title": title}))
    return campaign


def shut(campaign: Campaign, *, is_open: bool, act: Act) -> None:
    """Close a campaign, so that nobody calls any more, or open it again."""
    campaign.open = is_open
    campaign.shut_at = "" if is_open else moment(act.at)
    act.notify(CampaignShut(campaign, act, facts={"open": "yes" if is_open else "no"}))


def usable(choices: Choices, given: Mapping[str, str]) -> dict[str, str]:
    """Clean what is known of a customer; a bad telephone number or address becomes empty."""
    data = choices.data
    found = {key: clean_line(str(given.get(key) or ""))[:LONGEST] for key in PERSONAL}
    found["phone"] = phone_of(found["phone"], data["phone_prefix"], data["phone_digits"])
    found["email"] = email_of(found["email"])
    return found


def has_opted_out(organisation: Organisation, customer: Mapping[str, str]) -> bool:
    """Tell whether a customer asked to hear no more, of surveys or of anything optional."""
    folder = surveys_of(organisation)
    here = any(key in folder.opt_outs for key in keys_of(customer))
    return here or refuses(organisation, customer)


def place(
    campaign: Campaign,
    customer: Mapping[str, str],
    *,
    line: str = "",
    brand: str = "",
    extra: Mapping[str, str] | None = None,
    act: Act,
) -> Contact:
    """Put a customer into a campaign, as the list and single entry both do; tells nobody."""
    campaign.last += 1
    number = f"{campaign.last:06}"
    contact = Contact(
        number, customer, line_id=line or campaign.line_id, brand_id=brand, extra=extra
    )
    campaign.add(number, contact)
    contact.take(act_data("loaded", act))
    index(contact)
    return contact


def add_customer(campaign: Campaign, given: Mapping[str, Any], *, act: Act) -> Contact:
    """Add one customer: name, phone, email, document, plate, line, brand and further fields."""
    organisation = organisation_of(campaign)
    choices = choices_of(organisation)
    if not campaign.open:
        raise CampaignClosed
    customer = usable(choices, given)
    if not customer["name"] or not (customer["phone"] or customer["email"]):
        raise BadContact
    if has_opted_out(organisation, customer):
        raise OptedOut
    line, brand = str(given.get("line") or ""), str(given.get("brand") or "")
    if line and line not in choices.lines:
        raise UnknownChoice(what="line")
    if brand and brand not in choices.brands:
        raise UnknownChoice(what="brand")
    extra = {key: str(given[key])[:LONGEST] for key in choices.fields if given.get(key)}
    contact = place(campaign, customer, line=line, brand=brand, extra=extra, act=act)
    act.notify(CustomerAdded(contact, act))
    return contact


def opt_out(
    organisation: Organisation, customer: Mapping[str, str], *, channel: str, act: Act
) -> None:
    """Honour that a customer wants to hear no more: by every key, in every open campaign."""
    folder = surveys_of(organisation)
    keys = keys_of(customer)
    if not keys:
        raise BadContact
    for key in keys:
        folder.opt_outs[key] = {"at": moment(act.at), "by": act.person_id, "channel": channel}
    waiting = {"customer": keys, "state": sorted(workflow.MAY_ANSWER)}
    found = catalogue_of(organisation).query(waiting, order="number", limit=None).rows
    for campaign, number, *_rest in found:
        contact = folder[campaign][number]
        contact.take(act_data("opted-out", act))
        contact.lease = None
        index(contact)
    act.notify(CustomerOptedOut(folder, act, facts={"channel": channel, "calls": len(found)}))


def lift_opt_out(folder: SurveyFolder, keys: list[str], *, act: Act) -> int:
    """Let customers be asked again, since they said so; count the keys that were there."""
    gone = [key for key in keys if key in folder.opt_outs]
    for key in gone:
        del folder.opt_outs[key]
    if gone:
        act.notify(OptOutLifted(folder, act, facts={"count": len(gone)}))
    return len(gone)
