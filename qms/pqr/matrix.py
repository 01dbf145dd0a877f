"""The matrix of escalation: which case goes to whom, and who approves its answer; rules as data.

All conditions of a rule must hold; the first rule that fits wins. Without a rule, a case goes to
the queue of its kind, and its answer needs no approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qms.content.models import Organisation
from qms.kernel.formats import NumberStyle, parse_number
from qms.people.models import people_of
from qms.pqr.choices import POSITION, Choices, Entry
from qms.pqr.errors import BadAmount

__all__ = [
    "Looked",
    "approval_for",
    "currency_of",
    "money_of",
    "place_by",
    "rule_by_id",
    "rule_for",
]

CURRENCIES = {
    "BO": "BOB",
    "CL": "CLP",
    "CO": "COP",
    "EC": "USD",
    "MX": "MXN",
    "PE": "PEN",
    "UY": "UYU",
}
"""ISO 4217 code of a country whose organisation names none."""
_CONDITIONS = ("kind", "lane", "process", "product", "reason", "channel", "site")
_PLURALS = {name: f"{name}es" if name.endswith("ss") else f"{name}s" for name in _CONDITIONS}
MOST = Decimal(10) ** 15
CENTS = Decimal("0.01")


@dataclass(frozen=True)
class Looked:
    """What a rule looks at."""

    kind: str
    lane: str = ""
    process: str = ""
    product: str = ""
    reason: str = ""
    channel: str = ""
    site: str = ""
    urgent: bool = False
    amount: str = ""
    """A plain decimal; empty where nobody said."""

    @classmethod
    def at(cls, choices: Choices, kind: str, **more: str) -> Looked:
        """Look at a case of this kind."""
        entry = choices.kinds.get(kind) or {}
        return cls(
            kind,
            lane=str(entry.get("lane") or ""),
            process=str(entry.get("process") or ""),
            urgent=bool(entry.get("urgent")),
            **more,
        )

    @classmethod
    def of(cls, choices: Choices, case: Any) -> Looked:
        """Look at a case as it is now."""
        now = case.progress
        return cls.at(
            choices,
            now.kind,
            product=case.product_id,
            reason=case.reason_id,
            channel=case.channel_id,
            site=case.site_id,
            amount=now.amount,
        )


def fits(rule: Entry, looked: Looked) -> bool:
    """Tell whether every condition of a rule holds; a condition that is left out always does."""
    for name, plural in _PLURALS.items():
        wanted = rule.get(plural)
        if wanted and getattr(looked, name) not in wanted:
            return False
    if rule.get("urgent") and not looked.urgent:
        return False
    low, high = rule.get("amount_from"), rule.get("amount_to")
    if low is None and high is None:
        return True
    if not looked.amount:
        return False
    amount = Decimal(looked.amount)
    above = low is None or amount >= Decimal(low)
    return above and (high is None or amount <= Decimal(high))


def rule_for(choices: Choices, looked: Looked) -> Entry | None:
    """Give the first rule of the matrix that fits, or None."""
    return next((one for one in choices.data["matrix"] if fits(one, looked)), None)


def rule_by_id(choices: Choices, identifier: str) -> tuple[int, Entry] | None:
    """Give a rule with its number in the matrix, from 1; None for one that is gone."""
    for number, one in enumerate(choices.data["matrix"], 1):
        if one["id"] == identifier:
            return number, one
    return None


def place_by(organisation: Organisation, choices: Choices, looked: Looked) -> dict[str, str]:
    """Give ``queue``, ``owner`` and ``matrix`` (the rule's id) for a case; empty without a rule."""
    rule = rule_for(choices, looked)
    if rule is None:
        return {}
    found = {"matrix": str(rule["id"])}
    if rule.get("queue"):
        found["queue"] = str(rule["queue"])
    elif rule.get("position"):
        found["queue"] = f"{POSITION}{rule['position']}"
    person = people_of(organisation)["persons"].get(rule.get("person") or "")
    if person is not None and person.active:
        found["owner"] = person.id
    return found


def approval_for(choices: Choices, looked: Looked) -> Entry | None:
    """Give who approves answers to such a case; None where nobody has to."""
    return next((one for one in choices.data["approval"] if fits(one, looked)), None)


def currency_of(choices: Choices) -> str:
    """Give the ISO 4217 code in which amounts of cases are meant."""
    country = str(choices.profile.country.code)
    return str(choices.data["currency"] or CURRENCIES.get(country, "USD"))


def money_of(text: str, style: NumberStyle) -> str:
    """Read an amount as people write it, as a plain decimal; BadNumber asks what is unclear."""
    if not text.strip():
        return ""
    amount = parse_number(text, style)
    if not 0 <= amount < MOST or amount != amount.quantize(CENTS):
        raise BadAmount
    return format(amount.quantize(CENTS).normalize(), "f")


def conditions(rule: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Give the conditions of a rule as name and ids, for the page that shows the matrix."""
    found = [(name, list(rule.get(plural) or ())) for name, plural in _PLURALS.items()]
    return [(name, ids) for name, ids in found if ids]
