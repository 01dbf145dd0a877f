"""The list of documents of the process: nobody writes it, every saving makes it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import Kind, items, joined, normal_codes
from qms.documents.sections.nodes import root
from qms.kernel.i18n import _
from qms.web import fields

COLUMNS = ("code", "title", "type", "version")


class ProcessDocumentsKind(Kind):
    """What was in force: ``{"note", "rows": [{"code", "title", "type", "version"}]}``.

    The rows are those of the moment of saving, so that what was signed says what it said.
    """

    name = "process-documents"
    title = _("Documents of the process")
    list_key = "rows"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema: a note; the rows come from the catalogue, never from the form."""

        def with_rows(value: Any) -> Any:
            return {**value, "rows": rows_now(scope)} if isinstance(value, Mapping) else value

        note = fields.long_text(
            _("Note"),
            name="note",
            rows=3,
            longest=2000,
            optional=True,
            help=_("The list below it is made from the documents in force, each time you save."),
        )
        return root(note, preparer=with_rows)

    def empty(self) -> dict[str, Any]:
        """Give no note and no rows."""
        return {"note": "", "rows": []}

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give the note and one line a document."""
        rows = [joined(*(row.get(key) for key in COLUMNS), by=" · ") for row in items(data, "rows")]
        return [line for line in (str(data.get("note") or ""), *rows) if line.strip()]

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Refer to every document of the list."""
        return Declarations(references=normal_codes(row.get("code") for row in items(data, "rows")))

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Say that the list is of another day."""
        if not hasattr(scope, "process_documents"):
            return []
        kept = [{key: str(row.get(key) or "") for key in COLUMNS} for row in items(data, "rows")]
        if kept == rows_now(scope):
            return []
        return [_("The list of documents has changed meanwhile: save this section to renew it.")]


def rows_now(scope: Scope) -> list[dict[str, str]]:
    """Give the process's documents in force; none where nobody knows, as in what is frozen."""
    known = getattr(scope, "process_documents", None)
    return [] if known is None else [dict(zip(COLUMNS, row, strict=True)) for row in known()]


KIND = ProcessDocumentsKind()
