"""The base of views that look at one content of an organisation."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request

from qms.content.models import organisation_of
from qms.profiles.api import Profile, profile_of
from qms.web.redirects import see_other

__all__ = ["PageView"]


class PageView:
    """Looks at one content for one web request; the pages of rooms derive from it."""

    context: Any

    def __init__(self, context: Any, request: Request) -> None:
        """Look at ``context`` for one web request."""
        self.context, self.request = context, request
        self.organisation = organisation_of(context)

    @cached_property
    def profile(self) -> Profile:
        """The profile of the content's organisation."""
        return profile_of(self.organisation)

    def back(self, said: Any = None) -> HTTPSeeOther:
        """Send the browser to the content's page, which says what was done."""
        return see_other(self.request, self.context, said)
