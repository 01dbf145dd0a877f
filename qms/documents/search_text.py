"""What the full text knows of a document: its words per version, and who may find them.

Of a document are found the version in force and the one under way; of one without a version in
force, its newest. Superseded versions are not: they stand in the document's history, and their
words would push the valid ones from the first places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qms.content.models import BlobFile, find_site, organisation_of
from qms.documents.assignment import holders
from qms.documents.models import Document, Version
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.profiles.api import profile_of
from qms.search.entries import EVERYBODY, FileReader, Passage, TextEntry
from qms.search.journal import touch
from qms.security import matrix
from qms.security.permissions import Permission

KIND = "documents"
_LARGEST = 50 << 20


class DocumentTexts:
    """The documents of an organisation as the full text sees them."""

    def keys(self, organisation: Any) -> Iterable[str]:
        """Give the uids of all documents."""
        folder = organisation.get("documents")
        return set() if folder is None else set(folder.codes.values())

    def entries(self, organisation: Any, uid: str, read: FileReader) -> list[TextEntry]:
        """Give an entry per version that can be found."""
        folder = organisation.get("documents")
        document = None if folder is None else folder.get(uid)
        if document is None or document.uid != uid:
            return []
        return [entry_of(version, read) for version in findable(document)]


def findable(document: Document) -> list[Version]:
    """Give the versions whose words are found, oldest first."""
    found = [one for one in (document.in_force, document.pending) if one is not None]
    if document.in_force is None and document.latest is not None and document.latest not in found:
        found.insert(0, document.latest)
    return found


def entry_of(version: Version, read: FileReader) -> TextEntry:
    """Make the searchable text of a version: its sections, then the words inside its files."""
    document = version.document
    return TextEntry(
        part=str(version.order),
        audience=audience_of(version),
        title=f"{document.code} {version.title}",
        passages=(*_sections(version), *_files(version, read)),
        kept={"state": version.state, "order": version.order},
    )


def _sections(version: Version) -> list[Passage]:
    # Names of documents that not everybody may know of must not get into what everybody finds.
    scope = LiveScope(version, see_all=False)
    type_ = profile_of(organisation_of(version)).document_type(version.document.type_id)
    passages = []
    for spec in type_.sections:
        data = version.data_of(spec.id)
        lines = [] if data is None else kind_of(spec.kind).lines(data, scope)
        if lines:
            passages.append(Passage(spec.title, "\n".join(lines)))
    return passages


def _files(version: Version, read: FileReader) -> list[Passage]:
    return [
        Passage(file.filename, read(file))
        for file in version.files.values()
        if isinstance(file, BlobFile) and file.disposed is None and file.size <= _LARGEST
    ]


def audience_of(version: Version) -> set[str]:
    """Name the audiences of a version's words: those whom the access matrix lets view it.

    A delegate of a signer is let in by the page only, since delegations begin and end by date.
    """
    roles = matrix.holders(version.type_name, version.state, Permission.VIEW) or frozenset()
    audience = {f"role:{role}" for role in roles if role in matrix.ORGANISATION_ROLES}
    if "reader" in roles:
        audience.add(EVERYBODY)
    if "author" in roles:
        writers = {version.author_id, *version.editor_ids}
        audience.update(f"person:{one}" for one in writers if one)
    leader = version.document.leader_position()
    if "leader" in roles and leader:
        audience.add(f"position:{leader}")
    if "signer" in roles:
        audience.update(_signers(version))
    return audience


def _signers(version: Version) -> set[str]:
    keys: set[str] = set()
    for slot in version.standing.slots:
        keys.update(f"person:{one}" for one in (slot.signed_by, slot.on_behalf_of) if one)
        for assignee in slot.assignees:
            if "position" in assignee:
                keys.add(f"position:{assignee['position']}")
            else:
                keys.update(f"person:{person.id}" for person, _ in holders(version, assignee))
    return keys


def audiences_of_reader(person: Any) -> tuple[str, ...]:
    """Name every audience that a person belongs to."""
    return (
        EVERYBODY,
        f"person:{person.id}",
        *(f"position:{one}" for one in sorted(person.position_ids)),
        *(f"role:{one}" for one in sorted(person.roles) if one in matrix.ORGANISATION_ROLES),
    )


def note_change(document: Document) -> None:
    """Let every node's index follow, in the transaction that changed the document."""
    organisation = organisation_of(document)
    touch(find_site(organisation), organisation.id, KIND, document.uid)


def note_all(organisation: Any) -> None:
    """Let every node's index take all documents of an organisation anew."""
    touch(find_site(organisation), organisation.id, KIND)
