"""What one norm says of the time to answer, as plain data that a case keeps in its acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qms.kernel.terms import Term

__all__ = ["Rule"]


@dataclass(frozen=True)
class Rule:
    """What one norm says of the time to answer."""

    id: str
    name: str
    term: Term
    source: str = ""
    extension: Mapping[str, Any] = field(default_factory=dict)
    incomplete: Mapping[str, Any] | None = None
    silence: str = "none"

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Rule | None:
        """Read the plain values that an act keeps; None for a case without a term."""
        if not data:
            return None
        term = {key: data[key] for key in ("amount", "unit", "start", "roll") if key in data}
        return cls(
            str(data["id"]),
            str(data.get("name") or ""),
            Term.from_data(term),
            str(data.get("source") or ""),
            dict(data.get("extension") or {}),
            data.get("incomplete"),
            str(data.get("silence") or "none"),
        )

    def to_data(self) -> dict[str, Any]:
        """Give plain values, fit for an act."""
        return {
            "id": self.id,
            "name": self.name,
            **self.term.to_data(),
            "source": self.source,
            "extension": dict(self.extension),
            "incomplete": dict(self.incomplete) if self.incomplete else None,
            "silence": self.silence,
        }

    @property
    def most_extra(self) -> int:
        """So many units may be added in all; 0 where the norm gives no extension.

        ``up_to_double``: the whole is at most twice the first term (Ley 1437 de 2011, art. 14,
        parágrafo). ``on_request`` sets no bound of its own; twice the term is taken as one.
        """
        kind = self.extension.get("kind", "none")
        if kind in ("up_to_double", "on_request"):
            return self.term.amount
        if kind == "plus" and self.extension.get("unit") in (None, self.term.unit):
            return int(self.extension["amount"])
        return 0

    def span(self, name: str) -> Term | None:
        """Give the term ``ask_within`` or ``complete_within`` of an incomplete petition."""
        given = (self.incomplete or {}).get(name)
        if not given or not (self.incomplete or {}).get("verified", True):
            return None
        # Asking is counted as the term itself is; completing, from the day after the letter.
        start = self.term.start if name == "ask_within" else "next_day"
        return Term(given["amount"], given["unit"], start)
