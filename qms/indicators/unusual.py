"""What looks wrong about values: far from the ones before, or outside of what their unit allows.

A person may confirm it; nothing is ever dropped or changed for looking wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median

from qms.indicators.cards import PERCENT, Definition
from qms.indicators.entries import text_of
from qms.indicators.models import Indicator
from qms.indicators.periods import MONTHS, WEEKLY, Period
from qms.indicators.totals import entries_in
from qms.kernel.i18n import _

LAST = 24
"""So many captures before a period are looked at."""
FEWEST = 8
"""With fewer, nothing can be said."""
SPREADS = 5
"""So many robust standard deviations from the median are unusual."""
_SCALE = Decimal("1.4826")
"""From the median absolute deviation to a standard deviation of normal values."""
_HUNDRED = Decimal(100)


def history(indicator: Indicator, period: Period) -> list[dict[str, Decimal | None]]:
    """Give the numbers of the captures before a period, of its own frequency, the oldest first."""
    days = 1 if period.first == period.last else 7 if period.frequency == WEEKLY else 31
    days *= MONTHS.get(period.frequency, 1)
    # Twice as far back: days off and gaps have no captures.
    first = period.first - timedelta(days=2 * days * LAST)
    found = entries_in(indicator, first, period.first - timedelta(days=1))
    return [one.numbers for one in found if Period.parse(one.key).frequency == period.frequency][
        -LAST:
    ]


def is_far(value: Decimal, before: Sequence[Decimal]) -> bool:
    """Tell whether a value is far from those before, by their median and its deviations."""
    if len(before) < FEWEST:
        return False
    middle = median(before)
    spread = median(abs(one - middle) for one in before) * _SCALE
    # Values that never differ have no spread; a hundredth of them is none that matters.
    return abs(value - middle) > SPREADS * max(spread, abs(middle) / _HUNDRED)


def found_in(
    definition: Definition,
    values: Mapping[str, Decimal | None],
    before: Sequence[Mapping[str, Decimal | None]],
) -> list[str]:
    """Give a sentence for each thing that looks wrong."""
    found: list[str] = []
    for name, value in values.items():
        if value is None:
            continue
        earlier = [number for one in before if (number := one.get(name)) is not None]
        if is_far(value, earlier):
            facts: dict[str, object] = {
                "variable": name,
                "value": _shown(value),
                "low": _shown(min(earlier)),
                "high": _shown(max(earlier)),
            }
            found.append(
                _("«${variable}» is ${value}; lately it was between ${low} and ${high}.", facts)
            )
        elif value < 0:
            found.append(_("«${variable}» is negative.", {"variable": name}))
    result = definition.result(values)
    if definition.unit == PERCENT and result is not None and not 0 <= result <= _HUNDRED:
        shown: dict[str, object] = {"value": _shown(round(result, 2))}
        found.append(_("The result, ${value} %, is not between 0 % and 100 %.", shown))
    return found


def _shown(value: Decimal) -> str:
    return (text_of(value) or "").replace(".", ",")
