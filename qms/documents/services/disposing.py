"""Eliminating a version at the end of its retention: content and files go, proof of them stays.

ISO 9001 7.5.3.2 d. What stays are dates, reasons, acts with their signatures, the trail, and the
SHA-256 of everything that was there. Whether it may go is decided by retention, never here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from qms.content.guards import insist_on
from qms.content.models import BlobFile
from qms.documents import workflow
from qms.documents.errors import ImpossibleAct
from qms.documents.events import VersionDisposed
from qms.documents.models import Version
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json


def stored_files(version: Version) -> Iterator[tuple[str, BlobFile]]:
    """Give every stored file of a version with what it is."""
    if version.frozen is not None:
        yield "frozen", version.frozen
    if version.rendition is not None:
        yield "pdf", version.rendition
    for file_id, file in version.files.items():
        yield f"file {file_id}", file


def dispose_version(version: Version, *, record: str, day: str, act: Act) -> list[dict[str, Any]]:
    """Eliminate content and files of a version that is out of use; repeating it changes nothing.

    A file that another version still holds stays until that one goes, too; it is told as ``kept``.
    """
    if version.disposed is not None:
        return list(version.disposed["files"])
    document = version.document
    if version.state not in (workflow.OBSOLETE, workflow.ABORTED):
        raise ImpossibleAct(state=version.state)
    # A draft that begins now with this version's content writes the document.
    insist_on(document)
    elsewhere = {
        file.uid: other.label
        for other in document.versions
        if other is not version and other.disposed is None
        for _what, file in stored_files(other)
    }
    kept = []
    for what, file in stored_files(version):
        facts = {"what": what, "filename": file.filename, "size": file.size}
        kept.append(facts | {"sha256": file.sha256, "kept": elsewhere.get(file.uid, "")})
        if file.uid not in elsewhere:
            file.dispose(record, day)
    sections = {name: stored.data for name, stored in version.sections.items()}
    content = canonical_json(sections)
    digest = hashlib.sha256(content).hexdigest()
    if sections and version.frozen is None:
        # Taken over from elsewhere: nothing else bears witness of what was written.
        facts = {"what": "content", "filename": f"{version.code or document.code}.json"}
        kept.append(facts | {"size": len(content), "sha256": digest, "kept": ""})
    for stored in version.sections.values():
        # Written over, since a database that keeps no history still holds what nothing names.
        stored.put({}, by=act.person_id, at=act.at)
    version.sections.clear()
    version.questions = ()
    version.disposed = {
        "record": record,
        "day": day,
        "on": act.at.isoformat(),
        "content_sha256": digest,
        "files": kept,
    }
    act.notify(VersionDisposed(version, act, record=record, files=kept, content_sha256=digest))
    return kept
