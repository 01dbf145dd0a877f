"""Every organisation has a register of cases from its first profile on."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.pqr.services import register_of
from qms.profiles.events import ProfileApplied


@subscriber(ProfileApplied)
def open_the_register(event: ProfileApplied) -> None:
    """Give a new organisation its register."""
    register_of(event.subject)
