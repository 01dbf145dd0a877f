"""Refusals of the import."""

from __future__ import annotations

from qms.kernel.errors import Refused


class WrongStage(Refused):
    """This import has gone on in the meantime; look at it anew."""


class NothingToDo(Refused):
    """Nothing of this list would be taken over; look at the findings."""


class ColumnsMissing(Refused):
    """Say which columns hold the code and the title."""


class TakenMeanwhile(Refused):
    """Somebody else took this code after the import began; what is here stays as it is."""
