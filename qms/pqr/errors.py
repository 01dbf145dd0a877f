"""What the register of cases refuses."""

from __future__ import annotations

from qms.kernel.errors import Conflict, NotFound, Refused


class NotThatFar(Refused):
    """This cannot be done with a case that is ${state}."""


class WordsMissing(Refused):
    """Say why; it stays with the case."""


class TextMissing(Refused):
    """Say what the customer asks for, in one sentence at least."""


class NameMissing(Refused):
    """Say who asks, or mark the case as anonymous."""


class BadAddress(Refused):
    """This e-mail address cannot be written to; look at it again."""


class NotAnonymous(Refused):
    """Anonymous cases are not taken here; say who asks."""


class NotInProfile(Refused):
    """The organisation does not have this ${what}; choose one of the list."""


class ReceivedLater(Refused):
    """A case cannot be received after the moment at which it is registered."""


class NoExtension(Refused):
    """This term cannot be extended: ${source} gives no extension."""


class TooLate(Refused):
    """The term ended on ${due}; it can be extended before that only."""


class TooLong(Refused):
    """The term can be extended by ${most} more at most (${source})."""


class TooSoon(Refused):
    """Until ${day} the customer may still complete the case."""


class AlreadyRated(Refused):
    """You have rated this answer already; thank you."""


class Suppressed(Refused):
    """The personal data of this case were removed for good; nothing more is done with it."""


class ProofMissing(Refused):
    """Say how the answer reached the customer, and what proves it."""


class NoAddress(Refused):
    """There is no e-mail address in this case; note another proof of the notification."""


class NoSuchCase(NotFound):
    """There is no case with this number and code; look at your receipt again."""


class BadAmount(Refused):
    """Write the amount with digits, such as 1500000 or 99,50."""


class NeedsApproval(Refused):
    """This answer has to be approved first; send it to its approver."""


class NeedsNoApproval(Refused):
    """Answers to such a case need no approval; keep the answer as it is."""


class NoApprover(Refused):
    """There is nobody else who may approve this answer; tell who administers the system."""


class NotYours(Refused):
    """Only who was asked to approve this answer may do that, and never its author."""


class DraftChanged(Refused):
    """The answer was changed meanwhile; read it again before you decide."""


class LetterMissing(Refused):
    """The answer leaves as a signed letter; sign it first."""


class LetterChanged(Refused):
    """The case was changed while the letter was signed; look at it again."""


class TooLateToObject(Refused):
    """The time to say that you do not agree ended on ${day}; write a new case."""


class NothingToRate(Refused):
    """There is no answer that could be rated here; the link may be an old one."""


class NotOnNotice(Refused):
    """A notice on the web shows no personal data; take «${text}» out of it."""


class StillOpen(Refused):
    """The data are needed while the case is open; close it first."""


class StillKept(Refused):
    """The data must be kept until ${day} (${source}); they can be removed after that."""


class NothingToCorrect(Refused):
    """The new value is what is there already."""


class NobodyAsked(Refused):
    """Write a document number, an e-mail address, a telephone or a whole name."""


class CaseDisposed(Refused):
    """This case was eliminated by the record ${record} on ${day}; nothing is added to it."""


class CaseMovedOn(Conflict):
    """Your case has moved on meanwhile; look at it again with its number and code."""


class ChangesMoved(Refused):
    """Other terms would move now than those that were shown; look at them again."""
