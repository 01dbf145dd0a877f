"""The rules: each module holds checks of one subject, pure over a paper and its world."""

from __future__ import annotations

from qms.documents.lint.rules import (
    dates,
    flow,
    glossary,
    history,
    indicators,
    people,
    references,
    routing,
    sipoc,
    writing,
)
from qms.documents.lint.rules.base import Rule

MODULES = (
    references,
    glossary,
    flow,
    routing,
    indicators,
    people,
    sipoc,
    history,
    dates,
    writing,
)
"""The modules in the order in which their findings are told."""

RULES: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in module.RULES)
"""Every rule over one document."""
