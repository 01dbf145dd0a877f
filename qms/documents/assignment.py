"""Who may sign what: from a slot's assignees to the persons who can act for them today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from qms.content.models import organisation_of
from qms.documents.errors import NotYourTurn, OwnWork, SignedAlready
from qms.documents.workflow import Slot, Standing
from qms.kernel.text import fold
from qms.people.models import people_of
from qms.profiles.api import profile_of


class Routed(Protocol):
    """What goes through a route of signatures: a version, or the retirement of a document."""

    author_id: str | None
    editor_ids: Any

    @property
    def standing(self) -> Standing:
        """Where it stands on its route."""

    @property
    def document(self) -> Any:
        """The document that it is about."""

    @property
    def route_id(self) -> str:
        """The route that it takes."""


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


def holders(version: Routed, assignee: Mapping[str, str]) -> list[tuple[Any, str | None]]:
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


def _role_holders(version: Routed, role: str) -> list[tuple[Any, str | None]]:
    people = people_of(organisation_of(version))
    if role == "author":
        author = people.person(version.author_id) if version.author_id else None
        return [(author, _first_position(author))] if author and author.active else []
    position_id = _role_position(version, role)
    if position_id is None:
        return []
    return [(person, position_id) for person in people.holders(position_id)]


def _role_position(version: Routed, role: str) -> str | None:
    """Give the position behind a role, held by somebody or not."""
    if role == "process-leader":
        return version.document.leader_position()
    people = people_of(organisation_of(version))
    author = people.person(version.author_id) if version.author_id else None
    superior = people.superior_of(author) if author else None
    return superior.id if superior else None


def _first_position(person: Any) -> str | None:
    return person.position_ids[0] if person.position_ids else None


def hands_of(version: Routed, slot: Slot, on: date) -> list[Hand]:
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


def hands_for(version: Routed, person_id: str, on: date) -> list[Hand]:
    """Give the open signatures that a person may give on that day, their own hand first."""
    found = [
        hand
        for slot in version.standing.open_slots
        for hand in hands_of(version, slot, on)
        if hand.person_id == person_id and allowed(version, hand) is None
    ]
    return sorted(found, key=lambda hand: hand.on_behalf_of is not None)


def waiting_for(version: Routed, on: date) -> dict[str, list[Hand]]:
    """Give, per person who could act now, the signatures that wait for them."""
    waiting: dict[str, list[Hand]] = {}
    for slot in version.standing.open_slots:
        for hand in hands_of(version, slot, on):
            if allowed(version, hand) is None:
                waiting.setdefault(hand.person_id, []).append(hand)
    return waiting


def allowed(version: Routed, hand: Hand) -> type[OwnWork | SignedAlready] | None:
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


def _names(version: Routed, *person_ids: str | None) -> set[str]:
    """Give the folded names of persons, which tell humans apart where ids tell accounts apart."""
    people = people_of(organisation_of(version))
    found = (people.person_name(one) for one in person_ids if one)
    return {" ".join(fold(name).split()) for name in found}


def separated(version: Routed) -> bool:
    """Tell whether the version's route keeps the duties apart (it does unless it says not to)."""
    route = profile_of(organisation_of(version)).route(version.route_id)
    return bool(route.separation_of_duties)


def waiting_keys(version: Routed) -> list[str]:
    """Name the positions, units and persons that the open step asks for, for an index."""
    keys = set()
    for slot in version.standing.open_slots:
        for assignee in slot.assignees:
            if "role" in assignee:
                keys.update(_role_keys(version, assignee["role"]))
            else:
                keys.update(f"{kind}:{name}" for kind, name in assignee.items())
    return sorted(keys)


def _role_keys(version: Routed, role: str) -> list[str]:
    if role == "author":
        return [f"person:{version.author_id}"]
    # The position, not who holds it now: a vacant one may be filled without the index being told.
    position_id = _role_position(version, role)
    return [f"position:{position_id}"] if position_id else []


def the_hand(
    version: Routed, slot_name: str, person_id: str, on_behalf_of: str | None, on: date
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


def is_signer(version: Routed, person: Any, on: date) -> bool:
    """Tell whether a person has signed this version or may sign it on that day."""
    return any(
        person.id in {slot.signed_by, slot.on_behalf_of} for slot in version.standing.signed_slots
    ) or bool(hands_for(version, person.id, on))
