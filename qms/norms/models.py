"""The persistent classes of the normogram; their paths are a promise to every database."""

from __future__ import annotations

from datetime import date
from typing import Any

from persistent import Persistent
from persistent.list import PersistentList

from qms.content.acted import Folded, Folding
from qms.content.models import BlobFile, Content, Folder, Numbered, new_uid
from qms.kernel.i18n import _
from qms.norms import workflow
from qms.norms.citations import key_of


class Norms(Folder):
    """Every norm and other document of external origin that an organisation follows."""

    type_name = "norms"
    crumb = _("Norms")

    def __init__(self) -> None:
        """Start without norms, with the shipped kinds only."""
        super().__init__("Norms")
        self.kinds: dict[str, str] = {}
        """Kinds of the organisation's own: id to name."""


class Norm(Folded[workflow.Facts], Folder):
    """A norm or other document of external origin, with its requirements by their numbers.

    Its state is a pure function of its acts and of the day.
    """

    type_name = "norm"
    folding = Folding(workflow.facts, workflow.after)
    told: tuple[str, tuple[str, ...]] = ("", ())
    """The check that reminders were last written about, and their stages."""

    def __init__(self, kind: str, number: str, year: int | None, title: str) -> None:
        """Name the norm as people cite it."""
        super().__init__(title)
        self.kind = kind
        self.number = number
        self.year = year
        self.name = ""
        """As it is cited: «Ley 962 de 2005»."""
        self.issuer = ""
        self.issued_on = ""
        """ISO dates, empty where unknown."""
        self.in_force_from = ""
        self.in_force_until = ""
        self.link = ""
        """Where it is consulted; http or https."""
        self.notes = ""
        self.months: int | None = 12
        """Months between two checks; None for no checks."""
        self.responsible_id = ""
        """The position that checks it; empty for the quality staff."""
        self.process_ids: tuple[str, ...] = ()
        """Who is affected."""
        self.position_ids: tuple[str, ...] = ()
        self.acts: PersistentList = PersistentList()
        self.editions: PersistentList = PersistentList()
        """The editions held, the oldest first."""

    @property
    def crumb(self) -> str:
        """Its name."""
        return self.name

    @property
    def key(self) -> str:
        """Name it as citations do."""
        return key_of(self.kind, self.number, self.year)

    @property
    def facts(self) -> workflow.Facts:
        """What its acts say, computed from them."""
        return self.progress

    def state_on(self, day: date) -> str:
        """Give its state on a day."""
        return workflow.state_on(
            day,
            self.facts,
            months=self.months,
            in_force_from=self.in_force_from,
            in_force_until=self.in_force_until,
        )

    def local_roles(self, person: Any) -> set[str]:
        """Name ``leader`` who holds the position that checks it."""
        held = bool(self.responsible_id) and self.responsible_id in person.position_ids
        return {"leader"} if held else set()


class Edition(Persistent):
    """One edition of a norm that the organisation holds or knows."""

    def __init__(self, label: str, on: str, *, link: str, file: BlobFile | None, note: str) -> None:
        """Keep what is known of it; it never changes."""
        self.uid = new_uid()
        self.label = label
        self.on = on
        """ISO date from which it stands."""
        self.link = link
        self.file = file
        self.note = note
        self.by = ""
        self.at = ""


class Requirement(Numbered, Content):
    """An article, clause or other demand of a norm, and the documents that meet it."""

    type_name = "norm-requirement"

    def __init__(self, number: str, text: str, *, heading: bool = False, table: str = "") -> None:
        """Name it by its number."""
        super().__init__(text)
        self.number = number
        self.heading = heading
        """Whether it only stands above others, and demands nothing by itself."""
        self.table = table
        """The table of clauses that it came from; empty for one's own."""
        self.applies = True
        self.applicability = ""
        """Why it applies, where, or why not."""
        self.partial = False
        """Whether somebody judged that the documents meet it in part only."""
        self.document_uids: tuple[str, ...] = ()
        """Documents linked by hand; those that cite it are found by themselves."""
        self.process_ids: tuple[str, ...] = ()

    @property
    def norm(self) -> Norm:
        """The norm that it belongs to."""
        found: Any = self.__parent__
        return found
