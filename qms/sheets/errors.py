"""Refusals of files that should hold a table."""

from __future__ import annotations

from qms.kernel.errors import Refused


class BadTable(Refused):
    """This file cannot be read as a table; save it as XLSX or CSV and try again."""


class TableTooLarge(BadTable):
    """The table is larger than ${most} rows; part it and import the parts."""


class NotATable(BadTable):
    """Only XLSX and CSV files are read as a list."""
