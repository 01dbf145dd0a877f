"""Starting documents and versions, and writing drafts."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from qms.content.models import BlobFile, organisation_of
from qms.documents import events
from qms.documents.errors import BadLabel, BadQuestion, CodeTaken, DraftExists, ReasonNeeded
from qms.documents.models import Document, DocumentFolder, SectionContent, Version
from qms.documents.workflow import is_said
from qms.kernel import codes
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.kernel.errors import Conflict
from qms.kernel.text import clean_line
from qms.people.models import people_of
from qms.profiles.api import profile_of

CHANGE_KINDS = ("added", "changed", "removed", "renamed")
"""What can have happened to the subject of a typed change item."""
RIGHT = "*"
"""What stands before the right answer of a question, where answers are written one a line."""


def offer_code(
    folder: DocumentFolder, type_id: str, process_id: str, owner_process_id: str | None = None
) -> str:
    """Give the next free code of this type and process by the organisation's grammar."""
    organisation = organisation_of(folder)
    grammar = profile_of(organisation).code_grammar()
    parts = code_parts(folder, type_id, process_id, owner_process_id)
    return grammar.next(folder.codes.keys(), **parts)


def code_parts(
    folder: DocumentFolder, type_id: str, process_id: str, owner_process_id: str | None = None
) -> dict[str, object]:
    """Give the parts of a code that follow from the type and the process.

    The type says whether its codes bear the acronym of the described or of the owning process;
    where no other process owns the document, the described one does.
    """
    type_ = profile_of(organisation_of(folder)).document_type(type_id)
    owned = type_.code_process == "owner" and owner_process_id
    return {"type": type_id, "process": owner_process_id if owned else process_id}


def check_code(
    folder: DocumentFolder,
    text: str,
    type_id: str,
    process_id: str,
    owner_process_id: str | None = None,
) -> str:
    """Give the normalised code, or refuse one that is malformed or was ever used here."""
    grammar = profile_of(organisation_of(folder)).code_grammar()
    grammar.check(text, **code_parts(folder, type_id, process_id, owner_process_id))
    code = codes.normalise(text)[0]
    if folder.codes.get(code) or folder.twins.get(codes.twin_key(code)):
        raise CodeTaken(code=code, next=offer_code(folder, type_id, process_id, owner_process_id))
    return code


def create_document(
    folder: DocumentFolder,
    *,
    type_id: str,
    process_id: str,
    title: str,
    act: Act,
    code: str | None = None,
    owner_process_id: str | None = None,
) -> Document:
    """Give a new document its code (the next free one if none is named) and its first draft."""
    profile_of(organisation_of(folder)).document_type(type_id)
    if code:
        code = check_code(folder, code, type_id, process_id, owner_process_id)
    else:
        code = offer_code(folder, type_id, process_id, owner_process_id)
    document = Document(
        code,
        clean_line(title),
        type_id=type_id,
        process_id=process_id,
        owner_process_id=owner_process_id,
    )
    folder.add(document)
    act.notify(events.DocumentCreated(document, act))
    start_version(document, act=act)
    return document


def start_version(document: Document, *, act: Act) -> Version:
    """Begin the next draft with the content of the version in force (or else of the newest)."""
    if document.pending_order is not None:
        raise DraftExists
    organisation = organisation_of(document)
    source = document.in_force or _last_with_content(document)
    author = people_of(organisation).person(act.person_id)
    version = Version(
        document.title,
        offer_label(document, on=_today(organisation, act)),
        author_id=act.person_id,
        author=author.name,
    )
    version.code = document.code
    if source is not None:
        _copy_content(source, version, act)
    document.versions.add(version)
    document.pending_order = version.order
    act.notify(events.VersionStarted(version, act))
    return version


def _today(organisation: Any, act: Act) -> date:
    """Give the day at the organisation's place, which is what a dated label prints."""
    return act.at.astimezone(profile_of(organisation).zone).date()


def _last_with_content(document: Document) -> Version | None:
    return next((one for one in reversed(list(document.versions)) if one.sections), None)


def _copy_content(source: Version, target: Version, act: Act) -> None:
    target.distribution.extend(source.distribution)
    target.questions = copy.deepcopy(source.questions)
    for section_id, stored in source.sections.items():
        target.sections[section_id] = copied = SectionContent()
        copied.put(copy.deepcopy(stored.data), by=act.person_id, at=act.at)
    for file_id, stored_file in source.files.items():
        if stored_file.disposed is not None:
            continue
        # Stored files never change, so both versions may hold the very same one.
        target.files[file_id] = stored_file
    target.main_file = source.main_file if source.main_file in target.files else None


def offer_label(document: Document, *, on: date) -> str:
    """Give the label that follows the newest one by the organisation's scheme."""
    scheme = profile_of(organisation_of(document)).version_scheme(document.type_id)
    taken = {one.label for one in document.versions if one.state != "aborted"}
    standing = [one for one in document.versions if one.state != "aborted"]
    label = scheme.next(standing[-1].label, on=on) if standing else scheme.first(on=on)
    while label in taken:
        label = scheme.next(label, on=on)
    return label


