"""The trail: every event leaves a line, and every change of a line is found."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import transaction
import ZODB
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

from qms.audit import services
from qms.audit.export import to_csv, to_json_lines
from qms.audit.models import LANES, Trail, trail_of
from qms.audit.services import Query
from qms.audit.verify_trail import Broken, verify
from qms.content.models import Folder, Organisation, Site
from qms.content.root import get_site
from qms.exports.csv_file import guarded
from qms.kernel.acts import Act, DomainEvent
from qms.people import services as people_services

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)
SCRIPT = Path(__file__).parents[3] / "qms/audit/verify_trail.py"


@dataclass(frozen=True)
class Noted(DomainEvent):
    """Something was noted."""

    note: object = ""

    def details(self):
        return {"note": self.note}


@pytest.fixture
def house():
    return make_house()


def make_house():
    site = Site()
    one = site.add("aexpress", Organisation("aexpress", "Aexpress"))
    one.profile["organisation"] = {"timezone": "America/Bogota"}
    people = people_services.make_people(one)
    house = SimpleNamespace(site=site, organisation=one, clock=NOON)

    def note(text, *, by="ana-ruiz", subject=None, minutes=1):
        house.clock += timedelta(minutes=minutes)
        act = Act(by, house.clock, services.record, "test", {"address": "10.0.0.1"})
        act.notify(Noted(subject if subject is not None else one, act, text))

    house.note, house.people = note, people
    act = Act("system", NOON, lambda _event: None)
    house.ana = people_services.add_person(people, name="Ana Ruiz", act=act)
    house.trail = trail_of(one)
    return house


def anchor(house):
    house.clock += timedelta(seconds=1)
    act = Act("system", house.clock, services.record, "worker")
    return services.anchor_due(house.organisation, act=act)


def exported(trail):
    return to_json_lines(trail, at=NOON).decode().splitlines()


def test_an_event_leaves_a_line_of_plain_values_with_a_snapshot_of_the_name(house):
    folder = house.organisation.add("documents", Folder("Documents"))
    house.note("uno", subject=folder)
    house.ana.title = "Ana de Paz"
    (entry,) = house.trail.chain()
    assert entry["event"] == "Noted"
    assert entry["path"] == "/aexpress/documents"
    assert (entry["uid"], entry["title"]) == (folder.uid, "Documents")
    assert (entry["person_id"], entry["person"]) == ("ana-ruiz", "Ana Ruiz")
    assert (entry["channel"], entry["address"]) == ("test", "10.0.0.1")
    assert entry["at"] == "2026-11-22T17:01:00.000000+00:00"
    assert entry["details"] == {"note": "uno"}
    assert json.loads(json.dumps(entry)) == entry


def test_c6_both_old_values_of_a_field_changed_twice_are_readable(house):
    for name in ("Ana Dos", "Ana Tres"):
        house.clock += timedelta(minutes=1)
        act = Act("ana-ruiz", house.clock, services.record)
        people_services.change_person(house.people, house.ana, name=name, email="", act=act)
    found = [
        entry["details"]["old"]["name"]
        for entry in services.newest_first(house.trail, Query(uid=house.ana.uid))
    ]
    assert found == ["Ana Dos", "Ana Ruiz"]


def test_an_event_cannot_smuggle_an_object_into_the_database(house):
    with pytest.raises(TypeError, match="object"):
        house.note(object())
    house.note({"when": NOON, "set": {1}, "none": None, 5: (True, 2.5)})
    (entry,) = house.trail.chain()
    assert entry["details"]["note"] == {
        "when": NOON.isoformat(),
        "set": [1],
        "none": None,
        "5": [True, "2.5"],
    }


def test_an_event_of_another_organisation_leaves_no_line_here(house):
    other = house.site.add("boreal", Organisation("boreal", "Boreal"))
    house.note("theirs", subject=other)
    assert len(house.trail) == 0
    assert len(trail_of(other)) == 1
    act = Act("system", NOON, lambda _event: None)
    assert services.record(Noted(house.site, act, "site-wide")) is None


def test_the_trail_is_walked_from_the_newest_and_filtered(house):
    for number in range(30):
        house.note(str(number), by="eva" if number % 3 else "ana-ruiz", minutes=60)
    notes = [entry["details"]["note"] for entry in services.newest_first(house.trail, Query())]
    assert notes == [str(number) for number in reversed(range(30))]
    by_ana = list(services.newest_first(house.trail, Query(person_id="ana-ruiz")))
    assert [entry["details"]["note"] for entry in by_ana] == [str(n) for n in range(27, -1, -3)]
    first_day = Query(until=NOON.date(), since=NOON.date())
    assert len(list(services.newest_first(house.trail, first_day))) == 11
    assert not list(services.newest_first(house.trail, Query(event="Other")))
    assert len(list(services.newest_first(house.trail, Query(text="AEXPRESS")))) == 30
    page, more = services.page_of(house.trail, Query(), page=3, size=12)
    assert ([entry["details"]["note"] for entry in page], more) == (
        ["5", "4", "3", "2", "1", "0"],
        False,
    )


@given(st.lists(st.integers(-5_000_000, 5_000_000), min_size=1, max_size=60))
def test_f17_order_and_chains_hold_whatever_the_clock_does(steps):
    house = make_house()
    for number, step in enumerate(steps):
        house.clock += timedelta(microseconds=step)
        house.note(str(number), minutes=0)
    assert not list(services.broken_links(house.trail))
    numbers = [entry["number"] for entry in services.in_order(house.trail)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(steps)
    assert verify(exported(house.trail)) == (len(steps), 0)


def grown(entries=60, anchors=3):
    house = make_house()
    for number in range(entries):
        house.note(f"nota {number} «ñ»", minutes=7)
        if number and number % (entries // anchors) == 0:
            anchor(house)
            house.clock += timedelta(days=1)
    return house


def test_c7_a_whole_trail_verifies_inside_and_outside(house):
    house = grown()
    assert not list(services.broken_links(house.trail))
    assert verify(exported(house.trail)) == (len(house.trail), len(house.trail.anchors))
    kept = house.trail.last_anchor()["hash"]
    verify(exported(house.trail), kept)
    with pytest.raises(Broken, match="not in this trail"):
        verify(exported(house.trail), "0" * 64)


ATTACKS = ("alter", "alter and rehash", "delete", "insert", "swap", "cut the end", "move")


def attack(lines, kind, place):
    lines = list(lines)
    entry = json.loads(lines[place])
    if kind == "alter":
        entry["person"] = "Otra Persona"
        lines[place] = json.dumps(entry)
    elif kind == "alter and rehash":
        from qms.audit.models import digest

        entry["person"] = "Otra Persona"
        entry["hash"] = digest(entry)
        lines[place] = json.dumps(entry)
    elif kind == "delete":
        del lines[place]
    elif kind == "insert":
        lines.insert(place, lines[place])
    elif kind == "swap":
        lines[place], lines[place - 1] = lines[place - 1], lines[place]
    elif kind == "cut the end":
        del lines[place:]
    else:
        entry["lane"] = (entry["lane"] + 1) % LANES
        lines[place] = json.dumps(entry)
    return lines


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ATTACKS), st.integers(2, 60))
def test_d4_58_every_change_of_an_export_is_found_and_named(kind, place):
    lines = exported(WHOLE.trail)
    with pytest.raises(Broken) as found:
        verify(attack(lines, kind, place))
    assert "line" in str(found.value) or "lane" in str(found.value)


WHOLE = grown()


def test_c7_a_rewritten_shorter_trail_is_caught_by_the_anchor_that_was_kept():
    house = grown()
    kept = house.trail.last_anchor()["hash"]
    forged = grown(entries=40)
    verify(exported(forged.trail))
    with pytest.raises(Broken, match="not in this trail"):
        verify(exported(forged.trail), kept)


def test_c7_the_end_cut_off_in_the_database_contradicts_the_anchor():
    house = grown()
    kept = anchor(house)["lanes"]
    lane = next(one for one in house.trail.lanes if 1 < one.count == kept[one.index]["count"])
    last = lane.entries.maxKey()
    before = lane.entries[lane.entries.maxKey(last - 1)]
    del lane.entries[last]
    lane.count, lane.head = lane.count - 1, before["hash"]
    (problem,) = services.broken_links(house.trail)
    assert f"lane {lane.index} contradicts the anchor" in problem
    with pytest.raises(Broken, match=f"lane {lane.index}"):
        verify(exported(house.trail))


def test_d4_58_a_direct_edit_of_the_database_is_named():
    house = grown()
    entry = next(house.trail.chain())
    entry["details"] = {"note": "nothing happened"}
    (problem,) = services.broken_links(house.trail)
    assert str(entry["number"]) in problem
    assert "altered" in problem


def test_an_anchor_is_made_once_a_day_and_only_where_something_happened(house):
    assert anchor(house) is None
    house.note("uno")
    made = anchor(house)
    assert made["anchor"] == "2026-11-22"
    assert anchor(house) is None
    house.clock += timedelta(days=1)
    assert anchor(house)["previous"] == made["hash"]
    assert [entry["event"] for entry in services.newest_first(house.trail, Query())] == [
        "TrailAnchored",
        "TrailAnchored",
        "Noted",
    ]


def test_the_script_runs_alone_and_its_exit_status_tells(tmp_path):
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    lines = exported(WHOLE.trail)
    whole.write_text("\n".join(lines), encoding="utf-8")
    broken.write_text("\n".join(attack(lines, "delete", 20)), encoding="utf-8")
    for path, status, word in ((whole, 0, "whole"), (broken, 1, "BROKEN")):
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(SCRIPT), str(path)],
            capture_output=True,
            text=True,
            check=False,
            env={},
        )
        assert (run.returncode, run.stderr) == (status, "")
        assert run.stdout.startswith(word)


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "x", '{"qms_trail":1}', "null"])
def test_what_is_no_trail_is_broken_and_no_crash(rubbish):
    with pytest.raises(Broken):
        verify(rubbish.splitlines())


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "＝1", "＠x"])
def test_d4_51_no_cell_of_the_csv_is_a_formula(house, cell):
    assert guarded(cell) == "'" + cell
    subject = house.organisation.add("x", Folder(cell))
    house.note("x", subject=subject)
    text = to_csv(services.in_order(house.trail)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[0]["title"] == "'" + cell


def test_there_is_no_verb_that_takes_anything_away():
    names = {name for owner in (Trail, services) for name in vars(owner) if name[0] != "_"}
    assert not [name for name in names if name.startswith(("delete", "remove", "clear", "purge"))]


def test_f14_writers_of_different_acts_seldom_meet_and_never_fork_a_chain():
    db = ZODB.DB(DemoStorage())
    house = make_house()
    house.note("first")
    with db.transaction() as connection:
        get_site(connection).add("aexpress", house.organisation)
    met = 0
    for number in range(40):
        opened = []
        for who in ("ana", "eva"):
            manager = transaction.TransactionManager(explicit=True)
            manager.begin()
            connection = db.open(manager)
            one = get_site(connection)["aexpress"]
            act = Act(who, NOON + timedelta(seconds=number), services.record)
            act.notify(Noted(one, act, str(number)))
            opened.append((manager, connection))
        for manager, connection in opened:
            try:
                manager.commit()
            except ConflictError:
                met += 1
                manager.abort()
            connection.close()
    with db.transaction() as connection:
        trail = trail_of(get_site(connection)["aexpress"])
        assert len(trail) == 81 - met
        assert not list(services.broken_links(trail))
    assert met < 20
    db.close()
