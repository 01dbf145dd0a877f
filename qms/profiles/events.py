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


@dataclass(frozen=True)
class ProcessEvent(DomainEvent):
    """Something happened to a process."""

    old: dict[str, Any] = field(default_factory=dict)
    """Its facts before, as the profile writes them."""
    new: dict[str, Any] = field(default_factory=dict)
    """Its facts from now on."""

    def details(self) -> dict[str, Any]:
        """Give the values before and after."""
        return {"old": self.old, "new": self.new}


class ProcessAdded(ProcessEvent):
    """A process was added to the process map."""


class ProcessChanged(ProcessEvent):
    """A process has other values, or went out of use or back into it."""


@dataclass(frozen=True)
class ProcessesOrdered(DomainEvent):
    """The processes of the map stand in another order."""

    order: list[str] = field(default_factory=list)
    """Ids of all processes, in their order from now on."""

    def details(self) -> dict[str, Any]:
        """Give the plain values that the trail keeps."""
        return {"order": self.order}


@dataclass(frozen=True)
class OrganisationImported(DomainEvent):
    """The whole organisation was made here of an archive."""

    manifest_sha256: str = ""
    files: int = 0

    def details(self) -> dict[str, Any]:
        """Give the manifest's hash, and how many files it names."""
        return {"manifest_sha256": self.manifest_sha256, "files": self.files}
