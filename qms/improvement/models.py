"""The persistent classes of improvement; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from persistent.list import PersistentList

from qms.content.acted import Acted, Folding, Progress
from qms.content.models import BlobFile, Folder, Numbered, organisation_of
from qms.improvement.workflow import actions, audits, findings, management
from qms.kernel.i18n import _
from qms.profiles.leading import leader_of, processes_led


def _leads(organisation: Any, process_id: str, person: Any) -> bool:
    return leader_of(organisation, process_id) in person.position_ids


P = TypeVar("P", bound=Progress)


class Recorded(Acted[P]):
    """Something whose state is a pure function of its acts, with the files that they show."""

    def __init__(self, title: str) -> None:
        """Start without acts and files."""
        super().__init__(title)
        self.files: PersistentList = PersistentList()
        """Evidence; acts name the files by their uid."""

    def file(self, uid: str) -> BlobFile | None:
        """Give the file of this uid, or None."""
        return next((one for one in self.files if one.uid == uid), None)

    def keep(self, files: Iterable[BlobFile]) -> list[str]:
        """Keep files and give their uids, for the act that shows them."""
        given = list(files)
        self.files.extend(given)
        return [one.uid for one in given]


class FindingRegister(Folder):
    """Every finding of an organisation, by its number; none ever leaves it."""

    type_name = "finding-register"
    crumb = _("Findings")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without findings."""
        super().__init__("Findings")


class Finding(Numbered, Recorded[findings.Progress]):
    """Something that is not as it should be, or could be better, and everything done about it."""

    type_name = "finding"
    folding = Folding(findings.progress, findings.after)
    told: tuple[str, ...] = ()
    """Reminders that were written, so that each comes once."""

    def __init__(  # noqa: PLR0913 - each is a field of its own on the form
        self,
        number: str,
        *,
        title: str,
        text: str,
        source: str,
        reported_by: str,
        reported_at: datetime,
        due: str,
        process_id: str = "",
        found_on: str = "",
        clause: str = "",
        requirement: str = "",
        origin: str = "",
    ) -> None:
        """Keep what was reported; it never changes afterwards."""
        super().__init__(title)
        self.number = number
        self.text = text
        self.source = source
        self.reported_by = reported_by
        self.reported_at = reported_at
        self.due = due
        """ISO day by which it is to be classified."""
        self.process_id = process_id
        """The process that whoever reported it named."""
        self.found_on = found_on
        self.clause = clause
        """What is not met, such as ``ISO 9001:2015 8.7``."""
        self.requirement = requirement
        self.origin = origin
        """``KIND:KEY`` of what it arose from; the link is in the links' book."""

    @property
    def process(self) -> str:
        """Id of its process: as it was classified, else as it was reported."""
        return self.progress.process or self.process_id

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who reported it, ``signer`` who answers for it, and its ``leader``."""
        roles = set()
        if person.id == self.reported_by:
            roles.add("author")
        if person.id == self.progress.responsible:
            roles.add("signer")
        if _leads(organisation_of(self), self.process, person):
            roles.add("leader")
        return roles


class ActionRegister(Folder):
    """Every action of improvement of an organisation, by its number."""

    type_name = "action-register"
    crumb = _("Actions")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without actions."""
        super().__init__("Actions")

    def local_roles(self, person: Any) -> set[str]:
        """Name ``leader`` whoever leads a process: they may plan actions of their own."""
        return {"leader"} if processes_led(organisation_of(self), person) else set()


class ImprovementAction(Numbered, Recorded[actions.Progress]):
    """What somebody has to do by a day: a correction, a corrective action, an improvement."""

    type_name = "action"
    folding = Folding(actions.progress, actions.after)
    told: tuple[str, ...] = ()
    """Reminders that were written, so that each comes once."""

    def __init__(  # noqa: PLR0913 - each is a field of its own on the form
        self,
        number: str,
        kind: str,
        *,
        title: str,
        text: str,
        evidence_asked: str,
        planned_by: str,
        planned_at: datetime,
        finding: str = "",
        round_: int = 0,
        process_id: str = "",
        review: str = "",
    ) -> None:
        """Keep what was planned."""
        super().__init__(title)
        self.number = number
        self.kind = kind
        self.text = text
        self.evidence_asked = evidence_asked
        self.planned_by = planned_by
        self.planned_at = planned_at
        self.finding = finding
        """Number of the finding that it is for; empty where it stands alone."""
        self.round = round_
        self.process_id = process_id
        self.review = review
        """Number of the management review that decided it."""

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who planned, ``signer`` who owns it, ``leader`` who answers above it."""
        now, roles = self.progress, set()
        if person.id == self.planned_by:
            roles.add("author")
        if person.id == now.person or (now.position and now.position in person.position_ids):
            roles.add("signer")
        organisation = organisation_of(self)
        finding = organisation["findings"].get(self.finding) if self.finding else None
        if finding is not None and finding.progress.responsible == person.id:
            roles.add("leader")
        if _leads(organisation, self.process_id, person):
            roles.add("leader")
        return roles


class AuditRegister(Folder):
    """The audit programmes and audits of an organisation."""

    type_name = "audit-register"
    crumb = _("Audits")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without audits."""
        super().__init__("Audits")


class AuditProgramme(Recorded[audits.Programme]):
    """The audits of one year: objective, criteria, scope; approved before the first one."""

    type_name = "audit-programme"
    folding = Folding(audits.programme, audits.after_in_programme)

    def __init__(self, year: int, *, planned_by: str) -> None:
        """Begin the programme of a year."""
        super().__init__(str(year))
        self.year = year
        self.planned_by = planned_by

    @property
    def crumb(self) -> str:
        """Its year."""
        return str(self.year)


class Audit(Numbered, Recorded[audits.Progress]):
    """One audit: plan, team, checklist, answers and conclusion."""

    type_name = "audit"
    folding = Folding(audits.progress, audits.after)
    told: tuple[str, ...] = ()
    """Reminders that were written, so that each comes once."""

    def __init__(self, number: str, year: int, *, planned_by: str, planned_at: datetime) -> None:
        """Begin an audit of a year's programme."""
        super().__init__(number)
        self.number = number
        self.year = year
        self.planned_by = planned_by
        self.planned_at = planned_at

    def local_roles(self, person: Any) -> set[str]:
        """Name ``signer`` who audits, ``leader`` who leads an audited process."""
        now, organisation = self.progress, organisation_of(self)
        roles = {"signer"} if person.id in now.team else set()
        if any(_leads(organisation, one, person) for one in now.plan.get("processes", ())):
            roles.add("leader")
        return roles


class ManagementReviews(Folder):
    """The management reviews of an organisation, by number."""

    type_name = "management-reviews"
    crumb = _("Management reviews")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without reviews."""
        super().__init__("Management reviews")


class ManagementReview(Numbered, Recorded[management.Progress]):
    """One review by the top management: its inputs, its minutes, what was decided."""

    type_name = "management-review"
    folding = Folding(management.progress, management.after)
    pack: Mapping[str, Any] | None = None
    """The inputs as they were approved, as plain data; None before."""
    report: BlobFile | None = None
    """The approved pack as PDF."""

    def __init__(self, number: str, *, called_by: str, called_at: datetime) -> None:
        """Call a review."""
        super().__init__(number)
        self.number = number
        self.called_by = called_by
        self.called_at = called_at

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who called it, ``signer`` whose position approves it."""
        roles = {"author"} if person.id == self.called_by else set()
        if set(self.progress.facts.get("approvers", ())) & set(person.position_ids):
            roles.add("signer")
        return roles
