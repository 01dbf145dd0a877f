"""The persistent classes of indicators; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.list import PersistentList

from qms.content.acted import Folded, Folding
from qms.content.models import Content, Folder, Numbered, organisation_of
from qms.documents.models import Document
from qms.indicators import workflow
from qms.indicators.cards import Definition
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.people.standing_in import deputies_of
from qms.profiles.leading import leader_of
from qms.security.holders import TokenHolder


class Indicators(Folder):
    """Every indicator of an organisation, by its number; none ever leaves it."""

    type_name = "indicators"
    crumb = _("Indicators")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without indicators."""
        super().__init__("Indicators")
        self.by_card = OOBTree()
        """``document uid/card id`` to number."""
        self.externals = OOBTree()
        """Id to external system."""

    def of_card(self, document_uid: str, card_id: str) -> Indicator | None:
        """Give the indicator of a card, or None."""
        number = self.by_card.get(f"{document_uid}/{card_id}")
        return None if number is None else self[number]


class External(TokenHolder, Persistent):
    """A system outside of this one that pushes values with a token."""


class Analysis(Folded[workflow.Progress], Persistent):
    """What was made of one analysis period; its state follows from its acts."""

    folding = Folding(workflow.progress, workflow.after)

    def __init__(self, key: str) -> None:
        """Start without acts."""
        self.key = key
        self.acts: PersistentList = PersistentList()


class Indicator(Numbered, Content):
    """What one card of a document promises to measure, under all its definitions."""

    type_name = "indicator"
    frozen_to = ""
    """ISO day: whatever analysis period ended up to then is closed, also where nothing is kept."""
    told: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the worker has reminded of: a key of a task and the thresholds that were told."""

    def __init__(self, number: str, document_uid: str, card_id: str, since: str) -> None:
        """Start without a definition; tasks begin with the day ``since``."""
        super().__init__("")
        self.number = number
        self.document_uid = document_uid
        self.card_id = card_id
        self.since = since
        self.defined: PersistentList = PersistentList()
        """Definitions as plain data, in their order."""
        self.captures = OOBTree()
        """Place of a capture period to its entry."""
        self.totals = OOBTree()
        """Place of an analysis period to what its captures come to."""
        self.analyses = OOBTree()
        """Place of an analysis period to its analysis."""
        self.restated = OOBTree()
        """Key of a period to what was restated in it, in the order of time."""
        self.acts: PersistentList = PersistentList()
        """What was decided about how it is measured, as plain data."""

    @property
    def document(self) -> Document | None:
        """The document whose card declares it."""
        found: Document | None = organisation_of(self)["documents"].get(self.document_uid)
        return found

    @property
    def process_id(self) -> str:
        """The process that it measures."""
        document = self.document
        return document.process_id if document is not None else ""

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Every definition, in their order."""
        defined: Any = self.defined
        known = getattr(defined, "_v_read", None)
        # By identity: comparing cards would take longer than reading them.
        if (
            known is None
            or len(known[0]) != len(defined)
            or any(one is not other for one, other in zip(known[0], defined, strict=True))
        ):
            read = tuple(Definition.from_data(at, one) for at, one in enumerate(defined))
            known = defined._v_read = (list(defined), read)  # noqa: SLF001 - goes with the list
        return known[1]

    @property
    def definition(self) -> Definition:
        """The latest definition."""
        return self.definitions[-1]

    @property
    def is_ended(self) -> bool:
        """Tell whether no document in force declares it any more."""
        return bool(self.definition.ends)

    @property
    def state(self) -> str:  # type: ignore[override]
        """``indicator-ended``, ``indicator-without-formula`` or ``indicator-active``."""
        definition = self.definition
        if definition.ends:
            return workflow.ENDED
        return workflow.ACTIVE if definition.is_measured else workflow.WITHOUT_FORMULA

    def definition_on(self, day: date) -> Definition | None:
        """Give the definition in force on a day; None before the first and in a pause."""
        found = (one for one in reversed(self.definitions) if one.holds_on(day))
        return next(found, None)

    def analyses_of(self) -> Iterator[Analysis]:
        """Walk the analyses in the order of time."""
        return iter(self.analyses.values())

    def leader_position(self) -> str:
        """Give the position that leads the process, or empty."""
        return leader_of(organisation_of(self), self.process_id) or ""

    def local_roles(self, person: Any) -> set[str]:
        """Name the roles of a person, and of everybody for whom they act by delegation today."""
        roles = self.own_roles(person)
        for one in deputies_of(organisation_of(self), person, local_day(self, clock.now())):
            if one.holds(self.process_id):
                roles |= self.own_roles(one.person)
        return roles

    def own_roles(self, person: Any) -> set[str]:
        """Name ``signer`` who captures, ``author`` who analyses, ``leader`` of the process."""
        held, definition, roles = set(person.position_ids), self.definition, set()
        people = people_of(organisation_of(self))
        leader = self.leader_position()
        captures = definition.responsible_capture or definition.responsible_analysis
        if captures in held:
            roles.add("signer")
        analyses = definition.responsible_analysis
        if analyses in held or (not (analyses and people.holders(analyses)) and leader in held):
            roles.add("author")
        if leader and leader in held:
            roles.add("leader")
        return roles
