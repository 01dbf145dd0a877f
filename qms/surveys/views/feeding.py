"""Lists of customers without a person: the address that systems push to, and their tokens.

``POST /ORG/surveys/customers?to=ENC-2026-001`` (or the name of a survey, for its newest open
campaign) with an XLSX or CSV file as the body, or JSON rows.
"""

from __future__ import annotations

import json
import shlex
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config, view_defaults

from qms.content.models import BlobFile, organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.system_door import SystemDoor, TurnedAway, holder_sent, told_once
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.sheets.tables import checked_table, read_tables, text_of
from qms.surveys import fed, forms
from qms.surveys.choices import choices_of
from qms.surveys.errors import BadRows
from qms.surveys.models import Campaign, Feeder, SurveyFolder
from qms.surveys.services import feeding, loading
from qms.web.errors import status_of
from qms.web.forms import FormView
from qms.web.i18n import localizer_of, translate
from qms.web.json import JSON, json_response, problem
from qms.web.redirects import see_other
from qms.web.responses import safe_filename
from qms.web.transactions import outside

LARGEST = forms.LARGEST
ADDRESS = "customers"
SHOWN = 12
"""So many loads stand on the page of a campaign, the newest first."""


# What comes


@view_config(
    context=SurveyFolder,
    name=ADDRESS,
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    require_csrf=False,
)
def pushed(folder: SurveyFolder, request: Request) -> Response:
    """Take a list that a system outside brings."""
    door = SystemDoor(folder, request, lambda: feeding.feeders_of(folder), largest=LARGEST)
    language = profile_of(organisation_of(folder)).language[:2]
    say = localizer_of(request.registry, language).translate
    try:
        door.let_in()
        file, rows = _read(request)
        # The file was read outside of the transaction: its token may be revoked by now.
        feeder = door.again()
        campaign = feeding.campaign_for(folder, request.GET.get("to", "")[:60])
        act = door.act(feeder)
        found = feeding.feed(campaign, file, rows, system=feeder.name, feeder=feeder, act=act)
    except TurnedAway as turned:
        return turned.answer
    except Refused as refusal:
        request.tm.doom()
        return problem(status_of(refusal), say(_(refusal.msgid, dict(refusal.mapping))))
    return json_response(fed.report(found, say))


def _read(request: Request) -> tuple[BlobFile, list[list[str]]]:
    """Read the body as a table, whatever kind it is; a file outside of the transaction."""
    data = request.body_file.read(LARGEST + 1)
    if not data or len(data) > LARGEST or request.content_type.startswith("multipart/"):
        raise BadRows
    given = request.GET.get("file", "")[:120]
    if request.content_type == JSON:
        name = safe_filename(f"{given.removesuffix('.json') or 'lista'}.json")
        return BlobFile(data, name, JSON), feeding.rows_of(_json(data))
    return read_list(data, given, partial(outside, request))


def read_list(data: bytes, name: str, slowly: Any) -> tuple[BlobFile, list[list[str]]]:
    """Read a file's first sheet that holds anything; its kind is told by its bytes."""
    kind = ".xlsx" if data.startswith(b"PK") else ".csv"
    name = name if name.lower().endswith(kind) else f"{name or 'lista'}{kind}"
    media_type = checked_table(data, name).media_type
    tables = slowly(partial(read_tables, data, media_type))
    sheet = next(one for one in tables.sheets if one.rows)
    # Made anew: the first one belongs to the transaction that ended.
    return checked_table(data, name), loading.as_texts(sheet.rows, text_of)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadRows from None


def _refuse(_constant: str) -> Any:
    raise ValueError


# What a campaign's page says


def loads_shown(campaign: Campaign, request: Request) -> list[dict[str, Any]]:
    """Give the newest loads: who or what, when, and how many were new, known and refused."""
    people = people_of(organisation_of(campaign))
    say = partial(translate, request)
    return [
        {
            **load,
            "who": load.get("system") or people.person_name(load["by"]),
            "numbers": fed.counted(load),
            "reasons": fed.reasons(load, say),
        }
        for load in list(reversed(campaign.loads))[:SHOWN]
    ]


def command_for(campaign: Campaign, request: Request, token: str = "") -> str:
    """Write the command that loads a list into a campaign."""
    return _command(campaign.__parent__, campaign.number, request, token)


def _command(folder: Any, to: str, request: Request, token: str) -> str:
    hidden = translate(request, _("YOUR-TOKEN"))
    address = request.resource_url(folder, ADDRESS, query={"to": to, "file": "clientes.csv"})
    return " \\\n  ".join(
        (
            f"curl -X POST {shlex.quote(address)}",
            f"-H 'Authorization: Bearer {token or hidden}'",
            "-H 'Content-Type: text/csv'",
            "--data-binary @clientes.csv",
        )
    )


# The systems


@view_defaults(context=SurveyFolder, permission=Permission.SURVEY_MANAGE)
class FeedersView(PageView):
    """The systems that bring lists, and their tokens."""

    context: SurveyFolder

    def _page(self, told: tuple[Feeder, str] | None = None) -> dict[str, Any]:
        profile, people = profile_of(self.organisation), people_of(self.organisation)
        lines, token = list(feeding.feeders_of(self.context)), told[1] if told else ""
        surveys = choices_of(self.organisation).active()
        return {
            "heading": _("Lists without a person"),
            "folder": self.context,
            "lines": lines,
            "told": told,
            "commands": [
                (one.name, _command(self.context, one.id, self.request, token)) for one in surveys
            ],
            "who": people.person_name,
            "date": partial(show_date, profile),
            "moment": partial(show_moment, profile),
            "json": lambda: [
                {"id": one.id, "name": one.name, "token": bool(one.digest), "used": one.used_at}
                for one in lines
            ],
        }

    @view_config(name="systems", request_method="GET", renderer="qms.templates:surveys/systems.pt")
    def show(self) -> dict[str, Any]:
        """List them."""
        return self._page()

    def _one(self) -> Feeder:
        return holder_sent(self.request, self.context.feeders or {})

    @view_config(
        name="systems-token", request_method="POST", renderer="qms.templates:surveys/systems.pt"
    )
    def token(self) -> dict[str, Any]:
        """Make a new token and show it this once."""
        feeder = self._one()
        token = feeding.new_token(self.context, feeder, act=self.request.act)
        return told_once(self.request, self._page((feeder, token)))

    @view_config(name="systems-revoke", request_method="POST")
    def revoke(self) -> HTTPSeeOther:
        """Let a token be good no longer."""
        feeding.revoke(self.context, self._one(), act=self.request.act)
        where = self.request.resource_path(self.context, "systems")
        return see_other(self.request, where, _("The token is good no longer."))


@view_config(context=SurveyFolder, name="systems-new", permission=Permission.SURVEY_MANAGE)
class NewFeeder(FormView):
    """Declares a system."""

    schema = forms.FeederSchema
    heading = _("Declare a system outside")
    introduction = _(
        "Such as the program of the workshop, whose list of the day is sent each morning. It gets a"
        " token of its own afterwards."
    )
    button = _("Declare it")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        feeding.declare(self.context, values["name"], act=self.request.act)
        where = self.request.resource_path(self.context, "systems")
        return self.done(_("Saved. Make its token now."), where)
