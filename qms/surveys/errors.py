"""What surveys and calls refuse."""

from __future__ import annotations

from qms.kernel.errors import Conflict, NotFound, Refused


class NotNow(Refused):
    """This cannot be done with a customer who is ${state}."""


class WordsMissing(Refused):
    """Say what was done for the customer; it is the evidence."""


class ReasonMissing(Refused):
    """Say why these answers do not count; the reason stays with them."""


class EvidenceMissing(Refused):
    """This state needs evidence: attach the file that proves what was done."""


class UnknownChoice(Refused):
    """The organisation does not have this ${what}; choose one of the list."""


class AnswerMissing(Refused):
    """The question «${question}» still needs an answer."""


class BadAnswer(Refused):
    """«${answer}» is no answer to «${question}»."""


class TitleMissing(Refused):
    """Give the campaign a name by which its callers know it."""


class CampaignClosed(Refused):
    """This campaign is closed; open another one."""


class SomebodyElses(Conflict):
    """${person} is calling this customer at the moment; take the next one."""


class NobodyLeft(Refused):
    """There is nobody to call now; look at those who asked to be called later."""


class SameList(Refused):
    """This very file was loaded on ${day}; nothing was added."""


class SampleByHand(Refused):
    """The sample of a campaign is drawn by a person: load its list on the page of the campaign."""


class NoOpenCampaign(NotFound):
    """There is no open campaign «${name}» here; give its number, or the survey whose one it is."""


class BadRows(Refused):
    """Send an XLSX or CSV file as the body, or JSON rows: {"rows": [{"Cliente": …}]}."""


class NoList(Refused):
    """There is no list to look at; load one first."""


class NoNameColumn(Refused):
    """Say which column holds the customer's name, and which one the telephone or e-mail address."""


class ListTooLong(Refused):
    """A list of up to ${most} customers is loaded at once; part it, or draw a sample of it."""


class NobodyToAdd(Refused):
    """Nobody of this list can be called; the reasons stand beside each line."""


class CalledLater(Refused):
    """A call back has a moment that is still to come."""


class BadContact(Refused):
    """A customer has a name, and a telephone number or an e-mail address that can be used."""


class OptedOut(Refused):
    """This customer asked not to be called or written to any more."""


class NoAddress(Refused):
    """There is no e-mail address here; call, or send the message."""


class LinkGone(NotFound):
    """This link cannot be used any more: it was answered, it expired, or it was copied wrongly."""


class NoSuchReport(NotFound):
    """There is no report of this month."""


class StillFollowed(Refused):
    """This customer still waits for an answer; finish the follow-up first."""


class PersonGone(Refused):
    """The personal data of this customer were removed for good; nothing more is done here."""
