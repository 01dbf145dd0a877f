"""An import while it writes: some documents a transaction, so that it can stop and go on.

The place in the plan moves in the very transaction that made the documents: whatever kills the
process, nothing is made twice and nothing left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.documents.attachments import checked_file
from qms.documents.services.migration import add_migrated_version, migrate_document
from qms.imports import events
from qms.imports.errors import NothingToDo, TakenMeanwhile, WrongStage
from qms.imports.models import DONE, FOLDER, PREVIEW, RUNNING, ImportRun
from qms.imports.plan import Unit, account_of, to_create, units_of
from qms.imports.services.runs import examination_of, tables_of, today_of
from qms.imports.services.structure import create_missing
from qms.kernel import codes
from qms.kernel.acts import Act
from qms.kernel.archives import BadArchive, SafeArchive
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.sheets.runs import carry_out, packed, unpacked

BATCH = 40
"""Most documents of one transaction."""
SECONDS = 2.0
"""A batch ends after so long, whatever is left of it."""
TAKEN, LEFT, FAILED = "taken", "left", "failed"
"""What was done with a row."""


def start(run: ImportRun, *, act: Act) -> None:
    """Begin: make what was chosen to be made, and fix the plan; documents follow by ``carry``."""
    if run.stage != PREVIEW:
        raise WrongStage
    organisation = organisation_of(run)
    found, situation = examination_of(run, today_of(organisation, act))
    if not found.groups or not any(
        not line.stopped for group in found.groups.values() for line in group
    ):
        raise NothingToDo
    create_missing(organisation, to_create(found, situation), act=act)
    source = {
        "import": run.__name__,
        "file": run.source.filename,
        "sha256": run.source.sha256,
        "sheet": run.sheet,
    }
    rows = tables_of(run).sheet(run.sheet).rows
    units = units_of(found, situation, source, rows, run.header)
    run.plan = packed(units, "plan.json")
    kept = {
        "rows": account_of(found),
        "orphans": [[one.path, one.why] for one in found.orphans],
    }
    run.account = packed(kept, "account.json")
    run.counts = found.counts()
    run.total, run.cursor = len(units), 0
    run.stage, run.started_at = RUNNING, act.at
    act.notify(events.ImportStarted(run, act, counts=run.counts))


def step(run: ImportRun, *, act: Act, most: int = BATCH) -> bool:
    """Make the next documents of the plan, in the caller's transaction; tells whether more follow.

    Repeated until it gives False, in transactions of its own each time.
    """
    if run.stage != RUNNING:
        return False
    units = _plan_of(run)
    until = time.monotonic() + SECONDS
    archive = _archive_of(run)
    try:
        for unit in units[run.cursor : run.cursor + most]:
            _carry(run, unit, archive, act)
            run.cursor += 1
            if time.monotonic() > until:
                break
    finally:
        if archive is not None:
            archive.close()
    if run.cursor < len(units):
        return True
    _finish(run, act)
    return False


def carry_on(
    run: ImportRun,
    *,
    make_act: Callable[[], Act],
    commit: Callable[[], None],
    abort: Callable[[], None],
) -> None:
    """Carry an import to its end in short transactions; ``commit`` and ``abort`` begin new ones.

    A document that cannot be made for an unforeseen reason is noted and passed over; a conflict
    means that somebody else carries it on, and is the caller's to hear of.
    """
    if run.stage != RUNNING:
        return

    def pass_over() -> str:
        _pass_over(run)
        return f"document {run.cursor} of import {run.__name__}"

    carry_out(
        lambda most: step(run, act=make_act(), most=most),
        pass_over,
        most=BATCH,
        commit=commit,
        abort=abort,
    )


def running(organisation: Organisation) -> Iterator[ImportRun]:
    """Give the imports of an organisation that are under way."""
    folder = organisation.get(FOLDER)
    if folder is not None:
        yield from [run for run in folder.values() if run.stage == RUNNING]


def _plan_of(run: ImportRun) -> list[Unit]:
    """Give the plan; it is read once and kept beside the object in memory, never in the base."""
    kept = getattr(run, "_v_plan", None)
    if kept is None:
        kept = run._v_plan = unpacked(run.plan)  # noqa: SLF001
    return kept


def _archive_of(run: ImportRun) -> SafeArchive | None:
    if run.archive is None:
        return None
    return SafeArchive(run.archive.open())


def _carry(run: ImportRun, unit: Unit, archive: SafeArchive | None, act: Act) -> None:
    """Make one document, or add the versions of one that is here, and note it row by row."""
    folder = organisation_of(run)["documents"]
    files: dict[int, BlobFile] = {}
    whys: dict[int, Any] = {}
    for place, one in enumerate(unit["versions"]):
        if one["file"] and archive is not None:
            try:
                files[place] = _file(archive, one["file"])
            except Refused as refusal:
                whys[place] = {"msgid": refusal.msgid, "mapping": refusal.mapping}
    if unit["fresh"]:
        _make(run, folder, unit, files, whys, act)
        return
    document = folder[unit["code"]]
    order = [one for one in reversed(unit["versions"]) if one["older"]]
    order += [one for one in unit["versions"] if not one["older"]]
    for one in order:
        place = unit["versions"].index(one)
        try:
            add_migrated_version(
                document, one["data"], act=act, file=files.get(place), older=one["older"]
            )
        except Refused as refusal:
            _note(run, one, LEFT, refusal)
        else:
            _note(run, one, TAKEN, file=files.get(place), why=whys.get(place))


def _make(
    run: ImportRun,
    folder: Any,
    unit: Unit,
    files: dict[int, BlobFile],
    whys: dict[int, Any],
    act: Act,
) -> None:
    try:
        # Asked first: what is refused half-way would leave half a document in the transaction.
        profile_of(organisation_of(run)).document_type(unit["document"]["type"])
        if folder.get(unit["code"]) or folder.twins.get(codes.twin_key(unit["code"])):
            raise TakenMeanwhile
    except Refused as refusal:
        for one in unit["versions"]:
            _note(run, one, LEFT, refusal)
        return
    data = {
        "document": unit["document"],
        "versions": [one["data"] for one in unit["versions"]],
        "sections": _sections(run, unit),
    }
    migrate_document(folder, data, act=act, files=files)
    for place, one in enumerate(unit["versions"]):
        _note(run, one, TAKEN, file=files.get(place), why=whys.get(place))


def _sections(run: ImportRun, unit: Unit) -> dict[str, Any]:
    """Give the related documents as content, where the type has a section for them."""
    if not unit["references"]:
        return {}
    organisation = organisation_of(run)
    type_ = profile_of(organisation).document_type(unit["document"]["type"])
    section = next((one for one in type_.sections if one.kind == "references"), None)
    if section is None:
        return {}
    folder = organisation["documents"]
    items = []
    for code in unit["references"]:
        target = folder.get(code)
        items.append({"code": code, "title": target.title if target else "", "note": ""})
    return {section.id: {"items": items}}


def _file(archive: SafeArchive, path: str) -> BlobFile:
    entry = archive.named(path)
    if entry is None:
        raise BadArchive
    return checked_file(archive.read(entry), entry.filename)


def _note(
    run: ImportRun,
    version: Any,
    done: str,
    refusal: Refused | None = None,
    *,
    file: BlobFile | None = None,
    why: Any = None,
) -> None:
    if refusal is not None:
        why = {"msgid": refusal.msgid, "mapping": refusal.mapping}
    run.results[version["row"]] = {
        "done": done,
        "why": why,
        "file": None if file is None else {"filename": file.filename, "sha256": file.sha256},
    }


def _pass_over(run: ImportRun) -> None:
    unit = _plan_of(run)[run.cursor]
    why = {"msgid": str(_("Something unforeseen happened; the log of the server has it.")),
           "mapping": {}}  # fmt: skip
    for one in unit["versions"]:
        _note(run, one, FAILED, why=why)
    run.cursor += 1


def _finish(run: ImportRun, act: Act) -> None:
    run.stage, run.finished_at = DONE, act.at
    done = [one["done"] for one in run.results.values()]
    counts = {name: done.count(name) for name in (TAKEN, LEFT, FAILED)}
    counts["out"] = run.counts.get("out", 0)
    counts["files"] = sum(one["file"] is not None for one in run.results.values())
    run.counts = {**run.counts, **counts}
    act.notify(events.ImportFinished(run, act, counts=counts))
