"""Canonical JSON: equal data gives equal bytes, whatever the order, form or zone it came in."""

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.canonical import canonical_json

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def in_nfc(obj):
    """Give the data as its canonical form must read back, or None when two keys collide."""
    if isinstance(obj, str):
        return unicodedata.normalize("NFC", obj)
    if isinstance(obj, list):
        return [in_nfc(item) for item in obj]
    if isinstance(obj, dict):
        pairs = {in_nfc(key): in_nfc(value) for key, value in obj.items()}
        if len(pairs) != len(obj):
            raise ValueError
        return pairs
    return obj


@given(plain)
def test_it_reads_back_as_the_same_data_and_writes_again_as_the_same_bytes(obj):
    try:
        expected = in_nfc(obj)
    except ValueError:
        with pytest.raises(ValueError, match="two keys"):
            canonical_json(obj)
        return
    written = canonical_json(obj)
    assert json.loads(written) == expected
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(text, st.integers(), max_size=8), st.randoms())
def test_the_order_of_keys_does_not_matter(pairs, random):
    shuffled = list(pairs.items())
    random.shuffle(shuffled)
    try:
        written = canonical_json(pairs)
    except ValueError:
        return
    assert canonical_json(dict(shuffled)) == written


@given(plain, plain)
def test_different_data_never_share_their_bytes(one, other):
    try:
        same_bytes = canonical_json(one) == canonical_json(other)
        same_data = repr(sorted_deep(in_nfc(one))) == repr(sorted_deep(in_nfc(other)))
    except ValueError:
        return
    assert same_bytes == same_data


def sorted_deep(obj):
    """Order keys so that ``repr`` tells 1 from True and [] from {}."""
    if isinstance(obj, list):
        return [sorted_deep(item) for item in obj]
    if isinstance(obj, dict):
        return {key: sorted_deep(obj[key]) for key in sorted(obj)}
    return obj


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-12 * 60, 14 * 60))
def test_one_moment_is_written_the_same_from_every_zone(moment, minutes):
    try:
        elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert canonical_json(elsewhere) == canonical_json(moment)


def test_the_exact_form_is_a_promise():
    data = {
        "ñ": "Resolución\n",
        "a": [1, None, True, date(2026, 11, 22)],
        "Z": datetime(2026, 11, 22, 9, 5, tzinfo=timezone(timedelta(hours=-5))),
    }
    assert (
        canonical_json(data)
        == (
            '{"Z":"2026-11-22T14:05:00.000000Z","a":[1,null,true,"2026-11-22"],"ñ":"Resolución\\n"}'
        ).encode()
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", {1, 2}, object(), {1: "x"}])
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json({"value": value} if not isinstance(value, dict) else value)


def test_a_moment_without_zone_and_a_lone_surrogate_are_refused():
    with pytest.raises(ValueError, match="zone"):
        canonical_json(datetime(2026, 1, 1))  # noqa: DTZ001 - the case under test
    with pytest.raises(ValueError, match="surrogates"):
        canonical_json("\ud800")


def test_nesting_has_a_limit():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested"):
        canonical_json(deep)
