"""What a card says for the system alone: sources that are counted, sample numbers, the chart.

None of it is printed, so that a card taken over from paper keeps its words; what is left empty is
not stored. ``computation`` is for cards that print no formula or no frequency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import colander
from deform.widget import TextInputWidget

from qms.documents.figures import FigureQuery, NotAFigure, figure_sources
from qms.documents.sections.kind import items
from qms.documents.sections.nodes import WIDGETS, choose, line, number
from qms.kernel.formulas import Formula, FormulaError
from qms.kernel.i18n import _
from qms.web import fields

OF_VARIABLE = ("figure", "aggregate", "sample")
OF_CARD = ("baseline", "weight", "chart", "computation")
AGGREGATES = (
    ("", _("Usual")),
    ("sum", _("Sum of the captures")),
    ("last", _("The last capture")),
    ("average", _("Average of the captures")),
)
CHARTS = (
    ("", _("Line with target and bands")),
    ("control-p", _("Control chart of proportions (p)")),
    ("control-i", _("Control chart of individual values")),
)
FIGURE_HELP = _(
    "Counted from, empty: typed or uploaded. A figure, maybe with a filter such as"
    " ?kind=queja,reclamo and @previous for the period before; or external:ID for a system outside."
)
"""How a source is written; said once for all variables of a card."""
EXTERNAL = re.compile(r"external:[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")


class FigureWidget(TextInputWidget):
    """An input that offers what the system can count."""

    template = f"{WIDGETS}figure"
    choices: tuple[tuple[str, Any], ...] = ()


@colander.deferred
def _widget(node: Any, bindings: Mapping[str, Any]) -> Any:
    request = bindings.get("request")
    sources = figure_sources(request.registry) if request is not None else {}
    return FigureWidget(
        choices=tuple((name, one.title) for name, one in sources.items()),
        attributes={"maxlength": "500", "spellcheck": "false", "autocomplete": "off"},
    )


def _figure(node: Any, value: str) -> None:
    if EXTERNAL.match(value):
        return
    try:
        FigureQuery.parse(value)
    except NotAFigure as refusal:
        raise colander.Invalid(node, _(refusal.msgid, dict(refusal.mapping))) from None


def figure() -> Any:
    """Make the source that a variable is counted from; "" for typed or uploaded."""
    return line(
        _("Counted from"),
        "figure",
        _figure,
        longest=500,
        widget=_widget,
    )


def of_variable() -> tuple[Any, ...]:
    """Make what a variable says beside its name."""
    return (
        figure(),
        choose(_("In a longer period"), "aggregate", AGGREGATES),
        number(_("Sample number"), "sample"),
    )


def of_card(formula: Any, frequencies: Any) -> tuple[Any, ...]:
    """Make what a card says beside what it prints; ``formula`` is the node of an expression."""
    computation = fields.group(
        _("How it is measured here, where the card prints nothing of it"),
        formula,
        line(_("Unit of measure"), "unit", longest=30),
        choose(_("Frequency of capture"), "capture_frequency", frequencies),
        choose(_("Frequency of analysis"), "analysis_frequency", frequencies),
        name="computation",
        row=True,
        missing=None,
    )
    return (
        number(_("Baseline"), "baseline"),
        number(_("Weight of the indicator"), "weight"),
        choose(_("Chart"), "chart", CHARTS),
        computation,
    )


def without_blanks(cards: Any) -> Any:
    """Leave out what is not filled in, so that cards stay as they were written."""
    if not isinstance(cards, list):
        return cards
    for card in cards:
        own = card.get("computation")
        if isinstance(own, dict):
            card["computation"] = {key: value for key, value in own.items() if value}
        _drop(card, OF_CARD)
        for one in card.get("variables") or ():
            _drop(one, OF_VARIABLE)
    return cards


def _drop(data: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if data.get(key) in (None, "", {}):
            data.pop(key, None)


def expression_of(card: Mapping[str, Any]) -> str:
    """Give the formula that is computed, wherever the card has it; "" for none."""
    own = card.get("computation")
    inner = own.get("expression") if isinstance(own, Mapping) else ""
    return str(card.get("expression") or inner or "")


def sampled(card: Mapping[str, Any]) -> tuple[dict[str, Decimal], Decimal | None] | None:
    """Try the formula on the card's sample numbers; None where one of them is missing."""
    numbers = {
        str(one.get("name")): Decimal(str(one["sample"]))
        for one in items(card, "variables")
        if one.get("sample") not in (None, "")
    }
    try:
        formula = Formula.parse(expression_of(card))
        if not set(formula.variables) <= set(numbers):
            return None
        given = {name: numbers[name] for name in formula.variables}
        return given, formula.evaluate(given)
    except FormulaError:
        return None
