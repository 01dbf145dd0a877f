"""What renaming refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class SameName(Refused):
    """That is the name that it has already."""


class NameNeeded(Refused):
    """Write the new name and the reason; both stay in the history of each document."""


class RenamedElsewhere(Refused):
    """This is being renamed already, in ${number}; carry that on or give it up first."""


class NameMoved(Refused):
    """The name is «${now}» by now; look for the places again."""


class NotThatFar(Refused):
    """This cannot be done with a renaming that is ${state}."""


class StillLooking(Refused):
    """Not all documents were looked through yet; carry on looking first."""


class NothingWaits(Refused):
    """No document of this renaming waits for that."""


class ReasonMissing(Refused):
    """Say why the renaming is given up."""
