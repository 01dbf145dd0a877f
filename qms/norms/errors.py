"""What the normogram refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class NotThatFar(Refused):
    """Of a repealed norm nothing is noted but that the repeal was noted by mistake."""


class NothingToTakeBack(Refused):
    """No change and no repeal of this norm was noted."""


class NoteMissing(Refused):
    """Say what you looked at and where: auditors read it as the evidence of this check."""


class SuccessorMissing(Refused):
    """Say which norm did it, such as «Ley 1437 de 2011»."""


class DayToCome(Refused):
    """A check is noted on the day on which it is made, or later; never ahead."""


class BadInterval(Refused):
    """The months between two checks are 1 to 120; leave them empty for a norm without checks."""


class BadDates(Refused):
    """A norm cannot end before it begins."""


class BadLink(Refused):
    """A link begins with http:// or https:// and names a site."""


class NormTaken(Refused):
    """This norm is in the register already: ${name}."""


class NameMissing(Refused):
    """Give the number of the document, or its title."""


class YearMissing(Refused):
    """Give the number and the year: «Ley 962» of another year is another law."""


class RequirementTaken(Refused):
    """This norm has the requirement ${number} already."""


class NoClauses(Refused):
    """There is no table of clauses for this norm."""


class BadNorms(Refused):
    """The file of norms cannot be used: ${why}."""
