"""Every organisation has its folder of surveys from its first profile on."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.profiles.events import ProfileApplied
from qms.surveys.services.campaigns import surveys_of


@subscriber(ProfileApplied)
def open_the_folder(event: ProfileApplied) -> None:
    """Give a new organisation its folder."""
    surveys_of(event.subject)
