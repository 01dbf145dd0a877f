"""A year of measurement: what nobody counts is typed, and every finished period is analysed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from qms.cli.year.drawing import Draw
from qms.content.models import Organisation
from qms.indicators.figuring import Figures
from qms.indicators.listing import put
from qms.indicators.models import Indicator
from qms.indicators.periods import DAILY, Period
from qms.indicators.series import points
from qms.indicators.services import analysing, measuring
from qms.indicators.services.following import begin, indicators_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.profiles.api import profile_of

MakeAct = Callable[..., Act]
"""Told a person's id, and by keyword the moment."""
WHY = "Se empieza a medir en el sistema con los datos del año anterior."


@dataclass
class MeasureYear:
    """Plays the measurement of one organisation's indicators."""

    organisation: Organisation
    plan: Mapping[str, Any]
    make_act: MakeAct
    now: datetime
    registry: Any

    def __post_init__(self) -> None:
        """Look up what every measurement needs."""
        profile = profile_of(self.organisation)
        self.calendar, self.zone = profile.calendar(), profile.zone
        self.draw = Draw(self.organisation.id, "measures", self.now.date().year)
        self.people = people_of(self.organisation)
        self.today = self.now.astimezone(self.zone).date()
        self.first = self.today - timedelta(days=365)

    def indicators(self) -> list[Indicator]:
        """List what is measured."""
        return [
            one
            for one in indicators_of(self.organisation).values()
            if not one.is_ended and one.definition.is_measured
        ]

    def play(self, indicator: Indicator) -> int:
        """Begin a year ago, type what is typed, analyse what is over; count the captures."""
        who = self._who(indicator)
        since = date.fromisoformat(indicator.definitions[0].starts)
        start = max(self.first.replace(day=1), since)
        begin(indicator, start, reason=WHY, act=self.make_act(who, at=self.now))
        made = self._capture(indicator, start, who)
        figures = Figures.of(self.registry, self.organisation, self.now)
        self._analyse(indicator, who, figures)
        put(indicator, self.today, figures)
        return made

    def _who(self, indicator: Indicator) -> str:
        definition = indicator.definition
        for position in (definition.responsible_analysis, definition.responsible_capture):
            for person in self.people.holders(position) if position else ():
                return str(person.id)
        quality = [one.id for one in self.people.with_role("quality")]
        return quality[0]

    def _capture(self, indicator: Indicator, start: date, who: str) -> int:
        document = indicator.document
        code = document.code if document is not None else ""
        plan = self.plan.get(f"{code}/{indicator.definition.card['id']}")
        if not plan:
            return 0
        frequency = indicator.definition.capture_frequency
        period = Period.of(frequency, start)
        given: dict[Period, dict[str, Decimal | None]] = {}
        while period.last < self.today:
            if frequency != DAILY or self.calendar.is_business_day(period.first):
                given[period] = self._values(plan)
            period = period.next()
        act = self.make_act(who, at=self.now)
        return len(measuring.capture_many(indicator, given, confirmed=True, act=act))

    def _values(self, plan: Mapping[str, Any]) -> dict[str, Decimal | None]:
        found: dict[str, Decimal | None] = {}
        for name, how in plan.items():
            if "share_of" in how:
                whole = found[how["share_of"]] or Decimal(0)
                percent = min(100.0, self.draw.source.gauss(how["percent"], how["spread"]))
                found[name] = Decimal(round(float(whole) * percent / 100))
            else:
                found[name] = Decimal(
                    max(1, round(self.draw.source.gauss(how["average"], how["spread"])))
                )
        return found

    def _analyse(self, indicator: Indicator, who: str, figures: Figures) -> None:
        for point in points(indicator, self.today, figures=figures, last=13)[:-2]:
            if point.period.last >= self.today:
                continue
            at = self._moment(point.period.last)
            if at >= self.now:
                continue
            missed = point.meets is False
            analysing.save(
                indicator,
                point.period,
                text=NOTHING if point.result is None else MISSED if missed else MET,
                cause=self.draw.one(CAUSES) if missed else "",
                reason=self.draw.one(REASONS) if missed else "",
                figures=figures,
                act=self.make_act(who, at=at),
            )
            analysing.close(indicator, point.period, figures=figures, act=self.make_act(who, at=at))

    def _moment(self, end: date) -> datetime:
        return self.draw.moment(self.calendar.add_business_days(end, 5), self.zone)


NOTHING = "Sin datos: la medición empezó después."
MET = "Se cumple la meta; se mantiene la forma de trabajo."
MISSED = "No se alcanzó la meta en el período."
CAUSES = (
    "Dos asesores en incapacidad durante la última semana.",
    "Aumento de solicitudes por la temporada, con la misma planta.",
    "Cambio de la herramienta de registro a mitad del período.",
)
REASONS = (
    "La causa fue puntual y ya no está; se vigila el próximo período.",
    "El refuerzo de personal ya estaba aprobado y entra el mes siguiente.",
)
