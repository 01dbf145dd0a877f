"""A segment of the trail proves where its entries stand and tells nothing of the others."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.audit.export import to_json_lines
from qms.audit.models import Trail, digest, first_link
from qms.evidence.segment import entries_of, segment
from qms.evidence.verificar import Chains, Verdict

START = datetime(2026, 11, 2, 8, tzinfo=UTC)


def sha(data):
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def anchored(trail, day):
    last = trail.last_anchor()
    anchor = {
        "anchor": day.isoformat(),
        "at": day.isoformat(),
        "lanes": trail.heads(),
        "previous": last["hash"] if last else first_link(trail.organisation_id, "anchors"),
    }
    anchor["hash"] = digest(anchor)
    trail.anchors[day.toordinal()] = anchor


def trail_with(days, *, levels=1):
    """Make a trail of some subjects; each day ends with an anchor, but for the last one."""
    trail, at = Trail("acme"), START
    for number, day in enumerate(days):
        for count, (lane, uid) in enumerate(day):
            facts = {"at": at.isoformat(), "event": "Thing", "uid": uid, "title": f"Asunto {uid}"}
            at += timedelta(minutes=count + 1)
            entry = trail.append(at, lane, facts)
            hash_in(trail, entry, levels)
        if number < len(days) - 1:
            anchored(trail, at.date())
        at += timedelta(days=1)
    return trail


def hash_in(trail, entry, levels):
    """Hash an entry in one level or in two, whichever the trail itself does by now."""
    entry.pop("salt", None)
    if levels == 2:
        entry["salt"] = "00" * 16
    bare = {name: value for name, value in entry.items() if name != "hash"}
    if levels == 2:
        link = {name: bare.pop(name) for name in ("lane", "previous", "sequence")}
        bare = {**link, "body": sha(bare)}
    entry["hash"] = trail.lanes[entry["lane"]].head = sha(bare)


def lines_of(trail, *uids):
    made = segment(trail, entries_of(trail, uids), at=START)
    return json.loads(json.dumps(made))


def checked(lines, anchor="", whole=()):
    say = Verdict()
    Chains(copy.deepcopy(lines), say).check(anchor, list(whole))
    return say


entries = st.tuples(st.integers(0, 2), st.sampled_from("abc"))
days_of_entries = st.lists(st.lists(entries, max_size=6), min_size=1, max_size=5)


@given(days_of_entries, st.sampled_from([1, 2]))
def test_c9_every_segment_verifies_and_tells_no_other_subject(days, levels):
    trail = trail_with(days, levels=levels)
    lines = lines_of(trail, "a")
    assert checked(lines).bad == []
    shown = [one for one in lines if "event" in one]
    assert len(shown) == sum(uid == "a" for day in days for _lane, uid in day)
    assert "Asunto b" not in json.dumps(lines)
    assert all(set(one) <= {"sequence", "hash", "body"} for one in reserved(lines))


@given(days_of_entries)
def test_c9_every_segment_is_found_in_the_whole_trail(days):
    trail = trail_with(days)
    whole = [json.loads(one) for one in to_json_lines(trail, at=START).splitlines()]
    assert checked(lines_of(trail, "a", "b"), whole=whole).bad == []


def reserved(lines):
    return [one for one in lines if "sequence" in one and "event" not in one]


DAYS = [
    [(0, "a"), (0, "b"), (1, "c")],
    [(0, "b"), (0, "a"), (0, "c"), (0, "a")],
    [(1, "c")],
    [(0, "c"), (0, "a")],
]


def test_only_the_stretches_with_own_entries_are_given():
    lines = lines_of(trail_with(DAYS), "a")
    stretches = [(one["stretch"], one["from"], one["to"]) for one in lines if "stretch" in one]
    assert stretches == [(0, 0, 2), (0, 2, 6), (0, 6, 8)]
    assert len([one for one in lines if "anchor" in one]) == 3


def test_older_anchors_are_left_out_and_the_chain_of_the_rest_holds():
    lines = lines_of(trail_with([*DAYS, [(3, "d")]]), "d")
    assert len([one for one in lines if "anchor" in one]) == 1
    assert checked(lines).bad == []


def test_an_anchor_on_paper_is_found_and_a_foreign_one_is_not():
    trail = trail_with(DAYS)
    lines = lines_of(trail, "a")
    printed = trail.last_anchor()["hash"]
    assert checked(lines, printed).bad == []
    assert "no está en este paquete" in checked(lines, "0" * 64).bad[0]


def alter(lines, change):
    changed = copy.deepcopy(lines)
    change(changed)
    return checked(changed).bad


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("what", ["title", "at", "previous"])
def test_c7_an_altered_entry_is_named(levels, what):
    lines = lines_of(trail_with(DAYS, levels=levels), "a")

    def change(changed):
        next(one for one in changed if "event" in one and one["sequence"] == 3)[what] = "otro"

    assert "bitácora: el asiento 3 de la hebra 0 fue alterado" in alter(lines, change)


@pytest.mark.parametrize("number", range(1, 12))
def test_c7_no_line_can_be_taken_out(number):
    lines = lines_of(trail_with(DAYS), "a")
    assert number < len(lines)
    try:
        bad = alter(lines, lambda changed: changed.pop(number))
    except IndexError:  # an entry without its stretch cannot be read at all
        return
    assert bad, lines[number]


def test_c7_a_reserved_entry_hashed_in_two_levels_cannot_be_exchanged():
    lines = lines_of(trail_with(DAYS, levels=2), "a")

    def change(changed):
        reserved(changed)[0]["body"] = "0" * 64

    assert any("la hebra 0 está cortada o alterada" in one for one in alter(lines, change))


def test_c7_a_forged_entry_among_reserved_ones_is_found_by_the_whole_trail():
    """What a hash of one level cannot show by itself is said, and the whole trail shows it."""
    trail = trail_with(DAYS)
    whole = [json.loads(one) for one in to_json_lines(trail, at=START).splitlines()]
    lines = lines_of(trail, "a")
    forged = next(one for one in lines if one.get("sequence") == 3 and "event" in one)
    forged["title"] = "Lo que nunca pasó"
    forged["hash"] = digest(forged)
    assert any("están solo con su SHA-256" in one for one in checked(lines).notes)
    assert any("no es el de la bitácora completa" in one for one in checked(lines, "", whole).bad)
