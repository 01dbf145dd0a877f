"""Asking, deciding, taking up and answering change requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from qms.content.models import numbers_of, organisation_of
from qms.documents.assignment import Hand, hands_for, the_hand
from qms.documents.models import Document, Version
from qms.documents.services import drafting
from qms.documents.services.freezing import local_day
from qms.documents.services.release import retire
from qms.documents.workflow import APPROVED, slots_of_route
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.profiles.leading import processes_led
from qms.requests import events, workflow
from qms.requests.errors import (
    AnotherVersion,
    AskedAlready,
    NothingInForce,
    NotThatFar,
    NotYoursToAsk,
    NotYoursToDecide,
    OwnRequest,
    ReasonMissing,
    WhatIsMissing,
)
from qms.requests.listing import catalogue_of, entry_of
from qms.requests.models import CREATE, ELIMINATE, MODIFY, ChangeRequest, ChangeRequests

NAME = "requests"
RETIRE = "Apruebo que este documento se retire del servicio"
"""What the signature of a retirement says."""
KEEP = "No apruebo que este documento se retire del servicio"
"""What the signature of a refusal says."""


def requests_of(organisation: Any) -> ChangeRequests:
    """Give the organisation's change requests, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, ChangeRequests())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
    return organisation[NAME]


def may_ask(organisation: Any, person: Any) -> bool:
    """Tell whether the profile lets this person ask for changes."""
    if profile_of(organisation).requests["asked_by"] == "everybody" or "quality" in person.roles:
        return True
    return bool(processes_led(organisation, person))


def deciders(request: ChangeRequest) -> list[Any]:
    """List who may decide the request by the profile; never who asked, if anybody else can."""
    organisation = organisation_of(request)
    people = people_of(organisation)
    found: dict[str, Any] = {}
    for who in profile_of(organisation).requests["decided_by"]:
        if who == "quality":
            found.update({one.id: one for one in people.with_role("quality")})
            continue
        leader = request.leader_position()
        found.update({one.id: one for one in people.holders(leader)} if leader else {})
    found.pop(request.author_id, None)
    return [found[key] for key in sorted(found)]


def ask(  # noqa: PLR0913 - each is a field of its own on the form
    organisation: Any,
    kind: str,
    *,
    reason: str,
    act: Act,
    document: Document | None = None,
    title: str = "",
    process_id: str = "",
    type_id: str = "",
    copies: Mapping[str, Any] | None = None,
) -> ChangeRequest:
    """Number and keep a request; its term runs in business days from today."""
    person = people_of(organisation).person(act.person_id)
    if not may_ask(organisation, person):
        raise NotYoursToAsk
    text = reason.strip()
    if not clean_line(text) or (kind == CREATE and not clean_line(title)):
        raise WhatIsMissing
    if kind == ELIMINATE:
        _check_retirable(organisation, document)
    if kind != CREATE and document is None:
        raise WhatIsMissing
    profile, today = profile_of(organisation), local_day(organisation, act)
    due = profile.calendar().add_business_days(today, profile.requests["term_days"])
    folder = requests_of(organisation)
    number = f"SOL-{today.year}-{numbers_of(organisation).take(f'requests {today.year}'):04d}"
    request = ChangeRequest(
        number,
        kind,
        title=document.title if document is not None else clean_line(title),
        reason=text,
        author_id=person.id,
        asked_at=act.at,
        due=due.isoformat(),
        document_uid=None if document is None else document.uid,
        process_id=process_id if document is None else document.process_id,
        type_id=type_id if document is None else document.type_id,
        copies=copies,
    )
    folder.add(number, request)
    _take(request, "asked", events.ChangeRequested, act=act, text=text)
    return request


def _check_retirable(organisation: Any, document: Document | None) -> None:
    if document is None or document.in_force is None:
        raise NothingInForce
    for other in open_about(organisation, document, ELIMINATE):
        raise AskedAlready(number=other.number)


def open_about(organisation: Any, document: Document, kind: str) -> list[ChangeRequest]:
    """List the requests of a kind about a document that are still open, the oldest first."""
    folder = organisation.get(NAME)
    if folder is None:
        return []
    page = catalogue_of(organisation).query(
        {"document": [document.uid], "kind": [kind], "state": sorted(workflow.OPEN)},
        order="asked",
        limit=None,
    )
    return [folder[row[0]] for row in page.rows]


def _take(
    change: ChangeRequest,
    kind: str,
    event: type[events.RequestEvent],
    /,
    *,
    act: Act,
    text: str = "",
    **values: Any,
) -> None:
    change.take({"kind": kind, "by": act.person_id, "at": act.at.isoformat(), **values})
    catalogue_of(organisation_of(change)).put(change.uid, entry_of(change))
    act.notify(event(change, act, text=text))


# Deciding


def _check_decider(request: ChangeRequest, act: Act) -> None:
    if act.person_id == request.author_id:
        raise OwnRequest
    if act.person_id not in {one.id for one in deciders(request)}:
        raise NotYoursToDecide


def accept(request: ChangeRequest, *, note: str = "", act: Act) -> None:
    """Accept it; a retirement then goes its route of signatures."""
    _check_decider(request, act)
    values: dict[str, Any] = {"note": note.strip()}
    if request.kind == ELIMINATE:
        if request.document is None or request.document.in_force is None:
            raise NothingInForce
        route = profile_of(organisation_of(request)).route(request.route_id)
        values["slots"] = [slot.to_data() for slot in slots_of_route(route.steps)]
    _take(request, "accepted", events.RequestAccepted, act=act, text=values["note"], **values)
    pending = request.document.pending if request.document is not None else None
    if request.kind == MODIFY and pending is not None:
        take_up(request, pending, act=act)


