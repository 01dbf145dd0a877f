"""What the process needs: people, places, equipment, systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, items, texts
from qms.documents.sections.nodes import line, lines_of, root
from qms.kernel.i18n import _
from qms.web import fields


class ResourcesKind(Kind):
    """Resources by sort: ``{"groups": [{"name", "items": [text]}]}``."""

    name = "resources"
    title = _("Resources")
    list_key = "groups"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        group = fields.group(
            _("Sort of resource"),
            line(_("Sort of resource"), "name", help=_("Such as: human, technological.")),
            lines_of(_("Resources"), "items", help=_("One a line.")),
        )
        return root(
            fields.rows(_("Resources by sort"), group, name="groups", add=_("Add a sort"), most=40)
        )

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a sort and one a resource."""
        found = []
        for group in items(data, "groups"):
            found += [str(group.get("name") or ""), *texts(group, "items")]
        return [text for text in found if text]


KIND = ResourcesKind()
