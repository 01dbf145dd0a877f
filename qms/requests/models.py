"""The persistent classes of change requests; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qms.content.acted import Acted, Folding
from qms.content.models import Folder, Numbered, find_organisation, organisation_of
from qms.documents import workflow as signatures
from qms.documents.assignment import is_signer
from qms.documents.models import Document
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.profiles.leading import leader_of
from qms.requests import workflow

CREATE, MODIFY, ELIMINATE, COPY = "create", "modify", "eliminate", "copy"
KINDS = (MODIFY, CREATE, ELIMINATE, COPY)


class ChangeRequests(Folder):
    """Every change request of an organisation, by its number."""

    type_name = "change-requests"
    crumb = _("Requests")

    def __init__(self) -> None:
        """Start without requests."""
        super().__init__("Requests")


class ChangeRequest(Numbered, Acted[workflow.Progress]):
    """Somebody asks that a document be made, changed, retired or printed.

    Its state is a pure function of its acts, as a version's is.
    """

    type_name = "change-request"
    folding = Folding(workflow.progress, workflow.after)
    editor_ids: tuple[str, ...] = ()
    """Nobody but who asked; the retirement's route looks at it for separation of duties."""

    def __init__(  # noqa: PLR0913 - each is a field of its own on the form
        self,
        number: str,
        kind: str,
        *,
        title: str,
        reason: str,
        author_id: str,
        asked_at: datetime,
        due: str,
        document_uid: str | None = None,
        process_id: str = "",
        type_id: str = "",
        copies: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what was asked; it never changes afterwards."""
        super().__init__(title)
        self.number = number
        self.kind = kind
        self.reason = reason
        self.author_id = author_id
        self.asked_at = asked_at
        self.due = due
        """ISO date by which it is to be decided."""
        self.document_uid = document_uid
        self.process_id = process_id
        self.type_id = type_id
        self.copies = dict(copies) if copies else None
        """For printed copies: ``count``, ``place`` and ``holder``."""

    @property
    def document(self) -> Document | None:
        """The document that it is about; None for one that is still to be made."""
        if self.document_uid is None:
            return None
        documents = organisation_of(self)["documents"]
        found: Document | None = documents.get(self.document_uid)
        return found

    @property
    def standing(self) -> signatures.Standing:
        """Where the route of a retirement stands."""
        return self.progress.signatures

    @property
    def route_id(self) -> str:
        """The route of a retirement: the organisation's own for it, or that of the type."""
        profile = profile_of(organisation_of(self))
        own = profile.requests["retirement_route"]
        return str(own or profile.document_type(self.document.type_id).route)  # type: ignore[union-attr]

    def leader_position(self) -> str | None:
        """Give the position that leads the process which the request concerns."""
        document = self.document
        if document is not None:
            return document.leader_position()
        return leader_of(find_organisation(self), self.process_id)

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who asked, ``leader`` of its process, ``signer`` of its retirement."""
        roles = set()
        if person.id == self.author_id:
            roles.add("author")
        leader = self.leader_position()
        if leader and leader in person.position_ids:
            roles.add("leader")
        if self.standing.slots and is_signer(self, person, local_day(self, clock.now())):
            roles.add("signer")
        return roles
