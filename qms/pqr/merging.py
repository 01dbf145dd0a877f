"""Fields that letters and templates of answers are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from qms.content.models import organisation_of
from qms.documents.wording import show_day_in_words
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.pqr.choices import choices_of
from qms.pqr.matrix import currency_of
from qms.pqr.models import Case

FIELDS = (
    "customer",
    "document",
    "address",
    "number",
    "kind",
    "channel",
    "reason",
    "product",
    "site",
    "received",
    "due",
    "today",
    "amount",
    "norm",
    "owner",
    "position",
    "organisation",
)
"""Every name that may stand in braces in a template."""


def fields_of(case: Case, *, act: Act) -> dict[str, str]:
    """Give the values of all fields for a case, as its letters print them."""
    organisation = organisation_of(case)
    choices, people, now = choices_of(organisation), people_of(organisation), case.progress
    profile, clock = choices.profile, case.clock
    person = people["persons"].get(act.person_id)
    site = people["sites"].get(case.site_id) if case.site_id else None

    def day(at: datetime | None) -> str:
        return show_day_in_words(profile, at.astimezone(profile.zone).date()) if at else ""

    amount = profile.number_style().format(Decimal(now.amount)) if now.amount else ""
    position = person.main_position_id if person is not None else None
    return {
        "customer": case.customer["name"],
        "document": case.customer["id"],
        "address": case.customer["address"],
        "number": case.number,
        "kind": choices.name("kinds", now.kind),
        "channel": choices.name("channels", case.channel_id),
        "reason": choices.name("reasons", case.reason_id) if case.reason_id else "",
        "product": choices.name("products", case.product_id) if case.product_id else "",
        "site": site.name if site is not None else "",
        "received": day(case.received_at),
        "due": day(datetime.fromisoformat(case.due) if case.due else None),
        "today": day(act.at),
        "amount": f"{amount} {currency_of(choices)}" if amount else "",
        "norm": clock.rule.source if clock.rule is not None else "",
        "owner": person.name if person is not None else "",
        "position": people.position_name(position) if position else "",
        "organisation": profile.legal_name or profile.name,
    }


def merged(text: str, fields: Mapping[str, str]) -> str:
    """Fill the known names in braces, in one pass, so that braces in a value stay as they are."""
    parts = text.split("{")
    return parts[0] + "".join(_merged(part, fields) for part in parts[1:])


def _merged(part: str, fields: Mapping[str, str]) -> str:
    name, brace, rest = part.partition("}")
    return fields[name] + rest if brace and name in fields else "{" + part
