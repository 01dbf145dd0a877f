"""Real workers under real SIGKILLs: nothing lost, nothing twice, and another one goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from postgresql import free_port

from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.documents.services import drafting
from qms.jobs.models import seen_book
from qms.notices.models import SENT
from qms.notices.services import mails_of, queue_mail
from qms.people import services as people
from qms.search.engine import stem
from qms.search.entries import EVERYBODY
from qms.search.follower import Replica
from qms.search.queries import read_query
from qms.upgrade.archive import HOLD, restore

DATABASE = Path(__file__).resolve().parents[1] / "databases" / "v0_1.zip"
ORGANISATION = "aexpress"
MAILS = 8

WORKER = """
import os, signal, sys, threading
from datetime import timedelta
from pathlib import Path
from qms.cli import worker
from qms.cli.place import Place, data_values
from qms.notices import delivery
from qms.notices.mailers import SmtpMailer
from qms.search.engine import TextIndex

def dies(*_arguments, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(work):
    def done(*arguments, **more):
        work(*arguments, **more)
        dies()
    return done

POINTS = {
    "between commit and mail": (SmtpMailer, "send", lambda work: dies),
    "between mail and the note of it": (SmtpMailer, "send", dies_after),
    "between commit and index": (TextIndex, "write", lambda work: dies),
    "between index and the next": (TextIndex, "write", dies_after),
}
point = os.environ.get("QMS_TEST_DIE")
if point:
    owner, name, change = POINTS[point]
    setattr(owner, name, change(getattr(owner, name)))
# A mail in a dead worker's hands goes again after five minutes; no test waits for that.
delivery.LEASE = timedelta(seconds=1)
folder, port = Path(sys.argv[1]), sys.argv[2]
place = Place(data_values(folder, **{"qms.mail.host": "127.0.0.1", "qms.mail.port": port}))
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.work_until(place, stop)
place.close()
"""

pytestmark = pytest.mark.slow


class Sink:
    """A mail server that is not in a hurry and keeps what it gets."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        text = envelope.content.decode()
        message_id = re.search(r"Message-ID: (\S+)", text).group(1)
        self.got.append((envelope.rcpt_tos[0], message_id))
        return "250 OK"


@pytest.fixture
def sink():
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def folder(tmp_path):
    """Give a data folder with one organisation worked through."""
    target = tmp_path / "data"
    restore(DATABASE, target, secret=None, watch=lambda _size: None)
    (target / HOLD).unlink()
    assert main(["--data", str(target), "upgrade"]) == 0
    return target


@pytest.fixture
def start(folder, sink):
    """Give a starter of workers; none survives the test."""
    started = []

    def begin(point=""):
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER, str(folder), str(sink.port)],
            env={**os.environ, "QMS_TEST_DIE": point},
            stderr=subprocess.PIPE,
        )
        started.append(child)
        return child

    yield begin
    for child in started:
        if child.poll() is None:
            child.kill()
        child.communicate()


def wait_for(what, seconds=40.0):
    """Wait until something is so, and give how long it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it took too long"
        time.sleep(0.2)
    return time.monotonic() - began


def killed_itself(child):
    assert child.wait(60) == -signal.SIGKILL, child.stderr.read().decode()[-2000:]


def ended(child):
    child.terminate()
    assert child.wait(30) == 0, child.stderr.read().decode()[-2000:]


def states(folder):
    place = Place(data_values(folder))
    with place.reading() as site:
        found = {mail.to: mail.state for mail in mails_of(site, ORGANISATION, most=1000)}
    place.close()
    return found


def test_fault_18_no_mail_is_lost_and_none_goes_twice_but_that_whose_note_was_lost(
    folder, start, sink
):
    place = Place(data_values(folder))
    with place.writing() as work:
        organisation, act = work.site[ORGANISATION], work.act()
        person = next(one for one in organisation["people"].persons() if one.active and one.email)
        people.invite(person, act=act)
        expected = {person.email}
        for number in range(MAILS):
            to = f"eva{number}@aexpress.example"
            queue_mail(organisation, key=to, to=to, subject="Aviso", text="x", at=act.at)
            expected.add(to)
    place.close()

    killed_itself(start("between commit and mail"))
    assert sink.got == []
    killed_itself(start("between mail and the note of it"))
    assert len(sink.got) == 1
    child = start()
    wait_for(lambda: {to for to, _id in sink.got} >= expected)
    wait_for(lambda: set(states(folder).values()) == {SENT})
    ended(child)

    copies = Counter(sink.got)
    assert len({message_id for _to, message_id in copies}) == len(copies), "an id is one mail's"
    assert len({to for to, _id in copies if to in expected}) == len(expected)
    assert sorted(copies.values(), reverse=True)[:2] == [2, 1], "the same Message-ID twice"


def found(folder, words):
    """Give how often each version is found for these words in the node's own index."""
    replica = Replica(folder / "search")
    answer = replica.search(
        read_query(words, stem),
        organisation=ORGANISATION,
        audiences=(EVERYBODY, "role:quality"),
        limit=100,
    )
    if (current := replica.current()) is not None:
        current.close()
    return Counter() if answer is None else Counter((one.uid, one.part) for one in answer.hits)


def write_draft(folder, word):
    """Commit a document of which only the text index can find that word."""
    place = Place(data_values(folder))
    with place.writing() as work:
        organisation = work.site[ORGANISATION]
        some = next(iter(organisation["documents"].values()))
        document = drafting.create_document(
            organisation["documents"],
            type_id=some.type_id,
            process_id=some.process_id,
            title=f"Documento {word}",
            act=work.act("lucia-mora"),
        )
        uid = document.uid
    place.close()
    return uid


def test_a_worker_killed_between_commit_and_index_loses_nothing_and_finds_nothing_twice(
    folder, start
):
    uids = [write_draft(folder, "zumbido")]
    killed_itself(start("between commit and index"))
    assert found(folder, "zumbido") == Counter()
    killed_itself(start("between index and the next"))
    uids.append(write_draft(folder, "zumbido"))
    child = start()
    wait_for(lambda: len(found(folder, "zumbido")) == 2)
    uids.append(write_draft(folder, "zumbido"))
    wait_for(lambda: len(found(folder, "zumbido")) == 3)
    ended(child)
    assert found(folder, "zumbido") == Counter((uid, "0") for uid in uids)


def holder(folder):
    place = Place(data_values(folder))
    with place.reading() as site:
        book = seen_book(site)
        entry = {} if book is None else book.entries.get("deliver mail", {})
    place.close()
    return entry.get("holder", "")


def test_a_killed_worker_is_succeeded_by_its_neighbour_within_seconds(folder, start):
    first = start()
    wait_for(lambda: holder(folder))
    name = holder(folder)
    start()
    time.sleep(4)
    assert holder(folder) == name, "the second waits while the first lives"
    first.kill()
    took = wait_for(lambda: holder(folder) not in {"", name}, 30)
    assert took < 15
