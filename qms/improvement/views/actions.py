"""The list of actions, planning one that stands alone, and the page of each."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.exports import Action, Column, Facet, Kind, Listing, ListSpec
from qms.improvement import forms
from qms.improvement.listing import (
    ACTIONS,
    ActionRow,
    action_row,
    catalogue_of,
    owner_name,
)
from qms.improvement.models import ActionRegister, ImprovementAction
from qms.improvement.services import actions as services
from qms.improvement.story import Offer, line_of
from qms.improvement.views.offering import ActForm, OfferedForm, files_of
from qms.improvement.views.tabs import tabs
from qms.improvement.words import ACTION_ACTS, ACTION_KINDS, SOURCE_NAMES
from qms.improvement.workflow import actions as flow
from qms.kernel.i18n import _
from qms.links.plugs import parse_ref, visible_ref
from qms.links.shown import as_json, panel
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import processes_of
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.once import OnceForm
from qms.web.responses import named_file
from qms.web.seen import SeenForm, mark_of

SOURCES = {**SOURCE_NAMES, "review": _("Management review")}
LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("chips", _("State and term"), Kind.CHIP, sort="state"),
        Column("state", _("State"), Kind.CHIP, screen=False),
        Column("due", _("Due"), Kind.DATE, sort="due"),
        Column("title", _("What is to be done"), sort="title", link=True, wide=True),
        Column("kind_name", _("Kind"), cut=True),
        Column("owner_name", _("Who does it"), cut=True),
        Column("process_name", _("Process"), sort="process", cut=True),
        Column("finding", _("Finding"), Kind.CODE),
        Column("review", _("Management review"), Kind.CODE, screen=False),
        Column("percent", _("Done so far"), Kind.PERCENT, screen=False),
        Column("first_due", _("First day"), Kind.DATE, screen=False),
        Column("extensions", _("Days moved"), Kind.NUMBER, screen=False),
        Column("done_day", _("Done on"), Kind.DATE, screen=False),
        Column("planned", _("Planned on"), Kind.MOMENT, screen=False),
        Column("ended", _("Ended on"), Kind.MOMENT, screen=False),
    ),
    facets={
        "state": Facet(_("State")),
        "kind": Facet(_("Kind"), ACTION_KINDS),
        "process": Facet(_("Process"), lambda value: value),
        "source": Facet(_("Where it comes from"), SOURCES),
        "owner": Facet(_("Who does it"), lambda value: value),
    },
    order="due",
    search=_("Number, words or number of the finding"),
)
OFFERS = (
    Offer("done", "finish", _("It is done"), "check", Permission.ACTION_WORK),
    Offer("verified", "verify", _("Verify it"), "shield-check", Permission.ACTION_VERIFY),
    Offer("noted", "progress", _("Note progress"), "pencil", Permission.ACTION_WORK),
    Offer("extended", "extend", _("Move its day"), "calendar", Permission.ACTION_MANAGE),
    Offer(
        "reassigned", "reassign", _("Give it to somebody else"), "person", Permission.ACTION_MANAGE
    ),
    Offer("cancelled", "cancel", _("Cancel the action"), "cross", Permission.ACTION_MANAGE),
)


def _owner_word(organisation: Any, key: str) -> str:
    what, _colon, identifier = key.partition(":")
    people = people_of(organisation)
    if what == "person":
        return people.person_name(identifier)
    return people.position_name(identifier)


@view_config(
    context=ActionRegister,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:improvement/actions.pt",
)
def show_list(register: ActionRegister, request: Request) -> dict[str, Any]:
    """List the actions, what is due first."""
    organisation = organisation_of(register)
    listing = Listing(request, LIST)
    found = Listed(listing, catalogue_of(organisation, ACTIONS))
    processes = {one.id: one.name for one in processes_of(organisation, active_only=False)}
    listing.names["process"] = processes
    listing.names["owner"] = {one: _owner_word(organisation, one) for one in found.counts["owner"]}
    today = local_day(organisation, request.act.at).isoformat()
    translate = request.localizer.translate

    def line(values: Any) -> dict[str, Any]:
        row = ActionRow(*values)
        late = row.state == flow.OPEN and row.due < today
        return {
            **row._asdict(),
            "chips": [row.state, *(["overdue"] if late else [])],
            "kind_name": translate(ACTION_KINDS[row.kind]),
            "owner_name": owner_name(organisation, row),
            "process_name": processes.get(row.process, row.process),
        }

    plan = Action(_("Plan an action"), request.resource_path(register, "new"), "plus")
    may_plan = request.has_permission(Permission.ACTION_PLAN, register)
    return found.page(
        _("Actions"),
        line,
        url=lambda one: request.resource_path(register, one["number"]),
        empty=_("Actions come from findings, from management reviews, and from who plans one."),
        actions=[plan] if may_plan else [],
        **tabs(request, "actions"),
    )


@view_config(context=ActionRegister, name="new", permission=Permission.ACTION_PLAN)
class NewForm(OnceForm, OfferedForm):
    """Plans an action that belongs to no finding, once."""

    schema = forms.LoneActionSchema
    heading = _("Plan an action")
    button = _("Plan it")

    def initial(self) -> dict[str, Any]:
        """Start with what it arises from, where the person may see that."""
        thing = visible_ref(self.request, self.request.GET.get("from", ""))
        origin = f"{thing.kind}:{thing.key}" if thing is not None else ""
        return {"kind": "improvement", "origin": origin}

    def save(self, values: dict[str, Any]) -> Response:
        """Plan it."""
        origin = values["origin"] or ""
        ref = parse_ref(origin) if visible_ref(self.request, origin) is not None else None
        planned = services.Planned(
            values["kind"],
            values["title"],
            values["owner"],
            values["due"],
            text=values["text"],
            evidence=values["evidence"],
            process=values["process"] or "",
            origin=ref,
        )
        made = services.plan(organisation_of(self.context), planned, act=self.request.act)
        return self.done(_("The action has the number ${number}.", {"number": made.number}), made)


@view_defaults(context=ImprovementAction)
class ActionView(PageView):
    """The page of an action, and the files of its evidence."""

    context: ImprovementAction

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:improvement/action.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it with its history."""
        action, request, now = self.context, self.request, self.context.progress
        row, offers = action_row(action), self._offers()
        today = local_day(action, request.act.at).isoformat()
        process = self.organisation["processes"].get(action.process_id)
        works = bool(request.has_permission(Permission.ACTION_MANAGE, action))
        finding = services.finding_of(action)
        if finding is not None and not request.has_permission(Permission.VIEW, finding):
            finding = None
        review = self.organisation["management-reviews"].get(action.review or "-")
        if review is not None and not request.has_permission(Permission.VIEW, review):
            review = None
        style = self.profile.number_style()
        return {
            "heading": f"{action.number} · {action.title}",
            "action": action,
            "now": now,
            "late": now.state == flow.OPEN and now.due < today,
            "kind_name": ACTION_KINDS[action.kind],
            "owner": owner_name(self.organisation, row),
            "holders": [one.name for one in services.owners(action)] if now.position else [],
            "percent": style.percent(Decimal(now.percent)) if now.percent is not None else "",
            "finding": finding,
            "review": review,
            "process": process,
            "primary": offers[0] if offers else None,
            "more": offers[1:],
            "acts": [self._act(one) for one in action.acts],
            "links": panel(request, "action", action.number, may_link=works),
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "json": lambda: {
                **row._asdict(),
                "links": as_json(panel(request, "action", action.number)),
            },
        }

    def _offers(self) -> list[Offer]:
        action, request = self.context, self.request
        now, possible = action.progress, flow.possible(action.progress)
        held = {one.id for one in services.owners(action)}
        found = []
        for one in OFFERS:
            if one.act not in possible or not request.has_permission(one.permission, action):
                continue
            if one.act == "verified" and request.person.id in {*held, now.done_by}:
                continue
            found.append(one)
        return found

    def _act(self, act: dict[str, Any]) -> dict[str, Any]:
        people = people_of(self.organisation)
        owner = people.person_name(act["person"]) if act.get("person") else ""
        if act.get("position"):
            owner = people.position_name(act["position"])
        style = self.profile.number_style()
        percent = act.get("percent")
        about = [
            owner,
            show_date(self.profile, act["due"]) if act.get("due") else "",
            style.percent(Decimal(percent)) if percent is not None else "",
            act.get("record", ""),
        ]
        return line_of(self.context, act, ACTION_ACTS[act["kind"]], about)

    @view_config(name="file", request_method="GET", permission=Permission.VIEW)
    def file(self) -> Response:
        """Give a file of its evidence, always as a download (D4-27)."""
        return named_file(self.request, self.context.files)


