"""The first page of set-up, the history of the settings, and the profile as a file."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.audit.services import Query, newest_first, trail_of
from qms.content.models import Organisation
from qms.documents.wording import show_moment
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.profiles.exporter import export
from qms.setup.page import CONFIGURE, tabs
from qms.setup.steps import steps_of
from qms.setup.words import place_words, value_words
from qms.web.i18n import translate
from qms.web.responses import disposition

EVENTS = ("SettingsChanged", "ProfileApplied", "OrganisationStarted")
"""What the history of the settings tells of."""
MOST = 100
"""Changes on the page; the trail has all."""


@view_defaults(context=Organisation, permission=CONFIGURE)
class SetupViews:
    """The pages about the settings as a whole."""

    def __init__(self, organisation: Organisation, request: Request) -> None:
        """Look at the organisation for one request."""
        self.organisation, self.request = organisation, request

    @view_config(name="setup", renderer="qms.templates:setup/start.pt")
    def start(self) -> dict[str, Any]:
        """Show the short path and what is still missing."""
        steps = steps_of(self.organisation, act=self.request.act)
        return {
            "heading": _("Settings"),
            "tabs": tabs(self.organisation, self.request, "setup"),
            "steps": [
                {"step": one, "url": self.request.resource_path(self.organisation, *one.path)}
                for one in steps
            ],
            "done": sum(one.is_done for one in steps),
            "revision": self.organisation.profile_revision,
            "json": lambda: {
                "revision": self.organisation.profile_revision,
                "steps": [
                    {
                        "name": one.name,
                        "done": one.is_done,
                        "optional": one.optional,
                        "missing": [translate(self.request, text) for text in one.missing],
                    }
                    for one in steps
                ],
            },
        }

    @view_config(name="setup-profile.yaml")
    def profile(self) -> Response:
        """Give the present profile as the file that «qms load» takes."""
        response = Response(
            export(self.organisation), content_type="application/yaml", charset="utf-8"
        )
        response.headers["Content-Disposition"] = disposition(f"{self.organisation.id}.yaml")
        return response

    @view_config(name="setup-history", renderer="qms.templates:setup/history.pt")
    def history(self) -> dict[str, Any]:
        """Show who changed what in the settings, newest first."""
        rows = list(self._changes())
        return {
            "heading": _("Changes of the settings"),
            "tabs": tabs(self.organisation, self.request, "setup-history"),
            "rows": rows,
            "most": MOST,
            "json": lambda: {"changes": rows},
        }

    def _changes(self) -> Any:
        people = people_of(self.organisation)["persons"]
        profile = profile_of(self.organisation)
        trail = trail_of(self.organisation)
        found = (
            one
            for one in newest_first(trail, Query(uid=self.organisation.uid))
            if one["event"] in EVENTS
        )
        for _number, entry in zip(range(MOST), found, strict=False):
            person = people.get(entry["person_id"])
            details = entry["details"]
            yield {
                "at": show_moment(profile, entry["at"]),
                "who": person.name if person is not None else entry["person_id"],
                "event": entry["event"],
                "parts": [
                    translate(self.request, place_words(part)) for part in details.get("parts", ())
                ],
                "values": [
                    (place, value_words(both[0]), value_words(both[-1]))
                    for place, both in (details.get("values") or {}).items()
                ],
            }
