"""Throttling: waits grow, end, and never become a lock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qms.security.throttle import ACCOUNT, ADDRESS, SECOND_FACTOR, Throttle, throttle_key

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_d4_14_the_fifth_failure_makes_an_account_wait_and_each_further_one_longer():
    throttle = Throttle()
    for _ in range(4):
        assert throttle.failed("a", ACCOUNT, NOON) is None
    assert throttle.wait("a", NOON) == timedelta()
    assert throttle.failed("a", ACCOUNT, NOON) == NOON + timedelta(seconds=30)
    assert throttle.failed("a", ACCOUNT, NOON) == NOON + timedelta(seconds=60)
    assert throttle.wait("a", NOON) == timedelta(seconds=60)
    assert throttle.wait("a", NOON + timedelta(seconds=61)) == timedelta()
    assert throttle.wait("b", NOON) == timedelta()


@given(st.lists(st.integers(0, 2_000), max_size=80))
def test_d4_14_no_lock_is_permanent(gaps):
    throttle, now = Throttle(), NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        throttle.failed("a", ACCOUNT, now)
        assert throttle.wait("a", now) <= ACCOUNT.longest_wait
    assert throttle.wait("a", now + ACCOUNT.longest_wait) == timedelta()


def test_d4_15_an_address_may_fail_more_often_than_an_account_but_not_for_ever():
    throttle = Throttle()
    results = [throttle.failed("x", ADDRESS, NOON) for _ in range(ADDRESS.failures)]
    assert results[:-1] == [None] * (ADDRESS.failures - 1)
    assert results[-1] is not None


def test_d4_22_five_codes_and_then_a_wait():
    throttle = Throttle()
    results = [throttle.failed("code", SECOND_FACTOR, NOON) for _ in range(5)]
    assert [bool(until) for until in results] == [False] * 4 + [True]


def test_success_and_time_forget_failures():
    throttle = Throttle()
    for _ in range(4):
        throttle.failed("a", ACCOUNT, NOON)
    throttle.succeeded("a")
    assert throttle.failed("a", ACCOUNT, NOON) is None
    for _ in range(3):
        throttle.failed("a", ACCOUNT, NOON)
    assert throttle.failed("a", ACCOUNT, NOON + timedelta(minutes=16)) is None


def test_memory_is_bounded():
    throttle = Throttle(limit=10)
    for number in range(50):
        throttle.failed(str(number), ACCOUNT, NOON)
    assert len(throttle._tallies) == 10


def test_keys_hold_no_addresses():
    assert "ana@" not in throttle_key("account", "ana@x.example")
    assert throttle_key("account", "a") != throttle_key("address", "a")
    throttle_key("account", "\ud800")
