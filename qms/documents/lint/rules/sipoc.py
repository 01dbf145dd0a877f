"""The grid of a process: cells that lack their other half."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qms.documents.lint.data import Paper
from qms.documents.lint.findings import WARNING, Finding
from qms.documents.lint.rules.base import SECTION, Rule
from qms.documents.sections.kind import items, texts
from qms.kernel.i18n import _

_HALVES = (
    ("suppliers", "inputs", _("The grid names suppliers and nothing that they supply.")),
    ("inputs", "suppliers", _("The grid names inputs and nobody who supplies them.")),
    ("outputs", "customers", _("The grid names outputs and nobody who takes them.")),
    ("customers", "outputs", _("The grid names customers and nothing that they get.")),
)


def half_told(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find grids with inputs and no supplier, or with customers and no output."""
    for part in paper.of_kind("sipoc"):
        rows = items(part.data, "rows")
        for there, missing, sentence in _HALVES:
            if any(texts(row, there) for row in rows) and not any(
                texts(row, missing) for row in rows
            ):
                yield Finding(
                    "grid-half-told",
                    WARNING,
                    sentence,
                    _("Fill in the other column too."),
                    section=part.id,
                    subject=there,
                )


RULES = (Rule("grid-half-told", _("Half of an interface"), SECTION, half_told),)
