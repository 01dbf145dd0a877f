"""Writes the trail into files: JSON lines that verify on their own, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from qms.audit.models import Trail
from qms.audit.services import lines
from qms.exports.csv_file import guarded

COLUMNS = (
    "at",
    "person",
    "person_id",
    "event",
    "title",
    "path",
    "channel",
    "address",
    "details",
    "number",
    "hash",
)


def to_json_lines(trail: Trail, *, at: datetime) -> bytes:
    """Give the whole trail, one JSON object a line; ``verify_trail.py`` checks it."""
    written = (
        json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for line in lines(trail, at=at)
    )
    return ("\n".join(written) + "\n").encode("utf-8", "backslashreplace")


def to_csv(entries: Iterable[dict[str, Any]]) -> bytes:
    """Give entries as CSV with semicolons and a byte order mark, as Spanish Excel opens it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        cells = {
            **entry,
            "details": json.dumps(entry["details"], ensure_ascii=False, sort_keys=True),
        }
        writer.writerow([guarded(str(cells.get(name, ""))) for name in COLUMNS])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "backslashreplace")
