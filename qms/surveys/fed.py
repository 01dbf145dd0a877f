"""What is told of a list that came without a person: to what brought it, and on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.surveys.errors import SameList
from qms.surveys.services import loading
from qms.surveys.services.feeding import Fed
from qms.surveys.words import VERDICTS

Say = Callable[[Any], str]
TOLD = 200
"""So many rows are told one by one."""


def counted(facts: Mapping[str, Any]) -> dict[str, int]:
    """Count what was new, known and refused in a load, of a person or of a system."""
    counts = facts["counts"]
    return {
        "added": int(facts["added"]),
        "known": sum(counts.get(one, 0) for one in loading.KNOWN),
        "refused": sum(counts.get(one, 0) for one in loading.REFUSED),
    }


def reasons(facts: Mapping[str, Any], say: Say) -> list[tuple[str, list[int]]]:
    """Give why rows were refused or doubtful, each with the numbers of its rows in the file."""
    rows = facts.get("rows") or {}
    return [(say(VERDICTS[one].word), list(rows[one])) for one in loading.VERDICTS if one in rows]


def report(fed: Fed, say: Say) -> dict[str, Any]:
    """Tell what became of a list, row by row where something is wrong; nobody's data are in it."""
    numbers: dict[str, object] = {**counted(fed.facts)}
    if fed.same:
        # Whoever sends it again learns that all of it is there.
        found = counted(fed.facts)
        numbers |= {"added": 0, "known": found["known"] + found["added"]}
        said = _(SameList().msgid, {"day": loading.day_of(fed.campaign, fed.facts)})
    else:
        said = _("New customers: ${added}. Known already: ${known}. Refused: ${refused}.", numbers)
    rows = sorted((number, why) for why, numbered in reasons(fed.facts, say) for number in numbered)
    return {
        "campaign": fed.campaign.number,
        **numbers,
        "rows": [{"row": number, "why": why} for number, why in rows[:TOLD]],
        "message": say(said),
    }
