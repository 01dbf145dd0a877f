"""What a profile says of surveys: scales, questionnaires, reasons, states, and how days count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from qms.content.models import Organisation
from qms.kernel.calendars import Calendar
from qms.profiles.api import Profile, profile_of
from qms.surveys.errors import UnknownChoice
from qms.surveys.scales import Scale
from qms.surveys.workflow import UNMANAGED

Entry = Mapping[str, Any]

USUAL_SCALES: tuple[Entry, ...] = (
    {
        "id": "nps",
        "name": "NPS 0–10",
        "low": 0,
        "high": 10,
        "classes": [
            {"id": "promotor", "name": "Promotores", "low": 9, "high": 10, "role": "promoter",
             "satisfied": True},
            {"id": "neutro", "name": "Neutros", "low": 7, "high": 8, "role": "neutral",
             "satisfied": True},
            {"id": "detractor", "name": "Detractores", "low": 0, "high": 6, "role": "detractor"},
        ],
    },
    {
        "id": "csat",
        "name": "Satisfacción 1–5",
        "low": 1,
        "high": 5,
        "classes": [
            {"id": "satisfecho", "name": "Satisfechos", "low": 4, "high": 5, "role": "promoter",
             "satisfied": True},
            {"id": "neutro", "name": "Neutros", "low": 3, "high": 3, "role": "neutral"},
            {"id": "insatisfecho", "name": "Insatisfechos", "low": 1, "high": 2,
             "role": "detractor"},
        ],
    },
)  # fmt: skip
"""Scales that every profile may name; data, and therefore not translated."""
USUAL_REASONS: tuple[Entry, ...] = (
    {"id": "no-contesta", "name": "No contesta", "reached": False, "ends": False},
    {"id": "ocupado", "name": "Ocupado o buzón de voz", "reached": False, "ends": False},
    {"id": "equivocado", "name": "Número equivocado", "reached": False, "ends": True},
    {"id": "llamar-luego", "name": "Pide que lo llamen después", "reached": True, "ends": False},
    {"id": "no-desea", "name": "No desea responder", "reached": True, "ends": True},
)
USUAL_STATES: tuple[Entry, ...] = (
    {"id": "sin-gestion", "name": "Sin gestión", "colour": "red", "role": "unmanaged"},
    {"id": "en-tramite", "name": "En trámite", "colour": "yellow", "role": "in-progress"},
    {"id": "gestionado", "name": "Gestionado", "colour": "green", "role": "managed",
     "evidence": True},
    {"id": "insatisfecho", "name": "Cliente insatisfecho", "colour": "light-green",
     "role": "unsatisfied", "evidence": True},
    {"id": "sugerencia", "name": "Sugerencia", "colour": "blue", "role": "suggestion"},
)  # fmt: skip
DETRACTOR = "detractor"


def _known(entries: Any) -> dict[str, Entry]:
    return {one["id"]: one for one in entries}


class Survey:
    """One questionnaire of one organisation."""

    def __init__(self, data: Entry, scales: Mapping[str, Scale]) -> None:
        """Read the profile's entry; every key of the schema is there."""
        self.data, self.id, self.name = data, str(data["id"]), str(data["name"])
        self.scales = scales
        self.scale = scales.get(data.get("scale") or "") or scales["nps"]
        self.attempts: Entry = data["attempts"]
        self.follow_up: Entry = data["follow_up"]

    @cached_property
    def questions(self) -> dict[str, Entry]:
        """Every question, by its id."""
        return _known(self.data["questions"])

    @cached_property
    def scored(self) -> Entry:
        """The question that classifies the customer."""
        return next(one for one in self.data["questions"] if one["score"])

    def asked(self, line: str, brand: str) -> list[Entry]:
        """Give the questions for a customer of this line and brand."""
        return [
            one
            for one in self.data["questions"]
            if (not one["lines"] or line in one["lines"])
            and (not one["brands"] or brand in one["brands"])
        ]

    def scale_of(self, question: Entry) -> Scale:
        """Give the scale on which a question is answered."""
        return self.scales.get(question.get("scale") or "") or self.scale

    def positions(self) -> dict[str, set[str]]:
        """Name the positions with a part in it: those that call, follow up, and supervise."""
        follow = self.follow_up
        above = {*follow["supervisors"], *follow["repeated_to"], *follow["warranty_to"]}
        above |= {one for level in follow["alerts"] for one in level["to"]}
        above |= set((self.data.get("report") or {}).get("to") or ())
        return {
            "signer": set(self.data["callers"]),
            "author": set(follow["positions"]),
            "leader": above,
        }


