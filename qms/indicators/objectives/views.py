"""Objectives on screen: their list, their pages, and what is done with them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.indicators.listing import rows_of
from qms.indicators.models import Indicators
from qms.indicators.objectives import forms, services, workflow
from qms.indicators.objectives.models import Objective, Objectives
from qms.indicators.objectives.standing import Standing, standing_of
from qms.indicators.workflow import ACTIVE as MEASURED
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.links import shown as links
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.once import OnceForm

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("text", _("Objective"), sort="text", link=True, cut=True),
        Column("state", _("State"), Kind.CHIP, sort="state"),
        Column("verdict", _("Its indicators"), Kind.CHIP, sort="verdict"),
        Column("target", _("What is to be reached"), cut=True),
        Column("measured", _("Measured by")),
        Column("owner", _("Who answers for it"), sort="owner"),
        Column("first", _("First day"), Kind.DATE, screen=False),
        Column("last", _("Last day"), Kind.DATE, sort="last"),
        Column("code", _("Declared in"), Kind.CODE),
        Column("plan", _("Plan of actions"), screen=False),
    ),
    facets={"state": Facet(_("State")), "owner": Facet(_("Who answers for it"))},
    order="number",
    search=_("Number or words"),
)
ACTS = {
    "set": _("It was set"),
    "changed": _("It was changed"),
    "found": _("Its indicators were found"),
    "noted": _("How it is going"),
    "judged": _("It was judged"),
    "dropped": _("It is pursued no longer"),
    "resumed": _("It was taken up again"),
}
FACTUAL = ("set", "changed", "resumed")
"""Acts that say all facts anew."""
FACT_NAMES = {
    "text": _("Objective"),
    "target": _("What is to be reached"),
    "indicators": _("Indicators"),
    "owner": _("Who answers for it"),
    "first": _("First day"),
    "last": _("Last day"),
    "plan": _("Plan of actions"),
}


def _line(objective: Objective, today: date) -> dict[str, Any]:
    stands, facts = standing_of(objective, today), objective.progress.facts
    return {
        **stands._asdict(),
        "verdict": stands.verdict if stands.state == workflow.ACTIVE else None,
        "measured": ", ".join(one.number for one in stands.measured),
        "first": facts["first"],
        "last": facts["last"],
        "plan": facts["plan"],
    }


@view_config(
    context=Objectives, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE
)
def show_list(folder: Objectives, request: Request) -> dict[str, Any]:
    """List the objectives; there are few."""
    today = local_day(folder, request.act.at)
    set_one = Action(_("Set an objective"), request.resource_path(folder, "new"), "plus")
    may_set = request.has_permission(Permission.OBJECTIVE_MANAGE, folder)
    return Listing(request, LIST).show(
        _("Quality objectives"),
        [_line(one, today) for one in folder.values()],
        url=lambda one: request.resource_path(folder, one["number"]),
        empty=_(
            "Objectives come from the section «Quality objectives» of documents in force, such as"
            " a policy, or are set here."
        ),
        actions=[set_one] if may_set else [],
    )


@view_config(
    context=Indicators, name="objectives", request_method="GET", permission=Permission.VIEW
)
def lead_there(folder: Indicators, request: Request) -> HTTPSeeOther:
    """Lead from the indicators to the objectives that they measure."""
    return HTTPSeeOther(request.resource_path(organisation_of(folder)[services.NAME]))


@view_config(
    context=Objective,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:indicators/objective.pt",
)
def show(objective: Objective, request: Request) -> dict[str, Any]:
    """Show one objective: what is wanted, how its indicators stand, what is done, its history."""
    organisation, now = organisation_of(objective), objective.progress
    profile, people = profile_of(organisation), people_of(organisation)
    stands = standing_of(objective, local_day(objective, request.act.at))
    may_manage = bool(request.has_permission(Permission.OBJECTIVE_MANAGE, objective))
    may_follow = bool(request.has_permission(Permission.OBJECTIVE_FOLLOW, objective))
    panel = links.panel(request, "objective", objective.number, may_link=may_follow)
    register = organisation.get("actions")
    may_plan = register is not None and bool(
        request.has_permission(Permission.ACTION_PLAN, register)
    )
    return {
        "heading": f"{objective.number} · {objective.title}",
        "objective": objective,
        "now": now,
        "stands": stands,
        "home": request.resource_path(organisation),
        "document": organisation["documents"].get(now.origin.get("document", "")),
        "history": list(_history(objective, request)),
        "may": {
            "manage": may_manage and (not now.origin or now.state == workflow.DROPPED),
            "end": may_manage and not now.origin and now.state == workflow.ACTIVE,
            "follow": may_follow and now.state == workflow.ACTIVE,
            "plan": may_plan and now.state == workflow.ACTIVE,
        },
        "who": people.person_name,
        "links": panel,
        "moment": partial(show_moment, profile),
        "json": lambda: _json(objective, stands, panel),
    }


def _history(objective: Objective, request: Request) -> Any:
    """Give what was done, the latest first, with what every change changed."""
    before: dict[str, Any] = {}
    lines = []
    for act in objective.acts:
        facts = {name: act[name] for name in workflow.FACTS} if act["kind"] in FACTUAL else {}
        changed = [
            (translate(request, FACT_NAMES[name]), _said(objective, name, before[name]),
             _said(objective, name, value))
            for name, value in facts.items()
            if name in before and before[name] != value
        ]  # fmt: skip
        before |= facts
        words = str(act.get("text") or "") if act["kind"] in ("noted", "judged") else ""
        lines.append(
            {
                "what": ACTS[act["kind"]],
                "reached": act.get("reached"),
                "by": act["by"],
                "at": act["at"],
                "words": words,
                "reason": act.get("reason", ""),
                "changed": changed,
            }
        )
    return reversed(lines)


def _said(objective: Objective, name: str, value: Any) -> str:
    organisation = organisation_of(objective)
    if name in ("first", "last"):
        return show_date(profile_of(organisation), value)
    if name == "owner":
        return people_of(organisation).position_name(value) if value else "—"
    return ", ".join(value) if isinstance(value, list) else (value or "—")


def _json(objective: Objective, stands: Standing, panel: dict[str, Any]) -> dict[str, Any]:
    now = objective.progress
    return {
        "number": objective.number,
        "state": now.state,
        **{name: now.facts[name] for name in workflow.FACTS},
        "indicators": list(now.indicators),
        "verdict": stands.verdict,
        "measured": [
            {"number": one.number, "result": one.result, "verdict": one.verdict}
            for one in stands.measured
        ],
        "document": now.origin.get("code"),
        "links": links.as_json(panel),
    }


class ObjectiveForm(FormView):
    """A form that offers indicators and positions."""

    def bindings(self) -> dict[str, Any]:
        """Offer what is measured, and the positions that somebody holds."""
        organisation = organisation_of(self.context)
        people = people_of(organisation)
        held = [
            (one.id, one.name) for one in people["positions"].values() if people.holders(one.id)
        ]
        indicators = [
            (row.number, f"{row.number} · {row.name}")
            for row in rows_of(organisation, state=[MEASURED])
        ]
        known = {number for number, _title in indicators}
        folder: Any = organisation["indicators"]
        present = getattr(self.context, "progress", workflow.Progress()).indicators
        indicators += [
            (number, f"{number} · {folder[number].title}")
            for number in present
            if number not in known and number in folder
        ]
        return {
            "positions": sorted(held, key=lambda pair: sort_key(pair[1])),
            "indicators": indicators,
        }


@view_config(context=Objectives, name="new", permission=Permission.OBJECTIVE_MANAGE)
class SetForm(OnceForm, ObjectiveForm):
    """Sets an objective, once."""

    schema = forms.ObjectiveSchema
    heading = _("Set an objective")
    introduction = _(
        "For objectives that no document declares. Those of the section «Quality objectives» of a"
        " document in force come and change with it."
    )

    def initial(self) -> dict[str, Any]:
        """Start with this year."""
        year = local_day(self.context, self.request.act.at).year
        return {"first": date(year, 1, 1), "last": date(year, 12, 31)}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        made = services.set_objective(organisation_of(self.context), values, act=self.request.act)
        facts: dict[str, object] = {"number": made.number}
        return self.done(_("The objective has the number ${number}.", facts), made)


@view_config(context=Objective, name="change", permission=Permission.OBJECTIVE_MANAGE)
class ChangeForm(ObjectiveForm):
    """Changes it, or takes it up again."""

    schema = forms.ChangeSchema

    @property
    def heading(self) -> Any:
        """Say which of both."""
        active = self.context.state == workflow.ACTIVE
        return _("Change the objective") if active else _("Take the objective up again")

    def initial(self) -> dict[str, Any]:
        """Start with how it is."""
        now = self.context.progress
        days = {key: date.fromisoformat(now.facts[key]) for key in ("first", "last")}
        return {**now.facts, **days, "indicators": set(now.indicators)}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.change(self.context, values, reason=values["reason"], act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=Objective, name="note", permission=Permission.OBJECTIVE_FOLLOW)
class NoteForm(FormView):
    """Says how it is going."""

    schema = forms.WordsSchema
    heading = _("How it is going")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.note(self.context, values["text"], act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=Objective, name="judge", permission=Permission.OBJECTIVE_FOLLOW)
class JudgeForm(FormView):
    """Says whether it was reached."""

    schema = forms.VerdictSchema
    heading = _("Judge the objective")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.judge(
            self.context,
            reached=values["reached"] == "yes",
            text=values["text"],
            act=self.request.act,
        )
        return self.done(_("Saved."))


@view_config(context=Objective, name="leave", permission=Permission.OBJECTIVE_MANAGE)
class EndForm(FormView):
    """Ends it before its time."""

    schema = forms.EndSchema
    heading = _("Pursue it no longer")

    def save(self, values: dict[str, Any]) -> Response:
        """End it."""
        services.drop(self.context, reason=values["reason"], act=self.request.act)
        return self.done(_("The objective is pursued no longer."))
