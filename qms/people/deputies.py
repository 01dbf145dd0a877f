"""Who may act for whom: the delegations of an organisation, found from both ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from BTrees.OOBTree import OOBTree, OOTreeSet

if TYPE_CHECKING:
    from qms.people.models import Delegation, Person

__all__ = ["Deputies"]


class Deputies:
    """What the people of an organisation know of their delegations."""

    if TYPE_CHECKING:
        _delegated_by: OOBTree
        """Person to the ids of the delegations that they gave."""
        _delegated_to: OOBTree

        def __getitem__(self, name: str) -> Any: ...
        def person(self, identifier: str) -> Person: ...
        def delegation(self, identifier: str) -> Delegation: ...

    def delegates_for(
        self, person_id: str, on: date, process_id: str | None = None
    ) -> list[Delegation]:
        """List the delegations by which others may act for ``person_id`` on that day.

        One that is limited to processes counts only when its process is asked for.
        """
        return self._holding(self._delegated_by, person_id, on, process_id)

    def delegated_to(
        self, person_id: str, on: date, process_id: str | None = None
    ) -> list[Delegation]:
        """List the delegations by which ``person_id`` may act for others on that day."""
        return self._holding(self._delegated_to, person_id, on, process_id)

    def _holding(
        self, index: OOBTree, person_id: str, on: date, process_id: str | None
    ) -> list[Delegation]:
        found = (one for one in self._delegations(index, person_id) if one.holds(on, process_id))
        return [one for one in found if self.person(one.to_person).active]

    def delegations_of(self, person_id: str) -> list[Delegation]:
        """List every delegation by or to a person, past ones too, the newest first."""
        own = {one.id: one for one in self._delegations(self._delegated_by, person_id)}
        own |= {one.id: one for one in self._delegations(self._delegated_to, person_id)}
        return sorted(own.values(), key=lambda one: (one.starts, one.id), reverse=True)

    def _delegations(self, index: OOBTree, person_id: str) -> Iterator[Delegation]:
        return (self.delegation(one) for one in index.get(person_id, ()))

    def keep_delegation(self, delegation: Delegation) -> None:
        """Take a delegation in."""
        self["delegations"].add(delegation.id, delegation)
        self._delegated_by.setdefault(delegation.from_person, OOTreeSet()).add(delegation.id)
        self._delegated_to.setdefault(delegation.to_person, OOTreeSet()).add(delegation.id)
