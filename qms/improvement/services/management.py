"""Management reviews: called, their inputs assembled from live data, minuted, decided, approved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.improvement.choices import next_number
from qms.improvement.errors import CutDateToCome, InputsMissing, NobodyThere, PackChanged, SayWhat
from qms.improvement.events import REVIEW_EVENTS
from qms.improvement.models import ImprovementAction, ManagementReview
from qms.improvement.services import actions
from qms.improvement.services.places import act_data, open_rooms
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.kernel.text import clean_line
from qms.links.services import ORIGIN, link
from qms.people.models import people_of
from qms.people.moments import local_day

MEANING = "Apruebo esta revisión por la dirección: sus entradas, su acta y sus decisiones"
"""What the approval says."""
TOLD = ("part", "number", "pack")


def call(
    organisation: Organisation,
    title: str,
    first: date,
    last: date,
    approvers: Sequence[str],
    *,
    act: Act,
) -> ManagementReview:
    """Call a review of a span; ``last`` is the cut date, ``approvers`` are positions."""
    open_rooms(organisation)
    number = next_number(organisation, "review_number", act)
    review = ManagementReview(number, called_by=act.person_id, called_at=act.at)
    organisation["management-reviews"].add(number, review)
    facts = _facts(organisation, title, first, last, approvers)
    _take(review, "called", act, **facts)
    return review


def _facts(
    organisation: Organisation, title: str, first: date, last: date, approvers: Sequence[str]
) -> dict[str, Any]:
    positions = people_of(organisation)["positions"]
    if any(positions.get(one) is None for one in approvers):
        raise NobodyThere
    return {
        "title": clean_line(title),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "approvers": list(approvers),
    }


def _take(review: ManagementReview, kind: str, act: Act, /, **values: Any) -> None:
    now = review.take({**act_data(review, kind, act), **values})
    review.title = now.facts["title"]
    facts = {name: values[name] for name in TOLD if values.get(name)}
    act.notify(REVIEW_EVENTS[kind](review, act, facts))


def change(
    review: ManagementReview,
    title: str,
    first: date,
    last: date,
    approvers: Sequence[str],
    *,
    act: Act,
) -> None:
    """Write title, span and approvers anew."""
    facts = _facts(organisation_of(review), title, first, last, approvers)
    _take(review, "changed", act, **facts)


def note(review: ManagementReview, part: str, text: str, *, act: Act) -> None:
    """Write what persons say about an input."""
    _take(review, "noted", act, part=part, text=text.strip())


def minute(review: ManagementReview, text: str, attendees: str = "", *, act: Act) -> None:
    """Write the minutes, and who took part."""
    _take(review, "minuted", act, text=text.strip(), attendees=attendees.strip())


def decide(review: ManagementReview, planned: actions.Planned, *, act: Act) -> ImprovementAction:
    """Decide an action: an output of the review (9.3.3)."""
    made = actions.plan(organisation_of(review), planned, review=review.number, act=act)
    _take(review, "decided", act, number=made.number)
    ends = (("action", made.number), ("management-review", review.number))
    link(organisation_of(review), *ends, ORIGIN, subject=made, act=act)
    return made


# Approving


def check_complete(review: ManagementReview, pack: Mapping[str, Any], *, act: Act) -> None:
    """Refuse what cannot be approved: a cut date to come, inputs that say nothing, no minutes."""
    now = review.progress
    if date.fromisoformat(now.facts["last"]) >= local_day(review, act.at):
        raise CutDateToCome
    silent = [
        one["title"] for one in pack["parts"] if not one["blocks"] and not one["note"].strip()
    ]
    if silent:
        raise InputsMissing(parts=", ".join(silent))
    if not now.minutes:
        raise SayWhat


def digest_of(pack: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a pack, in its canonical form."""
    return hashlib.sha256(canonical_json(dict(pack))).hexdigest()


def approval_record(review: ManagementReview, pack: Mapping[str, Any]) -> dict[str, Any]:
    """Write what whoever approves puts their name to; it names the very numbers (C2)."""
    return {
        "kind": "approved",
        "meaning": MEANING,
        "review": review.uid,
        "number": review.number,
        "title": review.title,
        "last": review.progress.facts["last"],
        "pack": digest_of(pack),
    }


def approve(
    review: ManagementReview,
    pack: Mapping[str, Any],
    record: Mapping[str, Any],
    report: BlobFile,
    *,
    act: Act,
) -> None:
    """Freeze the inputs with the signed statement; refuses other numbers than those signed."""
    check_complete(review, pack, act=act)
    if digest_of(pack) != record["pack"]:
        raise PackChanged
    review.pack, review.report = dict(pack), report
    _take(review, "approved", act, pack=record["pack"], statement=dict(record))
