"""Quality objectives that a policy or a process declares (ISO 9001:2015, 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import colander

from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import Kind, items, joined, texts, unknown_positions
from qms.documents.sections.nodes import (
    MANY,
    ident,
    line,
    lines_of,
    position,
    root,
    with_ids,
    without_empty,
)
from qms.kernel.i18n import _
from qms.web import fields
from qms.web.types import DayMonthYear


class DayText(DayMonthYear):
    """A day that is stored as its ISO text."""

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read it as every day is read, and give the text."""
        found = super().deserialize(node, cstruct)
        return found.isoformat() if isinstance(found, date) else found


def _day(title: Any, name: str) -> Any:
    return colander.SchemaNode(DayText(), name=name, title=title, missing="")


def _prepared(rows: Any) -> Any:
    return with_ids("o")(without_empty(rows))


class ObjectivesKind(Kind):
    """Objectives: ``{"rows": [{"id", "objective", "target", "indicators", "owner", ...}]}``.

    ``indicators`` are numbers or names of indicators, ``first`` and ``last`` ISO days, ``plan``
    says by which actions and with which resources.
    """

    name = "objectives"
    title = _("Quality objectives")
    list_key = "rows"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        row = fields.group(
            _("Objective"),
            ident(),
            fields.long_text(_("Objective"), name="objective", rows=2, longest=2000, optional=True),
            line(_("What is to be reached"), "target", longest=300),
            lines_of(
                _("Indicators that measure it"),
                "indicators",
                rows=2,
                help=_("One a line: its number (IND-001) or its name, as its card has it."),
            ),
            position(_("Who answers for it"), "owner", scope),
            _day(_("From"), "first"),
            _day(_("Until"), "last"),
            fields.long_text(
                _("Plan of actions"),
                name="plan",
                rows=3,
                longest=4000,
                optional=True,
                help=_("What will be done, with which resources."),
            ),
            row=True,
        )
        rows = fields.rows(
            _("Objectives"),
            row,
            name="rows",
            add=_("Add an objective"),
            most=MANY,
            preparer=_prepared,
        )
        return root(rows)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line an objective."""
        found = []
        for one in items(data, "rows"):
            span = joined(*(scope.date(one.get(key)) for key in ("first", "last") if one.get(key)))
            owner = scope.position_name(str(one["owner"])) if one.get("owner") else ""
            parts = (one.get("objective"), one.get("target"), ", ".join(texts(one, "indicators")))
            text = joined(*parts, owner, span, one.get("plan"), by=" · ")
            found.append(" ".join(text.split()))
        return [text for text in found if text]

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Give work to whoever answers for an objective."""
        owners = (str(one["owner"]) for one in items(data, "rows") if one.get("owner"))
        return Declarations(positions=tuple(dict.fromkeys(owners)))

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Miss what makes an objective measurable, and owners that are gone."""
        found = []
        rows = [one for one in items(data, "rows") if one.get("objective")]
        for one in rows:
            facts: dict[str, object] = {"objective": str(one["objective"])[:60]}
            if not texts(one, "indicators"):
                found.append(_("The objective «${objective}» has no indicator.", facts))
            if not one.get("owner"):
                found.append(_("Nobody answers for the objective «${objective}».", facts))
            first, last = str(one.get("first") or ""), str(one.get("last") or "")
            if not (first and last) or first > last:
                found.append(_("The objective «${objective}» needs its first and last day.", facts))
        return [*found, *unknown_positions((str(one.get("owner") or "") for one in rows), scope)]


KIND = ObjectivesKind()
