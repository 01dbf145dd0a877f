"""Several nodes, each with its own text index: they agree, and nobody waits for a rebuild."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import zodburi
from siege import EMPLOYEE, ORGANISATION, PASSWORD, QUALITY
from webtest import TestApp
from whoosh import index
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError

import qms
from qms.cli.place import Place
from qms.documents.services import drafting
from qms.people.acts import make_act
from qms.search import SOURCES, follow, follower
from qms.search.follower import Replica, catch_up

JSON = {"Accept": "application/json"}
QUERIES = ("satisfaccion", "consola", "pro ax", "bitacora", "zumbido", "trompeta", '"de la"')


def ask(browser, words):
    """Give what the search page says to a program."""
    return browser.get(f"/{ORGANISATION}/search", {"q": words}, headers=JSON).json


# A rebuild while people search


@pytest.fixture
def followed(fort, tmp_path):
    """Give the besieged house with its text index."""
    before = fort.registry.qms_replica
    fort.registry.qms_replica = Replica(tmp_path / "search")
    catch_up(fort.db, fort.registry.qms_replica, fort.registry[SOURCES])
    yield fort
    fort.registry.qms_replica.current().close()
    fort.registry.qms_replica = before


def test_a_rebuild_goes_on_while_people_search_and_nobody_notices(followed, monkeypatch):
    monkeypatch.setattr(follower, "BATCH", 2)
    words = ("satisfaccion", "consola", "bitacora")
    browsers = {email: followed.browser(email) for email in (EMPLOYEE, QUALITY)}
    expected = {(email, one): ask(browsers[email], one) for email in browsers for one in words}
    assert all(answer["text_ready"] for answer in expected.values())
    assert expected[EMPLOYEE, "satisfaccion"]["texts"]
    asked, wrong, stop = [], [], threading.Event()

    def search(email):
        browser = followed.browser(email)
        while not stop.is_set():
            for one in words:
                answer = ask(browser, one)
                asked.append(one)
                if answer != expected[email, one]:
                    wrong.append((one, answer))

    people = [threading.Thread(target=search, args=(email,), daemon=True) for email in browsers]
    for one in people:
        one.start()
    rebuilt = 0
    try:
        while rebuilt < 2 or len(asked) < 30:
            turn = turned(followed, anew=True)
            while turn.building:
                turn = turned(followed)
            rebuilt += 1
    finally:
        stop.set()
        for one in people:
            one.join(20)
    assert wrong == []


def turned(house, **more):
    return catch_up(
        house.db, house.registry.qms_replica, house.registry[SOURCES], seconds=0, **more
    )


# Two nodes on PostgreSQL


def node(uri: str, folder: Path, secret: Path) -> Place:
    """Give one node: an application with its own data folder over the common database."""
    place = Place(
        {
            "zodbconn.uri": uri,
            "qms.data_dir": str(folder),
            "qms.secret_file": str(secret),
            "qms.base_url": "http://localhost",
        }
    )
    config = qms.configure(place.values)
    place.__dict__["registry"] = config.registry
    place.app = config.make_wsgi_app()
    return place


@pytest.fixture
def nodes(postgresql_server, seeded, tmp_path):
    """Give two nodes over the demonstration in a PostgreSQL database."""
    database = postgresql_server.new_database()
    factory, _options = zodburi.resolve_uri(
        postgresql_server.zodb_uri(database, tmp_path / "blobs-of-the-copy")
    )
    source = FileStorage(str(seeded / "data.fs"), blob_dir=str(seeded / "blobs"), read_only=True)
    target = factory()
    target.copyTransactionsFrom(source)
    DB(target).close()
    source.close()
    made = [
        node(
            postgresql_server.zodb_uri(database, tmp_path / name / "blobs"),
            tmp_path / name,
            seeded / "secret",
        )
        for name in ("one", "two")
    ]
    yield made
    for place in made:
        if (current := place.registry.qms_replica.current()) is not None:
            current.close()
        place.close()


def caught_up(place):
    """Let a node's index follow until nothing is left."""
    turn = follow(place.registry, place.database)
    while turn is None or turn.building or turn.left:
        turn = follow(place.registry, place.database)


def write(place, word, number):
    """Write a new document on one node, as its author does there; a conflict is tried again."""
    for _attempt in range(20):
        with suppress(ConflictError), place.writing() as work:
            document = drafting.create_document(
                work.site[ORGANISATION]["documents"],
                type_id="instruction",
                process_id="sc",
                title=f"Documento {word} {number}",
                act=make_act(place.registry, "lucia-mora"),
            )
            work.commit()
            return document.uid
    raise AssertionError("it was never the author's turn")


def everything(place):
    """Give all that a node's index has stored, by what it is about."""
    folder = place.registry.qms_replica.current().folder
    opened = index.open_dir(str(folder))
    with opened.searcher() as searcher:
        stored = [one["kept"] for one in searcher.documents() if not isinstance(one["kept"], str)]
    opened.close()
    found = {kept[:3]: kept[3:] for kept in stored}
    assert len(found) == len(stored), "nothing stands twice in it"
    return found


@pytest.mark.postgresql
@pytest.mark.slow
def test_two_nodes_with_indexes_of_their_own_agree(nodes):
    one, two = nodes
    caught_up(one)
    with ThreadPoolExecutor(2) as authors:
        jobs = [
            authors.submit(lambda place, word: [write(place, word, n) for n in range(4)], *each)
            for each in ((one, "zumbido"), (two, "trompeta"))
        ]
        # The second node builds its first index while documents come from both sides.
        follow(two.registry, two.database)
        follow(one.registry, one.database)
    written = [uid for job in jobs for uid in job.result()]
    caught_up(one)
    caught_up(two)

    assert len(written) == 8
    contents = [everything(place) for place in nodes]
    assert contents[0] == contents[1]
    assert set(written) <= {uid for _kind, uid, _part in contents[0]}
    browsers = [TestApp(place.app, extra_environ={"HTTP_HOST": "localhost:80"}) for place in nodes]
    form = browsers[0].get("/login").forms["form"]
    form["email"], form["password"] = QUALITY, PASSWORD
    assert form.submit().status_int == 303
    for name, value in browsers[0].cookies.items():
        # Whoever came in at one node is in at the other one.
        browsers[1].set_cookie(name, value.strip('"'))
    answers = [{words: ask(browser, words) for words in QUERIES} for browser in browsers]
    assert answers[0] == answers[1]
    assert len(answers[0]["zumbido"]["rows"]) + len(answers[0]["zumbido"]["texts"]) == 4
    with one.reading() as site:
        assert follower.behind(site, one.registry.qms_replica, ORGANISATION) == 0
        assert follower.behind(site, two.registry.qms_replica, ORGANISATION) == 0
