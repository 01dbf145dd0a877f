"""An import before it writes: its list received, its columns mapped, its words chosen."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.imports import events
from qms.imports.columns import checked_mapping, columns_of, find_header, guessed, plain_head
from qms.imports.errors import ColumnsMissing, WrongStage
from qms.imports.examine import Examination, examine
from qms.imports.matching import FileFact
from qms.imports.models import (
    COLUMNS,
    GIVEN_UP,
    PREVIEW,
    ImportRun,
    imports_of,
)
from qms.imports.situation import WORD_KINDS, Choices, Situation
from qms.kernel.acts import Act
from qms.kernel.archives import SafeArchive
from qms.people.moments import local_day
from qms.sheets.runs import packed, unpacked
from qms.sheets.tables import Table, Tables
from qms.web.responses import safe_filename


def receive(
    organisation: Organisation,
    source: BlobFile,
    tables: Tables,
    *,
    archive: BlobFile | None = None,
    files: SafeArchive | None = None,
    act: Act,
) -> ImportRun:
    """Keep an uploaded list whose cells were read; ``files`` is the archive, listed."""
    folder = imports_of(organisation)
    data = tables.to_data()
    if files is not None:
        data["files"] = [[one.path, one.size] for one in files.entries]
    run = ImportRun(source, data, archive, person_id=act.person_id, at=act.at)
    if files is not None:
        run.refused = tuple((one.path, one.why) for one in files.refused)
    run.sheet = _likely_sheet(tables)
    run.header = find_header(tables.sheet(run.sheet).rows)
    run.mapping.update(guessed(tables.sheet(run.sheet).rows, run.header))
    words = {kind: dict(folder.remembered.get(kind, {})) for kind in WORD_KINDS}
    run.choices = Choices(words=words).to_data()
    folder.add(str(_next_number(folder)), run)
    act.notify(events.ListReceived(run, act))
    return run


def _next_number(folder: Any) -> int:
    return max((int(name) for name in folder), default=0) + 1


def _likely_sheet(tables: Tables) -> str:
    """Choose the sheet whose head names the most fields; the first of the best."""

    def merit(table: Table) -> tuple[int, int]:
        if not table.rows:
            return (0, 0)
        mapping = guessed(table.rows, find_header(table.rows))
        return (len(mapping) if "code" in mapping else 0, min(1, len(table.rows)))

    return max(tables.sheets, key=merit).name


def tables_of(run: ImportRun) -> Tables:
    """Give the cells that were read of the list."""
    return Tables.from_data(unpacked(run.tables))


def choose_table(run: ImportRun, *, sheet: str, header: int, tables: Tables | None = None) -> None:
    """Take another sheet or row of heads, or cells that were read anew; columns are guessed."""
    _check_open(run)
    kept = unpacked(run.tables)
    if tables is not None:
        kept = {**kept, **tables.to_data()}
        run.tables = packed(kept, "cells.json")
    table = Tables.from_data(kept).sheet(sheet)
    run.sheet = table.name
    run.header = max(0, min(header, len(table.rows) - 1))
    run.mapping.clear()
    run.mapping.update(guessed(table.rows, run.header))
    run.stage = COLUMNS


def choose_columns(run: ImportRun, mapping: Mapping[str, int]) -> None:
    """Say which column holds what; code and title must be among them."""
    _check_open(run)
    mapping = checked_mapping(mapping)
    if not {"code", "title"} <= set(mapping):
        raise ColumnsMissing
    run.mapping.clear()
    run.mapping.update(mapping)
    run.stage = PREVIEW


def choose(run: ImportRun, choices: Choices) -> None:
    """Keep what was chosen for words, codes and labels, and remember the words."""
    _check_open(run)
    run.choices = choices.to_data()
    folder = run.__parent__
    remembered = getattr(folder, "remembered", None)
    if remembered is not None:
        for kind in WORD_KINDS:
            known = {**remembered.get(kind, {}), **choices.words.get(kind, {})}
            remembered[kind] = known


def situation_of(run: ImportRun, today: date) -> Situation:
    """Look at the organisation with the choices of this import."""
    return Situation(organisation_of(run), Choices.from_data(run.choices), today)


def examination_of(run: ImportRun, today: date) -> tuple[Examination, Situation]:
    """Find what would become of every row as things stand now."""
    kept = unpacked(run.tables)
    table = Tables.from_data(kept).sheet(run.sheet)
    files = None
    if run.archive is not None:
        files = [FileFact(path, size) for path, size in kept.get("files", [])]
    situation = situation_of(run, today)
    found = examine(table.rows, run.header, dict(run.mapping), situation, files)
    return found, situation


def today_of(organisation: Organisation, act: Act) -> date:
    """Give the day at the organisation's place."""
    return local_day(organisation, act.at)


def unknown_words(found: Examination, situation: Situation) -> dict[str, dict[str, list[int]]]:
    """Give the words that were unknown, and those chosen for: kind to word to its rows."""
    unknown: dict[str, dict[str, list[int]]] = {kind: {} for kind in WORD_KINDS}
    for line in found.lines:
        for one in line.findings:
            kind = one.kind.removesuffix("-unknown")
            if kind in unknown and one.kind.endswith("-unknown"):
                unknown[kind].setdefault(str(one.mapping["value"]), []).append(line.row)
    chosen = {kind: set(situation.choices.words.get(kind, {})) for kind in WORD_KINDS}
    for line in found.lines:
        for kind in ("type", "process"):
            said = line.said.get(kind, "")
            if said and plain_head(said) in chosen[kind]:
                rows = unknown[kind].setdefault(said, [])
                if line.row not in rows:
                    rows.append(line.row)
    return unknown


def give_up(run: ImportRun, *, act: Act) -> None:
    """End an import that has written nothing yet."""
    _check_open(run)
    run.stage = GIVEN_UP
    run.finished_at = act.at
    act.notify(events.ImportGivenUp(run, act))


def checked_archive(data: bytes, filename: str) -> tuple[BlobFile, SafeArchive]:
    """Make a stored file of an uploaded archive, and list it; raises BadArchive.

    Entries that lead astray are left alone one by one, and told: the others are of use (D4-38).
    """
    listed = SafeArchive(io.BytesIO(data))
    name = safe_filename(filename.replace("\\", "/").rpartition("/")[2])
    return BlobFile(data, name, "application/zip"), listed


def columns_now(run: ImportRun) -> list[Any]:
    """Give the columns of the chosen sheet, each with head, samples and guess."""
    return columns_of(tables_of(run).sheet(run.sheet).rows, run.header)


def _check_open(run: ImportRun) -> None:
    if not run.is_open:
        raise WrongStage
