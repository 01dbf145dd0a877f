"""The database server restarts while pages are served and the worker is at work (fault 12)."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import zodburi
from aiosmtpd.controller import Controller
from postgresql import free_port, running, server_programs
from siege import EMPLOYEE, ORGANISATION, PASSWORD
from tools import require
from transaction.interfaces import NoTransaction
from webtest import TestApp
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import qms
from qms.cli import worker
from qms.cli.place import Place
from qms.kernel import clock
from qms.notices import delivery
from qms.notices.services import mails_of, queue_mail

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]
PAGE = f"/{ORGANISATION}/"


class Sink:
    """A mail server that keeps the addresses of what it gets."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append(envelope.rcpt_tos[0])
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
def server():
    """Run a server that only this test restarts."""
    bin_dir = server_programs()
    require("PostgreSQL's initdb and postgres", bin_dir, "postgresql")
    # The usual test server may forget what it acknowledged when it is stopped at once.
    with running(bin_dir, synchronous_commit="on") as made:
        yield made


@pytest.fixture
def place(server, seeded, tmp_path, sink):
    """Give the demonstration in that server's database, with an application before it."""
    uri = server.zodb_uri(server.new_database(), tmp_path / "blobs")
    factory, _options = zodburi.resolve_uri(uri)
    source = FileStorage(str(seeded / "data.fs"), blob_dir=str(seeded / "blobs"), read_only=True)
    target = factory()
    target.copyTransactionsFrom(source)
    DB(target).close()
    source.close()
    made = Place(
        {
            "zodbconn.uri": uri,
            "qms.data_dir": str(tmp_path / "data"),
            "qms.secret_file": str(seeded / "secret"),
            "qms.base_url": "http://localhost",
            "qms.mail.host": "127.0.0.1",
            "qms.mail.port": str(sink.port),
        }
    )
    config = qms.configure(made.values)
    made.__dict__["registry"] = config.registry
    made.app = config.make_wsgi_app()
    yield made
    # A request whose giving up failed in the outage leaves its connection open behind it.
    with suppress(NoTransaction):
        made.close()


def queue(place, number):
    """Queue a mail; give whether the database acknowledged it."""
    to = f"eva{number}@aexpress.example"
    try:
        with place.writing() as work:
            queue_mail(
                work.site[ORGANISATION], key=to, to=to, subject="x", text="x", at=clock.now()
            )
    except Exception:  # noqa: BLE001 - whatever an outage looks like
        return None
    return to


def test_fault_12_a_restarted_server_stops_neither_pages_nor_the_worker(
    place, server, sink, monkeypatch
):
    monkeypatch.setattr(worker, "JOBS", [job for job in worker.JOBS if job.name == "deliver mail"])
    # A mail in hand when the server went away goes again after five minutes; no test waits so long.
    monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=2))
    for name in ("qms", "relstorage", "ZODB", "txn"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)
    stop, statuses, acknowledged = threading.Event(), Counter(), set()
    browser = TestApp(place.app, extra_environ={"HTTP_HOST": "localhost:80"})
    form = browser.get("/login").forms["form"]
    form["email"], form["password"] = EMPLOYEE, PASSWORD
    assert form.submit().status_int == 303

    def read():
        while not stop.is_set():
            statuses[browser.get(PAGE, status="*").status_int] += 1

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            acknowledged.add(queue(place, number))
            time.sleep(0.1)

    at_work = threading.Event()
    threads = [
        threading.Thread(target=read, daemon=True),
        threading.Thread(target=write, daemon=True),
        threading.Thread(target=worker.work_until, args=(place, at_work), daemon=True),
    ]
    for one in threads:
        one.start()
    try:
        time.sleep(2)
        for how, pause in ((signal.SIGINT, 0.5), (signal.SIGQUIT, 0.5)):
            server.restart(how, pause)
            time.sleep(3)
    finally:
        stop.set()
        threads[0].join(20)
        threads[1].join(20)
    acknowledged.discard(None)
    last = None
    while last is None:
        last = queue(place, 10_000)
    acknowledged.add(last)
    until = time.monotonic() + 40
    while not acknowledged <= set(sink.got) and time.monotonic() < until:
        time.sleep(0.2)
    missing = acknowledged - set(sink.got)
    at_work.set()
    threads[2].join(20)
    assert not threads[2].is_alive()

    assert set(statuses) <= {200, 503}, statuses
    assert statuses[200] > 20
    assert browser.get(PAGE).status_int == 200
    assert missing == set(), "what was acknowledged is mailed"
    with place.reading() as site:
        found = {mail.to for mail in mails_of(site, ORGANISATION, most=10_000)}
    assert acknowledged <= found
