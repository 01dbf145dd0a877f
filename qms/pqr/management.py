"""What the register of cases tells a management review (ISO 9001:2015, 9.3.2 c 1).

The cases are those received in the span, as they were at the end of its last day, the cut date: an
answer that came later is none yet. The totals are those that the register itself showed then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pyramid.config import Configurator

from qms.charts import Bar, BarChart, Words
from qms.documents.figures import Span
from qms.documents.management_inputs import InputBlock, InputRow
from qms.kernel.formats import rounded_percent
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.pqr.choices import choices_of
from qms.pqr.cut import tallies_at
from qms.pqr.figures import mean, share
from qms.pqr.ledger import Tally, ledger_of


def prepare(organisation: Any, first: date, last: date, _at: datetime) -> InputBlock:
    """Count the cases received in the span, and how they were answered; None without a register."""
    if ledger_of(organisation) is None:
        return InputBlock((InputRow(_("Cases received"), None),))
    span = Span(first, last)
    whole = tallies_at(organisation, span, last).get((), Tally())
    by_kind = tallies_at(organisation, span, last, ("kind",))
    choices = choices_of(organisation)
    kinds = sorted(
        ((choices.name("kinds", kind), tally) for (kind,), tally in by_kind.items()),
        key=lambda pair: sort_key(pair[0]),
    )
    where = f"cases?from={first.isoformat()}&to={last.isoformat()}"
    return InputBlock(
        rows=(*_rows(whole), *(_kind_row(name, tally) for name, tally in kinds)),
        charts=(_drawn(organisation, kinds),) if kinds else (),
        links=((_("Customer cases"), where), (_("Reports of cases"), "cases/reports")),
    )


def percent(value: Decimal | None) -> Decimal | None:
    """Give a percentage as everything shows it; None stays «no data»."""
    return None if value is None else rounded_percent(value)


def rounded(value: Decimal | None) -> Decimal | None:
    """Give a figure with one decimal; None stays «no data»."""
    return None if value is None else value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _rows(tally: Tally) -> list[InputRow]:
    received, answered = tally["received"], tally["answered"]
    of_received: dict[str, object] = {"n": received}
    return [
        InputRow(_("Cases received"), received),
        InputRow(_("Cases answered"), answered, _("of ${n}", of_received)),
        InputRow(_("Answered on time"), tally["on-time"], _("of ${n}", {"n": answered})),
        InputRow(_("On time, of those answered (%)"), percent(share(tally["on-time"], answered))),
        InputRow(_("Closed effectively"), tally["closed"], _("of ${n}", of_received)),
        InputRow(_("Cases opened again"), tally["reopened"], _("of ${n}", of_received)),
        InputRow(
            _("Rating of the service, on average"),
            rounded(mean(tally, "rating")),
            _("of ${n}", {"n": tally["rating-of"]}),
        ),
    ]


def _kind_row(name: str, tally: Tally) -> InputRow:
    facts: dict[str, object] = {
        "answered": tally["answered"],
        "timely": tally["on-time"],
        "closed": tally["closed"],
    }
    return InputRow(
        _("Received: ${kind}", {"kind": name}),
        tally["received"],
        _("${answered} answered, ${timely} on time, ${closed} closed", facts),
    )


def _drawn(organisation: Any, kinds: list[tuple[str, Tally]]) -> Callable[[Any], BarChart]:
    style = choices_of(organisation).profile.number_style()
    bars = tuple(Bar(name, Decimal(tally["received"])) for name, tally in kinds)
    return lambda translate: BarChart(
        title=translate(_("Cases received by kind")),
        bars=bars,
        horizontal=True,
        style=style,
        words=Words.of(translate),
    )


def includeme(config: Configurator) -> None:
    """Announce the input."""
    config.add_review_input(
        "cases", title=_("Customer cases"), part="c1", order=10, prepare=prepare
    )
