"""What a check says: a finding with its place, its weight and what to do about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

ERROR, WARNING, HINT = "error", "warning", "hint"
SEVERITIES = (ERROR, WARNING, HINT)
"""From the heaviest: what contradicts itself, what probably does, what is worth a look."""


@dataclass(frozen=True)
class Finding:
    """One thing that is inconsistent, and where."""

    rule: str
    severity: str
    message: Any
    """A sentence, as a translation string with its values."""
    suggestion: Any
    """What to do, likewise."""
    section: str = ""
    """Id of the section; empty for what stands around the content."""
    row: str = ""
    """Id of the row, or its number from 1; empty for the whole section."""
    subject: str = ""
    """What it is about, as a stable text (a code, a term): tells two findings of a row apart."""
    place: Any = ""
    """The section and row as people call them, perhaps a translation string; filled in by the
    engine."""
    uid: str = ""
    code: str = ""
    """The document; filled in by the engine."""
    order: int = -1
    """Order of the version that was looked at."""

    @property
    def key(self) -> str:
        """Name the finding for good: it stays the same while other parts of the text change."""
        parts = (self.rule, self.uid, self.section, self.row, self.subject)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]

    def as_data(self, translate: Any = str) -> dict[str, Any]:
        """Give it as plain data, its sentences through ``translate``."""
        return {
            "key": self.key,
            "rule": self.rule,
            "severity": self.severity,
            "document": self.code,
            "section": self.section,
            "row": self.row,
            "place": translate(self.place),
            "message": translate(self.message),
            "suggestion": translate(self.suggestion),
        }


def weight(finding: Finding) -> int:
    """Give the place of its severity, 0 for the heaviest."""
    return SEVERITIES.index(finding.severity)
