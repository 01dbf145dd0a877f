"""What the register of cases refuses."""

from __future__ import annotations

from qms.kernel.errors import NotFound, Refused


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
