"""Delegations: dated, between active persons, ended without a trace in what was signed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.people import services
from qms.people.errors import BadDelegation, DelegationOver, NotActive
from qms.people.events import DelegationEnded, DelegationMade
from qms.people.models import Delegation

TODAY = date(2026, 11, 22)


def make(house, **changes):
    values = {
        "from_person": house.ana.id,
        "to_person": house.eva.id,
        "starts": TODAY,
        "ends": TODAY + timedelta(days=7),
        "reason": "Vacaciones",
        "act": house.act(house.ana.id),
        **changes,
    }
    return services.delegate(house.ours, **values)


def test_d4_10_a_delegation_holds_from_its_first_to_its_last_day_and_no_longer(house):
    delegation = make(house)
    days = [TODAY + timedelta(days=n) for n in range(-1, 9)]
    holds = [bool(house.ours.delegates_for(house.ana.id, day)) for day in days]
    assert holds == [False] + [True] * 8 + [False]
    assert house.ours.delegated_to(house.eva.id, TODAY) == [delegation]
    assert house.ours.delegates_for(house.eva.id, TODAY) == []
    assert isinstance(house.happened[-1], DelegationMade)


def test_d4_10_an_ended_delegation_holds_no_more(house):
    delegation = make(house)
    services.end_delegation(delegation, act=house.act())
    assert house.ours.delegates_for(house.ana.id, TODAY) == []
    assert house.ours.delegations_of(house.ana.id) == [delegation]
    assert isinstance(house.happened[-1], DelegationEnded)
    with pytest.raises(DelegationOver):
        services.end_delegation(delegation, act=house.act())
    other = make(house)
    with pytest.raises(DelegationOver):
        services.end_delegation(other, act=house.act(at=house.noon + timedelta(days=9)))


def test_d4_09_a_deactivated_delegate_acts_for_nobody(house):
    make(house)
    services.deactivate(house.ours, house.eva, act=house.act())
    assert house.ours.delegates_for(house.ana.id, TODAY) == []
    with pytest.raises(NotActive):
        make(house)


@pytest.mark.parametrize(
    "changes",
    [
        {"to_person": "ana-ruiz"},
        {"starts": TODAY - timedelta(days=1)},
        {"ends": TODAY - timedelta(days=1)},
        {"ends": TODAY + timedelta(days=400)},
        {"reason": " \u200b "},
    ],
)
def test_an_impossible_delegation_is_refused(house, changes):
    with pytest.raises(BadDelegation):
        make(house, **changes)


def test_today_is_the_day_of_the_organisations_zone(house):
    late_evening = datetime(2026, 11, 23, 3, tzinfo=UTC)
    make(house, starts=TODAY, act=house.act(at=late_evening))


def test_a_delegation_limited_to_processes_counts_only_for_them(house):
    make(house, scope=["sc"])
    assert house.ours.delegates_for(house.ana.id, TODAY) == []
    assert len(house.ours.delegates_for(house.ana.id, TODAY, "sc")) == 1
    assert house.ours.delegates_for(house.ana.id, TODAY, "tr") == []


@given(st.dates(), st.dates(), st.dates(), st.lists(st.sampled_from("ab")), st.sampled_from("abc"))
def test_a_delegation_never_holds_outside_its_days_and_its_scope(starts, ends, on, scope, process):
    holds = Delegation("d", "a", "b", starts, ends, "", scope).holds(on, process)
    assert holds == (starts <= on <= ends and (not scope or process in scope))
