"""The persistent classes of objectives; their paths are a promise to every database."""

from __future__ import annotations

from typing import Any

from qms.content.acted import Acted, Folding
from qms.content.models import Folder, Numbered, organisation_of
from qms.indicators.objectives import workflow
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.people.standing_in import held_today


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
        """Name ``signer`` whoever answers for it, or acts for who does."""
        owner, today = self.progress.facts.get("owner"), local_day(self, clock.now())
        held = held_today(organisation_of(self), person, today)
        return {"signer"} if owner and owner in held else set()
