"""Indicator cards: what is measured, by which formula, against which target, how often, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import colander
from deform.widget import MappingWidget, TextInputWidget

from qms.documents import pdf_indicators
from qms.documents.sections import measuring
from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import Kind, items, joined, unknown_positions, words_of
from qms.documents.sections.nodes import (
    OpenSelect,
    choose,
    flag,
    ident,
    line,
    number,
    position,
    root,
    with_ids,
    without_empty,
)
from qms.kernel.bands import BadBands, Band, Target, check_partition
from qms.kernel.formulas import Formula, FormulaError
from qms.kernel.i18n import _
from qms.web import fields

CARD_KINDS = (
    ("", _("Not said")),
    ("efficacy", _("Efficacy")),
    ("efficiency", _("Efficiency")),
    ("effectiveness", _("Effectiveness")),
)
FREQUENCIES = (
    ("", _("Not said")),
    ("daily", _("Daily")),
    ("weekly", _("Weekly")),
    ("monthly", _("Monthly")),
    ("bimonthly", _("Every two months")),
    ("quarterly", _("Quarterly")),
    ("four-monthly", _("Every four months")),
    ("semiannual", _("Every six months")),
    ("annual", _("Yearly")),
)
DIRECTIONS = (
    ("", _("No target")),
    (">=", _("≥ at least")),
    (">", _("> more than")),
    ("<=", _("≤ at most")),
    ("<", _("< less than")),
    ("=", _("= exactly")),
    ("range", _("between two values")),
)
COLOURS = (
    ("", _("No colour")),
    ("#c0392b", _("Red")),
    ("#e67e22", _("Orange")),
    ("#f1c40f", _("Yellow")),
    ("#7cb342", _("Light green")),
    ("#2e8b57", _("Green")),
    ("#2e86c1", _("Blue")),
    ("#7d3c98", _("Purple")),
    ("#7f8c8d", _("Grey")),
)
MOST_CARDS = 60

Card = Mapping[str, Any]


def _refuse(node: Any, refusal: Any) -> colander.Invalid:
    """Turn a refusal of the kernel into the error of a field."""
    return colander.Invalid(node, _(refusal.msgid, dict(refusal.mapping)))


def _formula(node: Any, value: str) -> None:
    try:
        Formula.parse(value)
    except FormulaError as mistake:
        raise _refuse(node, mistake) from None


def _expression() -> Any:
    return line(
        _("Formula to compute"),
        "expression",
        _formula,
        longest=500,
        help=_(
            "Names and numbers with + - * / ^ and parentheses, such as: closed / received * 100."
        ),
        widget=TextInputWidget(
            css_class="formula", attributes={"maxlength": "500", "spellcheck": "false"}
        ),
    )


def _name_of_variable(node: Any, value: str) -> None:
    try:
        parsed = Formula.parse(value)
    except FormulaError:
        parsed = None
    if parsed is None or parsed.variables != (value,):
        raise colander.Invalid(
            node, _("A name is one word of letters, digits and _, beginning with a letter.")
        )


def _variables() -> Any:
    variable = fields.group(
        _("Variable"),
        line(_("Name in the formula"), "name", _name_of_variable, longest=60),
        line(_("What it counts"), "description"),
        line(_("Source"), "source"),
        *measuring.of_variable(),
        row=True,
    )
    return fields.rows(
        _("Variables"),
        variable,
        name="variables",
        help=measuring.FIGURE_HELP,
        add=_("Add a variable"),
        most=30,
        orderable=False,
        preparer=without_empty,
    )


class Maybe(colander.Mapping):
    """A mapping that may be missing: None in the data, empty inputs in the form."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write None as empty inputs."""
        return super().serialize(node, colander.null if appstruct is None else appstruct)

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read None as missing."""
        return colander.null if cstruct is None else super().deserialize(node, cstruct)


def _target() -> Any:
    def check(node: Any, value: Any) -> None:
        if value is None:
            return
        try:
            Target.from_data({key: one for key, one in value.items() if one is not None})
        except BadBands as refusal:
            raise _refuse(node, refusal) from None

    def prepare(value: Any) -> Any:
        empty = not isinstance(value, Mapping) or value["value"] is None or not value["direction"]
        return None if empty else dict(value)

    node = colander.SchemaNode(
        Maybe(),
        name="target",
        title=_("Target"),
        missing=None,
        preparer=prepare,
        validator=check,
        widget=MappingWidget(template="mapping_row"),
    )
    node.add(choose(_("Direction"), "direction", DIRECTIONS))
    node.add(number(_("Value"), "value"))
    node.add(number(_("Up to (only for a range)"), "high"))
    return node


def _bands() -> Any:
    colour = colander.SchemaNode(
        colander.String(),
        name="colour",
        title=_("Colour"),
        missing="",
        validator=colander.Regex(
            r"#[0-9a-fA-F]{6}\Z|[a-z\-]{1,30}\Z", _("Choose one of the list.")
        ),
        widget=OpenSelect(values=list(COLOURS)),
    )
    band = fields.group(
        _("Band"),
        line(_("Name"), "name", longest=60, optional=False),
        number(_("From"), "low"),
        flag(_("including this value"), "low_inclusive"),
        number(_("To"), "high"),
        flag(_("including this value"), "high_inclusive"),
        colour,
        row=True,
    )

    def check(node: Any, value: list[Card]) -> None:
        if not value:
            return
        try:
            check_bands(value)
        except BadBands as refusal:
            raise _refuse(node, refusal) from None

    return fields.rows(
        _("Bands"), band, check, name="bands", add=_("Add a band"), most=20, orderable=False
    )


def check_bands(data: list[Card]) -> None:
    """Refuse bands of which some value between their ends has none or two (BadBands)."""
    bands = [Band.from_data(one) for one in data]
    lows = [band.low for band in bands]
    highs = [band.high for band in bands]
    check_partition(
        bands,
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


class IndicatorsKind(Kind):
    """Indicator cards: ``{"cards": […]}``."""

    name = "indicators"
    title = _("Indicators")
    list_key = "cards"
    kinds: ClassVar = dict(CARD_KINDS)
    frequencies: ClassVar = dict(FREQUENCIES)

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        card = fields.group(
            _("Indicator"),
            ident(),
            line(_("Name"), "name"),
            fields.long_text(_("Objective"), name="objective", rows=2, longest=2000, optional=True),
            choose(_("Kind"), "kind", CARD_KINDS),
            line(_("Formula as it is printed"), "formula_text", longest=1000),
            _expression(),
            _variables(),
            line(_("Source of information"), "source"),
            line(_("Unit of measure"), "unit", longest=30),
            _target(),
            _bands(),
            choose(_("Frequency of capture"), "capture_frequency", FREQUENCIES),
            choose(_("Frequency of analysis"), "analysis_frequency", FREQUENCIES),
            position(_("Responsible for the capture"), "responsible_capture", scope),
            position(_("Responsible for the analysis"), "responsible_analysis", scope),
            fields.long_text(_("Note"), name="note", rows=2, longest=2000, optional=True),
            *measuring.of_card(_expression(), FREQUENCIES),
        )
        cards = fields.rows(
            _("Indicators"),
            card,
            name="cards",
            add=_("Add an indicator"),
            most=MOST_CARDS,
            preparer=[measuring.without_blanks, without_empty, with_ids("i")],
        )
        return root(cards)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give a line for each thing that each card says."""
        words = words_of(scope)
        found = []
        for card in items(data, "cards"):
            found += [str(card.get("name") or ""), str(card.get("objective") or "")]
            labelled = (
                ("formula", card.get("formula_text") or card.get("expression")),
                ("source", card.get("source")),
                ("target", pdf_indicators.target_text(card, scope)),
                ("bands", "; ".join(self.band_texts(card, scope))),
                ("capture", words.get(str(card.get("capture_frequency") or "-"))),
                ("analysis", words.get(str(card.get("analysis_frequency") or "-"))),
                ("responsible_capture", self._holder(card, "responsible_capture", scope)),
                ("responsible", self._holder(card, "responsible_analysis", scope)),
                ("note", card.get("note")),
            )
            found += [
                f"{words[f'indicator_{key}'].capitalize()}: {text}"
                for key, text in labelled
                if text
            ]
            found += [
                joined(one.get("name"), joined(one.get("description"), one.get("source")), by=": ")
                for one in items(card, "variables")
            ]
        return [" ".join(text.split()) for text in found if text]

    def _holder(self, card: Card, key: str, scope: Scope) -> str:
        return scope.position_name(str(card[key])) if card.get(key) else ""

    def target(self, card: Card, scope: Scope) -> str:
        """Write the target of a card; "" without one."""
        return pdf_indicators.target_text(card, scope)

    def sample(self, card: Card, scope: Scope) -> tuple[str, str | None] | None:
        """Write the sample numbers and what the formula makes of them; None without them."""
        tried = measuring.sampled(card)
        if tried is None:
            return None
        numbers, result = tried
        given = "; ".join(f"{name} = {scope.number(one)}" for name, one in numbers.items())
        return given, None if result is None else scope.number(round(result, 4).normalize())

    def band_texts(self, card: Card, scope: Scope) -> list[str]:
        """Write the bands of a card."""
        return [
            pdf_indicators.band_text(one, card.get("unit"), scope) for one in items(card, "bands")
        ]

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Declare the cards and who captures and analyses."""
        cards = items(data, "cards")
        keys = ("responsible_capture", "responsible_analysis")
        who = dict.fromkeys(str(card[key]) for card in cards for key in keys if card.get(key))
        return Declarations(positions=tuple(who), indicators=tuple(dict(card) for card in cards))

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Miss formulas, targets, frequencies and variables; find positions that are gone."""
        found: list[str] = []
        for card in items(data, "cards"):
            name: dict[str, object] = {"indicator": str(card.get("name") or "—")}
            if not card.get("name"):
                found.append(_("An indicator has no name."))
            if not card.get("formula_text") and not card.get("expression"):
                found.append(_("The indicator «${indicator}» has no formula.", name))
            if not card.get("target"):
                found.append(_("The indicator «${indicator}» has no target.", name))
            if not card.get("capture_frequency") or not card.get("analysis_frequency"):
                found.append(_("The indicator «${indicator}» lacks one of its frequencies.", name))
            found += _undescribed(card)
        return [*found, *unknown_positions(self.declares(data).positions, scope)]


def _undescribed(card: Card) -> list[str]:
    """Find names of a formula that the card does not explain."""
    if not card.get("expression"):
        return []
    try:
        used = Formula.parse(str(card["expression"])).variables
    except FormulaError as mistake:
        return [_(mistake.msgid, dict(mistake.mapping))]
    known = {str(one.get("name")) for one in items(card, "variables")}
    return [
        _(
            "The indicator «${indicator}» does not say what «${variable}» counts.",
            {"indicator": str(card.get("name") or ""), "variable": one},
        )
        for one in used
        if one not in known
    ]


def compute(expression: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """Try a formula on sample numbers; None for no data, FormulaError for a bad formula."""
    formula = Formula.parse(expression)
    return formula.evaluate({name: values.get(name) for name in formula.variables})


KIND = IndicatorsKind()
