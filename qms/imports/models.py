"""What an import keeps: the list, the files, what was chosen, what became of every row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from BTrees.IOBTree import IOBTree
from persistent.mapping import PersistentMapping

from qms.content.models import BlobFile, Content, Folder, Organisation
from qms.kernel.i18n import _
from qms.sheets.runs import packed

FOLDER = "imports"
COLUMNS, PREVIEW, RUNNING, DONE, GIVEN_UP = "columns", "preview", "running", "done", "given-up"
"""The stages of an import; only ``running`` writes documents."""


class Imports(Folder):
    """The imports of one organisation, by their number; what was chosen is remembered."""

    type_name = "imports"
    crumb = _("Imports")

    def __init__(self) -> None:
        """Start without imports."""
        super().__init__("Imports")
        self.remembered: PersistentMapping = PersistentMapping()
        """Kind of word to folded word to the choice that was made for it last."""


class ImportRun(Content):
    """One list that was uploaded: from its columns to the last row that was taken over."""

    type_name = "import"

    def __init__(
        self,
        source: BlobFile,
        tables: Mapping[str, Any],
        archive: BlobFile | None,
        *,
        person_id: str,
        at: datetime,
    ) -> None:
        """Keep what was uploaded, and the cells that were read of it."""
        super().__init__(source.filename)
        self.source = source
        self.archive = archive
        self.person_id = person_id
        self.created_at = at
        self.stage = COLUMNS
        self.tables = packed(tables, "cells.json")
        self.sheet = ""
        self.header = 0
        self.mapping: PersistentMapping = PersistentMapping()
        """Field to the index of its column."""
        self.choices: dict[str, Any] = {}
        """See ``qms.imports.situation.Choices``; replaced as a whole."""
        self.refused: tuple[tuple[str, str], ...] = ()
        """Files of the archive that are left alone: path and message id."""
        self.account: BlobFile | None = None
        """What was found in every row, as JSON, kept when the import began to write."""
        self.plan: BlobFile | None = None
        """The documents to make, in their order, as JSON."""
        self.total = 0
        self.cursor = 0
        """So many documents of the plan are done; moves in the transaction that made them."""
        self.results = IOBTree()
        """Row to what was done, a plain mapping."""
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.counts: dict[str, int] = {}

    @property
    def crumb(self) -> str:
        """Its file's name."""
        return self.title

    @property
    def percent(self) -> int:
        """How much of the plan is done."""
        return 100 if not self.total else self.cursor * 100 // self.total

    @property
    def is_open(self) -> bool:
        """Whether columns and choices can still be changed."""
        return self.stage in (COLUMNS, PREVIEW)


def imports_of(organisation: Organisation) -> Imports:
    """Give the organisation's imports, made at their first use."""
    folder = organisation.get(FOLDER)
    if folder is None:
        folder = organisation.add(FOLDER, Imports())
    return folder
