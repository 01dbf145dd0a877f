"""What the numbers for paper refuse."""

from __future__ import annotations

from qms.kernel.errors import Conflict, NotFound, Refused


class NoSuchNumber(NotFound):
    """This number was not set aside for paper."""


class NumberGone(Conflict):
    """The number ${number} was used or annulled already; look at it before you go on."""


class BeforeTheBlock(Refused):
    """The numbers were set aside on ${moment}; nothing can have been received with them before."""


class WhenMissing(Refused):
    """Say when it was received on paper."""


class WhyLater(Refused):
    """Say why it is entered later; it stays with the case."""


class TooMany(Refused):
    """At most ${most} numbers are set aside at once, and ${open} are still open."""
