"""What can happen to numbers for paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class _NumberEvent(DomainEvent):
    """Something happened to numbers for paper; its subject is the register of cases."""

    facts: dict[str, Any] = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """Give the facts."""
        return dict(self.facts)


class NumbersReserved(_NumberEvent):
    """Numbers of cases were set aside for paper."""


class NumberAnnulled(_NumberEvent):
    """A number that had been set aside for paper was annulled."""
