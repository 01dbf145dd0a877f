"""Rich text: the usual section of a procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind
from qms.documents.sections.nodes import html, root
from qms.kernel.i18n import _
from qms.pdf.markup import html_lines

_WORD = re.compile(r"<(?:p|li|h3|h4)>\w")


class TextKind(Kind):
    """Formatted text: ``{"html": "<p>…</p>"}``."""

    name = "text"
    title = _("Text")

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        return root(html(_("Text"), rows=10))

    def empty(self) -> dict[str, Any]:
        """Give no text."""
        return {"html": ""}

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a block."""
        return list(html_lines(str(data.get("html") or "")))

    def has_content(self, data: Mapping[str, Any], scope: Scope) -> bool:
        """Look for a word in a paragraph, and read everything only where there is none."""
        return bool(_WORD.search(str(data.get("html") or ""))) or bool(self.lines(data, scope))


KIND = TextKind()