def save_section(
    version: Version,
    section_id: str,
    data: Mapping[str, Any],
    *,
    base_revision: int,
    act: Act,
) -> SectionContent:
    """Save one section's data, which its kind has cleaned; refuse when somebody was faster."""
    plain = dict(data)
    stored = version.sections.get(section_id)
    if stored is not None and stored.data == plain and stored.revision == base_revision:
        return stored
    stored = version.put_section(
        section_id, plain, base_revision=base_revision, by=act.person_id, at=act.at
    )
    version.editor_ids.add(act.person_id)
    digest = hashlib.sha256(canonical_json(plain)).hexdigest()
    act.notify(events.SectionSaved(version, act, section=section_id, sha256=digest))
    return stored


def save_details(  # noqa: PLR0913 - each is a field of its own on the form
    version: Version,
    *,
    act: Act,
    base_revision: int | None = None,
    title: str | None = None,
    label: str | None = None,
    label_reason: str = "",
    reason: str | None = None,
    changes: Sequence[Mapping[str, str]] | None = None,
    distribution: Iterable[str] | None = None,
    release_on: date | None = None,
    review_by: date | None = None,
    minor_reason: str | None = None,
    questions: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Save what stands around the content: reason, typed changes, dates, who has to read it."""
    version.begin_change()
    if base_revision is not None and base_revision != version.details_revision:
        raise Conflict
    before = _details(version)
    if title is not None:
        version.title = clean_line(title)
    if label is not None and label != version.label:
        _relabel(version, label, label_reason, on=_today(organisation_of(version), act))
    if reason is not None:
        version.reason = reason.strip()
    if changes is not None:
        version.changes[:] = [_change(one) for one in changes]
    _save_reading(version, distribution, minor_reason, questions)
    version.release_on = release_on
    if review_by is not None:
        version.dates["review_by"] = review_by.isoformat()
    else:
        version.dates.pop("review_by", None)
    after = _details(version)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        version.details_revision += 1
        version.editor_ids.add(act.person_id)
        act.notify(events.DetailsSaved(version, act, values=changed))


def _save_reading(
    version: Version,
    distribution: Iterable[str] | None,
    minor_reason: str | None,
    questions: Sequence[Mapping[str, Any]] | None,
) -> None:
    if distribution is not None:
        version.distribution[:] = list(dict.fromkeys(distribution))
    if minor_reason is not None:
        version.minor_reason = minor_reason.strip() if is_said(minor_reason) else ""
    if questions is not None:
        version.questions = tuple(_question(one) for one in questions)


def _details(version: Version) -> dict[str, Any]:
    return {
        "title": version.title,
        "label": version.label,
        "reason": version.reason,
        "changes": [dict(one) for one in version.changes],
        "distribution": list(version.distribution),
        "release_on": version.release_on.isoformat() if version.release_on else None,
        "review_by": version.dates.get("review_by"),
        "minor_reason": version.minor_reason,
        "questions": [dict(one) for one in version.questions],
    }


def _question(item: Mapping[str, Any]) -> dict[str, Any]:
    """Read a question whose answers stand one a line, the right one marked with ``*``."""
    lines = [clean_line(line) for line in str(item.get("answers", "")).splitlines()]
    lines = [line for line in lines if line]
    right = [place for place, line in enumerate(lines) if line.startswith(RIGHT)]
    text = clean_line(item.get("text", ""))
    if not text or len(lines) < 2 or len(right) != 1:
        raise BadQuestion
    options = [line.removeprefix(RIGHT).strip() for line in lines]
    return {"text": text, "options": options, "right": right[0]}


def question_lines(question: Mapping[str, Any]) -> str:
    """Write a question's answers as the form shows them."""
    return "\n".join(
        f"{RIGHT} {option}" if place == question["right"] else option
        for place, option in enumerate(question["options"])
    )


def _change(item: Mapping[str, str]) -> dict[str, str]:
    kind = item.get("kind", "changed")
    return {
        "kind": kind if kind in CHANGE_KINDS else "changed",
        "subject": clean_line(item.get("subject", "")),
        "text": item.get("text", "").strip(),
    }


def _relabel(version: Version, label: str, reason: str, *, on: date) -> None:
    document = version.document
    scheme = profile_of(organisation_of(version)).version_scheme(document.type_id)
    earlier = [one for one in document.versions if one is not version and one.state != "aborted"]
    label = clean_line(label)
    offered = scheme.next(earlier[-1].label, on=on) if earlier else scheme.first(on=on)
    if not scheme.is_valid(label) or label in {one.label for one in earlier}:
        raise BadLabel(label=label, next=offered)
    if earlier and scheme.jump_needs_reason(earlier[-1].label, label):
        if not is_said(reason):
            raise ReasonNeeded(
                "Say why the version jumps from ${old} to ${new}.", old=earlier[-1].label, new=label
            )
        version.label_reason = reason.strip()
    version.label = label


def attach_file(version: Version, file: BlobFile, *, main: bool, act: Act) -> str:
    """Put a stored file into the draft and give its id; ``main`` makes it the content."""
    version.begin_change()
    version.files[file.uid] = file
    if main:
        version.main_file = file.uid
    version.editor_ids.add(act.person_id)
    act.notify(events.FileAttached(version, act, filename=file.filename, sha256=file.sha256))
    return file.uid


def remove_file(version: Version, file_id: str, *, act: Act) -> None:
    """Take a file out of the draft; earlier versions that hold it keep it."""
    version.begin_change()
    file = version.files.pop(file_id)
    if version.main_file == file_id:
        version.main_file = None
    version.editor_ids.add(act.person_id)
    act.notify(events.FileRemoved(version, act, filename=file.filename, sha256=file.sha256))
