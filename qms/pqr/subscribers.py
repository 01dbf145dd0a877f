"""What follows from a profile, and from a new case."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.pqr.events import CaseRegistered
from qms.pqr.likeness import look_for
from qms.pqr.recalculating import KNOWN, looked_at
from qms.pqr.services import register_of
from qms.profiles.events import ProfileApplied


@subscriber(ProfileApplied)
def open_the_register(event: ProfileApplied) -> None:
    """Give a new organisation its register, and note the calendar with which it begins."""
    register_of(event.subject)
    if KNOWN not in event.subject.annexes:
        looked_at(event.subject)


@subscriber(CaseRegistered)
def look_for_repeated(event: CaseRegistered) -> None:
    """Look once, when a case comes, which ones it may repeat."""
    look_for(event.subject, at=event.act.at)
