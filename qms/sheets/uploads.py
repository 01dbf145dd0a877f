"""Tables that a form brings, read outside of its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pyramid.request import Request

from qms.content.models import BlobFile
from qms.sheets.tables import Tables, checked_table, read_tables
from qms.web.forms import at_field
from qms.web.transactions import outside

__all__ = ["read_upload"]


def read_upload(request: Request, values: Mapping[str, Any], field: str) -> tuple[BlobFile, Tables]:
    """Read the list in ``field``, and give it as a file to be stored too; refuses at the field."""
    upload = values[field]
    upload["fp"].seek(0)
    data, filename = upload["fp"].read(), str(upload["filename"] or "")
    with at_field(field):
        media_type = checked_table(data, filename).media_type
        tables = outside(request, partial(read_tables, data, media_type))
    # Made anew: the first one belongs to the transaction that ended.
    return checked_table(data, filename), tables
