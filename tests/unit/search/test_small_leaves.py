"""The migration that lays rows and entries of the trail into smaller leaves."""

from types import SimpleNamespace

from BTrees.IOBTree import IOBTree
from BTrees.LOBTree import LOBTree

from qms.audit.models import FOLDER, Trail
from qms.content.models import Entries, Rows
from qms.kernel import clock
from qms.migrations.m0022_a_changed_row_stores_few_others import migrate
from qms.search.catalogue import Catalogue, Entry


class Firm(dict):
    """An organisation of an older release: its trees are of the general kind."""

    def __init__(self):
        trail = Trail("firm")
        for lane in trail.lanes:
            lane.entries = LOBTree()
        super().__init__({FOLDER: trail})
        catalogue = Catalogue(["code"], [])
        catalogue._rows, catalogue._indexed, catalogue._spoken = IOBTree(), IOBTree(), None
        self.annexes = {"list": catalogue, "other": SimpleNamespace(_rows=IOBTree())}


def test_nothing_is_lost_and_repeating_it_changes_nothing():
    firm = Firm()
    catalogue, trail = firm.annexes["list"], firm[FOLDER]
    for number in range(40):
        catalogue.put(f"{number}", Entry((number,), {"code": f"{number:02}"}, {}))
    made = [trail.append(clock.now(), number % 16, {"n": number}) for number in range(40)]
    before = catalogue.query({}, order="code", limit=None).rows
    for _again in range(2):
        migrate({"firm": firm})
        assert type(catalogue._rows) is type(catalogue._indexed) is Rows
        assert catalogue._spoken is None
        assert all(type(lane.entries) is Entries for lane in trail.lanes)
        assert catalogue.query({}, order="code", limit=None).rows == before
        kept = [one for lane in trail.lanes for one in lane.entries.values()]
        assert sorted(one["n"] for one in kept) == [one["n"] for one in made]
    assert type(firm.annexes["other"]._rows) is IOBTree
