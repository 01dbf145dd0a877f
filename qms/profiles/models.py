"""The persistent classes of profiles; their paths are a promise to every database."""

from __future__ import annotations

from qms.content.models import Content


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

    @property
    def name(self) -> str:
        """The process's name, organisation data."""
        return self.title
