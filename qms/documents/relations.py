"""What refers to what: references of a version, where a document is used, what dangles."""

from __future__ import annotations

from dataclasses import dataclass

from qms.content.models import organisation_of
from qms.documents.models import Document, Version
from qms.documents.sections import kind_of
from qms.kernel import codes
from qms.profiles.api import profile_of


@dataclass(frozen=True)
class Relations:
    """The neighbourhood of a version."""

    uses: tuple[Document, ...]
    """Documents that it refers to."""
    dangling: tuple[str, ...]
    """Codes that it refers to and that no document here has."""
    used_by: tuple[Document, ...]
    """Documents whose version in force refers to this document."""


def references_of(version: Version) -> list[str]:
    """Give the normalised codes that the version's sections declare, in order, without itself."""
    type_ = profile_of(organisation_of(version)).document_type(version.document.type_id)
    found: dict[str, None] = {}
    for spec in type_.sections:
        data = version.data_of(spec.id)
        if data is not None:
            for code in kind_of(spec.kind).declares(data).references:
                if code:
                    found.setdefault(codes.normalise(code)[0])
    found.pop(version.document.code, None)
    return list(found)


def relations_of(version: Version, *, see_all: bool) -> Relations:
    """Give the relations that a reader may know of; readers know of what is in force only."""
    folder = version.document.folder
    uses, dangling = [], []
    for code in references_of(version):
        document = folder.get(code)
        if document is None:
            dangling.append(code)
        elif see_all or document.in_force is not None:
            uses.append(document)
    used_by = [
        document
        for document in folder.values()
        if document is not version.document
        and document.in_force is not None
        and version.document.code in references_of(document.in_force)
    ]
    used_by.sort(key=lambda document: document.code)
    return Relations(tuple(uses), tuple(dangling), tuple(used_by))
