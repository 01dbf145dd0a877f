"""Who may sign what: from a slot's assignees to the persons who can act for them today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from qms.content.models import organisation_of
from qms.documents.errors import NotYourTurn, OwnWork, SignedAlready
from qms.documents.workflow import Slot
from qms.kernel.text import fold
from qms.people.models import people_of
from qms.profiles.api import profile_of

if TYPE_CHECKING:
    from qms.documents.models import Version


@dataclass(frozen=True)
class Hand:
    """One way in which a person may give one signature."""

    slot: Slot
    person_id: str
    position_id: str | None
    """The position in which the person signs; printed with the signature."""
    on_behalf_of: str | None = None
    """The person who delegated, when the signer acts for somebody."""
    delegation_id: str | None = None


def holders(version: Version, assignee: Mapping[str, str]) -> list[tuple[Any, str | None]]:
    """Give the active persons behind one assignee, each with the position they sign in."""
    people = people_of(organisation_of(version))
    if "person" in assignee:
        person = people.person(assignee["person"])
        return [(person, _first_position(person))] if person.active else []
    if "position" in assignee:
        position = assignee["position"]
        return [(person, position) for person in people.holders(position)]
    if "unit" in assignee:
        return [(person, _first_position(person)) for person in people.members(assignee["unit"])]
    return _role_holders(version, assignee["role"])


def _role_holders(version: Version, role: str) -> list[tuple[Any, str | None]]:
    people = people_of(organisation_of(version))
    author = people.person(version.author_id) if version.author_id else None
    if role == "author":
        return [(author, _first_position(author))] if author and author.active else []
    if role == "process-leader":
        position_id = version.document.leader_position()
    else:
        superior = people.superior_of(author) if author else None
        position_id = superior.id if superior else None
    if position_id is None:
        return []
    return [(person, position_id) for person in people.holders(position_id)]


def _first_position(person: Any) -> str | None:
    return person.position_ids[0] if person.position_ids else None


def hands_of(version: Version, slot: Slot, on: date) -> list[Hand]:
    """Give everybody who may give this signature on that day, delegates included."""
    people = people_of(organisation_of(version))
    hands: dict[tuple[str, str | None], Hand] = {}
    for assignee in slot.assignees:
        for person, position_id in holders(version, assignee):
            hands.setdefault((person.id, None), Hand(slot, person.id, position_id))
            for delegation in people.delegates_for(person.id, on, version.document.process_id):
                key = (delegation.to_person, person.id)
                hands.setdefault(
                    key,
                    Hand(slot, delegation.to_person, position_id, person.id, delegation.id),
                )
    return list(hands.values())


def hands_for(version: Version, person_id: str, on: date) -> list[Hand]:
    """Give the open signatures that a person may give on that day, their own hand first."""
    found = [
        hand
        for slot in version.standing.open_slots
        for hand in hands_of(version, slot, on)
        if hand.person_id == person_id and allowed(version, hand) is None
    ]
    return sorted(found, key=lambda hand: hand.on_behalf_of is not None)


def waiting_for(version: Version, on: date) -> dict[str, list[Hand]]:
    """Give, per person who could act now, the signatures that wait for them."""
    waiting: dict[str, list[Hand]] = {}
    for slot in version.standing.open_slots:
        for hand in hands_of(version, slot, on):
            if allowed(version, hand) is None:
                waiting.setdefault(hand.person_id, []).append(hand)
    return waiting


def allowed(version: Version, hand: Hand) -> type[OwnWork | SignedAlready] | None:
    """Tell which rule forbids this hand, if any: separation of duties is judged on the person.

    With separation on, a person gives at most one signature of a round, be it for themselves or
    for somebody else, and nobody who wrote the draft signs any step but the first.  Accounts of
    one name count as one person (D4-6); namesakes need names that tell them apart.
    """
    signed = [
        (slot, _names(version, slot.signed_by, slot.on_behalf_of))
        for slot in version.standing.signed_slots
    ]
    used = {name for _slot, names in signed for name in names}
    same_step = {name for slot, names in signed if slot.step == hand.slot.step for name in names}
    hands = _names(version, hand.person_id, hand.on_behalf_of)
    if hands & same_step:
        return SignedAlready
    if not separated(version):
        return None
    if hands & used:
        return SignedAlready
    wrote = _names(version, version.author_id, *version.editor_ids)
    if hand.slot.position > 0 and hands & wrote:
        return OwnWork
    return None


def _names(version: Version, *person_ids: str | None) -> set[str]:
    """Give the folded names of persons, which tell humans apart where ids tell accounts apart."""
    people = people_of(organisation_of(version))
    found = (people.person_name(one) for one in person_ids if one)
    return {" ".join(fold(name).split()) for name in found}


def separated(version: Version) -> bool:
    """Tell whether the version's route keeps the duties apart (it does unless it says not to)."""
    profile = profile_of(organisation_of(version))
    type_ = profile.document_type(version.document.type_id)
    return bool(profile.route(type_.route).separation_of_duties)


def the_hand(
    version: Version, slot_name: str, person_id: str, on_behalf_of: str | None, on: date
) -> Hand:
    """Give the hand with which the person may sign this slot, or refuse with the rule's reason."""
    slot = version.standing.slot(slot_name)
    for hand in hands_of(version, slot, on):
        if hand.person_id == person_id and hand.on_behalf_of == on_behalf_of:
            refusal = allowed(version, hand)
            if refusal is not None:
                raise refusal
            return hand
    raise NotYourTurn


def is_signer(version: Version, person: Any, on: date) -> bool:
    """Tell whether a person has signed this version or may sign it on that day."""
    return any(
        person.id in {slot.signed_by, slot.on_behalf_of} for slot in version.standing.signed_slots
    ) or bool(hands_for(version, person.id, on))
