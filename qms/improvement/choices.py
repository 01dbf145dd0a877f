"""What a profile says of improvement: kinds of findings and their gates, severities, categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.content.models import Organisation, numbers_of
from qms.improvement.errors import NotInTheLists
from qms.kernel.acts import Act
from qms.people.moments import local_day
from qms.profiles.api import Profile, profile_of

Entry = Mapping[str, Any]

KINDS: tuple[Entry, ...] = (
    {"id": "no-conformidad", "name": "No conformidad", "cause": True, "action": True, "days": 30},
    {"id": "salida-no-conforme", "name": "Salida no conforme", "output": True, "days": 0},
    {"id": "observacion", "name": "Observación", "days": 30},
    {"id": "oportunidad", "name": "Oportunidad de mejora", "action": True, "days": 30},
)
"""Kinds of an organisation whose profile names none; data, and therefore not translated."""
SEVERITIES: tuple[Entry, ...] = ({"id": "mayor", "name": "Mayor"}, {"id": "menor", "name": "Menor"})
FISHBONE = (
    "Método",
    "Mano de obra",
    "Maquinaria y equipos",
    "Materiales",
    "Medición",
    "Medio ambiente",
)
"""The six categories of the fishbone where the profile names none."""
GATES = ("cause", "action", "output", "days")


class Choices:
    """The choices of one organisation, by id, in the order of its profile."""

    def __init__(self, profile: Profile) -> None:
        """Read the profile's part."""
        self.profile = profile
        data = self.data = profile.improvement
        self.kinds = {one["id"]: one for one in data["kinds"] or KINDS}
        self.severities = {one["id"]: one for one in data["severities"] or SEVERITIES}
        self.fishbone: tuple[str, ...] = tuple(data["fishbone"] or FISHBONE)

    def pairs(self, what: str) -> list[tuple[str, str]]:
        """Give ``(id, name)`` of the kinds or severities in use."""
        entries = getattr(self, what).values()
        return [(one["id"], one["name"]) for one in entries if one.get("active", True)]

    def name(self, what: str, identifier: str) -> str:
        """Give the name of an entry; an id that is gone stands for itself."""
        entry = getattr(self, what).get(identifier)
        return str(entry["name"]) if entry else identifier

    def rule(self, kind: str) -> dict[str, Any]:
        """Give what a kind asks for, as it is kept with the acceptance; refuse an unknown kind."""
        if kind not in dict(self.pairs("kinds")):
            raise NotInTheLists
        entry = self.kinds[kind]
        return {gate: entry.get(gate) or (0 if gate == "days" else False) for gate in GATES}

    def check_severity(self, severity: str) -> str:
        """Give a severity that is in use, or nothing; refuse any other."""
        if severity and severity not in self.severities:
            raise NotInTheLists
        return severity


def choices_of(organisation: Organisation) -> Choices:
    """Give the organisation's choices, kept beside its profile in memory."""
    profile = profile_of(organisation)
    kept: Choices | None = profile.__dict__.get("_improvement_choices")
    if kept is None:
        kept = profile.__dict__["_improvement_choices"] = Choices(profile)
    return kept


def next_number(organisation: Organisation, what: str, act: Act, year: int | None = None) -> str:
    """Take the next number of a series by the profile's pattern, without gaps.

    ``what`` is the profile's key: number, action_number, audit_number or review_number.
    """
    pattern = choices_of(organisation).data[what]
    year = year or local_day(organisation, act.at).year
    series = f"improvement {what} {year}" if "{year}" in pattern else f"improvement {what}"
    running = numbers_of(organisation).take(series)
    return str(pattern.format(year=year, n=running))
