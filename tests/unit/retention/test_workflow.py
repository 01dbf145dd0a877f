"""An elimination follows from its acts: nothing is approved that was not announced before."""

from __future__ import annotations

import pytest

from qms.kernel.errors import Refused
from qms.retention import workflow
from qms.retention.errors import LineUnknown
from qms.retention.views.common import numbers_in

AT = "2026-11-22T10:00:00+00:00"
ALPHABET = [
    {"kind": "proposed", "by": "ana", "at": AT, "reason": "Cumplieron."},
    {"kind": "announced", "by": "ana", "at": AT, "until": "2027-01-21"},
    {"kind": "objected", "by": "beto", "at": AT, "text": "No.", "lines": [1]},
    {"kind": "answered", "by": "ana", "at": AT, "objection": 0, "upheld": False, "text": "Sí."},
    {"kind": "kept", "by": "ana", "at": AT, "line": 1, "for_ever": True, "reason": "Vale."},
    {"kind": "approved", "by": "carla", "at": AT},
    {"kind": "finished", "by": "system", "at": AT},
    {"kind": "withdrawn", "by": "ana", "at": AT, "reason": "Falta."},
]


def test_no_sequence_of_up_to_six_acts_approves_what_was_not_announced():
    border, reached = [((), workflow.Progress())], set()
    for _length in range(6):
        following = []
        for path, now in border:
            for act in ALPHABET:
                try:
                    then = workflow.after(now, act)
                except Refused:
                    continue
                kinds = (*path, act["kind"])
                reached.add(then.state)
                if then.state in (workflow.APPROVED, workflow.DONE):
                    assert "announced" in kinds[: kinds.index("approved")]
                if then.state == workflow.DONE:
                    assert kinds[-1] == "finished", "nothing follows the end"
                if kinds.count("objected") <= 1 and kinds.count("kept") <= 1:
                    following.append((kinds, then))
        border = following
    assert reached == set(workflow.STATES)


@pytest.mark.parametrize("act", [one for one in ALPHABET if {"reason", "text"} & set(one)])
def test_who_says_nothing_does_nothing(act):
    said = "reason" if "reason" in act else "text"
    path = {"proposed": [], "withdrawn": ALPHABET[:1], "kept": ALPHABET[:1]}
    before = path.get(act["kind"], ALPHABET[:2])
    now = workflow.progress(before)
    with pytest.raises(Refused):
        workflow.after(now, {**act, said: " \u200b "})
    assert workflow.after(now, act)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", []), ("3", [3]), ("1, 4-6", [1, 4, 5, 6]), ("2;2 7", [2, 2, 7])],
)
def test_lines_are_read_as_people_write_them(text, numbers):
    assert numbers_in(text) == numbers


@pytest.mark.parametrize("text", ["uno", "4-2", "1-999999", "-3", "1,5x"])
def test_what_is_no_line_is_refused(text):
    with pytest.raises(LineUnknown):
        numbers_in(text)
