"""What lists of cases refuse."""

from __future__ import annotations

from qms.kernel.errors import NotFound, Refused


class NoSuchList(NotFound):
    """This list is not here."""


class NotAtThisStage(Refused):
    """This list has gone on since; look at it again."""


class FieldsMissing(Refused):
    """Say which columns hold the day of receipt, the customer and the text."""


class NothingToTake(Refused):
    """No row of this list can become a case; put right what was found and upload it again."""


class OnlyQuality(Refused):
    """Closed cases of another system are taken over by quality only."""
