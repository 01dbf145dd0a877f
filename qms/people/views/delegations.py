"""Delegations: everybody makes their own; an administrator makes them for who is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people import services
from qms.people.models import Delegation, People
from qms.people.moments import local_day
from qms.people.views.persons import tabs
from qms.people.views.rows import delegation_row
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView, Schema
from qms.web.redirects import see_other

LONGEST_LIST = 500


def person_choices(bindings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the active persons of the own organisation by name."""
    people = bindings["request"].organisation["people"]
    pairs = ((one.id, one.name) for one in people.persons())
    return sorted(pairs, key=lambda pair: sort_key(pair[1]))


def others(bindings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List everybody but the signed-in person."""
    own = bindings["request"].person.id
    return [pair for pair in person_choices(bindings) if pair[0] != own]


def process_choices(bindings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the organisation's processes, when it has some."""
    processes = bindings["request"].organisation.get("processes")
    if processes is None:
        return []
    return [(one.id, getattr(one, "name", None) or one.title) for one in processes.values()]


def _days() -> list[Any]:
    return [
        fields.day(_("First day"), name="starts"),
        fields.day(_("Last day"), name="ends"),
        fields.text(_("Reason"), name="reason", help=_("Such as holidays or sick leave.")),
        fields.many(
            _("Only for these processes"),
            process_choices,
            name="scope",
            optional=True,
            help=_("Without a mark, for everything."),
        ),
    ]


class _Delegate(FormView):
    heading = _("New delegation")
    introduction = _(
        "Whoever acts for somebody else signs with their own name, and it is printed"
        " «por delegación de»."
    )

    def _nodes(self) -> list[Any]:
        raise NotImplementedError

    def make_schema(self) -> Any:
        """Put persons and days together."""
        schema = Schema()
        for node in [*self._nodes(), *_days()]:
            schema.add(node)
        return schema

    def _save(self, from_person: str, values: dict[str, Any]) -> None:
        services.delegate(
            self.context,
            from_person=from_person,
            to_person=values["to_person"],
            starts=values["starts"],
            ends=values["ends"],
            reason=values["reason"],
            scope=values["scope"],
            act=self.request.act,
        )


@view_config(context=People, name="delegate", permission=Permission.DELEGATION_ADD)
class DelegateOwn(_Delegate):
    """Lets somebody act for oneself."""

    def _nodes(self) -> list[Any]:
        return [fields.choice(_("Who acts for you"), others, name="to_person")]

    def save(self, values: dict[str, Any]) -> Response:
        """Make it, always from the person themselves."""
        self._save(self.request.person.id, values)
        return self.done(_("The delegation is made."), "/account")


@view_config(context=People, name="delegate-for", permission=Permission.PEOPLE_MANAGE)
class DelegateFor(_Delegate):
    """Lets somebody act for a person who is away and cannot say so."""

    def _nodes(self) -> list[Any]:
        return [
            fields.choice(_("Who is away"), person_choices, name="from_person"),
            fields.choice(_("Who acts for them"), person_choices, name="to_person"),
        ]

    def save(self, values: dict[str, Any]) -> Response:
        """Make it; the trail says who did."""
        self._save(values["from_person"], values)
        where = self.request.resource_path(self.context, "delegations-list")
        return self.done(_("The delegation is made."), where)


@view_config(
    context=People,
    name="delegations-list",
    permission=Permission.PEOPLE_VIEW,
    renderer="qms.templates:people/delegations.pt",
)
def delegations(people: People, request: Request) -> dict[str, Any]:
    """List the delegations, the newest first, with what they are today."""
    today = local_day(people, request.act.at)
    listed = sorted(people["delegations"].values(), key=lambda one: one.starts, reverse=True)
    may_manage = request.has_permission(Permission.PEOPLE_MANAGE, people)
    return {
        "heading": _("Delegations"),
        "tabs": tabs(people, request, "delegations"),
        "delegations": [
            delegation_row(people, request, one, today) for one in listed[:LONGEST_LIST]
        ],
        "may_manage": may_manage,
    }


@view_config(
    context=Delegation, name="end", request_method="POST", permission=Permission.DELEGATION_END
)
def end(delegation: Delegation, request: Request) -> HTTPSeeOther:
    """End a delegation now."""
    services.end_delegation(delegation, act=request.act)
    request.session.flash(_("The delegation has ended."), "success")
    if delegation.from_person == request.person.id:
        return see_other(request, "/account")
    return see_other(
        request, request.resource_path(request.organisation["people"], "delegations-list")
    )
