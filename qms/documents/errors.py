"""What the documents feature refuses, each a sentence that says what to do."""

from __future__ import annotations

from qms.kernel.errors import Conflict, Refused


class CodeTaken(Refused):
    """The code ${code} is or was in use here, and a code is never used twice; take ${next}."""


class DraftExists(Refused):
    """A new version of this document is already under way; work on that one."""


class NotEditable(Refused):
    """This version is no longer a draft; its content cannot change any more."""


class SectionChanged(Conflict):
    """Somebody else saved this section after you opened it; compare both texts and save again."""


class Incomplete(Refused):
    """Things are missing before it can be submitted (${n}); the editor lists them."""


class ReasonNeeded(Refused):
    """Write the reason; it stays in the history of the document."""


class LabelTaken(Refused):
    """A version ${label} of this document exists already."""


class BadLabel(Refused):
    """The version label ${label} does not fit your scheme; the next one is ${next}."""


class NotInReview(Refused):
    """This version is not waiting for signatures."""


class NotYourTurn(Refused):
    """It is not your turn to sign this version."""


class SlotTaken(Refused):
    """This signature has already been given."""


class SignedAlready(Refused):
    """You have signed this version already; another person has to give this signature."""


class OwnWork(Refused):
    """Whoever wrote a version cannot review or approve it; another person has to sign here."""


class ImpossibleAct(Refused):
    """This cannot be done to a version that is ${state}."""


class ContentChanged(Conflict):
    """The document changed while you were looking at it; read it again before you sign."""


class KeyReplaced(Refused):
    """Your signing key was replaced meanwhile; sign again with the new one."""


class NoPosition(Refused):
    """${person} is not active in any position; a signature prints the signer's position."""


class WrongAnswers(Refused):
    """Not every answer is right (question ${numbers}); read that part again and answer anew."""


class BadQuestion(Refused):
    """Write each answer on a line of its own, at least two, and mark the right one with *."""


class NotInForceAnyMore(Conflict):
    """Another version came into force meanwhile; read that one and confirm it."""


class NotAskedToRead(Refused):
    """Your positions are not on this document's distribution list; nothing has to be confirmed."""
