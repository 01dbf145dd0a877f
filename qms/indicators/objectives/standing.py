"""How objectives stand: what the last results of their indicators say; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.indicators.boards import target_of
from qms.indicators.listing import Row, row_for
from qms.indicators.objectives.models import Objective
from qms.indicators.objectives.services import pursued
from qms.indicators.periods import Period
from qms.indicators.series import MEETS, MISSES, NO_DATA, NO_TARGET
from qms.indicators.words import number_text, period_name
from qms.people.models import people_of
from qms.profiles.api import Profile, profile_of

ENDED = "indicator-ended"


class Measured(NamedTuple):
    """One indicator of an objective; plain values only."""

    number: str
    name: str
    path: str
    """Below the organisation."""
    result: str
    period: Any
    """Its name, maybe still to be translated."""
    target: str
    verdict: str
    """Of its last finished period, or that no document declares it any more."""


class Standing(NamedTuple):
    """An objective as a board prints it; plain values only."""

    number: str
    text: str
    target: str
    owner: str
    first: str
    last: str
    """Days as the organisation writes them."""
    over: bool
    """Whether its last day has passed."""
    state: str
    verdict: str
    """What its indicators say together."""
    measured: tuple[Measured, ...]
    missing: tuple[str, ...]
    """Names of indicators that a document gives it and that nobody measures here."""
    path: str
    code: str
    """Of the document that declares it."""

    @property
    def plain(self) -> dict[str, Any]:
        """It for programs."""
        said = {key: getattr(self, key) for key in ("number", "text", "target", "owner", "verdict")}
        return {**said, "indicators": [one.number for one in self.measured]}


def together(verdicts: Iterable[str]) -> str:
    """Say what several results say of one objective: any missed target shows, then any silence."""
    found = list(verdicts)
    for one in (MISSES, ENDED, NO_DATA, NO_TARGET):
        if one in found:
            return one
    return MEETS if found else NO_DATA


def measured_of(profile: Profile, row: Row) -> Measured:
    """Give an indicator of an objective out of its kept row."""
    target = target_of(row)
    return Measured(
        row.number,
        row.name,
        f"indicators/{row.number}/",
        number_text(profile, row.result, row.unit, target),
        period_name(profile, Period.parse(row.key)) if row.key else "",
        target.describe(profile.number_style(), row.unit) if target else "",
        ENDED if row.state == ENDED else row.verdict,
    )


def standings(organisation: Any, today: date) -> list[Standing]:
    """Give the objectives that are being pursued, as they stand on a day."""
    return [standing_of(one, today) for one in pursued(organisation)]


def standing_of(objective: Objective, today: date) -> Standing:
    """Give an objective as it stands on a day."""
    organisation, now = organisation_of(objective), objective.progress
    profile, facts = profile_of(organisation), now.facts
    folder: Any = organisation["indicators"]
    found = (row_for(folder[number]) for number in now.indicators if number in folder)
    measured = tuple(measured_of(profile, row) for row in found if row is not None)
    named = facts["indicators"] if now.origin else ()
    return Standing(
        objective.number,
        facts["text"],
        facts["target"],
        people_of(organisation).position_name(facts["owner"]) if facts["owner"] else "",
        show_date(profile, facts["first"]),
        show_date(profile, facts["last"]),
        facts["last"] < today.isoformat(),
        now.state,
        together(one.verdict for one in measured),
        measured,
        tuple(named) if len(set(named)) > len(measured) else (),
        f"objectives/{objective.number}/",
        now.origin.get("code", ""),
    )
