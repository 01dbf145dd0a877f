"""The form of an approval route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.setup.forms.types import free_id
from qms.setup.rows import base, row, rows
from qms.web import fields
from qms.web.forms import Schema

RULES = {
    "all": _("Everybody named signs"),
    "any": _("One of them signs"),
    "count": _("So many of them sign"),
}
ROLES = {
    "author": _("Whoever drafted it"),
    "process-leader": _("The leader of the process"),
    "superior": _("The superior of whoever drafted it"),
}


def _who(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    data = bindings["present"]
    listed: list[tuple[str, Any]] = [(f"role:{name}", title) for name, title in ROLES.items()]
    for key, kind, words in (
        ("positions", "position", _("Position: ${name}")),
        ("units", "unit", _("Unit: ${name}")),
        ("persons", "person", _("Person: ${name}")),
    ):
        named = {f"{kind}:{one['id']}": one for one in data[key]}
        used = bindings["used"]
        listed += [
            (value, _(words, mapping={"name": one["name"]}))
            for value, one in named.items()
            if one["active"] or value in used
        ]
    return listed


def assignee_word(assignee: Mapping[str, str]) -> str:
    """Write an assignee as the form's choice does: ``position:manager``."""
    ((kind, name),) = assignee.items()
    return f"{kind}:{name}"


class RouteSchema(Schema):
    """A route with its steps."""

    base = base()
    name = fields.text(_("Name"), longest=120)
    separation_of_duties = fields.yes_no(
        _("Nobody signs two steps of the same version (separation of duties)")
    )
    steps = rows(
        _("Steps"),
        row(
            fields.hidden(name="id"),
            fields.text(
                _("Label"), longest=80, name="label", help=_("As it is printed, such as REVISÓ.")
            ),
            fields.text(_("What the signature says"), longest=300, name="meaning"),
            fields.choice(_("Rule"), list(RULES.items()), name="rule"),
            fields.integer(_("How many"), optional=True, name="count"),
            fields.integer(_("Business days"), optional=True, name="term_days"),
            rows(
                _("Who signs"),
                row(fields.choice(_("Who"), _who, name="who")),
                least=1,
                most=20,
                add=_("Add somebody"),
                name="assignees",
            ),
        ),
        least=1,
        most=12,
        add=_("Add a step"),
    )


def route_start(route: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form begins with for a route of the profile."""
    return {
        "name": route["name"],
        "separation_of_duties": route["separation_of_duties"],
        "steps": [
            {
                **{
                    key: step[key]
                    for key in ("id", "label", "meaning", "rule", "count", "term_days")
                },
                "assignees": [{"who": assignee_word(one)} for one in step["assignees"]],
            }
            for step in route["steps"]
        ],
    }


NEW_ROUTE: dict[str, Any] = {
    "name": "",
    "separation_of_duties": True,
    "steps": [
        {
            "id": "",
            "label": "ELABORÓ",
            "meaning": "Elaboro y presento esta versión",
            "rule": "all",
            "count": None,
            "term_days": 3,
            "assignees": [{"role": "author"}],
        },
        {
            "id": "",
            "label": "REVISÓ",
            "meaning": "Revisé esta versión y la encuentro conforme",
            "rule": "all",
            "count": None,
            "term_days": 3,
            "assignees": [{"role": "process-leader"}],
        },
        {
            "id": "",
            "label": "APROBÓ",
            "meaning": "Apruebo esta versión para su uso",
            "rule": "all",
            "count": None,
            "term_days": 5,
            "assignees": [{"role": "superior"}],
        },
    ],
}
"""What a new route begins with."""
USUAL_IDS = {"elaboro": "drafted", "reviso": "reviewed", "aprobo": "approved"}
"""Ids of the commonest labels, by which printed layouts name the steps."""


def route_wanted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the route that the form says, without its id."""
    taken = {one["id"] for one in values["steps"] if one["id"]}
    steps = []
    for one in values["steps"]:
        identifier = one["id"]
        if not identifier:
            identifier = free_id(one["label"], (), "step")
            identifier = free_id(USUAL_IDS.get(identifier, identifier), taken, "step")
        taken.add(identifier)
        steps.append(
            {
                "id": identifier,
                **{key: one[key] for key in ("label", "meaning", "rule", "count", "term_days")},
                "assignees": [
                    dict([assignee["who"].split(":", 1)]) for assignee in one["assignees"]
                ],
            }
        )
    return {
        "name": values["name"],
        "separation_of_duties": values["separation_of_duties"],
        "steps": steps,
    }
