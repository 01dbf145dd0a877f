"""Risks of the process and the controls that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, items, joined
from qms.documents.sections.nodes import MANY, line, root, without_empty
from qms.kernel.i18n import _
from qms.web import fields


class RisksKind(Kind):
    """Risks with controls: ``{"rows": [{"risk", "control", "level"}]}``."""

    name = "risks"
    title = _("Risks and controls")
    list_key = "rows"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        row = fields.group(
            _("Risk"),
            fields.long_text(_("Risk"), name="risk", rows=2, longest=2000, optional=True),
            fields.long_text(_("Control"), name="control", rows=2, longest=2000, optional=True),
            line(_("Level"), "level", longest=40),
            row=True,
        )
        rows = fields.rows(
            _("Risks"), row, name="rows", add=_("Add a risk"), most=MANY, preparer=without_empty
        )
        return root(rows)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a risk."""
        found = []
        for one in items(data, "rows"):
            level = f"[{one['level']}]" if one.get("level") else ""
            text = joined(joined(one.get("risk"), one.get("control"), by=" → "), level)
            found.append(" ".join(text.split()))
        return [text for text in found if text]

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Miss controls."""
        return [
            _("The risk «${risk}» has no control.", {"risk": str(one["risk"])[:60]})
            for one in items(data, "rows")
            if one.get("risk") and not one.get("control")
        ]


KIND = RisksKind()
