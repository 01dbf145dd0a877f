"""The persistent classes of profiles; their paths are a promise to every database."""

from __future__ import annotations

from typing import Any

from qms.content.models import Content, Folder
from qms.kernel.i18n import _


class ProcessFolder(Folder):
    """The processes of one organisation; its page is the process map."""

    type_name = "process-folder"
    crumb = _("Processes")

    def __init__(self) -> None:
        """Start without processes."""
        super().__init__("Processes")


class Process(Content):
    """A process of the organisation's process map, with its leader."""

    type_name = "process"

    active = True
    """False once the profile no longer has it; history may still name it."""

    def __init__(
        self,
        identifier: str,
        acronym: str | None,
        name: str,
        macroprocess: str | None = None,
        kind: str = "core",
        leader: str | None = None,
    ) -> None:
        """Name the process; ``kind`` is strategic, core or support, ``leader`` a position id."""
        super().__init__(name)
        self.id = identifier
        self.acronym = acronym
        self.macroprocess = macroprocess
        self.kind = kind
        self.leader = leader

    def local_roles(self, person: Any) -> set[str]:
        """Name ``leader`` whoever holds the position that leads the process."""
        return {"leader"} if self.leader and self.leader in person.position_ids else set()

    @property
    def name(self) -> str:
        """The process's name, organisation data."""
        return self.title
