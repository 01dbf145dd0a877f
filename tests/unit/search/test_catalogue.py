"""The catalogue answers like a plain list, and never keeps an answer longer than it is true."""

import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage

from qms.search import answers as module
from qms.search.catalogue import Catalogue, Entry

UIDS, TYPES, TAGS = "abcdef", "TUV", "xyz"

entries = st.builds(
    lambda code, type_, tags: Entry(
        (code, type_, tuple(sorted(tags))),
        {"code": code, "type": (type_, code)},
        {"type": [type_], "tag": sorted(tags)},
    ),
    st.text("0123", min_size=1, max_size=3),
    st.sampled_from(TYPES),
    st.sets(st.sampled_from(TAGS)),
)
steps = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "abort", "other"]), st.sampled_from(UIDS), entries),
    max_size=12,
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "type": st.lists(st.sampled_from(TYPES), min_size=1, max_size=2),
        "tag": st.lists(st.sampled_from(TAGS), min_size=1, max_size=2),
    },
)


def naive(known, filters):
    return {
        uid: entry
        for uid, entry in known.items()
        if all(set(values) & set(entry.facets[name]) for name, values in filters.items())
    }


def agrees(catalogue, known, filters, *, reverse):
    """Hold page and counts against what a walk over everything gives."""
    for order in ("code", "type"):
        page = catalogue.query(filters, order=order, reverse=reverse, start=0, limit=3)
        matches = naive(known, filters).values()
        keys = sorted((entry.keys[order] for entry in matches), reverse=reverse)
        assert page.total == len(keys)
        by_key = {"code": lambda row: row[0], "type": lambda row: (row[1], row[0])}[order]
        assert [by_key(row) for row in page.rows] == keys[:3]
    for facet in ("type", "tag"):
        rest = {name: values for name, values in filters.items() if name != facet}
        expected = {}
        for entry in naive(known, rest).values():
            for value in entry.facets[facet]:
                expected[value] = expected.get(value, 0) + 1
        assert catalogue.counts(facet, filters) == expected


@settings(deadline=None, max_examples=60)
@given(steps=steps, filters=choices, reverse=st.booleans())
def test_whatever_happens_in_whichever_transaction_the_answers_are_those_of_a_plain_list(
    steps, filters, reverse
):
    database = DB(None)
    here, there = transaction.TransactionManager(), transaction.TransactionManager()
    mine, other = database.open(here), database.open(there)
    mine.root()["c"] = Catalogue(["code", "type"], ["type", "tag"])
    here.commit()
    there.begin()
    known = {}
    for what, uid, entry in steps:
        where = other if what == "other" else mine
        catalogue, before = where.root()["c"], dict(known)
        if what == "remove" and uid in known:
            catalogue.remove(uid)
            del known[uid]
        else:
            catalogue.put(uid, entry)
            known[uid] = entry
        agrees(catalogue, known, filters, reverse=reverse)
        if what == "abort":
            here.abort()
            known = before
        (there if what == "other" else here).commit()
        for manager, connection in ((here, mine), (there, other)):
            manager.begin()
            agrees(connection.root()["c"], known, filters, reverse=reverse)
    here.abort()
    there.abort()
    mine.close()
    other.close()
    database.close()


def test_what_was_counted_once_is_not_counted_again_until_it_changes(monkeypatch):
    counted = []
    real = Catalogue._counted
    monkeypatch.setattr(
        Catalogue,
        "_counted",
        lambda self, facet, *more: counted.append(facet) or real(self, facet, *more),
    )
    database = DB(None)
    with database.transaction() as connection:
        catalogue = connection.root()["c"] = Catalogue(["code"], ["type", "tag"])
        catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["T"], "tag": ["x"]}))
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    catalogue = connection.root()["c"]
    for _again in range(3):
        assert catalogue.counts("type", {"type": ["T"]}) == {"T": 1}
        assert catalogue.counts("tag", {"type": ["T"]}) == {"x": 1}
    assert counted == ["type", "tag"]
    catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["T"], "tag": ["y"]}))
    assert catalogue.counts("tag", {"type": ["T"]}) == {"y": 1}
    assert catalogue.counts("type", {"type": ["T"]}) == {"T": 1}
    assert counted == ["type", "tag", "tag"], "the types did not change"
    manager.abort()
    assert catalogue.counts("tag", {"type": ["T"]}) == {"x": 1}, "what was undone is not kept"
    connection.close()
    database.close()


