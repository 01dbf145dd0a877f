"""Requirements of law, norm, customer and house that the process has to meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, items, joined
from qms.documents.sections.nodes import MANY, line, root
from qms.kernel.i18n import _
from qms.web import fields


class RequirementsKind(Kind):
    """Requirements by origin: ``{"groups": [{"name", "items": [{"reference", "text"}]}]}``."""

    name = "requirements"
    title = _("Requirements")
    list_key = "groups"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        item = fields.group(
            _("Requirement"),
            line(_("Norm, article or clause"), "reference"),
            fields.long_text(
                _("What it demands"), name="text", rows=2, longest=4000, optional=True
            ),
            row=True,
        )
        group = fields.group(
            _("Origin"),
            line(_("Origin"), "name", help=_("Such as: legal, customer, ISO 9001.")),
            fields.rows(
                _("Requirements"), item, name="items", add=_("Add a requirement"), most=MANY
            ),
        )
        return root(
            fields.rows(_("Origins"), group, name="groups", add=_("Add an origin"), most=40)
        )

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a group and one a requirement."""
        found = []
        for group in items(data, "groups"):
            found.append(str(group.get("name") or ""))
            found += [
                joined(one.get("reference"), one.get("text")) for one in items(group, "items")
            ]
        return [" ".join(text.split()) for text in found if text]


KIND = RequirementsKind()
