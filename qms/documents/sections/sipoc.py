"""Suppliers, inputs, activities, outputs, customers, by the phases of the cycle (PHVA)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, items, texts, words_of
from qms.documents.sections.nodes import choose, lines_of, root
from qms.kernel.i18n import _
from qms.web import fields

PHASES = (
    ("", _("No phase")),
    ("plan", _("Plan")),
    ("do", _("Do")),
    ("check", _("Check (PHVA)")),
    ("act", _("Act")),
)
COLUMNS = (
    ("suppliers", _("Suppliers")),
    ("inputs", _("Inputs")),
    ("activities", _("Activities")),
    ("outputs", _("Outputs")),
    ("customers", _("Customers")),
)


class SipocKind(Kind):
    """The process as a grid: ``{"rows": [{"phase", "suppliers": [text], …}]}``."""

    name = "sipoc"
    title = _("SIPOC / PHVA")
    list_key = "rows"
    columns = COLUMNS
    phases: ClassVar = dict(PHASES)

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        row = fields.group(
            _("Row"),
            choose(_("Phase"), "phase", PHASES),
            *(lines_of(title, name, rows=5) for name, title in COLUMNS),
            row=True,
        )
        return root(
            fields.rows(
                _("Rows"),
                row,
                name="rows",
                add=_("Add a row"),
                most=100,
                help=_("In each cell, one item a line."),
            )
        )

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a phase and one a filled cell."""
        words = words_of(scope)
        found = []
        for row in items(data, "rows"):
            phase = str(row.get("phase") or "")
            cells = [
                f"{words[f'sipoc_{name}'].capitalize()}: {'; '.join(texts(row, name))}"
                for name, _title in COLUMNS
                if texts(row, name)
            ]
            if cells and phase:
                found.append(words.get(f"phase_{phase}", phase).capitalize())
            found += cells
        return found


KIND = SipocKind()
