"""The forms about processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.people.views.persons import position_choices
from qms.processes.overview import KIND_TITLES
from qms.web import fields
from qms.web.forms import Schema


def _kinds(_bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(KIND_TITLES.items())


class ProcessSchema(Schema):
    """A process and where it stands in the map."""

    name = fields.text(_("Name"), longest=160)
    acronym = fields.text(
        _("Acronym"),
        longest=12,
        optional=True,
        help=_("Codes of documents bear it, where the organisation's codes name processes."),
    )
    kind = fields.choice(_("Kind"), _kinds, radio=True)
    macroprocess = fields.text(
        _("Macroprocess"),
        longest=160,
        optional=True,
        help=_("Processes with the same words here stand in one frame of the map."),
    )
    leader = fields.choice(
        _("Leader"),
        position_choices,
        optional=True,
        prompt=_("Nobody"),
        help=_("The position that answers for the process and approves where a route says so."),
    )


class MacroprocessSchema(Schema):
    """The name of a macroprocess."""

    name = fields.text(_("Name"), longest=160)


class RetireSchema(Schema):
    """A decision that was made knowing what depends on it."""

    known = fields.yes_no(_("I know what depends on this process, and take it out of use"))
