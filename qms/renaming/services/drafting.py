"""Writing the new name into drafts, one transaction a document, so that it can stop and go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice

from qms.content.models import organisation_of
from qms.documents.listing import catalogue_of as documents_of
from qms.documents.listing import entry_of
from qms.documents.models import Document, Version
from qms.documents.search_text import note_change
from qms.documents.services import drafting
from qms.kernel.acts import Act
from qms.kernel.errors import Conflict, Refused
from qms.profiles.api import profile_of
from qms.renaming import events, workflow
from qms.renaming.errors import NothingWaits
from qms.renaming.finding import Finder, renaming_of
from qms.renaming.leaves import changed
from qms.renaming.models import PROCESS, RenamePackage
from qms.renaming.names import Renaming
from qms.renaming.services.planning import NAME, note

AT_ONCE = 50
"""So many documents that get no draft are settled in one transaction."""
MINOR = "Solo cambia el nombre de «{old}» a «{new}»."
"""Why nobody has to read anew; it becomes part of the document, in its language."""
_WRITTEN = frozenset({workflow.REDRAFT, workflow.CORRECT})


def carry_on(
    package: RenamePackage,
    *,
    act: Act,
    commit: Callable[[], None],
    abort: Callable[[], None],
    seconds: float = 8.0,
    again: bool = False,
) -> bool:
    """Write drafts until none waits or time is up; tells whether more follow.

    ``commit`` and ``abort`` end the transaction and begin the next one. A draft that cannot be
    made is noted with its reason and does not stop the others; ``again`` tries those anew.
    """
    until = time.monotonic() + seconds
    statuses = (workflow.WAITING, workflow.FAILED) if again else (workflow.WAITING,)
    tried: set[str] = set()
    while waiting := [uid for uid in package.progress.of(*statuses) if uid not in tried]:
        if time.monotonic() > until:
            return True
        first = waiting[0]
        tried.add(first)
        try:
            step(package, first, act=act)
        except Conflict:
            raise
        except Refused as refusal:
            abort()
            fail(package, first, refusal, act=act)
        commit()
    return False


def step(package: RenamePackage, uid: str, *, act: Act) -> None:
    """Do what was chosen for one document, or for several that get no draft."""
    now = package.progress
    if now.choices[uid] in _WRITTEN:
        document = package.document(uid)
        if document is not None:
            _write(package, document, act=act)
        return
    waiting = (one for one in now.of(workflow.WAITING) if now.choices[one] not in _WRITTEN)
    settle(package, list(islice(waiting, AT_ONCE)), act=act)


def settle(package: RenamePackage, uids: Sequence[str], *, act: Act, flag: bool = False) -> None:
    """Leave documents without a draft; those to be flagged bear a notice until a new version."""
    flags = organisation_of(package)[NAME].flags
    for uid in uids:
        document = package.document(uid)
        if document is None:
            continue
        if flag or package.progress.choices[uid] == workflow.FLAG:
            orders = (document.in_force_order, document.pending_order)
            flags[uid] = (
                package.number,
                max((one for one in orders if one is not None), default=-1),
            )
        _refresh(document, package)
    note(package, "settled", act=act, documents=list(uids))
    act.notify(events.RenamingSettled(package, act, text=str(len(uids))))


def _refresh(document: Document, package: RenamePackage) -> None:
    """Let master list and search say the new name; processes tell it of themselves."""
    if package.kind != PROCESS:
        documents_of(organisation_of(document)).put(document.uid, entry_of(document))
    note_change(document)


def flag_instead(package: RenamePackage, uid: str, *, act: Act) -> None:
    """Be content with a notice on a document whose draft failed or was given up."""
    if package.progress.items.get(uid) not in {workflow.FAILED, workflow.LET_GO}:
        raise NothingWaits
    settle(package, [uid], act=act, flag=True)


def fail(package: RenamePackage, uid: str, refusal: Refused, *, act: Act) -> None:
    """Keep why a draft could not be made."""
    why = {"msgid": refusal.msgid, "mapping": dict(refusal.mapping)}
    note(package, "failed", act=act, document=uid, why=why)
    document = package.document(uid)
    code = "" if document is None else document.code
    act.notify(events.RenamingFailed(package, act, code=code, text=str(refusal)))


def _write(package: RenamePackage, document: Document, *, act: Act) -> None:
    fresh = package.progress.choices[document.uid] == workflow.REDRAFT
    if fresh:
        version = drafting.start_version(document, act=act)
    else:
        pending = document.pending
        if pending is None:
            raise NothingWaits
        version = pending
    version.check_editable()
    words = renaming_of(organisation_of(document), package.old, package.new)
    rewrite(version, words, package, act=act)
    _tell_details(version, words, package, fresh=fresh, act=act)
    organisation_of(package)[NAME].drafts[version.uid] = package.number
    note(package, "drafted", act=act, document=document.uid, order=version.order)
    act.notify(events.RenamingDrafted(package, act, code=document.code, text=version.label))


def rewrite(version: Version, words: Renaming, package: RenamePackage, *, act: Act) -> None:
    """Put the new name into every text of a draft that bears the former one."""
    document = version.document
    finder = Finder(organisation_of(document), package.kind, package.thing_id, words)
    type_ = profile_of(organisation_of(document)).document_type(document.type_id)

    def put(text: str, html: bool, _row: str) -> str:  # noqa: FBT001
        return words.apply(text, html=html)

    for spec in type_.sections:
        stored = version.sections.get(spec.id)
        if stored is None:
            continue
        data = changed(spec.kind, stored.data, put, finder.follows)
        if data != stored.data:
            drafting.save_section(version, spec.id, data, base_revision=stored.revision, act=act)


def _tell_details(
    version: Version,
    words: Renaming,
    package: RenamePackage,
    *,
    fresh: bool,
    act: Act,
) -> None:
    """Say in the draft what changes and why; what its author wrote stays."""
    said = {"kind": "renamed", "subject": package.old, "text": f"{package.old} → {package.new}"}
    changes = [dict(one) for one in version.changes]
    if said not in changes:
        changes.append(said)
    review = version.dates.get("review_by")
    minor = MINOR.format(old=package.old, new=package.new)
    questions = [
        {
            "text": words.apply(one["text"]),
            "answers": words.apply(drafting.question_lines(one)),
        }
        for one in version.questions
    ]
    drafting.save_details(
        version,
        act=act,
        title=words.apply(version.title),
        reason=package.reason if fresh or not version.reason else None,
        changes=changes,
        release_on=package.from_on or version.release_on,
        review_by=date.fromisoformat(review) if review else None,
        minor_reason=minor if fresh and package.minor else None,
        questions=questions or None,
    )
