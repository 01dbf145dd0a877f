"""What a version can do while it is a draft: be written section by section, by several people."""

from __future__ import annotations

from typing import Any

from BTrees.Length import Length

from qms.content.guards import insist_on
from qms.documents import workflow
from qms.documents.errors import NotEditable, SectionChanged


class Draft:
    """The writing side of a version; it keeps nothing of its own."""

    acts: Any
    sections: Any
    writings: Length | None

    @property
    def state(self) -> str:
        """The workflow state."""
        raise NotImplementedError

    def empty_section(self) -> Any:
        """Make the place of a section that was never saved."""
        raise NotImplementedError

    def check_editable(self) -> None:
        """Refuse unless the version is a draft."""
        if self.state != workflow.DRAFT:
            raise NotEditable

    def begin_change(self) -> None:
        """Refuse unless the version is a draft, and stays one until this change is committed.

        Writing and freezing touch different objects, so the database alone would let both
        through, and the text on screen would no longer be the signed one (fault 15).  Hence a
        change insists on the acts that it saw, and freezing insists on the changes that it saw.
        """
        self.check_editable()
        insist_on(self.acts)
        if self.writings is None:
            self.writings = Length()
        self.writings.change(1)

    def insist_on_content(self) -> None:
        """Fail at commit when somebody changed the draft since this transaction began."""
        if self.writings is not None:
            insist_on(self.writings)

    def section(self, section_id: str) -> Any:
        """Give the stored content of a section; raise KeyError when it was never saved."""
        return self.sections[section_id]

    def data_of(self, section_id: str) -> dict[str, Any] | None:
        """Give a section's plain data, or None when it was never saved."""
        stored = self.sections.get(section_id)
        return None if stored is None else stored.data

    def put_section(
        self, section_id: str, data: dict[str, Any], *, base_revision: int, by: str, at: Any
    ) -> Any:
        """Store a section's data if nobody saved it since ``base_revision``."""
        self.begin_change()
        stored = self.sections.get(section_id)
        if (0 if stored is None else stored.revision) != base_revision:
            raise SectionChanged
        if stored is None:
            stored = self.sections[section_id] = self.empty_section()
        stored.put(data, by=by, at=at)
        return stored
