"""Other documents that this one refers to, and systems outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents import pdf_sections
from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import Kind, dangling, items, normal_codes
from qms.documents.sections.nodes import MANY, code, line, root, without_empty
from qms.kernel.i18n import _
from qms.web import fields


class ReferencesKind(Kind):
    """Documents by code: ``{"items": [{"code", "title", "note"}]}``; no code for outside ones."""

    name = "references"
    title = _("References")
    list_key = "items"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        item = fields.group(
            _("Document"),
            code(help=_("Leave it empty for what has no code here.")),
            line(_("Title"), "title"),
            line(_("Note"), "note"),
            row=True,
        )
        rows = fields.rows(
            _("Documents"),
            item,
            name="items",
            add=_("Add a document"),
            most=MANY,
            preparer=without_empty,
        )
        return root(rows)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a document."""
        found = (pdf_sections.reference_text(one, scope) for one in items(data, "items"))
        return [text for text in found if text]

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Declare the codes."""
        return Declarations(
            references=normal_codes(one.get("code") for one in items(data, "items"))
        )

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Find codes that no document has."""
        return dangling(self.declares(data).references, scope)


KIND = ReferencesKind()
