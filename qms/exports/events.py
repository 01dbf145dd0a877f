"""What is told when somebody takes a table away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class TableTaken(DomainEvent):
    """Somebody took a list away as a file."""

    title: str
    form: str
    """``xlsx``, ``csv`` or ``pdf``."""
    rows: int

    def details(self) -> dict[str, Any]:
        """Say what was taken, as what, and how much of it."""
        return {"title": self.title, "format": self.form, "rows": self.rows}
