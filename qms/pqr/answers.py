"""The answer before it is sent: versions of the draft, and the approval where the profile asks.

Who writes an answer never approves it. Approvers are the holders of a position, or the leader of
the case's process; where that is only its author, whoever stands above, and then quality.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.people.models import Person, people_of
from qms.pqr import workflow
from qms.pqr.choices import Entry, choices_of, times_of
from qms.pqr.errors import DraftChanged, NeedsNoApproval, NoApprover, NotYours
from qms.pqr.matrix import Looked, approval_for
from qms.pqr.models import Case
from qms.pqr.services import take
from qms.profiles.leading import leader_of

PERSON, POSITION = "person:", "position:"


@dataclass(frozen=True)
class Draft:
    """One version of an answer."""

    number: int
    text: str
    by: str
    at: str
    """ISO moment."""
    fate: str
    """``drafted``, ``submitted``, ``returned`` or ``approved``: how far it came."""
    reason: str = ""
    """Why it was returned."""


def needed(case: Case) -> Entry | None:
    """Give the rule by which the answer to a case is approved; None where nobody has to."""
    choices = choices_of(organisation_of(case))
    return approval_for(choices, Looked.of(choices, case))


def approvers_for(case: Case, drafter: str) -> tuple[str, ...]:
    """Name who may approve an answer of ``drafter``: ``position:ID`` or ``person:ID``."""
    entry, people = needed(case), people_of(organisation_of(case))
    if entry is None:
        raise NeedsNoApproval
    position = entry["position"] or leader_of(organisation_of(case), case.process_id)
    if position and _others(people.holders(position), drafter):
        return (f"{POSITION}{position}",)
    above = people.superior_of(people.person(drafter))
    if above is not None and _others(people.holders(above.id), drafter):
        return (f"{POSITION}{above.id}",)
    quality = people.with_role("quality")
    found = tuple(f"{PERSON}{one.id}" for one in _others(quality, drafter))
    if not found:
        raise NoApprover
    return found


def _others(persons: Iterable[Person], drafter: str) -> list[Person]:
    return [one for one in persons if one.active and one.id != drafter]


def persons_of(case: Case) -> list[Person]:
    """Give the persons who may approve the present draft."""
    now, people = case.progress, people_of(organisation_of(case))
    found: dict[str, Person] = {}
    for one in now.approvers:
        if one.startswith(POSITION):
            found.update({each.id: each for each in people.holders(one.removeprefix(POSITION))})
        else:
            person = people.person(one.removeprefix(PERSON))
            found[person.id] = person
    return _others(found.values(), now.drafter)


def may_decide(case: Case, person: Any, *, act: Act) -> bool:
    """Tell whether a person may approve or return the present draft, for themselves or another.

    Whoever stands in by a delegation may, too, unless they wrote it.
    """
    now = case.progress
    if person is None or now.state != workflow.IN_APPROVAL or person.id == now.drafter:
        return False
    asked = {one.id for one in persons_of(case)}
    organisation = organisation_of(case)
    today = times_of(organisation).day(act.at)
    given = people_of(organisation).delegated_to(person.id, today, case.process_id or None)
    return person.id in asked or any(one.from_person in asked for one in given)


def sign_of(text: str) -> str:
    """Give the mark by which a decision names the text that was read (D4-25)."""
    return sha256(text.encode("utf-8")).hexdigest()


def draft(case: Case, text: str, *, act: Act) -> None:
    """Keep a version of the answer; nobody is asked yet."""
    take(case, "drafted", act, text=text.strip())


def submit(case: Case, text: str, *, act: Act) -> None:
    """Send the answer to its approver; it cannot leave before."""
    approvers = approvers_for(case, act.person_id)
    take(case, "submitted", act, text=text.strip(), approvers=approvers)


def approve(case: Case, seen: str, *, act: Act) -> None:
    """Make the draft the answer; ``seen`` is the mark of the text that was read."""
    _check(case, act)
    if seen != sign_of(case.progress.draft):
        raise DraftChanged
    take(case, "approved", act)


def send_back(case: Case, reason: str, *, act: Act) -> None:
    """Return the draft with a reason; its author may take it back the same way."""
    if act.person_id != case.progress.drafter:
        _check(case, act)
    take(case, "returned", act, reason=reason.strip())


def _check(case: Case, act: Act) -> None:
    if case.state != workflow.IN_APPROVAL:
        # Somebody else was faster: the workflow says how the case stands.
        workflow.after(case.progress, {"kind": "returned", "reason": "-", "at": "", "by": ""})
    person = people_of(organisation_of(case)).person(act.person_id)
    if not may_decide(case, person, act=act):
        raise NotYours


def drafts_of(case: Case) -> list[Draft]:
    """List the versions of the answer, the newest last, with what became of each."""
    found: list[Draft] = []
    for one in case.acts:
        kind = one["kind"]
        if kind in ("drafted", "submitted"):
            found.append(Draft(len(found) + 1, one["text"], one["by"], one["at"], kind))
        elif kind in ("returned", "approved") and found:
            last = found[-1]
            found[-1] = Draft(last.number, last.text, last.by, last.at, kind, one.get("reason", ""))
    return found
