"""Version schemes of five organisations and two common ones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.versions import BadLabel, BadScheme, VersionScheme

GAS = {"kind": "dotted", "start": "0.1.0", "dated": "\u2013({date})"}
SCHEMES = [
    {"kind": "integer", "start": 0},
    {"kind": "integer", "start": 0, "width": 2},
    {"kind": "integer"},
    {"kind": "dotted"},
    {"kind": "dotted", "start": "0.1.0", "major": 1, "minor": 2},
    GAS,
    {"kind": "letters-numbers"},
    {"kind": "letters-numbers", "start": 1, "skip": "IOQ"},
    {"kind": "issue-revision"},
    {"kind": "issue-revision", "template": "Ed. {issue} Rev. {revision}"},
]
ON = date(2010, 10, 19)


@pytest.mark.parametrize(
    ("data", "steps", "labels"),
    [
        ({"kind": "integer", "start": 0}, ["minor", "major"], ["0", "1", "2"]),
        ({"kind": "integer", "start": 0, "width": 2}, ["minor"], ["00", "01"]),
        ({"kind": "dotted"}, ["minor", "minor", "major"], ["1.0", "1.1", "1.2", "2.0"]),
        (
            {"kind": "dotted", "start": "0.1.0", "minor": 2},
            ["minor", "major", "minor"],
            ["0.1.0", "0.1.1", "1.0.0", "1.0.1"],
        ),
        (GAS, ["minor"], ["0.1.0\u2013(19-oct\u20132010)", "0.2.0\u2013(19-oct\u20132010)"]),
        (
            {"kind": "letters-numbers"},
            ["minor", "major", "minor", "major"],
            ["A", "B", "0", "1", "2"],
        ),
        ({"kind": "issue-revision"}, ["minor", "major"], ["1/0", "1/1", "2/0"]),
        (
            {"kind": "issue-revision", "template": "E{issue}-R{revision}", "start": "E0-R1"},
            ["minor"],
            ["E0-R1", "E0-R2"],
        ),
    ],
)
def test_each_scheme_counts_in_its_own_way(data, steps, labels):
    scheme = VersionScheme.from_data(data)
    made = [scheme.first(on=ON)]
    for step in steps:
        made.append(scheme.next(made[-1], step, ON))
    assert made == labels


def test_letters_go_on_after_the_last_and_leave_out_what_looks_like_a_digit():
    scheme = VersionScheme.from_data({"kind": "letters-numbers", "skip": "IO"})
    assert scheme.next("Z") == "AA"
    assert scheme.next("AZ") == "BA"
    assert scheme.next("H") == "J"
    assert not scheme.is_valid("I")


def test_the_name_of_a_kind_is_enough():
    assert VersionScheme.from_data("integer").first() == "1"


def test_history_labelled_otherwise_does_not_stop_the_count():
    scheme = VersionScheme.from_data({"kind": "integer", "start": 1})
    assert not scheme.is_valid("1.0")
    assert scheme.next("1.0") == "2"
    assert not scheme.jump_needs_reason("1.0", "2")
    assert scheme.next("01") == "2"
    with pytest.raises(BadLabel, match=r"What follows version 1\.5 is not known here"):
        scheme.next("1.5")


def test_a_dated_label_needs_its_date_and_does_not_count_it():
    scheme = VersionScheme.from_data(GAS)
    with pytest.raises(BadLabel, match="hold a date"):
        scheme.next("0.1.0\u2013(19-oct\u20132010)")
    assert not scheme.is_valid("0.1.0")
    assert not scheme.is_valid("0.1.0\u2013(31-feb\u20132010)")
    assert scheme.next("0.1.0", on=ON) == "0.2.0\u2013(19-oct\u20132010)"
    first = "0.1.0\u2013(19-oct\u20132010)"
    assert not scheme.jump_needs_reason(first, "0.2.0\u2013(3-ene\u20132020)")
    assert scheme.jump_needs_reason(first, "0.3.0\u2013(3-ene\u20132020)")
    assert not scheme.jump_needs_reason(None, first)


@pytest.mark.parametrize(
    ("data", "previous", "label", "needed"),
    [
        ("integer", "3", "4", False),
        ("integer", "3", "5", True),
        ("integer", "3", "3", True),
        ("integer", "3", "2", True),
        ("integer", "3", "4.0", True),
        ("integer", None, "1", False),
        ("integer", None, "3", True),
        ("integer", "borrador", "4", True),
        ("dotted", "1.1", "1.2", False),
        ("dotted", "1.1", "2.0", False),
        ("dotted", "1.1", "2.1", True),
        ("letters-numbers", "B", "0", False),
        ("letters-numbers", "B", "1", True),
        ("letters-numbers", "0", "C", True),
    ],
)
def test_a_label_out_of_turn_needs_a_reason(data, previous, label, needed):
    assert VersionScheme.from_data(data).jump_needs_reason(previous, label) is needed


@pytest.mark.parametrize("data", SCHEMES)
@pytest.mark.parametrize(
    "label", ["", " ", "-1", "1 ", "v1", "1..0", "٣", "1.0.0.0.0", "9" * 500, "a"]
)
def test_no_scheme_accepts_a_malformed_label(data, label):
    assert not VersionScheme.from_data(data).is_valid(label)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "no kind"),
        ({"kind": "semver"}, "semver is no kind"),
        ({"kind": "integer", "start": "0"}, "whole number"),
        ({"kind": "integer", "begin": 0}, "begin is not a part"),
        ({"kind": "dotted", "start": "1"}, "like 1.0"),
        ({"kind": "dotted", "start": "1.x"}, "like 1.0"),
        ({"kind": "dotted", "minor": 2}, "from 0 to 1"),
        ({"kind": "dotted", "dated": "on"}, "date of a label"),
        ({"kind": "dotted", "dated": "-{date}", "date_style": "x"}, "no date style"),
        ({"kind": "letters-numbers", "skip": "a"}, "capitals"),
        ({"kind": "issue-revision", "template": "{issue}{revision}"}, "template"),
        ({"kind": "issue-revision", "start": "1.0"}, "not written like 1/0"),
    ],
)
def test_a_scheme_with_a_mistake_is_refused_with_the_mistake(data, complaint):
    with pytest.raises(BadScheme, match=complaint):
        VersionScheme.from_data(data)


def test_numbers_that_run_out_are_refused():
    for data, label in (
        ("integer", "999999"),
        ("dotted", "1.999999"),
        ("letters-numbers", "ZZZZZZ"),
    ):
        with pytest.raises(BadLabel):
            VersionScheme.from_data(data).next(label)


@given(
    st.sampled_from(SCHEMES),
    st.lists(st.tuples(st.sampled_from(["major", "minor"]), st.dates()), max_size=40),
)
def test_what_comes_next_is_valid_expected_and_never_repeats(data, steps):
    scheme = VersionScheme.from_data(data)
    labels = [scheme.first(on=ON)]
    for step, on in steps:
        label = scheme.next(labels[-1], step, on)
        assert scheme.is_valid(label)
        assert not scheme.jump_needs_reason(labels[-1], label)
        assert label not in labels
        labels.append(label)


@given(st.sampled_from(SCHEMES), st.text(max_size=30), st.sampled_from(["major", "minor"]))
def test_any_old_label_is_followed_or_refused(data, label, step):
    scheme = VersionScheme.from_data(data)
    try:
        assert scheme.is_valid(scheme.next(label, step, ON))
    except BadLabel:
        assert not scheme.is_valid(label)
