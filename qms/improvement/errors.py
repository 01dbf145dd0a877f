"""What the room of improvement refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class WrongMoment(Refused):
    """This cannot be done now; look at its state again."""


class SayWhy(Refused):
    """Write the reason; it stays in the history."""


class SayWhat(Refused):
    """Describe it; an empty text helps nobody."""


class EvidenceMissing(Refused):
    """Add the evidence: a file, or where the record is kept."""


class CauseMissing(Refused):
    """Analyse the cause first: a plan follows from it."""


class PlanMissing(Refused):
    """Plan at least one action first."""


class NothingDone(Refused):
    """Nothing was done with evidence yet; correct it or plan an action."""


class DispositionMissing(Refused):
    """Say first what is done with the nonconforming output."""


class AuthorityMissing(Refused):
    """A concession needs who authorised it."""


class NotReverified(Refused):
    """The corrected output was not verified again, so this cannot be closed."""


class RisksNotAnswered(Refused):
    """Say first whether the risks of the process have to be updated."""


class RisksNotUpdated(Refused):
    """The risks were to be updated; name the document in which that was done."""


class AnotherPerson(Refused):
    """Another person checks this: whoever did the work does not judge it."""


class NotYet(Refused):
    """The effectiveness can be checked from ${day} on."""


class TooManyExtensions(Refused):
    """The day was moved ${most} times already; finish the action or cancel it with its reason."""


class NotLater(Refused):
    """The new day has to be later than the present one."""


class InThePast(Refused):
    """The day is over already."""


class NobodyThere(Refused):
    """Choose a position that somebody holds, or a person."""


class NotInTheLists(Refused):
    """Choose one of the list."""


class NoSuchFinding(Refused):
    """There is no finding with this number."""


class OwnProcess(Refused):
    """${person} takes part in the audited process; nobody audits their own work."""


class LeadsIt(OwnProcess):
    """${person} leads the process ${thing}; nobody audits their own work."""


class WorksThere(OwnProcess):
    """${person} works in the process ${thing}; nobody audits their own work."""


class WroteIt(OwnProcess):
    """${person} wrote ${thing}, a document of the process; nobody audits their own work."""


class TeamMissing(Refused):
    """Name the team of the audit first, with who leads it."""


class QuestionsMissing(Refused):
    """The checklist is empty; prepare it first."""


class NotAllAnswered(Refused):
    """${n} questions of the checklist have no answer yet."""


class NotAllRaised(Refused):
    """Raise a finding for every nonconformity of the checklist first."""


class FindingsOpen(Refused):
    """Findings of this audit are still open: ${numbers}."""


class ProgrammeNotApproved(Refused):
    """The programme of the year has to be approved first."""


class YearTaken(Refused):
    """There is a programme of ${year} already."""


class SpanBackwards(Refused):
    """The last day comes before the first one."""


class InputsMissing(Refused):
    """Some inputs say nothing yet: ${parts}. Write a note there, even a short one."""


class PackChanged(Refused):
    """The numbers changed while you were signing; look at the pack again and sign it anew."""


class CutDateToCome(Refused):
    """The cut date is still to come; approve the review after it."""
