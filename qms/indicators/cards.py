"""What a card declares, as the system runs it: a definition with its formula, sources and terms.

``computation`` of a card holds what the organisation measures by where the card itself, which is
printed, says nothing of it: an expression and frequencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from qms.documents.figures import FigureQuery
from qms.documents.sections.kind import items
from qms.indicators.periods import FREQUENCIES, Period
from qms.kernel.bands import BadBands, Band, Target, band_of
from qms.kernel.formulas import Formula, FormulaError

EXTERNAL = "external:"
"""Before the id of an external system that pushes a variable's values."""
SUM, LAST, AVERAGE = "sum", "last", "average"
AGGREGATES = (SUM, LAST, AVERAGE)
PERCENT = "%"
VALUE = "valor"
"""The one variable of an indicator whose card has no formula that can be computed."""
_MATERIAL = (
    "formula_text",
    "unit",
    "target",
    "bands",
    "responsible_capture",
    "responsible_analysis",
    "computation",
    "expression",
    "capture_frequency",
    "analysis_frequency",
)
_OF_VARIABLES = ("name", "figure", "aggregate")


@dataclass(frozen=True)
class Variable:
    """One number that a formula needs."""

    name: str
    description: str = ""
    source: str = ""
    figure: str = ""
    """What it is counted from, ``external:ID``, or empty for typed."""
    aggregate: str = SUM
    """How captures become the value of a longer period."""

    @property
    def query(self) -> FigureQuery | None:
        """The figure that it is counted from; None where a person or a system gives it."""
        if not self.figure or self.figure.startswith(EXTERNAL):
            return None
        return FigureQuery.parse(self.figure)

    @property
    def external(self) -> str:
        """The id of the external system that pushes it, or empty."""
        found = self.figure.startswith(EXTERNAL)
        return self.figure.removeprefix(EXTERNAL) if found else ""

    @property
    def is_computed(self) -> bool:
        """Tell whether the system counts it."""
        return bool(self.figure) and not self.external


