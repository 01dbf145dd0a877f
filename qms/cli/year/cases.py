"""A year of cases: received, answered mostly in time, closed, and some of them opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from qms.cli.year.drawing import Draw, business_days
from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.pqr import services, workflow
from qms.pqr.choices import Choices, choices_of
from qms.pqr.models import Case
from qms.pqr.services import Received
from qms.profiles.api import profile_of

MakeAct = Callable[..., Act]
"""Told a person's id, and by keyword the moment."""


@dataclass
class CaseYear:
    """Plays the cases of one organisation."""

    organisation: Organisation
    plan: Mapping[str, Any]
    make_act: MakeAct
    now: datetime

    def __post_init__(self) -> None:
        """Look up what every case needs."""
        self.choices: Choices = choices_of(self.organisation)
        self.profile = profile_of(self.organisation)
        self.calendar, self.zone = self.profile.calendar(), self.profile.zone
        self.draw = Draw(self.organisation.id, "cases", self.now.date().year)
        self.people = people_of(self.organisation)
        self.amounts = {str(key): value for key, value in self.plan["kinds"].items()}

    def days(self, first: date) -> list[date]:
        """List the business days to be played."""
        return list(business_days(self.calendar, first, self.now.astimezone(self.zone).date()))

    def play(self, day: date) -> int:
        """Play what is received on a day, each case to its end or to the present; count them."""
        moments = sorted(self.draw.moment(day, self.zone) for _each in range(self._how_many(day)))
        received = [self._receive(at) for at in moments if at < self.now]
        for case in received:
            self._follow(case)
        return len(received)

    def _how_many(self, day: date) -> int:
        # The end of the year is busier.
        season = 1.25 if day.month in {11, 12, 1} else 1.0
        return self.draw.number(self.plan["per_day"] * season)

    def _receive(self, at: datetime) -> Case:
        draw, plan = self.draw, self.plan
        kind = draw.among(self.amounts)
        anonymous = self.choices.data["anonymous"] and draw.chance(2)
        received = Received(
            kind=kind,
            channel=draw.among(plan["channels"]),
            text=draw.one(plan["says"][kind]),
            customer={} if anonymous else draw.customer(),
            reason=draw.among(plan["reasons"]) if plan.get("reasons") else "",
            product=draw.among(plan["products"]) if plan.get("products") else "",
            site=draw.one(list(plan["sites"])) if plan.get("sites") else "",
            anonymous=bool(anonymous),
            consented=not anonymous,
        )
        clerk = self._clerk(str(self.choices.kinds[kind].get("queue") or ""))
        return services.register(self.organisation, received, act=self._act(clerk, at)).case

    def _act(self, person_id: str, at: datetime) -> Act:
        return self.make_act(person_id, at=at)

    def _clerk(self, queue: str) -> str:
        positions = self.choices.queue_positions(queue)
        found = [one.id for held in positions for one in self.people.holders(held)]
        return str(self.draw.one(found)) if found else "system"

    def _later(self, at: datetime, days: int) -> datetime:
        """Give a moment of office hours so many business days later."""
        day = self.calendar.add_business_days(at.astimezone(self.zone).date(), days)
        return self.draw.moment(day, self.zone, after=at)

    def _follow(self, case: Case) -> None:
        draw = self.draw
        at = case.received_at + timedelta(minutes=draw.one(range(2, 240)))
        clerk = self._clerk(case.progress.queue)
        if at >= self.now:
            return
        services.assign(case, owner=clerk, act=self._act(clerk, at))
        if draw.chance(2):
            self._until(
                at, 2, lambda act: services.withdraw(case, "Ya se resolvió.", act=act), clerk
            )
            return
        if draw.chance(3) and case.clock.rule is not None:
            done = self._until(
                at, 1, lambda act: services.ask_for_more(case, ASKED, act=act), clerk
            )
            if done is None:
                return
            done = self._until(
                done, 4, lambda act: services.complete(case, BROUGHT, act=act), clerk
            )
            if done is None:
                return
            at = done
        told = self._answer(case, clerk, at)
        if told is not None:
            self._end(case, clerk, told)

    def _until(
        self, at: datetime, days: float, do: Callable[[Act], Any], person_id: str
    ) -> datetime | None:
        """Do something about so many business days later; None where that is still to come."""
        moment = self._later(at, self.draw.days(days))
        if moment >= self.now:
            return None
        do(self._act(person_id, moment))
        return moment

    def _answer(self, case: Case, clerk: str, at: datetime) -> datetime | None:
        """Write the answer and notify it, late now and then."""
        draw, total = self.draw, case.clock.total or 6
        late = draw.chance(self.plan["late"])
        days = total + 1 + draw.days(3) if late else min(draw.days(total * 0.45), total - 1)
        moment = self._later(at, max(days, 0))
        rule = case.clock.rule
        if rule is not None and rule.term.unit in HOURS:
            moment = at + timedelta(minutes=draw.one(range(5, 90 if late else 40)))
        if moment >= self.now:
            return None
        text = str(draw.one(self.plan["answers"]))
        # Its letters were written before the system made them: the acts alone are played.
        services.take(case, "answered", self._act(clerk, moment), text=text)
        moment += timedelta(minutes=draw.one(range(5, 50)))
        if moment >= self.now:
            return None
        how = "phone" if case.customer["phone"] else "notice"
        proof = "Llamada grabada" if how == "phone" else "Aviso publicado cinco días"
        services.take(case, "notified", self._act(clerk, moment), how=how, proof=proof)
        return moment

    def _end(self, case: Case, clerk: str, at: datetime) -> None:
        draw = self.draw
        if draw.chance(self.plan["rated"]):
            score = draw.score(1, 5, self.plan["rating"])
            self._until(
                at,
                1,
                lambda act: services.take(case, "rated", act, score=score, comment=""),
                "anonymous",
            )
            at = max(at, datetime.fromisoformat(case.acts[-1]["at"]))
        if draw.chance(self.plan["reopened"]):
            again = self._until(
                at,
                2,
                lambda act: services.reopen(
                    case, "not-satisfied", "El cliente no queda conforme.", act=act
                ),
                clerk,
            )
            told = self._answer(case, clerk, again) if again is not None else None
            if told is None:
                return
            at = told
        if not draw.chance(self.plan["confirmed"]):
            return
        ground = "confirmed" if draw.chance(92) else "exhausted"
        if case.state == workflow.NOTIFIED:
            self._until(at, 2, lambda act: services.close(case, ground, CLOSED, act=act), clerk)


HOURS = frozenset({"running_hour", "business_hour"})
ASKED = "Por favor envíenos el número de la guía o de la cuenta."
BROUGHT = "El cliente envió el dato que faltaba."
CLOSED = "Se confirmó con el cliente."
