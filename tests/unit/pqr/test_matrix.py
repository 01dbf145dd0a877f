"""The matrix: which rule fits, where a case goes, what amounts mean, and who is told when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.content.models import Site
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.formats import NumberStyle
from qms.pqr import answers, services
from qms.pqr.errors import NeedsApproval, NeedsNoApproval, NotYours
from qms.pqr.escalation import escalate, hand_over
from qms.pqr.events import CaseEscalated, CaseNearsEnd
from qms.pqr.matrix import Looked, fits, money_of
from qms.pqr.services import Received
from qms.profiles.loader import apply, load
from qms.profiles.shipped import shipped_organisations

NOW = datetime(2026, 12, 4, 15, tzinfo=UTC)
FOLDERS = {path.name: Path(path) for path in shipped_organisations()}
EMPTY = {
    **{name: [] for name in ("kinds", "lanes", "processes", "products", "reasons", "channels")},
    "sites": [],
    "amount_from": None,
    "amount_to": None,
    "urgent": False,
}
IDS = st.sampled_from(["a", "b", "c"])
SOME = st.lists(IDS, max_size=2, unique=True)
CUSTOMER = {"name": "Ana Rojas", "email": "ana@example.org"}


class Told(list):
    """Stands for everybody who hears of events."""

    def act(self, by="leidy-suarez", at=NOW):
        return Act(by, at, self.append)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def icetex(told):
    made = apply(Site(), load(FOLDERS["icetex"]), act=told.act(at=NOW - timedelta(days=400)))
    services.register_of(made)
    return made


def register(where, told, kind="queja", at=NOW, **more):
    values = {"channel": "escrita", "text": "No llega el desembolso", "customer": CUSTOMER, **more}
    return services.register(where, Received(kind, **values), act=told.act(at=at)).case


@given(SOME, SOME, st.integers(0, 20), IDS, IDS, st.none() | st.integers(0, 30))
def test_a_rule_fits_exactly_when_every_condition_that_it_names_holds(
    kinds, reasons, low, kind, reason, amount
):
    rule = {**EMPTY, "kinds": kinds, "reasons": reasons, "amount_from": str(low) if low else None}
    looked = Looked(kind, reason=reason, amount="" if amount is None else str(amount))
    wanted = (not kinds or kind in kinds) and (not reasons or reason in reasons)
    if low:
        wanted = wanted and amount is not None and amount >= low
    assert fits(rule, looked) is wanted


@given(st.decimals(0, 10**12, places=2))
def test_an_amount_that_was_written_is_read_again_as_the_same_number(amount):
    style = NumberStyle(",", ".")
    assert Decimal(money_of(style.format(amount), style)) == amount


@pytest.mark.parametrize("text", ["muchos", "-1", "1,234,5", "9" * 30, "1.5.5"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Refused):
        money_of(text, NumberStyle(",", "."))


def test_an_amount_that_could_mean_two_numbers_is_asked_for_again():
    with pytest.raises(Refused):
        money_of("1.234", NumberStyle(",", "."))


def test_the_first_rule_that_fits_says_whose_a_case_is(icetex, told):
    plain = register(icetex, told)
    credit = register(icetex, told, reason="cartera", product="fondos")
    funds = register(icetex, told, product="fondos")
    report = register(icetex, told, "denuncia")
    assert (plain.progress.queue, plain.progress.rule) == ("atencion", "")
    assert (credit.progress.queue, credit.progress.rule) == ("misional", "cartera")
    assert (funds.progress.queue, funds.progress.rule) == ("misional", "fondos")
    assert report.progress.queue == "position:coordinador-atencion-usuario"
    people = icetex["people"]
    assert "signer" in report.local_roles(people.person("maritza-fajardo"))
    assert "signer" not in report.local_roles(people.person("leidy-suarez"))


def test_another_kind_brings_another_rule_and_keeps_the_first_receipt(icetex, told):
    case = register(icetex, told)
    due = case.due
    services.change_kind(case, "denuncia", "Lo era", act=told.act())
    assert case.progress.rule == "denuncias"
    assert case.due == due


def test_the_levels_of_a_rule_are_told_once_after_their_business_days(icetex, told):
    case = register(icetex, told, reason="cartera")
    register(icetex, told)

    def people_after(days):
        told.clear()
        escalate(icetex, act=told.act("system", NOW + timedelta(days=days)))
        heard = [one for one in told if isinstance(one, CaseNearsEnd) and one.subject is case]
        return [person for one in heard for person in one.people]

    assert people_after(2) == []
    # Friday the 4th; the 8th is a holiday: three business days end on the 10th.
    assert people_after(5) == []
    assert people_after(6) == ["hugo-manrique", "maritza-fajardo"]
    assert people_after(6) == []
    assert [one["kind"] for one in case.acts][-1] == "alerted"
    assert case.acts[-1]["level"] == [3, "business_day"]


def test_a_case_is_handed_over_with_a_notice_to_who_works_the_queue(icetex, told):
    case = register(icetex, told)
    hand_over(case, "misional", "Es del proceso", act=told.act())
    assert case.progress.queue == "misional"
    assert isinstance(told[-1], CaseEscalated)
    assert told[-1].people == ("hugo-manrique", "maritza-fajardo")
    assert "Es del proceso" not in str(told[-1].details())
    with pytest.raises(Refused):
        hand_over(case, "otra", "x", act=told.act())


def test_nothing_leaves_without_the_approval_of_somebody_else(icetex, told):
    case = register(icetex, told, "consulta")
    with pytest.raises(NeedsApproval):
        services.answer(case, "Sí.", act=told.act())
    answers.submit(case, "Sí.", act=told.act())
    seen = answers.sign_of("Sí.")
    for by in ("leidy-suarez", "nestor-acuna", "camilo-orjuela"):
        with pytest.raises(NotYours):
            answers.approve(case, seen, act=told.act(by))
    answers.approve(case, seen, act=told.act("maritza-fajardo"))
    assert case.progress.answer == "Sí."
    with pytest.raises(NeedsNoApproval):
        answers.submit(register(icetex, told), "No.", act=told.act())


def test_whoever_is_the_only_approver_asks_the_superior(icetex, told):
    case = register(icetex, told, "consulta")
    answers.submit(case, "Sí.", act=told.act("maritza-fajardo"))
    assert case.progress.approvers == ("position:jefe-comercial-mercadeo",)
    with pytest.raises(NotYours):
        answers.approve(case, answers.sign_of("Sí."), act=told.act("maritza-fajardo"))
    answers.send_back(case, "Yo misma lo retiro", act=told.act("maritza-fajardo"))
    assert case.state == "case-open"
