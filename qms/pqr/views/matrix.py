"""The matrix of escalation as a page to print; escalating a case by hand; the amount of a case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr import answer_forms, lettering, services
from qms.pqr.choices import POSITION, Choices, choices_of
from qms.pqr.escalation import hand_over, words_of
from qms.pqr.matrix import conditions, currency_of, money_of
from qms.pqr.models import Case, CaseRegister
from qms.pqr.views.acts import ActForm, LetteredForm
from qms.security.permissions import Permission

CONDITIONS = {
    "kind": _("Kind"),
    "lane": _("Lane"),
    "process": _("Process"),
    "product": _("Product or service"),
    "reason": _("Reason"),
    "channel": _("Channel"),
    "site": _("Site"),
}
TOLD = {
    "owner": _("its owner"),
    "superior": _("the superior"),
    "quality": _("quality"),
    "queue": _("who works the queue"),
}
WHOLE = 100
"""Per cent of a term that have gone when it ends."""
AFTER = {
    "minute": _("after ${n} minutes"),
    "hour": _("after ${n} hours"),
    "business_day": _("after ${n} business days"),
    "percent": _("at ${n} % of the term"),
}


def when_of(amount: int, unit: str) -> Any:
    """Say when a level of the escalation is reached."""
    if unit == "percent" and amount > WHOLE:
        return _("when it is overdue")
    return _(AFTER[unit], {"n": amount})


class Words:
    """Says rules and levels in the organisation's own names."""

    def __init__(self, organisation: Any, choices: Choices, request: Request) -> None:
        """Look up once what every line needs."""
        self.organisation, self.choices, self.request = organisation, choices, request
        self.people = people_of(organisation)

    def name(self, what: str, identifier: str) -> str:
        """Give the name of what a condition speaks of."""
        if what == "process":
            process = self.organisation["processes"].get(identifier)
            return str(process.name) if process is not None else identifier
        if what == "site":
            site = self.people["sites"].get(identifier)
            return str(site.name) if site is not None else identifier
        return self.choices.name(f"{what}s", identifier)

    def amounts(self, rule: Any) -> str:
        """Say between which amounts a rule holds."""
        low, high = rule["amount_from"], rule["amount_to"]
        if not low and not high:
            return ""
        style = self.choices.profile.number_style()
        say = self.request.localizer.translate
        values: dict[str, object] = {
            "low": style.format(Decimal(low or 0)),
            "high": style.format(Decimal(high or 0)),
            "currency": currency_of(self.choices),
        }
        if not high:
            return str(say(_("from ${low} ${currency} on", values)))
        return str(say(_("from ${low} to ${high} ${currency}", values)))

    def target(self, rule: Any) -> str:
        """Say to whom a rule gives a case."""
        found = []
        if rule["queue"]:
            found.append(self.choices.name("queues", rule["queue"]))
        if rule["position"]:
            found.append(self.people.position_name(rule["position"]))
        if rule["person"]:
            found.append(self.people.person_name(rule["person"]))
        return " · ".join(found)

    def level(self, level: Any) -> tuple[Any, str]:
        """Say when a level tells whom."""
        amount, unit = words_of(level)
        say = self.request.localizer.translate
        told = [say(TOLD[one]) for one in level.get("to") or ()]
        told += [self.people.position_name(one) for one in level.get("positions") or ()]
        return when_of(amount, unit), ", ".join(told)


@view_config(
    context=CaseRegister,
    name="matrix",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:pqr/matrix.pt",
)
def show_matrix(register: CaseRegister, request: Request) -> dict[str, Any]:
    """Show which case goes to whom, who is told when, and who approves answers."""
    organisation = organisation_of(register)
    choices = choices_of(organisation)
    words = Words(organisation, choices, request)
    rules = [
        {
            "number": number,
            "name": rule["name"] or rule["id"],
            "conditions": [
                (CONDITIONS[what], ", ".join(words.name(what, one) for one in ids))
                for what, ids in conditions(rule)
            ],
            "urgent": rule["urgent"],
            "amounts": words.amounts(rule),
            "target": words.target(rule),
            "levels": [words.level(one) for one in rule["levels"]],
        }
        for number, rule in enumerate(choices.data["matrix"], 1)
    ]
    return {
        "heading": _("Matrix of escalation"),
        "register": register,
        "terms_url": request.resource_path(register, "terms"),
        "rules": rules,
        "levels": [
            (*words.level(one), choices.name("kinds", one["kind"]) if one["kind"] else "")
            for one in choices.data["escalation"]
        ],
        "queues": [
            (
                str(one["name"]),
                ", ".join(words.people.position_name(held) for held in one["positions"]),
            )
            for one in choices.queues.values()
        ],
        "json": lambda: {"rules": [dict(rule) for rule in choices.data["matrix"]]},
    }


@view_config(context=Case, name="escalate", permission=Permission.CASE_WORK)
class EscalateForm(LetteredForm):
    """Hands a case over to another queue or position, with a notice of escalation as a PDF."""

    letter_kind = lettering.ESCALATE
    always = True
    schema = answer_forms.EscalateSchema
    heading = _("Escalate the case")
    introduction = _(
        "Who works the queue gets the notice of escalation, and its PDF stays with the case; the"
        " term goes on."
    )
    button = _("Escalate")

    def bindings(self) -> dict[str, Any]:
        """Offer the queues, and the positions that the matrix names."""
        organisation = organisation_of(self.context)
        choices, people = choices_of(organisation), people_of(organisation)
        named = {one["position"] for one in choices.data["matrix"] if one["position"]}
        targets = choices.pairs("queues")
        targets += [(f"{POSITION}{one}", people.position_name(one)) for one in sorted(named)]
        now = self.context.progress.queue
        return {**super().bindings(), "targets": [one for one in targets if one[0] != now]}

    def do(self, values: dict[str, Any]) -> None:
        """Escalate it."""
        hand_over(self.context, values["queue"], values["reason"], act=self.act)


@view_config(context=Case, name="amount", permission=Permission.CASE_WORK)
class AmountForm(ActForm):
    """Notes how much money a case is about; the matrix looks at it again."""

    schema = answer_forms.AmountSchema
    heading = _("Amount of the case")

    @property
    def introduction(self) -> Any:
        """Name the currency."""
        choices = choices_of(organisation_of(self.context))
        return _("In ${currency}, with digits.", {"currency": currency_of(choices)})

    def do(self, values: dict[str, Any]) -> None:
        """Note it."""
        style = choices_of(organisation_of(self.context)).profile.number_style()
        services.set_amount(self.context, money_of(values["amount"], style), act=self.act)
