"""The memory of keys: each leads to what it made for two days at least, and not much longer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qms.content.models import Organisation
from qms.content.once import KEPT, ROOM, Made, made_with, remember

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abcd")), max_size=20)


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_a_key_is_known_for_its_days_and_what_is_kept_has_an_end(steps):
    house, at, known = Organisation("x", "X"), START, {}
    for hours, key in steps:
        at += timedelta(hours=hours)
        found = made_with(house, key, at=at)
        if key in known and at - known[key][0] <= KEPT:
            assert found == known[key][1]
        if found is None:
            known[key] = (at, Made("w", f"/{key}", f"{at:%H}"))
            remember(house, key, known[key][1], at=at)
        else:
            assert at - known[key][0] <= KEPT + timedelta(days=1)
        assert len(house.annexes[ROOM]) <= KEPT.days + 1


def test_looking_makes_nothing():
    house = Organisation("x", "X")
    assert made_with(house, "k", at=START) is None
    assert ROOM not in house.annexes
