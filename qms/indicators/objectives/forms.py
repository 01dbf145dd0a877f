"""The forms of objectives."""

from __future__ import annotations

from typing import Any

from qms.kernel.i18n import _
from qms.web import fields


def _given(name: str) -> Any:
    return lambda bound: list(bound[name])


class ObjectiveSchema(fields.Schema):
    """Setting an objective."""

    text = fields.long_text(_("Objective"), rows=2, longest=2000)
    target = fields.text(
        _("What is to be reached"),
        longest=300,
        help=_("So that everybody can tell whether it was: «97 % every quarter»."),
    )
    indicators = fields.many(_("Indicators that measure it"), _given("indicators"), large=True)
    owner = fields.choice(_("Who answers for it"), _given("positions"))
    first = fields.day(_("First day"))
    last = fields.day(_("Last day"))
    plan = fields.long_text(
        _("Plan of actions"),
        rows=4,
        longest=4000,
        optional=True,
        help=_("What will be done, with which resources."),
    )


class ChangeSchema(ObjectiveSchema):
    """Setting it anew."""

    reason = fields.long_text(_("Why"), rows=2, longest=2000)


class WordsSchema(fields.Schema):
    """Saying how it is going."""

    text = fields.long_text(_("How it is going"), rows=4, longest=4000)


class VerdictSchema(fields.Schema):
    """Judging whether it was reached."""

    reached = fields.choice(
        _("Was it reached?"), (("yes", _("Yes, it was reached")), ("no", _("No"))), radio=True
    )
    text = fields.long_text(
        _("What this is concluded from"), rows=4, longest=4000, help=_("Results, causes, lessons.")
    )


class EndSchema(fields.Schema):
    """Ending it before its time."""

    reason = fields.long_text(_("Why"), rows=3, longest=2000)
