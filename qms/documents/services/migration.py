"""Taking over documents that were approved elsewhere, with their whole history of versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qms.content.models import BlobFile, organisation_of
from qms.documents import events
from qms.documents.errors import DraftExists
from qms.documents.models import Document, DocumentFolder, SectionContent, Version
from qms.documents.workflow import IN_FORCE, OBSOLETE
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.profiles.api import profile_of

_DATES = ("approved_on", "in_force_from", "review_by")


def migrate_document(
    folder: DocumentFolder,
    data: Mapping[str, Any],
    *,
    act: Act,
    files: Mapping[int, BlobFile] | None = None,
) -> Document:
    """Make a document of validated document data; a code that is here already is refused.

    Every version is marked as migrated: approved elsewhere, not signed here. At most one is in
    force: the one whose ``state`` says so, or the last where none has a state; a document without
    one is retired. The last version has the sections, and each has its file of ``files``, by its
    place in the list.
    """
    head = data["document"]
    document = Document(
        head["code"],
        clean_line(head["title"]),
        type_id=head["type"],
        process_id=head["process"],
        owner_process_id=head.get("owner_process"),
    )
    document.tags.extend(head.get("tags") or ())
    if head.get("medium"):
        document.medium = clean_line(head["medium"])
    if head.get("responsible"):
        document.responsible_id = head["responsible"]
    folder.add(document)
    act.notify(events.DocumentCreated(document, act))
    last = len(data["versions"]) - 1
    current = _current(data["versions"])
    document.retired = current is None
    for number, one in enumerate(data["versions"]):
        version = _version(document, one, in_force=number == current, act=act)
        _attach(version, (files or {}).get(number))
        if number == last:
            version.distribution.extend(head.get("distribution") or ())
            _fill(version, data.get("sections") or {}, act)
        if number == current:
            document.in_force_order = version.order
        act.notify(events.VersionMigrated(version, act))
    return document


def add_migrated_version(
    document: Document,
    data: Mapping[str, Any],
    *,
    act: Act,
    file: BlobFile | None = None,
    older: bool = False,
) -> Version:
    """Add a version that was approved elsewhere to a document that is here.

    ``older`` puts it before all others, obsolete. A newer one that is in force takes the former
    version out of force; nothing else of what is here changes. Raises DraftExists for a newer one
    while a version is under way, and LabelTaken.
    """
    if not older and document.pending_order is not None:
        raise DraftExists
    in_force = not older and data.get("state", IN_FORCE) == IN_FORCE
    version = _version(document, data, in_force=in_force, act=act, older=older)
    _attach(version, file)
    previous = document.in_force if in_force else None
    if in_force:
        version.distribution.extend(data.get("distribution") or ())
        if previous is not None:
            previous.take({"kind": "superseded", "by": act.person_id, "at": act.at.isoformat()})
        document.in_force_order = version.order
        document.title = version.title
        document.retired = False
    if previous is not None:
        act.notify(events.VersionSuperseded(previous, act))
    act.notify(events.VersionMigrated(version, act))
    return version


def _current(versions: Sequence[Mapping[str, Any]]) -> int | None:
    """Give the place of the version in force; None where all of them are obsolete."""
    if not any("state" in one for one in versions):
        return len(versions) - 1
    return next((at for at, one in enumerate(versions) if one.get("state") == IN_FORCE), None)


def _attach(version: Version, file: BlobFile | None) -> None:
    if file is not None:
        version.files[file.uid] = file
        version.main_file = file.uid


def _version(
    document: Document,
    data: Mapping[str, Any],
    *,
    in_force: bool,
    act: Act,
    older: bool = False,
) -> Version:
    title = clean_line(data.get("title") or document.title)
    version = Version(title, str(data["label"]), author_id=None, author=data.get("author") or "")
    version.migrated = True
    version.code = document.code
    version.reason = (data.get("reason") or "").strip()
    version.changes.extend(
        {"kind": one["kind"], "subject": one.get("subject") or "", "text": one.get("text") or ""}
        for one in data.get("changes") or ()
    )
    labels = _step_labels(document)
    version.approvals.extend(
        _approval(number, one, labels)
        for number, one in enumerate(data.get("approvals") or (), start=1)
    )
    for name in _DATES:
        if data.get(name):
            version.dates[name] = str(data[name])
    document.versions.add(version, older=older)
    taken = {
        "kind": "migrated",
        "by": act.person_id,
        "at": act.at.isoformat(),
        "state": IN_FORCE if in_force else OBSOLETE,
    }
    if data.get("source"):
        # What the list said of it, word by word: the metadata at capture (ISO 15489-1).
        taken["source"] = plain(data["source"])
    version.take(taken)
    return version


def _step_labels(document: Document) -> dict[str, str]:
    """Give what the organisation prints for each step of the type's route."""
    profile = profile_of(organisation_of(document))
    route = profile.route(profile.document_type(document.type_id).route)
    return {step.id: step.label for step in route.steps}


def _approval(number: int, data: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "slot": f"{data['step']}-{number}",
        "step": data["step"],
        "label": data.get("label") or labels.get(data["step"], ""),
        "meaning": "",
        "assignee": data.get("position") or "",
        "name": data.get("name"),
        "position": data.get("position"),
        "date": str(data["date"]) if data.get("date") else None,
    }


def _fill(version: Version, sections: Mapping[str, Any], act: Act) -> None:
    for section_id, data in sections.items():
        stored = version.sections[section_id] = SectionContent()
        stored.put(plain(data), by=act.person_id, at=act.at)


def plain(value: Any) -> Any:
    """Turn any mappings and lists into plain ones, as the database keeps them."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
