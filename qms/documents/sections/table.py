"""A free table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import SequenceWidget, TextInputWidget

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, texts
from qms.documents.sections.nodes import MANY, WIDGETS, line, root
from qms.kernel.i18n import _
from qms.kernel.text import clean_line

WIDEST = 12
"""Most columns that still fit a printed page."""
LONGEST_CELL = 2000
_SPARE_ROWS = 2


class Cells(colander.SchemaType):
    """Rows of texts; each cell keeps its place, also when it is empty."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Give lists of texts."""
        if appstruct in (colander.null, None):
            return colander.null
        return [[str(cell) for cell in row] for row in appstruct]

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read lists of texts, cleaned; empty rows are left out."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        if not isinstance(cstruct, list | tuple):
            raise colander.Invalid(node, _("This is no table."))
        rows = [_texts(node, row) for row in cstruct]
        rows = [row for row in rows if any(row)]
        if len(rows) > MANY:
            raise colander.Invalid(node, _("At most ${most} items fit here.", {"most": MANY}))
        return rows

    def cstruct_children(self, node: Any, cstruct: Any) -> Any:
        """Tell deform that this is a list."""
        return colander.SequenceItems(() if cstruct in (colander.null, None) else cstruct)


class Headings(Cells):
    """The headings of the columns; an empty one keeps its place."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Give a list of texts."""
        if appstruct in (colander.null, None):
            return colander.null
        return [str(one) for one in appstruct]

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a list of texts."""
        return colander.null if cstruct in (colander.null, None, "") else _texts(node, cstruct)


def _texts(node: Any, row: Any) -> list[str]:
    if not isinstance(row, list | tuple) or not all(isinstance(cell, str) for cell in row):
        raise colander.Invalid(node, _("This is no table."))
    cells = [clean_line(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > WIDEST:
        raise colander.Invalid(node, _("At most ${most} columns fit on a page.", {"most": WIDEST}))
    for cell in cells:
        if len(cell) > LONGEST_CELL:
            raise colander.Invalid(
                node,
                _(
                    "The cell «${start}…» is too long; at most ${most} characters.",
                    {"start": cell[:40], "most": LONGEST_CELL},
                ),
            )
    return cells


def _text(name: str) -> colander.SchemaNode:
    """Make the node that says what a list holds; the list's own type reads it."""
    return colander.SchemaNode(colander.String(), name=name, widget=TextInputWidget())


class HeadingsWidget(SequenceWidget):
    """Draws nothing: the grid of the rows draws the headings too."""

    template = f"{WIDGETS}nothing"
    category = "structural"

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw nothing."""
        return ""

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Take what came as it is; the type checks it."""
        return pstruct


class GridWidget(SequenceWidget):
    """The whole table as a grid of inputs, with room to grow also without JavaScript."""

    template = f"{WIDGETS}grid"
    readonly_template = f"{WIDGETS}nothing"
    category = "structural"
    widest = WIDEST

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> Any:
        """Draw headings and cells side by side, squared up."""
        rows = [list(row) for row in cstruct] if isinstance(cstruct, list | tuple) else []
        heads = field.parent["columns"].cstruct
        heads = list(heads) if isinstance(heads, list | tuple) else []
        width = min(WIDEST, max([len(heads), *map(len, rows), 2]))
        rows += [[] for _spare in range(_SPARE_ROWS)]
        square = [[*row[:width], *[""] * (width - len(row))] for row in rows]
        return field.renderer(
            self.template,
            field=field,
            heads=[*heads[:width], *[""] * (width - len(heads))],
            grid=square,
            width=width,
        )

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Take what came as it is; the type checks it."""
        return pstruct


class TableKind(Kind):
    """A free table: ``{"columns": [text], "rows": [[text]], "note": text}``."""

    name = "table"
    title = _("Table")

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        columns = colander.SchemaNode(
            Headings(),
            _text("column"),
            name="columns",
            title=_("Columns"),
            missing=[],
            widget=HeadingsWidget(),
        )
        row = colander.SchemaNode(
            colander.Sequence(), _text("cell"), name="row", widget=SequenceWidget()
        )
        rows = colander.SchemaNode(
            Cells(), row, name="rows", title=_("Table"), missing=[], widget=GridWidget()
        )
        return root(columns, rows, line(_("Note below the table"), "note", longest=1000))

    def empty(self) -> dict[str, Any]:
        """Give an empty table."""
        return {"columns": [], "rows": [], "note": ""}

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a row, cells parted by bars; a table without any cell is empty."""
        rows = [one for one in data.get("rows") or [] if isinstance(one, list | tuple)]
        found = [" | ".join(str(cell) for cell in row) for row in rows if any(row)]
        if not found and not data.get("note"):
            return []
        heads = texts(data, "columns")
        note = str(data.get("note") or "")
        return [*([" | ".join(heads)] if heads else []), *found, *([note] if note else [])]


KIND = TableKind()
