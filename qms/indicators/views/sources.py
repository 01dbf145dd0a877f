"""Where values come from: choosing a variable's source, and declaring systems outside."""

from __future__ import annotations

import json
import shlex
from datetime import date, timedelta
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.figures import SHIFTS, FigureQuery, choices_of_figures, figure_sources
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.indicators import forms
from qms.indicators.cards import EXTERNAL
from qms.indicators.models import External, Indicator, Indicators
from qms.indicators.services import following, sources
from qms.indicators.words import FILTER_NAMES, SHIFT_NAMES
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.people.system_door import holder_sent, told_once
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.redirects import see_other

EXAMPLE = 100
"""Stands for a value in the command that is shown to be tried."""
THIS = "this"
"""Stands for the period itself, since a choice needs a value."""
TYPED = "typed"


@view_config(context=Indicator, name="bind", permission=Permission.INDICATOR_MANAGE)
class BindForm(FormView):
    """Chooses where a variable's values come from."""

    schema = forms.BindSchema
    heading = _("Where the values come from")
    introduction = _(
        "For cards that say it in words only. It counts from today on; what was measured before"
        " stays as it is. The trail keeps who chose it and why."
    )
    button = _("Take the values from there")

    def bindings(self) -> dict[str, Any]:
        """Offer variables, figures and systems outside."""
        definition = self.context.definition
        typed, *figures = choices_of_figures(self.request.registry)
        folder: Any = self.context.__parent__
        outside = [
            (f"{EXTERNAL}{one.id}", _("System outside: ${name}", {"name": one.name}))
            for one in folder.externals.values()
        ]
        return {
            "variables": [
                (one.name, f"{one.name} · {one.description}" if one.description else one.name)
                for one in definition.variables
            ],
            "figures": [(TYPED, typed[1]), *figures, *outside],
            "filters": self._filters(),
            "shifts": [(one or THIS, SHIFT_NAMES[one]) for one in SHIFTS],
        }

    def _filters(self) -> list[fields.Group]:
        """Offer what each figure can be narrowed by, as ``filter:id`` under the filter's name."""
        organisation = organisation_of(self.context)
        figures: dict[tuple[str, tuple[tuple[str, Any], ...]], list[str]] = {}
        for figure, source in sorted(figure_sources(self.request.registry).items()):
            for name, choices in source.filters.items():
                figures.setdefault((name, tuple(choices(organisation))), []).append(figure)
        say = self.request.localizer.translate
        return [
            fields.Group(
                say(FILTER_NAMES.get(name, name)),
                [(f"{name}:{one}", say(title)) for one, title in choices],
                tuple(which),
            )
            for (name, choices), which in figures.items()
            if choices
        ]

    def initial(self) -> dict[str, Any]:
        """Start with the first variable and its present source."""
        variables = self.context.definition.variables
        asked = self.request.GET.get("variable", "")
        one = next((each for each in variables if each.name == asked), variables[0])
        if one.query is None:
            return {"variable": one.name, "figure": one.figure or TYPED, "shift": THIS}
        return {
            "variable": one.name,
            "figure": one.query.name,
            "filters": {f"{name}:{id_}" for name, ids in one.query.filters.items() for id_ in ids},
            "shift": one.query.shift or THIS,
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the choice."""
        figure = "" if values["figure"] == TYPED else values["figure"]
        if figure and not figure.startswith(EXTERNAL):
            filters: dict[str, tuple[str, ...]] = {}
            for name, _sign, one in (each.partition(":") for each in values["filters"]):
                filters[name] = (*filters.get(name, ()), one)
            shift = "" if values["shift"] == THIS else values["shift"]
            figure = str(FigureQuery(figure, filters, shift))
        sources.bind(
            self.context,
            values["variable"],
            figure,
            known={
                name: one.filters for name, one in figure_sources(self.request.registry).items()
            },
            reason=values["reason"],
            act=self.request.act,
        )
        return self.done(_("The values come from there from now on."))


@view_config(context=Indicator, name="begin", permission=Permission.INDICATOR_MANAGE)
class BeginForm(FormView):
    """Sets the day from which on it is measured."""

    schema = forms.BeginSchema
    heading = _("Measured from")
    introduction = _("Periods that end before this day are asked of nobody.")

    def initial(self) -> dict[str, Any]:
        """Start with the present day."""
        return {"since": date.fromisoformat(self.context.since)}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        following.begin(
            self.context, values["since"], reason=values["reason"], act=self.request.act
        )
        return self.done(_("Saved."))


@view_defaults(context=Indicators, permission=Permission.INDICATOR_MANAGE)
class ExternalsView(PageView):
    """The systems outside and their tokens."""

    context: Indicators

    def _page(self, told: tuple[External, str] | None = None) -> dict[str, Any]:
        profile, people = profile_of(self.organisation), people_of(self.organisation)
        lines = list(self.context.externals.values())
        return {
            "heading": _("Systems outside"),
            "folder": self.context,
            "lines": lines,
            "told": told,
            "commands": [(one.name, self._command(one, told)) for one in lines],
            "push_url": self.request.resource_url(self.context, "push"),
            "who": people.person_name,
            "date": partial(show_date, profile),
            "moment": partial(show_moment, profile),
            "json": lambda: [
                {"id": one.id, "name": one.name, "token": bool(one.digest), "used": one.used_at}
                for one in lines
            ],
        }

    def _command(self, external: External, told: tuple[External, str] | None) -> str:
        """Write the command that sends a first value; the token stands in it only when made."""
        hidden = translate(self.request, _("YOUR-TOKEN"))
        token = told[1] if told is not None and told[0] is external else hidden
        body = json.dumps(self._example(external), ensure_ascii=False)
        return " \\\n  ".join(
            (
                f"curl -X POST {shlex.quote(self.request.resource_url(self.context, 'push'))}",
                f"-H 'Authorization: Bearer {token}'",
                "-H 'Content-Type: application/json'",
                f"-d {shlex.quote(body)}",
            )
        )

    def _example(self, external: External) -> dict[str, Any]:
        """Give a measurement that this system may push: of the first indicator that names it."""
        yesterday = local_day(self.organisation, self.request.act.at) - timedelta(days=1)
        for indicator in self.context.values():
            definition = indicator.definition
            values = {
                one.name: EXAMPLE for one in definition.variables if one.external == external.id
            }
            if values and not definition.ends and definition.capture_frequency:
                period = definition.capture(yesterday)
                period = period if period.last <= yesterday else period.previous()
                return {"indicator": indicator.number, "period": period.key, "values": values}
        return {"indicator": "IND-001", "period": f"{yesterday}", "values": {"variable": EXAMPLE}}

    @view_config(
        name="externals", request_method="GET", renderer="qms.templates:indicators/externals.pt"
    )
    def show(self) -> dict[str, Any]:
        """List them."""
        return self._page()

    def _one(self) -> External:
        return holder_sent(self.request, self.context.externals)

    @view_config(
        name="externals-token",
        request_method="POST",
        renderer="qms.templates:indicators/externals.pt",
    )
    def token(self) -> dict[str, Any]:
        """Make a new token and show it this once."""
        external = self._one()
        token = sources.new_token(self.context, external, act=self.request.act)
        return told_once(self.request, self._page((external, token)))

    @view_config(name="externals-revoke", request_method="POST")
    def revoke(self) -> HTTPSeeOther:
        """Let a token be good no longer."""
        sources.revoke(self.context, self._one(), act=self.request.act)
        message = translate(self.request, _("The token is good no longer."))
        return see_other(
            self.request, self.request.resource_path(self.context, "externals"), message
        )


@view_config(context=Indicators, name="externals-new", permission=Permission.INDICATOR_MANAGE)
class NewExternal(FormView):
    """Declares a system outside."""

    schema = forms.ExternalSchema
    heading = _("Declare a system outside")
    introduction = _("Such as a telephone system's console. It gets a token of its own afterwards.")
    button = _("Declare it")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        sources.declare(self.context, values["name"], act=self.request.act)
        where = self.request.resource_path(self.context, "externals")
        return self.done(_("Saved. Make its token now."), where)
