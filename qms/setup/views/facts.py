"""The pages about the organisation itself and about its terms."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.profiles.loader import MAX_LOGO
from qms.setup.errors import NotALogo
from qms.setup.forms.facts import FactsSchema, TermsSchema, facts_start, facts_wanted, terms_wanted
from qms.setup.page import PartForm
from qms.setup.services import change_logo, change_settings, checked_logo
from qms.web.forms import at_field


def own(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Give some parts of the profile."""
    return {key: data[key] for key in keys}


@view_config(name="setup-facts")
class FactsView(PartForm):
    """Name, legal name, colour, logo, dates and numbers."""

    schema = FactsSchema
    heading = _("Facts of the organisation")
    introduction = _("What is changed here is printed on documents that are frozen from now on.")
    tab = "setup-facts"
    places = (
        (("organisation", "logo"), ("logo",)),
        (("organisation",), ("organisation",)),
        (("styles", "date", "printed"), ("styles", "printed")),
        (("styles", "date", "screen"), ("styles", "screen")),
        (("styles",), ("styles",)),
    )

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        return {"present": self.data}

    def part(self) -> Any:
        """The facts and the styles."""
        return own(self.data, "organisation", "styles")

    @property
    def _country_number(self) -> Any:
        return profile_of(self.context).country.styles["number"] or {}

    def start(self) -> dict[str, Any]:
        """Start from what is stored."""
        return facts_start(self.data, self._country_number)

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give facts and styles."""
        return facts_wanted(self.data, values, self._country_number)

    def save(self, values: dict[str, Any]) -> Response:
        """Write facts and styles, then the logo."""
        self.same_as_seen(values)
        given = values.get("logo")
        data = given["fp"].read(MAX_LOGO + 1) if given else None
        if data is not None:
            with at_field("logo", NotALogo):
                checked_logo(data)
        change_settings(self.context, self.wanted(values), act=self.request.act)
        if data is not None or values["no_logo"]:
            change_logo(self.context, data, act=self.request.act)
        return self.done(_("Saved."), self.after())


@view_config(name="setup-terms")
class TermsView(PartForm):
    """Terms of reading, reminders, change requests."""

    schema = TermsSchema
    heading = _("Terms and reminders")
    tab = "setup-terms"
    places = (
        (("reading",), ("reading",)),
        (("reminders",), ("reminders",)),
        (("requests",), ("requests",)),
    )

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        return {"present": self.data}

    def part(self) -> Any:
        """What the form is about."""
        return own(self.data, "reading", "reminders", "requests")

    def start(self) -> dict[str, Any]:
        """Start from what is stored."""
        return self.part()

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the three parts."""
        return terms_wanted(self.data, values)
