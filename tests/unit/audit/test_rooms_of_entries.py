"""The trail counts what each room changed, so that pages know what they still know."""

from qms.audit.models import Trail
from qms.kernel import clock
from qms.people.events import PersonChanged, SignedIn
from qms.pqr.events import CaseEvent


def test_an_event_names_the_room_that_changes_and_coming_and_going_changes_nothing():
    assert [one.room() for one in (PersonChanged, CaseEvent, SignedIn)] == [
        "people",
        "pqr",
        "sessions",
    ]


def test_entries_are_counted_by_room_from_the_first_one_on():
    trail = Trail("firm")
    assert trail.counts() == {"": 0}
    for number, room in enumerate(("pqr", "people", "pqr")):
        trail.append(clock.now(), number, {"n": number}, room)
    assert trail.counts() == {"pqr": 2, "people": 1}
    assert len(trail) == 3


def test_a_trail_of_an_older_release_counts_all_of_it_until_the_next_entry():
    trail = Trail("firm")
    trail.append(clock.now(), 0, {"n": 0}, "pqr")
    trail.rooms = None
    assert trail.counts() == {"": 1}
    trail.append(clock.now(), 1, {"n": 1}, "people")
    assert trail.counts() == {"people": 1}
