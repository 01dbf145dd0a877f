"""Refusals of the import."""

from __future__ import annotations

from qms.kernel.errors import Refused


class BadTable(Refused):
    """This file cannot be read as a table; save it as XLSX or CSV and try again."""


class TableTooLarge(BadTable):
    """The table is larger than ${most} rows; part it and import the parts."""


class NotATable(BadTable):
    """Only XLSX and CSV files are read as a list."""


class WrongStage(Refused):
    """This import has gone on in the meantime; look at it anew."""


class NothingToDo(Refused):
    """Nothing of this list would be taken over; look at the findings."""


class ColumnsMissing(Refused):
    """Say which columns hold the code and the title."""


class TakenMeanwhile(Refused):
    """Somebody else took this code after the import began; what is here stays as it is."""
