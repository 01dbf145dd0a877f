"""Answers: checked against the questionnaire, classified, and the follow-up that they begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import whole_number
from qms.search.catalogue import Filters
from qms.surveys import workflow
from qms.surveys.choices import DETRACTOR, Choices, Entry, Survey, choices_of
from qms.surveys.customers import keys_of
from qms.surveys.deputising import CALLS, on_behalf
from qms.surveys.errors import AnswerMissing, BadAnswer, CampaignClosed
from qms.surveys.events import AnswerAnnulled, SurveyAnswered
from qms.surveys.listing import IMPROVE, REPEATED, WARRANTY, catalogue_of, index, rows
from qms.surveys.models import Campaign, Contact
from qms.surveys.services.calling import survey_of
from qms.surveys.services.campaigns import NAME, act_data, add_customer, at_moment, moment

CALL, LINK, FORMAT = "call", "link", "form"
"""How answers came: on the telephone, by the customer's own link, or written down before."""
YES, NO = "yes", "no"
LONGEST = 4000
VOICE = "voice"
"""Key of what the customer says in words of their own, beside the questions."""


def checked(survey: Survey, asked: Sequence[Entry], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give clean answers by question, or refuse what is missing or no answer at all."""
    found: dict[str, Any] = {}
    for question in asked:
        value = given.get(question["id"])
        text = " ".join(str(value).split()) if value is not None else ""
        if not text:
            if question["required"]:
                raise AnswerMissing(question=question["text"])
            continue
        found[question["id"]] = _checked_one(survey, question, value, text)
    return found


def _checked_one(survey: Survey, question: Entry, value: Any, text: str) -> Any:
    kind = question["kind"]
    if kind == "scale":
        number = whole_number(text, None, 3)
        if number is not None and number in survey.scale_of(question):
            return number
    elif (kind == "choice" and text in question["options"]) or (
        kind == "yes-no" and text in (YES, NO)
    ):
        return text
    elif kind == "text":
        return str(value).strip()[:LONGEST]
    raise BadAnswer(answer=text[:60], question=question["text"])


def scored_values(survey: Survey, values: Mapping[str, Any]) -> list[str]:
    """Give what the catalogue counts of every answer: ``q=9``, ``q#promoter``, ``q#satisfied``."""
    found = []
    for name, value in values.items():
        question = survey.questions[name]
        if question["kind"] == "text":
            continue
        found.append(f"{name}={value}")
        if question["kind"] == "scale":
            band = survey.scale_of(question).band(value)
            found.append(f"{name}#{band.role}")
            if band.satisfied:
                found.append(f"{name}#satisfied")
    return found


def format_in_force(organisation: Organisation, code: str | None) -> dict[str, str] | None:
    """Name the version in force of the organisation's own questionnaire or script (A21)."""
    documents = organisation.get("documents")
    document = documents.get(code) if code and documents is not None else None
    if document is None or document.in_force is None:
        return None
    return {"code": document.code, "version": document.in_force.label}


def answer(
    contact: Contact,
    given: Mapping[str, Any],
    *,
    channel: str = CALL,
    consent: Mapping[str, str] | None = None,
    act: Act,
) -> workflow.Progress:
    """Keep a customer's answers; whoever is a detractor is followed up from now on."""
    organisation, survey = organisation_of(contact), survey_of(contact)
    choices = choices_of(organisation)
    values = checked(survey, survey.asked(contact.line_id, contact.brand_id), given)
    score = values[survey.scored["id"]]
    band = survey.scale.band(score)
    forms = (
        format_in_force(organisation, survey.data[one]) for one in ("form_code", "script_code")
    )
    behalf = on_behalf(contact, act, CALLS) if channel == CALL else {}
    data: dict[str, Any] = {
        **act_data("answered", act),
        **behalf,
        "channel": channel,
        "values": values,
        "scored": scored_values(survey, values),
        "score": score,
        "band": band.id,
        "role": band.role,
        "satisfied": band.satisfied,
        "voice": voice_of(survey, values, str(given.get(VOICE) or "")),
        "forms": [one for one in forms if one],
        "consent": dict(consent) if consent else None,
        **_follow_up(contact, survey, choices, values, band.role, score, act),
    }
    now = contact.take(data)
    contact.lease = None
    index(contact)
    facts = {"channel": channel, "class": band.role, "follow": now.follow, "due": now.due, **behalf}
    facts |= {name: "yes" for name in (REPEATED, WARRANTY, IMPROVE) if data.get(name)}
    act.notify(SurveyAnswered(contact, act, facts=facts))
    return now


def annul(contact: Contact, reason: str, *, act: Act) -> None:
    """Let answers count no more that were typed wrongly; they stay in the time line with why."""
    contact.take({**act_data("annulled", act), "reason": reason.strip()[:LONGEST]})
    contact.told = ()
    organisation_of(contact)[NAME].note_annulled(contact)
    index(contact)
    act.notify(AnswerAnnulled(contact, act))


def voice_of(survey: Survey, values: Mapping[str, Any], own: str) -> str:
    """Put together what the customer said in words: the voice, and open questions of that kind."""
    said = [own.strip()[:LONGEST]]
    for name, value in values.items():
        question = survey.questions[name]
        if question["kind"] == "text" and question["marks"] in ("voice", "suggestion"):
            said.append(str(value))
    return "\n".join(one for one in said if one)


def _marked(survey: Survey, values: Mapping[str, Any], mark: str) -> bool:
    return any(
        survey.questions[name]["marks"] == mark and value not in (NO, "")
        for name, value in values.items()
    )


def _follow_up(
    contact: Contact,
    survey: Survey,
    choices: Choices,
    values: Mapping[str, Any],
    role: str,
    score: int,
    act: Act,
) -> dict[str, Any]:
    """Say whether a follow-up begins, whose it is, and until when the customer is answered."""
    low = survey.data["low_score"]
    found: dict[str, Any] = {IMPROVE: low is not None and score < low}
    if role != DETRACTOR:
        state = (
            choices.state_of_role("suggestion") if _marked(survey, values, "suggestion") else None
        )
        return found | ({"follow": state["id"], "follow_role": state["role"]} if state else {})
    rules = survey.follow_up
    warranty = _marked(survey, values, "warranty")
    repeated = is_repeated(contact, survey, act)
    owners = list(rules["positions"])
    if repeated and rules["repeated_to"]:
        owners = list(rules["repeated_to"])
    if warranty and rules["warranty_to"]:
        owners = list(dict.fromkeys([*(owners if repeated else ()), *rules["warranty_to"]]))
    due = choices.due(survey, act.at)
    state = choices.first_state()
    return found | {
        "follow": state["id"],
        "follow_role": state["role"],
        "due": moment(due.at),
        "calendar": due.calendar,
        "owners": owners,
        WARRANTY: warranty,
        REPEATED: repeated,
        IMPROVE: found[IMPROVE] or repeated,
    }


def is_repeated(contact: Contact, survey: Survey, act: Act) -> bool:
    """Tell whether the same customer was dissatisfied before, within the profile's days."""
    keys = keys_of(contact.customer)
    if not keys:
        return False
    since = moment(act.at - timedelta(days=survey.follow_up["repeat_days"]))
    filters: Filters = {"customer": keys, "role": [DETRACTOR]}
    page = catalogue_of(organisation_of(contact)).query(filters, order="answered", limit=None)
    here = (contact.campaign.number, contact.number)
    return any(row.path != here and row.answered >= since for row in rows(page.rows))


def record_answer(
    campaign: Campaign,
    customer: Mapping[str, Any] | Contact,
    values: Mapping[str, Any],
    *,
    at: datetime | None = None,
    channel: str = CALL,
    act: Act,
) -> Contact:
    """Keep one whole answer at once; ``at`` is when it was given, if that was before the act.

    ``customer`` is somebody of the campaign, or name, phone, email and so on of somebody new;
    ``values`` are the answers by question, and the customer's own words under ``voice``.
    """
    if not campaign.open:
        raise CampaignClosed
    then = at_moment(act, at)
    contact = (
        customer if isinstance(customer, Contact) else add_customer(campaign, customer, act=then)
    )
    answer(contact, values, channel=channel, act=then)
    return contact
