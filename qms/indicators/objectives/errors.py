"""What is refused of objectives, in sentences that their reader can act on."""

from __future__ import annotations

from qms.kernel.errors import Conflict, Refused


class ObjectiveMoved(Conflict):
    """The objective is not in a state for this any more; look at its page again."""


class SayWhy(Refused):
    """Say why."""


class WordsMissing(Refused):
    """Write it in words."""


class SpanTurned(Refused):
    """The last day lies before the first."""


class NotMeasured(Refused):
    """${number} is not an indicator that is measured now; choose another."""


class NobodyAnswers(Refused):
    """Choose a position that somebody holds."""


class DeclaredInDocument(Conflict):
    """The document ${code} declares this objective: change it there, in a new version."""


class NotOverYet(Refused):
    """Its period runs until ${day}; it is judged once that day has passed."""


class MeasuresObjectives(Refused):
    """${indicators} still measures ${objectives}: give that objective another indicator first."""
