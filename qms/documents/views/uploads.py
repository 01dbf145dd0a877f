"""Files that a form brings, looked at before they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qms.content.models import BlobFile
from qms.documents.attachments import LARGEST, BadFile, checked_file
from qms.web.forms import at_field

__all__ = ["taken_files"]


def taken_files(values: Mapping[str, Any], fields: Iterable[str]) -> list[BlobFile]:
    """Make stored files of those in ``fields`` of a form's values; refuses at the field."""
    made = []
    for field in fields:
        if upload := values.get(field):
            with at_field(field, BadFile):
                data = upload["fp"].read(LARGEST + 1)
                made.append(checked_file(data, str(upload["filename"] or "")))
    return made
