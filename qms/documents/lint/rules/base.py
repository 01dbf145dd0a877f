"""What a rule is: a name, a title for people, and a function over a paper and its world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from qms.documents.lint.data import Paper
from qms.documents.lint.findings import Finding

SECTION, DOCUMENT, ORGANISATION = "section", "document", "organisation"
"""How far a rule looks."""

Check = Callable[[Paper, Any], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A check with its name; ``check`` gives findings without document and place."""

    id: str
    title: Any
    """What it looks for, as a translation string."""
    scope: str
    check: Check
    told_by_gaps: bool = False
    """Whether the list of what is missing in the editor already says it."""
