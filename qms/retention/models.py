"""The persistent classes of retention; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from BTrees.IOBTree import IOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from persistent.list import PersistentList

from qms.content.acted import Acted, Folding, Stated
from qms.content.models import Content, Folder, Numbered, find_organisation
from qms.kernel.i18n import _
from qms.retention import workflow
from qms.retention.clock import Rule

BELONGS = ("document_types", "processes", "case_kinds", "case_lanes", "surveys")
"""What a series names of records; ``processes`` narrow the others."""
WORDS = ("medium", "storage", "protection", "retrieval")
"""What the master list of records says of a series beside its terms (ISO 9001 7.5.3.2)."""


def roles_by_profile(content: Any, person: Any) -> set[str]:
    """Name ``signer`` who may approve eliminations by position, ``leader`` who runs an archive."""
    organisation = find_organisation(content)
    own = (organisation.profile.get("retention") if organisation is not None else None) or {}
    named = {"signer": own.get("approvers"), "leader": own.get("keepers")}
    held = set(person.position_ids)
    return {role for role, positions in named.items() if held & set(positions or ())}


class Retention(Folder):
    """The retention of an organisation's records: table, holds, transfers and eliminations."""

    type_name = "retention"
    crumb = _("Retention")
    closed: OOTreeSet | None = None
    """Uids of documents of which a version was closed and not listed yet; None before the first."""

    def __init__(self) -> None:
        """Start with nothing ruled, held, transferred or eliminated."""
        super().__init__("Retention")
        self.guard = RetentionGuard()
        self.ledger = OOBTree()
        """Kind and key of a record to what retention did with it: ``transferred``, ``archived``,
        ``disposed``: the number of the list; ``batch``: that of an elimination under way."""
        self.pending: OOTreeSet = OOTreeSet()
        """Numbers of the lists of which something is still to be done."""
        self.gone = OOBTree()
        """SHA-256 to size of eliminated files whose copies on this machine are to be deleted."""
        self.counted_on = ""
        """ISO moment at which the list of records was last compared with the records."""
        for folder in (SeriesTable(), Holds(), Transfers(), Disposals()):
            self.add(folder.place, folder)

    def note_closed(self, uid: str) -> None:
        """Note that a version of a document was closed, for the worker, who lists it."""
        if self.closed is None:
            self.closed = OOTreeSet()
        self.closed.add(uid)

    def local_roles(self, person: Any) -> set[str]:
        """Name who approves eliminations or runs an archive, by the profile."""
        return roles_by_profile(self, person)


class RetentionGuard(Persistent):
    """What every hold, every change of a rule and every step of an elimination writes.

    Two of them at the same moment cannot both be committed: the later one looks again.
    """

    def __init__(self) -> None:
        """Start before the first."""
        self.turns = 0

    def turn(self) -> None:
        """Let nothing that relies on the present holds and rules be committed beside this."""
        self.turns += 1


class SeriesTable(Folder):
    """The table of retention: every series and subseries by its code; none ever leaves it."""

    type_name = "series-table"
    place = "series"
    crumb = _("Table of retention")

    def __init__(self) -> None:
        """Start without series."""
        super().__init__("Series")


class Series(Content):
    """A series or subseries of records, with every rule that it ever had."""

    type_name = "record-series"
    active = True
    surveys: tuple[str, ...] = ()
    """Ids of the questionnaires whose customers belong to it."""

    def __init__(self, code: str, title: str, *, parent: str = "") -> None:
        """Name it; rules come by their acts."""
        super().__init__(title)
        self.code = code
        self.parent = parent
        """Code of the series that it is a part of; empty for a series."""
        self.document_types: tuple[str, ...] = ()
        self.processes: tuple[str, ...] = ()
        self.case_kinds: tuple[str, ...] = ()
        self.case_lanes: tuple[str, ...] = ()
        self.all_cases = False
        self.medium = self.storage = self.protection = self.retrieval = ""
        self.rules: PersistentList = PersistentList()
        """Plain data, the oldest first: what :class:`~qms.retention.clock.Rule` reads, and
        ``source``, ``notes``, ``to_verify``, ``reason``, ``by``, ``at``."""
        self.acts: PersistentList = PersistentList()

    @property
    def crumb(self) -> str:
        """Its code."""
        return self.code

    @property
    def ruled(self) -> list[Rule]:
        """Give its rules for the clock."""
        return [Rule.of(one) for one in self.rules]

    def rule_on(self, day: str) -> Mapping[str, Any] | None:
        """Give the rule that holds for what is closed on an ISO day, or None before the first."""
        found = [one for one in self.rules if one["valid_from"] <= day]
        return max(found, key=lambda one: one["valid_from"]) if found else None


class Holds(Folder):
    """Every legal hold, by its number."""

    type_name = "legal-holds"
    place = "holds"
    crumb = _("Legal holds")

    def __init__(self) -> None:
        """Start without holds."""
        super().__init__("Holds")


class Hold(Numbered, Stated):
    """Nothing in its scope may be eliminated, from its placing to its release."""

    type_name = "legal-hold"
    folding = Folding(workflow.state_of, workflow.leads_to)

    def __init__(self, number: str, title: str, scopes: tuple[tuple[str, str], ...]) -> None:
        """Keep the scope; it never changes."""
        super().__init__(title)
        self.number = number
        self.scopes = scopes
        """``document:UID``, ``process:ID``, ``series:CODE``, ``case:N``, ``customer:KEY`` or
        ``record:KIND:KEY``, each with what people call it."""


class Transfers(Folder):
    """Every list of transfer between archives, by its number."""

    type_name = "record-transfers"
    place = "transfers"
    crumb = _("Transfers")

    def __init__(self) -> None:
        """Start without lists."""
        super().__init__("Transfers")


class Transfer(Numbered, Stated):
    """Records that go from one archive to the next: who handed them over, who received them."""

    type_name = "record-transfer"
    folding = Folding(workflow.state_of, workflow.leads_to)

    def __init__(self, number: str, title: str, *, secondary: bool) -> None:
        """Number the list; ``secondary`` leads to the historical archive."""
        super().__init__(title)
        self.number = number
        self.secondary = secondary
        self.lines = IOBTree()
        """Number from 1 to plain data: see ``services.lines``."""


class Disposals(Folder):
    """Every elimination, by its number."""

    type_name = "record-disposals"
    place = "disposals"
    crumb = _("Eliminations")

    def __init__(self) -> None:
        """Start without eliminations."""
        super().__init__("Disposals")


class Disposal(Numbered, Acted[workflow.Progress]):
    """An elimination: its list, its notice, its approval, and what became of every line.

    Its state is a pure function of its acts.
    """

    type_name = "record-disposal"
    folding = Folding(workflow.progress, workflow.after)
    medium = ""
    """On what records of disposition M were reproduced before."""

    def __init__(self, number: str, title: str) -> None:
        """Number it; its lines come next."""
        super().__init__(title)
        self.number = number
        self.lines = IOBTree()
        """Number from 1 to plain data: see ``services.lines``."""
        self.results = IOBTree()
        """Number of a line to ``outcome`` and what is kept of it, once it was dealt with."""

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who proposed it, and who may approve it by the profile."""
        proposed = person.id == self.progress.proposed_by
        return roles_by_profile(self, person) | ({"author"} if proposed else set())
