"""The forms of indicators: values, restatements, analyses, sources, tables and systems outside."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import colander
from deform.widget import TextInputWidget

from qms.indicators.cards import Variable
from qms.indicators.entries import text_of
from qms.kernel.formats import BadNumber, NumberStyle
from qms.kernel.i18n import _
from qms.web import fields

TABLES = (".xlsx", ".csv", ".txt")
LARGEST_TABLE = 5 * fields.MEGABYTE


class StyledDecimal(colander.SchemaType):
    """A number as the organisation writes it; one that could mean two is asked back."""

    def __init__(self, style: NumberStyle) -> None:
        """Read and write in this style."""
        self._style = style

    @staticmethod
    def widget_maker(**options: Any) -> TextInputWidget:
        """Give deform the plain input that the phone opens its number pad for."""
        return TextInputWidget(attributes={"inputmode": "decimal"}, **options)

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write a Decimal without grouping."""
        if appstruct in (colander.null, None, ""):
            return colander.null
        return self._style.format(Decimal(text_of(Decimal(appstruct)) or "0"), grouped=False)

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a number; «1.234» is asked back, never guessed."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        try:
            return self._style.parse(str(cstruct))
        except BadNumber as refusal:
            raise colander.Invalid(node, _(refusal.msgid, dict(refusal.mapping))) from None


def number(style: NumberStyle, title: Any, name: str, **options: Any) -> Any:
    """Make an optional number in the organisation's style."""
    return colander.SchemaNode(
        StyledDecimal(style), name=name, title=title, **{"missing": None, **options}
    )


def values_schema(variables: Iterable[Variable], style: NumberStyle) -> Any:
    """Make a number for each variable that somebody gives."""
    group = fields.group(
        _("Values"),
        *(
            number(style, one.description or one.name, f"v{place}")
            for place, one in enumerate(variables)
        ),
        name="values",
        missing={},
    )
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(group)
    return schema


def confirmation() -> Any:
    """Make the box that confirms unusual values."""
    return fields.yes_no(_("I looked again: these unusual values are right"), name="confirmed")


def reason(title: Any) -> Any:
    """Make the reason of an act that the trail keeps."""
    return fields.long_text(title, name="reason", rows=3)


class AnalysisSchema(fields.Schema):
    """What somebody makes of a period."""

    text = fields.long_text(
        _("Analysis"),
        rows=6,
        help=_("What the result says, and how it compares with those before."),
    )
    cause = fields.long_text(_("Cause"), rows=4, optional=True)
    reason = fields.long_text(
        _("Why no action is needed"),
        rows=3,
        optional=True,
        help=_("Where the target is missed and no finding or action was opened for this period."),
    )


def missed_analysis() -> Any:
    """Make the form of a missed target, whose cause has to be written."""
    schema = AnalysisSchema()
    cause = fields.long_text(
        _("Cause"), name="cause", rows=4, help=_("Why the target was missed in this period.")
    )
    schema["cause"] = cause
    return schema


class NoteSchema(fields.Schema):
    """What is added to a closed analysis."""

    text = fields.long_text(_("Note"), rows=4)


def _offered(name: str) -> Any:
    return lambda bound: list(bound[name])


class BindSchema(fields.Schema):
    """Where a variable's values come from."""

    variable = fields.choice(_("Variable"), _offered("variables"))
    figure = fields.choice(_("Where its values come from"), _offered("figures"))
    filters = fields.grouped(
        _("Only those with"),
        _offered("filters"),
        decided_by="figure",
        optional=True,
        help=_("Of one heading, any of those ticked; of several, all of them. None for all."),
    )
    shift = fields.choice(_("Of which period"), _offered("shifts"))
    reason = fields.long_text(_("Why"), rows=3)


class BeginSchema(fields.Schema):
    """The day from which on it is measured."""

    since = fields.day(_("Measured from"))
    reason = fields.long_text(_("Why"), rows=3)


class ExternalSchema(fields.Schema):
    """A system outside."""

    name = fields.text(_("Name of the system"), longest=120)


class TableSchema(fields.Schema):
    """A table of values."""

    upload = fields.upload(_("Table"), extensions=TABLES, largest=LARGEST_TABLE)
