"""What the register of copies refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class NotPossible(Refused):
    """This cannot be noted of a copy that is ${state}."""


class NothingToPrint(Refused):
    """Only a version in force with its file is printed as a controlled copy."""


class NotToPrint(Refused):
    """This copy is not to be used any more, so it is not printed; number a new one."""


class WordsMissing(Refused):
    """Say what happened; auditors read it."""


class TooManyCopies(Refused):
    """Print between 1 and ${most} copies at a time."""
