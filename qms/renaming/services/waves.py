"""One approval wave: what of a renaming can be sent, and what waits for a signer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.content.models import organisation_of
from qms.documents.assignment import Hand, hands_for
from qms.documents.models import Version
from qms.documents.workflow import DRAFT
from qms.kernel.acts import Act
from qms.people.models import People, people_of
from qms.people.moments import local_day
from qms.renaming import workflow
from qms.renaming.listing import Row, catalogue_of
from qms.renaming.models import RenamePackage
from qms.renaming.services.planning import NAME


@dataclass(frozen=True)
class ToSign:
    """A version that waits for a person, and the hand with which they sign it."""

    version: Version
    hand: Hand

    @property
    def key(self) -> str:
        """Name the signature in a form: whose document, which slot, and on whose behalf."""
        hand = self.hand
        return f"{self.version.document.uid}:{hand.slot.name}:{hand.on_behalf_of or ''}"


def to_send(package: RenamePackage) -> list[str]:
    """Give the uids of the documents whose drafts were not sent yet, by their codes."""
    drafted = [(package.version(uid), uid) for uid in package.progress.of("drafted")]
    found = [(one.document.code, uid) for one, uid in drafted if one and one.state == DRAFT]
    return [uid for _code, uid in sorted(found)]


def to_sign(package: RenamePackage, person: Any, act: Act) -> list[ToSign]:
    """Give the versions that wait for a person, one signature each, their own hand first."""
    day = local_day(package, act.at)
    found = []
    for uid in package.progress.of(workflow.IN_REVIEW):
        version = package.version(uid)
        hands = [] if version is None else hands_for(version, person.id, day)
        if version is not None and hands:
            found.append(ToSign(version, hands[0]))
    return sorted(found, key=lambda one: one.version.document.code)


def packages_for(organisation: Any, person: Any, act: Act) -> list[tuple[RenamePackage, int]]:
    """Give the renamings with versions that wait for a person, and how many those are."""
    folder = organisation.get(NAME)
    if folder is None or person is None:
        return []
    keys = _keys(people_of(organisation), person)
    page = catalogue_of(organisation).query(
        {"state": [workflow.IN_APPROVAL], "waits": sorted(keys)}, order="planned", limit=20
    )
    packages = [folder[Row(*values).number] for values in page.rows]
    found = [(package, len(to_sign(package, person, act))) for package in packages]
    return [(package, number) for package, number in found if number]


def _keys(people: People, person: Any) -> set[str]:
    """Name the person, their positions and units, and those of who delegated to them."""
    whom = [person]
    whom += [
        people.person(one.from_person)
        for one in people.delegations_of(person.id)
        if one.to_person == person.id
    ]
    keys = set()
    for one in whom:
        keys.add(f"person:{one.id}")
        for position_id in one.position_ids:
            keys.add(f"position:{position_id}")
            unit_id = people.position(position_id).unit_id
            if unit_id:
                keys.add(f"unit:{unit_id}")
    return keys


def flagged_by(document: Any) -> RenamePackage | None:
    """Give the renaming whose flag a document bears until its next version, if one does."""
    folder = organisation_of(document).get(NAME)
    flag = None if folder is None else folder.flags.get(document.uid)
    if flag is None:
        return None
    number, order = flag
    shown = document.in_force_order
    package: RenamePackage = folder[number]
    return package if shown is None or shown <= order else None
