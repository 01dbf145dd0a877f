"""What a review refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class NotReviewable(Refused):
    """Only the version in force is reviewed; this one no longer is, so look at the present one."""


class NoteNeeded(Refused):
    """Say what you looked at: auditors read it as the evidence of this review."""


class BadReviewDay(Refused):
    """The next review must be after today and within ten years."""


class SignedAlready(Refused):
    """This form was signed already; open the page again for another review."""


class ReviewUnderWay(Refused):
    """A new version of this document is under way; it takes the place of this review."""
