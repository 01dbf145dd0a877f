"""The persistent classes of objectives; their paths are a promise to every database."""

from __future__ import annotations

from typing import Any

from qms.content.acted import Acted, Folding
from qms.content.models import Folder, Numbered
from qms.indicators.objectives import workflow
from qms.kernel.i18n import _


class Objectives(Folder):
    """Every objective of an organisation, by its number; none ever leaves it."""

    type_name = "objectives"
    crumb = _("Objectives")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without objectives."""
        super().__init__("Objectives")


class Objective(Numbered, Acted[workflow.Progress]):
    """What the organisation wants to reach, by which it is measured, and who answers for it."""

    type_name = "objective"
    folding = Folding(workflow.progress, workflow.after)

    def __init__(self, number: str) -> None:
        """Start without acts."""
        super().__init__("")
        self.number = number

    def local_roles(self, person: Any) -> set[str]:
        """Name ``signer`` whoever answers for it."""
        owner = self.progress.facts.get("owner")
        return {"signer"} if owner and owner in person.position_ids else set()
