"""Points of a series as templates print them: words in the place of numbers and keys."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from chameleon.utils import Markup
from pyramid.request import Request

from qms.content.models import organisation_of
from qms.documents.figures import figure_sources
from qms.documents.services.freezing import local_day
from qms.documents.wording import SYSTEM
from qms.indicators import words
from qms.indicators.cards import Definition
from qms.indicators.entries import text_of
from qms.indicators.figuring import Figures
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.series import Point
from qms.indicators.services.analysing import analysis_of
from qms.indicators.workflow import MISSING
from qms.kernel.bands import Target
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.web.frame import Frame
from qms.web.i18n import translate
from qms.web.parts import kept_of, rendered

POINT = "qms.templates:indicators/point.pt"


class Shown:
    """One indicator as one person's page prints it."""

    def __init__(self, indicator: Indicator, request: Request) -> None:
        """Look at the indicator for one request."""
        self.indicator, self.request = indicator, request
        self.organisation = organisation_of(indicator)
        self.profile = profile_of(self.organisation)
        self.people = people_of(self.organisation)
        self.today = local_day(self.organisation, request.act)

    @cached_property
    def figures(self) -> Figures:
        """What is counted, once for the page."""
        return Figures.of(self.request.registry, self.organisation, self.request.act.at)

    def say(self, text: Any) -> str:
        """Translate."""
        return translate(self.request, text)

    def period(self, period: Period) -> str:
        """Name a period."""
        return words.period_text(self.profile, period, self.say)

    def number(self, value: Any, unit: str = "", target: Target | None = None) -> str:
        """Write a number."""
        return words.number_text(self.profile, value, unit, target)

    def who(self, identifier: str) -> str:
        """Name a person, a system outside, or this system."""
        if identifier == "system":
            return self.say(SYSTEM)
        externals = self.indicator.__parent__.externals  # type: ignore[union-attr]
        found = externals.get(identifier)
        return found.name if found is not None else self.people.person_name(identifier)

    def hand(self, by: str, behalf: str) -> str:
        """Name who did something, and for whom by delegation."""
        if not behalf:
            return self.who(by)
        facts: dict[str, object] = {"name": self.who(by), "from": self.who(behalf)}
        return self.say(_("${name}, by delegation of ${from}", facts))

    def source(self, definition: Definition, name: str) -> str:
        """Say where a variable's values come from."""
        variable = next(one for one in definition.variables if one.name == name)
        sources = figure_sources(self.request.registry)
        return words.source_text(self.organisation, sources, variable, self.say)

    def line(self, point: Point, *, is_capture: bool = False) -> dict[str, Any]:
        """Give a point as a line of a table."""
        definition, band = point.definition, point.band
        analysis = None if is_capture else analysis_of(self.indicator, point.period)
        unit = definition.unit
        return {
            "point": point,
            "key": point.key,
            "period": self.period(point.period),
            "values": [
                (one.description or one.name, self.number(point.values.get(one.name)))
                for one in definition.variables
            ],
            "result": self.number(point.result, unit, definition.target),
            "target": words.target_text(self.profile, definition),
            "band": band.name if band is not None else "",
            "colour": band.colour if band is not None else "",
            "verdict": point.verdict,
            "state": point.state,
            "captured": point.captured,
            "expected": point.expected,
            "is_partial": point.is_partial,
            "doubts": point.doubts,
            "restated": point.restated,
            "analysis": analysis.progress.state if analysis is not None else MISSING,
            "cause": analysis.progress.cause if analysis is not None else "",
        }

    def rows(self, points: list[Point], ui: Frame) -> Markup:
        """Draw the table's lines, the latest first; one is drawn once for the same facts."""
        home = str(self.request.resource_path(self.indicator))
        by_facts = {self._facts(one): one for one in reversed(points)}

        def make(things: list[Any]) -> list[str]:
            lines = (self.line(by_facts[one]) for one in things)
            return [rendered(ui, POINT, {"one": one, "home": home}) for one in lines]

        house = (self.organisation.uid, self.profile.revision)
        kind = (POINT, home, ui.language, ui.drawings, *house)
        return Markup("".join(kept_of(self.request).texts(kind, tuple(by_facts), make)))

    def _facts(self, point: Point) -> tuple[Any, ...]:
        """Give all that the line of a point follows from, as plain values."""
        definition, band = point.definition, point.band
        analysis = analysis_of(self.indicator, point.period)
        return (
            point.key,
            tuple((one.name, text_of(point.values.get(one.name))) for one in definition.variables),
            text_of(point.result),
            definition.unit,
            repr(definition.target),
            (band.name, band.colour) if band is not None else None,
            point.verdict,
            point.state,
            point.captured,
            point.expected,
            point.is_partial,
            point.doubts,
            point.restated,
            analysis.progress.state if analysis is not None else MISSING,
        )

    def variables(self, point: Point) -> list[dict[str, Any]]:
        """Give the variables of a point with their values, sources and the way to the records."""
        definition, found = point.definition, []
        for one in definition.variables:
            given = (point.given or {}).get(one.name)
            url = None
            if one.is_computed:
                capture = definition.capture_frequency
                url = self.figures.drill(self.request, one, point.period, capture)
            found.append(
                {
                    "name": one.name,
                    "description": one.description,
                    "value": self.number(point.values.get(one.name)),
                    "source": self.source(definition, one.name),
                    "how": words.HOW_NAMES[given.how] if given is not None else None,
                    "by": self.hand(given.by, given.behalf) if given is not None else "",
                    "at": given.at if given is not None else "",
                    "url": url,
                    "is_computed": one.is_computed,
                }
            )
        return found

    def json_of(self, point: Point) -> dict[str, Any]:
        """Give a point as plain data."""
        return {
            "period": point.key,
            "first": point.period.first,
            "last": point.period.last,
            "definition": point.definition.index,
            "values": {name: text_of(one) for name, one in point.values.items()},
            "result": text_of(point.result),
            "unit": point.definition.unit,
            "band": point.band.name if point.band is not None else None,
            "meets": point.meets,
            "state": point.state,
            "captured": point.captured,
            "expected": point.expected,
            "restated": point.restated,
        }