class ActionForm(SeenForm, ActForm):
    """One act on an action; the acts derive from it."""

    context: ImprovementAction

    def present(self) -> str:
        """Name how far the action is; a note of progress is nothing to look at."""
        return mark_of(sum(one["kind"] != "noted" for one in self.context.acts))


@view_config(context=ImprovementAction, name="progress", permission=Permission.ACTION_WORK)
class ProgressForm(ActionForm):
    """Notes progress."""

    schema = forms.ProgressSchema
    heading = _("Note progress")

    def do(self, values: dict[str, Any]) -> None:
        """Note it."""
        text, percent = values["text"], values["percent"]
        services.note(
            self.context, text, percent=percent, files=files_of(values), act=self.request.act
        )


@view_config(context=ImprovementAction, name="reassign", permission=Permission.ACTION_MANAGE)
class ReassignForm(ActionForm):
    """Gives it to somebody else."""

    schema = forms.OwnerSchema
    heading = _("Give it to somebody else")

    def do(self, values: dict[str, Any]) -> None:
        """Give it."""
        services.reassign(self.context, values["owner"], values["reason"], act=self.request.act)


@view_config(context=ImprovementAction, name="extend", permission=Permission.ACTION_MANAGE)
class ExtendForm(ActionForm):
    """Moves its day."""

    schema = forms.ExtendSchema
    heading = _("Move its day")

    @property
    def introduction(self) -> Any:
        """Say how often that is still possible."""
        now = self.context.progress
        values: dict[str, object] = {"n": now.extensions, "most": now.most}
        return _("Moved ${n} times so far, of ${most} at most.", values)

    def do(self, values: dict[str, Any]) -> None:
        """Move it."""
        services.extend(self.context, values["due"], values["reason"], act=self.request.act)