def reject(request: ChangeRequest, *, reason: str, act: Act) -> None:
    """Turn it down with a reason, also after it was accepted."""
    _check_decider(request, act)
    text = reason.strip()
    _take(request, "rejected", events.RequestRejected, act=act, text=text, reason=text)


def withdraw(request: ChangeRequest, *, act: Act) -> None:
    """Take back a request of one's own."""
    if act.person_id != request.author_id:
        raise NotYoursToDecide
    _take(request, "withdrawn", events.RequestWithdrawn, act=act)


# Answering


def take_up(request: ChangeRequest, version: Version, *, act: Act) -> None:
    """Let a draft answer the request when it comes into force."""
    text = f"{version.document.code} {version.label}"
    _take(request, "taken-up", events.RequestTakenUp, act=act, text=text, answer=version.uid)


def let_go(request: ChangeRequest, *, act: Act) -> None:
    """Let the request wait again: the draft was given up."""
    _take(request, "let-go", events.RequestLetGo, act=act)


def answer(request: ChangeRequest, text: str, *, act: Act) -> None:
    """Note that what was asked is done."""
    _take(request, "answered", events.RequestDone, act=act, text=text, answer=text)


def create(request: ChangeRequest, *, code: str | None = None, act: Act) -> Document:
    """Start the document that was asked for, with the request's reason in its first draft."""
    if request.state != workflow.ACCEPTED or request.progress.answer:
        raise NotThatFar(state=request.state)
    organisation = organisation_of(request)
    document = drafting.create_document(
        organisation["documents"],
        type_id=request.type_id,
        process_id=request.process_id,
        title=request.title,
        code=code,
        act=act,
    )
    draft = document.pending
    if draft is not None:
        drafting.save_details(draft, reason=request.reason, act=act)
        take_up(request, draft, act=act)
    return document


def taken_up_by(organisation: Any, version: Version) -> Iterator[ChangeRequest]:
    """Give the open requests that a version answers."""
    folder = organisation.get(NAME)
    if folder is None:
        return
    page = catalogue_of(organisation).query({"answer": [version.uid]}, order="asked", limit=None)
    for row in page.rows:
        yield folder[row[0]]


# The route of a retirement


def hands(request: ChangeRequest, act: Act) -> list[Hand]:
    """Give the signatures of the retirement that the acting person may give now."""
    if request.state != workflow.ACCEPTED or not request.standing.slots:
        return []
    day = local_day(organisation_of(request), act)
    return hands_for(request, act.person_id, day)


def refusal_record(request: ChangeRequest, hand: Hand, reason: str) -> dict[str, Any]:
    """Write what a signer puts their name to who does not want the retirement (C20)."""
    if not clean_line(reason):
        raise ReasonMissing
    record = retirement_record(request, hand)
    return {**record, "kind": "rejected", "meaning": KEEP, "reason": reason.strip()}


def refuse_retirement(request: ChangeRequest, record: Mapping[str, Any], *, act: Act) -> None:
    """Store a signed refusal: the request is rejected and the document stays in force."""
    day = local_day(organisation_of(request), act)
    the_hand(request, record["slot"], act.person_id, record["on_behalf_of"], day)
    signed = {name: value for name, value in record.items() if name != "kind"}
    _take(request, "rejected", events.RequestRejected, act=act, text=record["reason"], **signed)


def retirement_record(request: ChangeRequest, hand: Hand) -> dict[str, Any]:
    """Write what a signer of the retirement puts their name to; it names the very file (C2)."""
    document = request.document
    version = document.in_force if document is not None else None
    if document is None or version is None:
        raise NothingInForce
    _check_same_version(request, version)
    return {
        "kind": "signed",
        "meaning": RETIRE,
        "request": request.uid,
        "number": request.number,
        "document": document.uid,
        "code": document.code,
        "version": version.label,
        "order": version.order,
        "pdf_sha256": version.rendition.sha256 if version.rendition else None,
        "reason": request.reason,
        "slot": hand.slot.name,
        "on_behalf_of": hand.on_behalf_of,
        "delegation": hand.delegation_id,
    }


def _check_same_version(request: ChangeRequest, version: Version) -> None:
    """Refuse when an earlier signature was for another version than the one in force now (C2)."""
    if any(act["order"] != version.order for act in request.acts if act["kind"] == "signed"):
        raise AnotherVersion


def sign_retirement(request: ChangeRequest, record: Mapping[str, Any], *, act: Act) -> None:
    """Store one signature; with the last one the document leaves service."""
    organisation = organisation_of(request)
    document = request.document
    if document is None or document.in_force is None:
        raise NothingInForce
    if record["order"] != document.in_force.order:
        raise AnotherVersion
    _check_same_version(request, document.in_force)
    day = local_day(organisation, act)
    the_hand(request, record["slot"], act.person_id, record["on_behalf_of"], day)
    # Kept as it was signed, or its proof would not verify.
    signed = {name: value for name, value in record.items() if name != "kind"}
    _take(request, "signed", events.RetirementSigned, act=act, text=document.code, **signed)
    if request.standing.state == APPROVED:
        retire(document, reason=request.reason, act=act)
        answer(request, document.code, act=act)


# How quickly requests are answered


def response_days(request: ChangeRequest, today: date) -> int:
    """Count the business days from asking to the decision, or until today.

    The time of response to change requests is a source of indicators.
    """
    organisation = organisation_of(request)
    profile = profile_of(organisation)
    decided = request.progress.decided_at or request.progress.answered_at
    asked = request.asked_at.astimezone(profile.zone).date()
    until = datetime.fromisoformat(decided).astimezone(profile.zone).date() if decided else today
    return int(profile.calendar().business_days_between(asked, until))
