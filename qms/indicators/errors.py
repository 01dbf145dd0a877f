"""What the indicators room refuses, in sentences that their reader can act on."""

from __future__ import annotations

from qms.kernel.errors import Conflict, Refused


class PeriodClosed(Conflict):
    """The period ${period} is closed; its values are only restated, with a reason."""


class PeriodOpen(Refused):
    """The period ${period} is still open: change its values as usual."""


class NotYetOver(Refused):
    """The period ${period} is not over yet."""


class NotCaptured(Refused):
    """${period} is not a period in which this indicator is captured."""


class NotAnalysed(Refused):
    """${period} is not a period in which this indicator is analysed."""


class Ended(Refused):
    """No document in force declares this indicator any more."""


class UnknownVariable(Refused):
    """This indicator has no variable «${variable}»."""


class CountedHere(Refused):
    """«${variable}» is counted by the system; nobody types it."""


class NothingGiven(Refused):
    """Give at least one value."""


class Unusual(Refused):
    """These values are unusual. Look at them again, and confirm them if they are right."""


class ReasonNeeded(Refused):
    """Say why."""


class SameValue(Refused):
    """This is the value that it has already."""


class TextNeeded(Refused):
    """Write the analysis."""


class CauseNeeded(Refused):
    """The result misses the target: write its cause."""


class AnswerNeeded(Refused):
    """The result misses the target: open an action for it, or say why none is needed."""


class AnalysisClosed(Conflict):
    """This analysis is closed; add a note to it."""


class AnalysisOpen(Refused):
    """This analysis is not closed yet: change it."""


class NoAnalysis(Refused):
    """There is no analysis of this period yet."""


class BadSource(Refused):
    """«${source}» is not something that values can be taken from."""


class TooEarly(Refused):
    """No card of this indicator was in force on ${day}."""


class BadTable(Refused):
    """The table cannot be used."""
