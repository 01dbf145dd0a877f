"""Tables out of uploaded files: sheets of cells, read by a process that may do nothing else.

A spreadsheet is hostile until proved otherwise: what acts in it is refused by its parts' names
(D4-40, D4-41), and its cells are read by ``qms.sheets.tablereader`` under limits of memory and
time. Cells are plain data: a text, ``{"n": number as text}``, ``{"d": ISO day}``, the same with
``"t": "HH:MM"`` where the cell holds an hour too, ``{"b": truth}`` or None.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qms.content.models import BlobFile
from qms.documents.attachments import checked_file
from qms.security.children import answer_of
from qms.sheets.errors import BadTable, NotATable, TableTooLarge
from qms.web.responses import safe_filename

READER = [sys.executable, "-I", "-W", "ignore", "-m", "qms.sheets.tablereader"]
SECONDS = 30
"""So long one file may take."""
LARGEST_CSV = 20 << 20
LARGEST_ANSWER = 200 << 20
CSV = "text/csv"
Cell = Any
"""A text, a mapping with one of the keys ``n``, ``d`` (perhaps with ``t``), ``b``, or None."""


@dataclass(frozen=True)
class Table:
    """One sheet of a file, row by row from its first."""

    name: str
    rows: list[list[Cell]]
    cut: bool
    """Whether it has more rows than are read."""


@dataclass(frozen=True)
class Tables:
    """What was read of one file."""

    sheets: list[Table]
    encoding: str = ""
    separator: str = ""
    """Of a CSV: as told, or as guessed."""

    def to_data(self) -> dict[str, Any]:
        """Give plain data to be kept."""
        return {
            "sheets": [{"name": one.name, "rows": one.rows, "cut": one.cut} for one in self.sheets],
            "encoding": self.encoding,
            "separator": self.separator,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Tables:
        """Read what :meth:`to_data` gave."""
        sheets = [Table(one["name"], one["rows"], one["cut"]) for one in data["sheets"]]
        return cls(sheets, data.get("encoding", ""), data.get("separator", ""))

    def sheet(self, name: str) -> Table:
        """Give the sheet of this name, else the first."""
        return next((one for one in self.sheets if one.name == name), self.sheets[0])


def checked_table(data: bytes, filename: str) -> BlobFile:
    """Make a stored file of an uploaded list, or refuse it."""
    name = safe_filename(filename.replace("\\", "/").rpartition("/")[2])
    if name.lower().endswith(".xlsx"):
        return checked_file(data, filename)
    if not name.lower().endswith((".csv", ".txt")):
        raise NotATable
    if len(data) > LARGEST_CSV or not data.strip() or data.startswith((b"PK", b"\xd0\xcf")):
        raise BadTable
    return BlobFile(data, name, CSV)


def read_tables(
    data: bytes, media_type: str, *, encoding: str = "", separator: str = "", seconds: int = SECONDS
) -> Tables:
    """Read all sheets of a checked file; takes a while, so call it outside of transactions."""
    kind = "csv" if media_type == CSV else "xlsx"
    options = json.dumps({"encoding": encoding, "separator": separator} if kind == "csv" else {})
    command = [*READER, kind, str(seconds), options]
    found = answer_of(command, data, seconds=seconds, most=LARGEST_ANSWER)
    if found is None:
        raise BadTable
    tables = Tables.from_data(json.loads(found))
    if not any(one.rows for one in tables.sheets):
        raise BadTable
    if any(one.cut for one in tables.sheets):
        raise TableTooLarge(most=max(len(one.rows) for one in tables.sheets))
    return tables


def text_of(cell: Cell) -> str:
    """Give what a reader of the spreadsheet would see of a cell, more or less; no hour of a day."""
    if cell is None:
        return ""
    if isinstance(cell, Mapping):
        value = next(iter(cell.values()), "")
        return str(value)
    return " ".join(str(cell).split())
