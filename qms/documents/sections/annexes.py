"""What is attached: documents by code, files of this version, or a short text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents import pdf_sections
from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import Kind, dangling, items, normal_codes
from qms.documents.sections.nodes import (
    MANY,
    MaybeText,
    OpenSelect,
    code,
    html,
    line,
    root,
    without_empty,
)
from qms.kernel.i18n import _
from qms.pdf.markup import html_lines
from qms.web import fields


class AnnexesKind(Kind):
    """Annexes: ``{"items": [{"code", "title", "file": id or None, "html"}]}``."""

    name = "annexes"
    title = _("Annexes")
    list_key = "items"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema; only files of the version itself can be chosen."""
        item = fields.group(
            _("Annex"),
            code(help=_("The code of a document, or a name such as «Annex 1».")),
            line(_("Title"), "title"),
            _file(scope),
            html(_("Text"), rows=3),
        )
        rows = fields.rows(
            _("Annexes"),
            item,
            name="items",
            add=_("Add an annex"),
            most=MANY,
            preparer=without_empty,
        )
        return root(rows)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line an annex, then those of its text."""
        found = []
        for one in items(data, "items"):
            stored = scope.file(str(one["file"])) if one.get("file") else None
            named = {"code": one.get("code"), "title": one.get("title")}
            if stored:
                named["note"] = stored["filename"]
            found += [
                pdf_sections.reference_text(named, scope),
                *html_lines(str(one.get("html") or "")),
            ]
        return [text for text in found if text]

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Declare the codes; a name with blanks in it is none."""
        given = (str(one.get("code") or "") for one in items(data, "items"))
        found = normal_codes(given)
        return Declarations(references=tuple(one for one in found if " " not in one))

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Find codes that no document has, and files that are gone."""
        found = dangling(self.declares(data).references, scope)
        for one in items(data, "items"):
            if one.get("file") and scope.file(str(one["file"])) is None:
                title = str(one.get("title") or one.get("code") or "")
                found.append(_("The file of the annex «${title}» is missing.", {"title": title}))
        return found


def _file(scope: Scope) -> Any:
    def check(node: Any, value: str | None) -> None:
        if value is not None and scope.file(value) is None:
            raise colander.Invalid(node, _("Choose one of the list."))

    return colander.SchemaNode(
        MaybeText(),
        name="file",
        title=_("File"),
        missing=None,
        validator=check,
        widget=OpenSelect(values=[("", _("No file")), *scope.files()]),
    )


KIND = AnnexesKind()
