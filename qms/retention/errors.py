"""What retention refuses."""

from __future__ import annotations

from qms.kernel.errors import Conflict, Refused


class SeriesTaken(Refused):
    """There is a series ${code} already; a code of the table is never used twice."""


class SeriesUnknown(Refused):
    """There is no series ${code} in the table."""


class BelongsElsewhere(Refused):
    """The same records belong to series ${code} already; narrow one of them by process."""


class ReasonMissing(Refused):
    """Say why: whoever looks at the table in ten years reads it."""


class RuleTooEarly(Refused):
    """A rule that holds from ${day} is there; a new one begins later."""


class HoldEmpty(Refused):
    """Say what is held: a document, a process, a series, a case, a record or a customer."""


class NoSuchScope(Refused):
    """Nothing here is called «${what}»; write its code, its number or its address."""


class HoldReleased(Refused):
    """This legal hold was released already."""


class NothingToList(Refused):
    """No record of this series is at that point today."""


class TransferReceived(Refused):
    """Somebody received this list already."""


class OwnTransfer(Refused):
    """Whoever made the list hands it over; another person receives it."""


class NotThatFar(Refused):
    """This cannot be done with an elimination that is ${state}."""


class NoticeRuns(Refused):
    """Objections can be filed until ${day}; it can be approved from the day after."""


class ObjectionsOpen(Refused):
    """${n} objections wait for their answer; each needs one before the approval."""


class SameHands(Refused):
    """Whoever proposed an elimination never approves it; another person does."""


class MediumMissing(Refused):
    """Say on which medium these records were reproduced before they are eliminated."""


class ObjectionMissing(Refused):
    """Say which record should stay, and why."""


class LineUnknown(Refused):
    """This list has no line ${line}."""


class ListChanged(Conflict):
    """The list was changed while you read it; look at it again before you sign."""