def test_a_catalogue_of_an_older_release_answers_and_learns_to_keep():
    catalogue = Catalogue(["code"], ["type"])
    catalogue._stamps = None
    assert catalogue.counts("type", {}) == {}
    catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["T"]}))
    assert catalogue.counts("type", {}) == {"T": 1}
    assert catalogue.query({"type": ["T"]}, order="code").rows == [("a",)]
    assert catalogue._stamps is not None


def test_no_more_answers_are_kept_than_promised():
    catalogue = Catalogue(["code"], ["type"])
    catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["T"]}))
    for n in range(module.KEPT + 20):
        catalogue.query({"type": [str(n)]}, order="code")
    assert len(catalogue._v_kept) == module.KEPT


def _entry(code, pending):
    return Entry((code, pending), {"code": code}, {"pending": [pending] if pending else []})


def test_two_who_change_neighbours_at_once_do_not_meet():
    database = DB(DemoStorage())
    with database.transaction() as connection:
        catalogue = connection.root()["c"] = Catalogue(["code"], ["pending"])
        for uid in UIDS:
            catalogue.put(uid, _entry(uid, "draft" if uid == UIDS[-1] else None))
    sides = []
    for uid in UIDS[:4]:
        manager = transaction.TransactionManager()
        connection = database.open(manager)
        connection.root()["c"].put(uid, _entry(uid, "draft"))
        sides.append((manager, connection))
    for manager, connection in sides:
        manager.commit()
        connection.close()
    with database.transaction() as connection:
        catalogue = connection.root()["c"]
        assert catalogue.counts("pending", {}) == {"draft": 5}
        rows = catalogue.query({}, order="code").rows
        assert rows == [(uid, None if uid == UIDS[4] else "draft") for uid in UIDS]
    database.close()


def test_rows_of_an_older_release_are_read_and_changed():
    catalogue = Catalogue(["code"], ["pending"])
    catalogue._marked = False
    catalogue.put("a", _entry("a", None))
    catalogue.put("a", _entry("a", "draft"))
    assert catalogue.row("a") == ("a", "draft")
    assert catalogue.query({"pending": ["draft"]}, order="code").rows == [("a", "draft")]
    assert catalogue.carries("a", "pending", ["draft"])
    catalogue.remove("a")
    assert catalogue.counts("pending", {}) == {}


def test_counters_tell_apart_what_changed_and_nothing_else():
    catalogue = Catalogue(["code"], ["type", "pending"])
    catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["T"], "pending": []}))
    watched = (("order", "code"), ("facet", "pending"))
    before = catalogue.counters(*watched)
    catalogue.put("a", Entry(("a", "new"), {"code": "a"}, {"type": ["U"], "pending": []}))
    assert catalogue.counters(*watched) == before
    catalogue.put("a", Entry(("a",), {"code": "a"}, {"type": ["U"], "pending": ["draft"]}))
    assert catalogue.counters(*watched) != before
    catalogue._stamps = None
    assert catalogue.counters(*watched) != catalogue.counters(*watched), "it cannot tell"


def test_a_changed_row_is_stored_with_few_others():
    database = DB(DemoStorage())
    with database.transaction() as connection:
        catalogue = connection.root()["c"] = Catalogue(["code"], ["pending"])
        for number in range(200):
            catalogue.put(f"{number:03}", _entry(f"{number:03}", None), docid=number + 1)
    with database.transaction() as connection:
        leaf = connection.root()["c"]._rows._firstbucket
        sizes = []
        while leaf is not None:
            sizes.append(len(leaf))
            leaf = leaf._next
    assert sum(sizes) == 200
    assert max(sizes) <= 16
    database.close()
