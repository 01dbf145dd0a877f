"""What happens to profiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class ProfileApplied(DomainEvent):
    """A profile was loaded into an organisation; sent only when that changed something."""

    created: bool = False
    """Whether the organisation is new."""
    revision: int = 0
    """Revision of the profile from now on."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Per part of the profile: ids that were added, changed, or went out of use."""

    def details(self) -> dict[str, Any]:
        """Give the plain values that the trail keeps."""
        return {"created": self.created, "revision": self.revision, "changes": self.changes}
