"""A year of satisfaction calls: campaigns, attempts, answers, and the follow-up of detractors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from qms.cli.year.drawing import Draw, business_days
from qms.content.models import BlobFile, Organisation
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.surveys.choices import Choices, Survey, choices_of
from qms.surveys.models import Campaign, Contact
from qms.surveys.services import answering, calling, campaigns, following

MakeAct = Callable[..., Act]
"""Told a person's id, and by keyword the moment."""


@dataclass
class CallYear:
    """Plays the surveys of one organisation."""

    organisation: Organisation
    plan: Mapping[str, Any]
    make_act: MakeAct
    now: datetime

    def __post_init__(self) -> None:
        """Look up what every call needs."""
        self.choices: Choices = choices_of(self.organisation)
        profile = profile_of(self.organisation)
        self.calendar, self.zone = profile.calendar(), profile.zone
        self.draw = Draw(self.organisation.id, "calls", self.now.date().year)
        self.people = people_of(self.organisation)
        self.open: dict[str, Campaign] = {}
        self.asked = 0

    def days(self, first: date) -> list[date]:
        """List the business days to be played."""
        return list(business_days(self.calendar, first, self.now.astimezone(self.zone).date()))

    def play(self, day: date) -> int:
        """Play the calls of a day, each with its follow-up; count the customers."""
        played = 0
        self._shut(day)
        for survey_id, plan in self.plan.items():
            if "months" in plan and (day.month not in plan["months"] or day.day > plan["until"]):
                continue
            survey = self.choices.survey(survey_id)
            for _each in range(self.draw.number(plan["per_day"])):
                at = self.draw.moment(day, self.zone)
                if at < self.now:
                    self._customer(survey, plan, at)
                    played += 1
        return played

    def _campaign(self, survey: Survey, at: datetime, person_id: str) -> Campaign:
        """Give the campaign of the month, opened by its first call."""
        month = f"{at.astimezone(self.zone):%Y-%m}"
        key = f"{survey.id} {month}"
        if key not in self.open:
            title = f"{survey.data['name']} {month}"
            act = self._act(person_id, at)
            self.open[key] = campaigns.open_campaign(self.organisation, survey.id, title, act=act)
        return self.open[key]

    def _shut(self, day: date) -> None:
        """Close the campaigns of the months before, so that nobody calls there any more."""
        month = f"{day:%Y-%m}"
        for key in [one for one in self.open if not one.endswith(month)]:
            campaign = self.open.pop(key)
            survey = self.choices.survey(campaign.survey_id)
            at = self.draw.moment(day, self.zone)
            act = self._act(self._holder(survey.follow_up["positions"]), min(at, self.now))
            campaigns.shut(campaign, is_open=False, act=act)

    def _act(self, person_id: str, at: datetime) -> Act:
        return self.make_act(person_id, at=at)

    def _holder(self, positions: Any) -> str:
        found = [one.id for held in positions for one in self.people.holders(held)]
        return str(self.draw.one(found)) if found else "system"

    def _customer(self, survey: Survey, plan: Mapping[str, Any], at: datetime) -> None:
        draw, data = self.draw, survey.data
        caller = self._holder(data["callers"])
        campaign = self._campaign(survey, at, caller)
        self.asked += 1
        digits = max(self.choices.data["phone_digits"])
        given = draw.customer() | {"phone": f"7{self.asked:0{digits - 1}}", "email": ""}
        given["line"] = draw.one(data["lines"]) if data["lines"] else ""
        given["brand"] = draw.one(data["brands"]) if data["brands"] else ""
        contact = campaigns.add_customer(campaign, given, act=self._act(caller, at))
        at += timedelta(minutes=3)
        while not draw.chance(plan["contacted"]):
            reasons = [one for one in self.choices.reasons.values() if not one.get("ends")]
            calling.note_attempt(contact, draw.one(reasons)["id"], act=self._act(caller, at))
            if contact.progress.message_due:
                channel = "whatsapp"
                calling.message_done(contact, channel, act=self._act(caller, at))
            if contact.progress.attempts >= survey.attempts["most"]:
                return
            at = self._later(at, 1)
            if at >= self.now:
                return
        values = self._values(survey, plan, given)
        answering.answer(contact, values, act=self._act(caller, at))
        if contact.progress.due:
            self._follow(contact, survey, at)

    def _later(self, at: datetime, days: int) -> datetime:
        day = self.calendar.add_business_days(at.astimezone(self.zone).date(), days)
        return self.draw.moment(day, self.zone, after=at)

    def _values(
        self, survey: Survey, plan: Mapping[str, Any], given: Mapping[str, str]
    ) -> dict[str, Any]:
        draw, low = self.draw, False
        happy = draw.chance(plan["satisfied"])
        values: dict[str, Any] = {}
        for question in survey.asked(given["line"], given["brand"]):
            name, kind = question["id"], question["kind"]
            if kind == "scale":
                scale = survey.scale_of(question)
                # Who is not satisfied says so where it counts, and of some of the rest.
                counts, rest = (100, SATISFIED) if happy else (0, FAULTLESS)
                part = counts if question["score"] else rest
                values[name] = self._score(scale.low, scale.high, part)
                low = low or scale.band(values[name]).role == "detractor"
            elif kind == "yes-no":
                no = bool(question["marks"]) or draw.chance(4)
                values[name] = answering.NO if no else answering.YES
            elif kind == "choice":
                values[name] = draw.one(question["options"])
            elif question["marks"] == "suggestion" and draw.chance(5):
                values[name] = draw.one(plan["suggestions"])
        if low:
            values["voice"] = draw.one(plan["complaints"])
        return {name: str(value) for name, value in values.items()}

    def _score(self, low: int, high: int, satisfied: float) -> int:
        """Draw a score: the top of the scale for who is satisfied, all the rest for the others."""
        top = max(low, high - (1 if high - low > 3 else 0))
        if self.draw.chance(satisfied):
            return int(self.draw.one(range(top, high + 1)))
        return int(self.draw.one(range(low, max(low + 1, top))))

    def _follow(self, contact: Contact, survey: Survey, at: datetime) -> None:
        """Work a detractor: taken up the same day, answered with evidence, at times too late."""
        owner = self._holder(survey.follow_up["positions"])
        states = {one["role"]: one for one in self.choices.states_for(contact.brand_id)}
        taken = at + timedelta(minutes=self.draw.one(range(20, 200)))
        if taken >= self.now or "in-progress" not in states:
            return
        act = self._act(owner, taken)
        following.move(contact, states["in-progress"]["id"], note="Se llama al cliente.", act=act)
        limit = max(1, survey.follow_up["days"] - (1 if survey.follow_up["strict"] else 0))
        days = limit + 2 if self.draw.chance(6) else self.draw.one(range(limit + 1))
        done = self._later(taken, days)
        role = "managed" if self.draw.chance(85) else "unsatisfied"
        if done >= self.now or role not in states:
            return
        evidence = BlobFile(EVIDENCE.encode(), "evidencia.txt", "text/plain")
        files = [evidence] if states[role].get("evidence") else []
        act = self._act(owner, done)
        following.move(contact, states[role]["id"], note=EVIDENCE, files=files, act=act)


SATISFIED, FAULTLESS = 98, 45
"""Per cent of the other questions that a satisfied customer, and one who is not, finds good."""
EVIDENCE = "Se habló con el cliente, se explicó la causa y se acordó la solución."
