"""The replica: nothing lost, nothing twice, whatever dies when; and nothing to who may not."""

import gc
import logging
import os
import shutil
import signal
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library_house import KIND, Library, Node
from ZODB.POSException import ConflictError

from qms.search import engine, follower, models
from qms.search.entries import EVERYBODY
from qms.search.journal import ROOM, touch


def killed(work):
    """Run ``work`` in a child process that is expected to die by its own hand."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dies(*_arguments, **_more):
    os._exit(9)


def test_what_is_committed_is_found_after_following_and_not_before(library, node):
    library.put("one", "La auditoría de calidad")
    assert node.find("auditoria") is None
    node.follow()
    assert node.find("auditoria") == ["one"]
    library.put("two", "Otra auditoría")
    assert node.find("auditoria") == ["one"]
    node.follow()
    assert node.find("auditoria") == ["one", "two"]


def test_a_turn_without_changes_writes_nothing(library, node):
    library.put("one", "texto")
    node.follow()
    before = sorted(node.replica.current().folder.iterdir())
    assert node.follow().indexed == 0
    assert sorted(node.replica.current().folder.iterdir()) == before


def test_what_is_removed_or_rewritten_is_found_no_more(library, node):
    library.put("one", "queja")
    library.put("two", "queja")
    node.follow()
    library.remove("one")
    library.put("two", "reclamo")
    node.follow()
    assert node.find("queja") == []
    assert node.find("reclamo") == ["two"]


def test_an_open_reader_sees_one_version_after_many_updates(library, node):
    # In the forks of whoosh a refreshed reader keeps what was replaced; see the decision 0006.
    library.put("one", "versión comun 0")
    node.follow()
    assert node.find("comun") == ["one"]
    for number in range(1, 6):
        library.put("one", f"versión comun {number}")
        node.follow()
        found = node.replica.search(
            engine_query("comun"), organisation="ours", audiences=(EVERYBODY,), limit=99
        )
        assert [hit.kept["text"] for hit in found.hits] == [f"versión comun {number}"]
        assert found.total == 1


def engine_query(words):
    return follower.TextQuery(tuple((engine.stem(one),) for one in words.split()))


@pytest.fixture
def filled(library):
    for number in range(7):
        library.put(f"u{number}", f"texto {number} de todos")
    library.put("u0", "texto ajeno de todos", organisation="theirs")
    return library


@pytest.mark.parametrize("moment", ["reading", "committing", "swapping"])
def test_a_follower_killed_while_it_builds_loses_nothing(filled, node, monkeypatch, moment):
    def die_of_it():
        if moment == "reading":
            node.source.entries = dies
        elif moment == "committing":
            monkeypatch.setattr("whoosh.writing.SegmentWriter.commit", dies)
        else:
            monkeypatch.setattr(follower.Replica, "swap", dies)
        node.follow_all()

    assert killed(die_of_it) == 9
    node.follow_all()
    assert node.everything() == filled.everything()


@pytest.mark.parametrize("moment", ["reading", "committing"])
def test_a_follower_killed_between_commit_and_index_loses_nothing(
    filled, node, monkeypatch, moment
):
    node.follow_all()
    filled.put("u1", "texto nuevo de todos")
    filled.remove("u2")

    def die_of_it():
        if moment == "reading":
            node.source.entries = dies
        else:
            monkeypatch.setattr("whoosh.writing.SegmentWriter.commit", dies)
        node.follow()

    assert killed(die_of_it) == 9
    assert ("ours", "u2") in node.everything()
    node.follow()
    assert node.everything() == filled.everything()


def test_a_follower_killed_from_outside_leaves_no_lock(filled, node):
    node.follow_all()
    child = os.fork()
    if child == 0:
        while True:
            # The parent asks all the time too; whoever finds the lock taken tries again.
            with node.replica.elected() as elected:
                if elected:
                    signal.pause()
    until = time.monotonic() + 10
    while node.follow() is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert node.follow() is None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert node.follow() is not None


def test_a_second_follower_is_elected_out_at_once(filled, node):
    with node.replica.elected() as elected:
        assert elected
        assert node.follow() is None
    assert node.follow() is not None


def test_two_nodes_agree(filled, node, tmp_path):
    other = Node(filled, tmp_path / "other")
    node.follow_all()
    filled.put("u9", "texto tardío de todos")
    other.follow_all()
    node.follow_all()
    assert node.everything() == other.everything() == filled.everything()


def test_a_rebuild_in_slices_goes_on_while_people_search(filled, node, monkeypatch):
    monkeypatch.setattr(follower, "BATCH", 2)
    node.follow_all()
    answers, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            answers.append(node.find("texto"))

    people = threading.Thread(target=search, daemon=True)
    people.start()
    try:
        for _round in range(3):
            turn = node.follow(anew=True, seconds=0)
            assert turn.building
            while turn.building:
                turn = node.follow(seconds=0)
    finally:
        stop.set()
        people.join()
    assert answers
    assert all(one == [f"u{number}" for number in range(7)] for one in answers)


def test_what_changes_during_a_rebuild_is_in_both_indexes(filled, node, monkeypatch):
    monkeypatch.setattr(follower, "BATCH", 2)
    node.follow_all()
    assert node.follow(anew=True, seconds=0).building
    filled.put("a-new-one", "texto nuevo de todos")
    filled.remove("u0")
    assert node.follow(seconds=0).building
    assert node.everything() == filled.everything()
    node.follow_all()
    assert node.replica.building() is None
    assert node.everything() == filled.everything()


def test_a_change_of_everything_takes_all_texts_anew(filled, node):
    node.follow_all()
    with filled.site() as site:
        for uid in list(site["ours"].annexes[KIND]):
            site["ours"].annexes[KIND][uid] = ("texto cambiado de todos", (EVERYBODY,))
        touch(site, "ours", KIND)
    node.follow_all()
    assert node.everything() == filled.everything()


def test_a_change_of_everything_in_one_organisation_leaves_the_others_and_the_index_alone(
    filled, node, monkeypatch
):
    monkeypatch.setattr(follower, "BATCH", 2)
    node.follow_all()
    index, read = node.replica.current().folder, []
    entries = node.source.entries

    def spied(organisation, uid, file_reader):
        read.append((organisation.id, uid))
        return entries(organisation, uid, file_reader)

    node.source.entries = spied
    with filled.site() as site:
        texts = site["ours"].annexes[KIND]
        for uid in list(texts):
            texts[uid] = ("texto cambiado de todos", (EVERYBODY,))
        del texts["u3"]
        touch(site, "ours", KIND)
    assert node.behind("ours") == 1
    turn = node.follow(seconds=0)
    assert (turn.building, turn.left, turn.indexed) == (True, 5, 2)
    assert node.behind("ours") is None
    assert node.behind("theirs") == 0
    filled.put("u1", "texto otra vez de todos")
    node.follow_all()
    assert node.replica.current().folder == index
    assert {organisation for organisation, _uid in read} == {"ours"}
    assert node.everything() == filled.everything()
    assert node.behind("ours") == 0


def test_a_change_of_everything_goes_on_after_a_kill_where_it_stopped(filled, node, monkeypatch):
    monkeypatch.setattr(follower, "BATCH", 2)
    node.follow_all()
    with filled.site() as site:
        touch(site, "ours", KIND)
    assert node.follow(seconds=0).left == 5
    assert killed(lambda: [monkeypatch.setattr(node.source, "entries", dies), node.follow()]) == 9
    turn = node.follow(seconds=0)
    assert (turn.indexed, turn.left) == (2, 3)
    node.follow_all()
    assert node.everything() == filled.everything()


def test_a_change_of_everything_in_the_middle_of_a_rebuild_is_not_lost(filled, node, monkeypatch):
    monkeypatch.setattr(follower, "BATCH", 2)
    node.follow_all()
    assert node.follow(anew=True, seconds=0).building
    with filled.site() as site:
        for uid in list(site["ours"].annexes[KIND]):
            site["ours"].annexes[KIND][uid] = ("texto cambiado de todos", (EVERYBODY,))
        touch(site, "ours", KIND)
    node.follow_all()
    node.follow_all()
    assert node.everything() == filled.everything()


def test_a_restored_backup_that_went_on_differently_is_noticed(library, node, tmp_path):
    library.put("one", "texto de todos")
    shutil.copy(library.path, tmp_path / "backup.fs")
    for number in range(200):
        library.put("two", f"texto perdido {number} de todos")
    node.follow_all()
    restored = Library(tmp_path / "backup.fs")
    try:
        for number in range(300):
            restored.put(f"three{number}", "texto nuevo de todos")
        node.library = restored
        node.follow_all()
        assert node.everything() == restored.everything()
    finally:
        restored.db.close()


def test_a_node_that_was_away_for_too_long_begins_anew(library, tmp_path, monkeypatch):
    monkeypatch.setattr(models, "LANES", 2)
    monkeypatch.setattr(models, "KEPT", 8)
    monkeypatch.setattr(models, "TRIM_EVERY", 4)
    node = Node(library, tmp_path / "away")
    library.put("u0", "texto de todos")
    node.follow_all()
    for number in range(60):
        library.put(f"u{number}", f"texto {number} de todos")
    with library.site() as site:
        assert all(len(lane) <= 14 for lane in site.annexes[ROOM].lanes)
    node.follow_all()
    assert node.everything() == library.everything()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_index_with_torn_files_is_made_anew(filled, node, monkeypatch):
    # A kept log record would keep the traceback, and with it a file that whoosh forgot to close.
    monkeypatch.setattr(follower.log, "exception", lambda *_: None)
    node.follow_all()
    for path in node.replica.current().folder.iterdir():
        path.write_bytes(b"\0" * 10)
    node.replica = follower.Replica(node.replica.folder)
    assert node.find("texto") is None
    node.follow_all()
    assert node.everything() == filled.everything()
    gc.collect()  # whoosh leaves a file open that it cannot read


def test_an_index_that_vanished_is_made_anew(filled, node):
    node.follow_all()
    shutil.rmtree(node.replica.current().folder)
    node.replica = follower.Replica(node.replica.folder)
    assert node.find("texto") is None
    node.follow_all()
    assert node.everything() == filled.everything()


def test_one_subject_that_cannot_be_read_keeps_no_other_from_being_found(filled, node, caplog):
    read = node.source.entries

    def entries(organisation, uid, file_reader):
        if uid == "u3":
            raise ValueError("broken")
        return read(organisation, uid, file_reader)

    node.source.entries = entries
    with caplog.at_level(logging.ERROR, "qms.search"):
        node.follow_all()
    assert "u3 cannot be indexed" in caplog.text
    assert node.find("texto") == ["u0", "u1", "u2", "u4", "u5", "u6"]


# Who finds what


def test_d4_03_organisations_find_nothing_of_each_other(filled, node):
    node.follow_all()
    assert node.find("ajeno") == []
    assert node.find("ajeno", organisation="theirs") == ["u0"]
    assert node.find("texto", organisation="nobody") == []


def test_d4_03_an_audience_without_any_text_finds_nothing(filled, node):
    # Whoosh takes an empty filter for none: everything would be found.
    node.follow_all()
    assert node.find("texto", audiences=("person:nobody",)) == []
    assert node.find("texto", audiences=()) == []


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ours", "theirs"]), st.sets(st.sampled_from("abcd"))), max_size=8
    ),
    st.sets(st.sampled_from("abcd"), min_size=1),
)
def test_d4_03_exactly_what_an_audience_may_read_is_found_and_counted(
    tmp_path_factory, texts, audiences
):
    folder = tmp_path_factory.mktemp("audiences")
    made = Library(folder / "data.fs")
    node = Node(made, folder / "search")
    for number, (organisation, audience) in enumerate(texts):
        made.put(f"u{number}", "texto de todos", audience, organisation=organisation)
    node.follow_all()
    expected = [
        f"u{number}"
        for number, (organisation, audience) in enumerate(texts)
        if organisation == "ours" and audience & audiences
    ]
    if texts:
        found = node.replica.search(
            engine_query("texto"),
            organisation="ours",
            audiences=tuple(audiences),
            limit=2,
        )
        assert node.find("texto", audiences=tuple(audiences)) == expected
        assert found.total == len(expected)
        node.replica.current().close()
    made.db.close()


def test_d4_56_a_very_frequent_word_is_cut_short_and_says_so(filled, node, monkeypatch):
    monkeypatch.setattr(engine, "SCAN", 3)
    node.follow_all()
    found = node.replica.search(
        engine_query("texto"), organisation="ours", audiences=(EVERYBODY,), limit=20
    )
    assert (len(found.hits), found.total, found.complete) == (3, 3, False)


def test_phrases_and_exclusions(library, node):
    library.put("one", "El servicio al cliente")
    library.put("two", "El cliente del servicio")
    node.follow()
    assert node.find('"servicio al cliente"') == ["one"]
    assert node.find("cliente servicio") == ["one", "two"]
    assert node.find('cliente -"servicio al cliente"') == ["two"]


# The journal


def test_a_transaction_notes_each_key_once_and_in_one_lane(library):
    with library.site() as site:
        for _ in range(3):
            for uid in "abc":
                touch(site, "ours", KIND, uid)
    with library.site() as site:
        used = [lane for lane in site.annexes[ROOM].lanes if lane]
        assert [len(lane) for lane in used] == [3]


def test_later_transactions_use_one_lane_each(library):
    library.put("first", "x")
    with library.site() as site:
        before = [len(lane) for lane in site.annexes[ROOM].lanes]
        for _ in range(3):
            for uid in "abc":
                touch(site, "ours", KIND, uid)
        after = [len(lane) for lane in site.annexes[ROOM].lanes]
    assert sorted(b - a for a, b in zip(before, after, strict=True))[-2:] == [0, 3]


def test_a_savepoint_that_is_taken_back_takes_its_note_along(library):
    library.put("first", "x")
    with library.site() as site:
        manager = site._p_jar.transaction_manager
        savepoint = manager.get().savepoint()
        touch(site, "ours", KIND, "later")
        savepoint.rollback()
        touch(site, "ours", KIND, "later")
    with library.site() as site:
        noted = [one[0] for lane in site.annexes[ROOM].lanes for one in lane.values()]
    assert noted.count("ours/texts/later") == 1


def test_two_writers_in_one_lane_conflict_and_in_two_lanes_do_not(library, monkeypatch):
    library.put("first", "x")

    def both(lanes):
        chosen = iter(lanes)
        monkeypatch.setattr(models._random, "randrange", lambda _n: next(chosen), raising=False)
        with library.site() as one:
            touch(one, "ours", KIND, "a")
            with library.site() as two:
                touch(two, "ours", KIND, "b")

    both([5, 6])
    with pytest.raises(ConflictError):
        both([7, 7])
