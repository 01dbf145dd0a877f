"""Every organisation has its book of links from its first profile on."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.links.services import book_of
from qms.profiles.events import ProfileApplied


@subscriber(ProfileApplied)
def open_the_book(event: ProfileApplied) -> None:
    """Give a new organisation its book."""
    book_of(event.subject)
