"""Terms and what they mean in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.sections.base import Scope
from qms.documents.sections.kind import Kind, items, joined
from qms.documents.sections.nodes import MANY, line, root, without_empty
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.web import fields


class GlossaryKind(Kind):
    """Terms with definitions: ``{"terms": [{"term", "definition"}]}``."""

    name = "glossary"
    title = _("Glossary")
    list_key = "terms"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        term = fields.group(
            _("Term"),
            line(_("Term"), "term"),
            fields.long_text(_("Definition"), name="definition", rows=2, optional=True),
        )
        terms = fields.rows(
            _("Terms"),
            term,
            name="terms",
            add=_("Add a term"),
            most=MANY,
            preparer=without_empty,
        )
        return root(terms)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give one line a term."""
        found = (
            joined(one.get("term"), one.get("definition"), by=": ") for one in items(data, "terms")
        )
        return [" ".join(text.split()) for text in found if text]

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Miss definitions, and doubt terms that are defined twice."""
        found: list[str] = []
        seen: set[str] = set()
        for one in items(data, "terms"):
            term = str(one.get("term") or "")
            if not term:
                found.append(_("A definition has no term."))
            elif not one.get("definition"):
                found.append(_("Define the term «${term}».", {"term": term}))
            if fold(term) in seen:
                found.append(_("The term «${term}» is defined twice.", {"term": term}))
            seen.add(fold(term))
        return found


KIND = GlossaryKind()