@dataclass(frozen=True)
class Definition:
    """A card as it is measured by, from one day on."""

    index: int
    starts: str
    """ISO date."""
    ends: str
    """ISO date of the first day on which it no longer held; empty while it holds."""
    version: int
    """Order of the document's version that declares it, the latest one where several do."""
    label: str
    card: Mapping[str, Any]
    bindings: Mapping[str, str]
    """Sources of variables that were chosen on the indicator's page."""

    @classmethod
    def from_data(cls, index: int, data: Mapping[str, Any]) -> Definition:
        """Read what the database keeps."""
        return cls(
            index,
            data["starts"],
            data["ends"],
            data["version"],
            data["label"],
            data["card"],
            data["bindings"],
        )

    def _text(self, key: str) -> str:
        return str(self.card.get(key) or "")

    @property
    def name(self) -> str:
        """The name on the card, under which it is listed and reported."""
        return self._text("name")

    @property
    def objective(self) -> str:
        """What it is for."""
        return self._text("objective")

    @property
    def kind(self) -> str:
        """``efficacy``, ``efficiency``, ``effectiveness`` or empty."""
        return self._text("kind")

    @property
    def unit(self) -> str:
        """The unit of its result."""
        return self._operation("unit")

    @property
    def formula_text(self) -> str:
        """The formula as it is printed; empty where the card has none."""
        return self._text("formula_text") or self._text("expression")

    @property
    def responsible_capture(self) -> str:
        """Id of the position that captures; empty where the card says none."""
        return self._text("responsible_capture")

    @property
    def responsible_analysis(self) -> str:
        """Id of the position that analyses."""
        return self._text("responsible_analysis")

    @property
    def chart(self) -> str:
        """``line``, ``control-p`` or ``control-i``."""
        return self._text("chart") or "line"

    @property
    def source(self) -> str:
        """Where its data come from, as it is printed."""
        return self._text("source")

    @property
    def note(self) -> str:
        """What else the card says."""
        return self._text("note")

    def _operation(self, key: str) -> str:
        own = self.card.get("computation")
        own = own if isinstance(own, Mapping) else {}
        return self._text(key) or str(own.get(key) or "")

    @property
    def expression(self) -> str:
        """The formula that is computed; empty where nobody gave one."""
        return self._operation("expression")

    @property
    def capture_frequency(self) -> str:
        """How often it is captured; that of the analysis where only one is given."""
        own = self._operation("capture_frequency") or self._operation("analysis_frequency")
        return own if own in FREQUENCIES else ""

    @property
    def analysis_frequency(self) -> str:
        """How often it is analysed, never more often than it is captured."""
        own = self._operation("analysis_frequency")
        capture = self.capture_frequency
        if own not in FREQUENCIES or FREQUENCIES.index(own) < FREQUENCIES.index(capture):
            return capture
        return own

    @cached_property
    def formula(self) -> Formula | None:
        """The formula; None where there is none that can be computed."""
        try:
            return Formula.parse(self.expression) if self.expression else None
        except FormulaError:
            return None

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The numbers that it needs; one named ``valor`` where the card only has a target."""
        told = {str(one.get("name")): one for one in items(self.card, "variables")}
        formula = self.formula
        names = formula.variables if formula is not None else (VALUE,)
        return tuple(self._variable(name, told.get(name, {}), len(names)) for name in names)

    def _variable(self, name: str, said: Mapping[str, Any], count: int) -> Variable:
        aggregate = str(said.get("aggregate") or "")
        if aggregate not in AGGREGATES:
            # Percentages do not add up; those of one lone variable have no parts to add.
            lone = count == 1 and self.expression in ("", name)
            aggregate = AVERAGE if lone and self.unit == PERCENT else SUM
        figure = self.bindings.get(name, str(said.get("figure") or ""))
        description, source = str(said.get("description") or ""), str(said.get("source") or "")
        return Variable(name, description, source, figure, aggregate)

    @cached_property
    def target(self) -> Target | None:
        """The target; None where the card has none."""
        data = self.card.get("target")
        if not isinstance(data, Mapping) or data.get("value") in (None, ""):
            return None
        try:
            return Target.from_data({key: one for key, one in data.items() if one is not None})
        except BadBands:
            return None

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The bands of its result."""
        try:
            return tuple(Band.from_data(one) for one in items(self.card, "bands"))
        except BadBands:
            return ()

    def _number(self, key: str) -> Decimal | None:
        text = self._text(key)
        return Decimal(text) if text else None

    @property
    def baseline(self) -> Decimal | None:
        """The value from which it set out."""
        return self._number("baseline")

    @property
    def weight(self) -> Decimal | None:
        """Its weight among the indicators of its process."""
        return self._number("weight")

    @property
    def is_measured(self) -> bool:
        """Tell whether enough is known for tasks: how often, and what of."""
        has_value = self.formula is not None or self.target is not None
        return bool(self.capture_frequency) and (has_value or bool(self.bindings))

    @property
    def is_computed(self) -> bool:
        """Tell whether the system counts every variable."""
        return all(one.is_computed for one in self.variables)

    @property
    def typed(self) -> tuple[Variable, ...]:
        """The variables that a person or an external system gives."""
        return tuple(one for one in self.variables if not one.is_computed)

    @property
    def is_typed(self) -> bool:
        """Tell whether the system counts none of its variables."""
        return not any(one.is_computed for one in self.variables)

    # What it makes of numbers

    def result(self, values: Mapping[str, Decimal | None]) -> Decimal | None:
        """Compute; None («no data») where a number is missing or a divisor is zero."""
        if self.formula is None:
            return values.get(VALUE)
        try:
            return self.formula.evaluate(
                {name: values.get(name) for name in self.formula.variables}
            )
        except FormulaError:
            return None

    def band(self, result: Decimal | None) -> Band | None:
        """Give the band of a result."""
        return band_of(self.bands, result)

    def meets(self, result: Decimal | None) -> bool | None:
        """Tell whether a result meets the target; None without data or target."""
        return None if self.target is None or result is None else self.target.met(result)

    def holds_on(self, day: date) -> bool:
        """Tell whether it was in force on a day."""
        text = day.isoformat()
        return self.starts <= text and (not self.ends or text < self.ends)

    def capture(self, day: date) -> Period:
        """Give the capture period that a day lies in."""
        return Period.of(self.capture_frequency, day)

    def analysis(self, day: date) -> Period:
        """Give the analysis period that a day lies in."""
        return Period.of(self.analysis_frequency, day)


def material(card: Mapping[str, Any]) -> dict[str, Any]:
    """Give what makes a card another definition when it changes, in a form that compares."""
    found = {key: card.get(key) or None for key in _MATERIAL}
    found["variables"] = [
        {key: one.get(key) or None for key in _OF_VARIABLES} for one in items(card, "variables")
    ]
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Sequence[str]:
    """Name the keys of a card that matter and differ."""
    before, after = material(old), material(new)
    return [key for key in before if before[key] != after[key]]