@view_config(context=ImprovementAction, name="finish", permission=Permission.ACTION_WORK)
class FinishForm(ActionForm):
    """Says that it is done."""

    schema = forms.DoneSchema
    heading = _("It is done")

    @property
    def introduction(self) -> Any:
        """Say what was asked for as evidence."""
        asked = self.context.evidence_asked
        if asked:
            return _("What will prove it: ${asked}.", {"asked": asked})
        return _("Somebody else verifies it by its evidence.")

    def do(self, values: dict[str, Any]) -> None:
        """Keep it with its evidence."""
        services.finish(
            self.context,
            values["text"],
            files=files_of(values),
            record=values["record"],
            act=self.request.act,
        )


@view_config(context=ImprovementAction, name="verify", permission=Permission.ACTION_VERIFY)
class VerifyForm(ActionForm):
    """Verifies it, or returns it."""

    schema = forms.VerifySchema
    heading = _("Verify it")

    def do(self, values: dict[str, Any]) -> None:
        """Keep the result."""
        keep = services.verify if values["verdict"] == "verify" else services.give_back
        keep(self.context, values["text"], act=self.request.act)


@view_config(context=ImprovementAction, name="cancel", permission=Permission.ACTION_MANAGE)
class CancelForm(ActionForm):
    """Cancels an action, with the reason."""

    schema = forms.ReasonSchema
    heading = _("Cancel the action")

    def do(self, values: dict[str, Any]) -> None:
        """Cancel it."""
        services.cancel(self.context, values["reason"], act=self.request.act)