@dataclass(frozen=True)
class Due:
    """Until when a detractor is answered."""

    at: datetime
    calendar: str
    """By which calendar it was counted."""


class Choices:
    """The choices of one organisation, by id, in the order of its profile."""

    def __init__(self, profile: Profile) -> None:
        """Read the profile's part."""
        self.profile = profile
        data = self.data = profile.surveys
        own = _known(data["scales"])
        usual = {one["id"]: one for one in USUAL_SCALES if one["id"] not in own}
        self.scales = {key: Scale.from_data(one) for key, one in {**usual, **own}.items()}
        self.lines, self.brands = _known(data["lines"]), _known(data["brands"])
        self.reasons = _known(data["reasons"] or USUAL_REASONS)
        self.states = _known(data["states"] or USUAL_STATES)
        self.fields = _known(data["fields"])
        self.surveys = {one["id"]: Survey(one, self.scales) for one in data["kinds"]}

    def survey(self, identifier: str) -> Survey:
        """Give a questionnaire, or refuse one that there is not."""
        if identifier not in self.surveys:
            raise UnknownChoice(what="survey")
        return self.surveys[identifier]

    def active(self) -> list[Survey]:
        """Give the questionnaires for which campaigns can be opened."""
        return [one for one in self.surveys.values() if one.data["active"]]

    def name(self, what: str, identifier: str) -> str:
        """Give the name of an entry; an id that is gone stands for itself."""
        entry = getattr(self, what).get(identifier)
        if entry is None:
            return identifier
        return str(entry.name if isinstance(entry, Survey) else entry["name"])

    def states_for(self, brand: str) -> list[Entry]:
        """Give the states that a follow-up of this brand may have."""
        return [
            one
            for one in self.states.values()
            if not one.get("brands") or brand in one.get("brands", ())
        ]

    def state_of_role(self, role: str, brand: str = "") -> Entry | None:
        """Give the first state of a role, or None where the organisation has none."""
        return next((one for one in self.states_for(brand) if one["role"] == role), None)

    def first_state(self) -> Entry:
        """Give the state in which a detractor's follow-up begins; every profile has one."""
        return next(one for one in self.states.values() if one["role"] == UNMANAGED)

    # Time

    def day(self, at: datetime) -> date:
        """Give the organisation's own day of a moment."""
        return at.astimezone(self.profile.zone).date()

    def calendar(self, on: date) -> Calendar:
        """Give the business days as they are known on a day."""
        return self.profile.calendar(None, on)

    def end_of(self, day: date) -> datetime:
        """Give the last instant of a day, in UTC."""
        midnight = datetime.combine(day + timedelta(days=1), time(), self.profile.zone)
        return midnight.astimezone(UTC) - timedelta(microseconds=1)

    def due(self, survey: Survey, at: datetime) -> Due:
        """Give until when a detractor who answered at ``at`` is answered.

        The day of the answer does not count. «In less than two business days» (``strict``) ends
        with the first business day after it, «within two» with the second.
        """
        day = self.day(at)
        calendar = self.calendar(day)
        days = survey.follow_up["days"] - (1 if survey.follow_up["strict"] else 0)
        last = calendar.add_business_days(day, days) if days else calendar.next_business_day(day)
        return Due(self.end_of(last), calendar.version)

    def report_due(self, survey: Survey, first: date) -> date:
        """Give the last day on which the report of the month before ``first`` is on time."""
        report = survey.data["report"]
        if report["count"] == "calendar":
            return first + timedelta(days=report["by"] - 1)
        return self.calendar(first).add_business_days(first - timedelta(days=1), report["by"])


def choices_of(organisation: Organisation) -> Choices:
    """Give the organisation's choices, kept beside its profile in memory."""
    profile = profile_of(organisation)
    kept: Choices | None = profile.__dict__.get("_survey_choices")
    if kept is None:
        kept = profile.__dict__["_survey_choices"] = Choices(profile)
    return kept
