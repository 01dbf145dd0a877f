"""The worker's jobs: one worker at a time, another when it dies, and a page that tells."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from reading_house import working
from siege import ADMINISTRATOR, EMPLOYEE, QUALITY
from ZODB.utils import load_current

from qms.cli import worker
from qms.cli.worker_health import check_worker
from qms.jobs import desk as desks
from qms.jobs import names
from qms.jobs.desk import Desk
from qms.jobs.models import ROOM, book_of, seen_book
from qms.jobs.services import LEASE, Claim, Outcome, records, take
from qms.jobs.trouble import MAIL_STAYS, SILENT
from qms.kernel import clock
from qms.notices.services import queue_mail
from qms.people import services as people
from qms.pqr.intake.errors import UntrustedServer

JSON = {"Accept": "application/json"}
PAGE = "/aexpress/worker"
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch):
    """Give a clock that the test moves."""
    hand = SimpleNamespace(at=NOON)
    monkeypatch.setattr(clock, "now", lambda: hand.at)

    def go(**more):
        hand.at += timedelta(**more)

    hand.go = go
    return hand


@pytest.fixture
def sit(house, tmp_path):
    """Give a maker of workers' desks; each sits on its own node unless one is named."""
    seated = []

    def make(node="one"):
        made = Desk(lambda: working(house), tmp_path / node, names.NAMES)
        made.sit_down()
        seated.append(made)
        return made

    yield make
    for made in seated:
        if made._alive is not None:
            made._alive.close()


def entries(house):
    with house.site() as site:
        return dict(seen_book(site).entries)


# Leases


def test_a_job_is_one_workers_at_a_time_and_the_index_every_nodes(now, sit):
    first, second = sit("one"), sit("two")
    first.beat()
    second.beat()
    assert first.is_mine("deliver mail")
    assert not second.is_mine("deliver mail")
    assert first.is_mine("text index")
    assert second.is_mine("text index")


def test_a_worker_on_another_node_takes_over_when_the_lease_has_run_out(now, sit):
    first, second = sit("one"), sit("two")
    first.beat()
    now.go(seconds=LEASE.total_seconds() - 1)
    second.beat()
    assert not second.is_mine("deliver mail")
    now.go(seconds=2)
    assert not first.is_mine("deliver mail"), "who could not renew knows it without asking"
    now.go(seconds=5)
    second.beat()
    assert second.is_mine("deliver mail")
    now.go(seconds=10)
    first.beat()
    assert not first.is_mine("deliver mail")


def test_a_worker_that_lives_keeps_its_jobs(now, sit):
    first, second = sit("one"), sit("two")
    for _second in range(600):
        first.beat()
        second.beat()
        assert first.is_mine("deliver mail")
        now.go(seconds=1)
    assert not second.is_mine("deliver mail")


def test_a_worker_that_ends_lets_go_at_once(now, sit):
    first, second = sit("one"), sit("two")
    first.beat()
    first.get_up()
    second.beat()
    assert second.is_mine("deliver mail")


def test_a_killed_worker_of_the_same_node_is_succeeded_in_seconds(house, now, sit, tmp_path):
    def dies():
        desk = Desk(lambda: working(house), tmp_path / "one", names.NAMES)
        desk.sit_down()
        os.write(told, desk.holder.encode())
        signal.pause()

    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            dies()
        finally:
            os._exit(0)
    holder = os.read(heard, 100).decode()
    second = sit("one")
    with working(house) as work:
        # The child sits there; its word is written by this process, since the database is in it.
        other = Desk(lambda: working(house), tmp_path / "one", names.NAMES)
        other.holder = holder
        take(book_of(work.site), other.shared, Claim(holder, now.at))
    second.beat()
    assert not second.is_mine("deliver mail")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    now.go(seconds=desks.LOOK.total_seconds())
    second.beat()
    assert second.is_mine("deliver mail")
    for one in (heard, told):
        os.close(one)


def test_a_lane_that_hangs_is_given_up_and_the_others_are_kept(now, sit, monkeypatch):
    first, second = sit("one"), sit("two")
    first.beat()
    monkeypatch.setattr(desks, "STUCK", timedelta(0))
    with first.at_work(names.STAMPS):
        for _minute in range(4):
            now.go(seconds=60)
            first.beat()
            second.beat()
    assert not first.is_mine("time stamps")
    assert second.is_mine("time stamps")
    assert first.is_mine("deliver mail")


@pytest.mark.parametrize("hours", [-1, 24 * 365])
def test_fault_17_a_clock_that_jumps_leaves_no_job_undone_for_longer_than_a_lease(now, sit, hours):
    first, second = sit("one"), sit("two")
    first.beat()
    now.go(hours=hours)
    for _second in range(int(LEASE.total_seconds()) + 10):
        second.beat()
        now.go(seconds=1)
    assert second.is_mine("deliver mail")


def test_while_nothing_happens_the_book_is_written_once_a_minute_and_grows_no_longer(
    house, now, sit
):
    first, written, sizes = sit(), [], []
    for second in range(3600):
        before = house.transaction()
        first.beat()
        for job in (names.MAIL, names.TEXT):
            first.report(job, Outcome(now.at, 0.002))
        if house.transaction() != before:
            written.append(second)
            with house.site() as site:
                sizes.append(len(load_current(house.db.storage, seen_book(site)._p_oid)[0]))
        now.go(seconds=1)
    assert len(written) <= 62
    assert max(sizes) < 4000
    assert sizes[-1] - sizes[5] < 50


def test_a_node_of_which_nothing_is_heard_for_a_day_is_forgotten(house, now, sit):
    first, second = sit("one"), sit("two")
    for desk in (first, second):
        desk.report(names.TEXT, Outcome(now.at, 0.1))
        desk.beat()
    keys = {f"text index@{desk.node}" for desk in (first, second)}
    assert keys <= set(entries(house))
    now.go(hours=25)
    first.report(names.TEXT, Outcome(now.at, 0.1))
    first.beat()
    assert keys & set(entries(house)) == {f"text index@{first.node}"}


def test_a_failure_is_news_and_its_end_too(house, now, sit):
    first = sit()
    first.report(names.MAIL, Outcome(now.at, 0.1))
    first.beat()
    now.go(seconds=11)
    first.report(names.MAIL, Outcome(now.at, 0.1, "OSError: no route", "aexpress"))
    first.beat()
    assert entries(house)["deliver mail"]["failure"] == "OSError: no route"
    began = entries(house)["deliver mail"]["failing_since"]
    now.go(seconds=11)
    first.report(names.MAIL, Outcome(now.at, 0.1, "OSError: no route", "aexpress"))
    now.go(seconds=60)
    first.beat()
    assert entries(house)["deliver mail"]["failing_since"] == began
    now.go(seconds=11)
    first.report(names.MAIL, Outcome(now.at, 0.1))
    first.beat()
    assert entries(house)["deliver mail"]["failing_since"] == ""


def test_a_database_that_is_away_ends_no_worker(house, now, sit, monkeypatch, caplog):
    first = sit()
    first.beat()
    opened, first._opened = first._opened, lambda: 1 / 0
    with caplog.at_level(logging.CRITICAL, "qms.worker"):
        now.go(seconds=200)
        first.beat()
    assert not first.is_mine("deliver mail")
    first._opened = opened
    now.go(seconds=6)
    first.beat()
    assert first.is_mine("deliver mail")


# The worker itself


class Inside:
    """A place over the house's own database."""

    def __init__(self, house, folder):
        self.house = house
        self.registry, self.database = house.registry, house.db
        self.settings = house.settings.__class__.from_mapping(
            {"qms.data_dir": str(folder), "qms.base_url": "http://localhost"}
        )

    def start(self):
        """Be ready."""

    @contextmanager
    def writing(self):
        with working(self.house) as work:
            work.place = self
            yield work


def test_a_long_build_of_the_index_holds_no_mail_up(house, tmp_path, monkeypatch):
    place, stop, began = Inside(house, tmp_path), threading.Event(), threading.Event()
    sent = []

    def long(_work):
        began.set()
        stop.wait(20)

    jobs = (
        worker.Job(names.TEXT, long),
        worker.Job(names.LETTERS, long),
        worker.Job(names.MAIL, lambda _work: sent.append(time.monotonic())),
    )
    monkeypatch.setattr(worker, "JOBS", jobs)
    at_work = threading.Thread(target=worker.work_until, args=(place, stop), daemon=True)
    at_work.start()
    assert began.wait(10)
    start = time.monotonic()
    while len(sent) < 2 and time.monotonic() - start < 15:
        time.sleep(0.05)
    stop.set()
    at_work.join(10)
    assert len(sent) == 2
    assert sent[1] - sent[0] < 10


def test_work_done_once_is_noted_and_let_go(house, tmp_path, capsys):
    place = Inside(house, tmp_path)
    assert worker.work_once(place) == 0
    with house.site() as site:
        found = {one.job.name: one for one in records(seen_book(site))}
    assert set(found) == {job.name for job in names.NAMES}
    assert all(one.run_at is not None and not one.is_failing for one in found.values())
    assert {one.holder for one in found.values()} == {""}
    other = Desk(lambda: working(house), tmp_path / "other", names.NAMES)
    other.sit_down()
    other.beat()
    capsys.readouterr()
    assert worker.work_once(place) == 0
    assert "deliver mail: another worker does it" in capsys.readouterr().out
    other.get_up()


def test_every_job_has_a_name_on_the_page():
    assert [job.job for job in worker.JOBS if job.job not in names.NAMES] == []
    assert len({job.name for job in worker.JOBS}) == len(names.NAMES)


def test_trouble_in_one_organisation_is_noted_as_its_own(house, tmp_path, monkeypatch):
    def fails(organisation, *, act):
        if organisation.id == "carrazos":
            raise ValueError("Bitácora secreta de Carrazos")

    monkeypatch.setattr(worker, "release_due", fails)
    monkeypatch.setattr(worker.log, "exception", lambda *_: None)
    worker.work_once(Inside(house, tmp_path))
    assert entries(house)["release what is due"]["failed_in"] == "carrazos"
    ours = house.browser(ADMINISTRATOR).get(PAGE, headers=JSON)
    assert "secreta" not in ours.text
    assert "secreta" not in house.browser(ADMINISTRATOR).get(PAGE).text
    theirs = house.browser("admin@carrazos.example").get("/carrazos/worker", headers=JSON)
    job = next(one for one in theirs.json["jobs"] if one["job"] == "release what is due")
    assert job["failure"] == "ValueError: Bitácora secreta de Carrazos"


def test_a_refusal_is_noted_in_the_words_of_the_screen(house, tmp_path, monkeypatch):
    def refuses(work):
        work.at_organisation("aexpress")
        raise UntrustedServer(host="correo.example", why="self-signed certificate")

    monkeypatch.setattr(worker, "poll_all", refuses)
    monkeypatch.setattr(worker.log, "exception", lambda *_: None)
    worker.work_once(Inside(house, tmp_path))
    page = house.browser(ADMINISTRATOR).get(PAGE)
    assert "El certificado del servidor de correo correo.example no es de confianza" in page


# What an administrator sees


def jobs_of(house):
    answer = house.browser(ADMINISTRATOR).get(PAGE, headers=JSON).json
    return answer, {one["job"]: one for one in answer["jobs"]}


def test_the_page_tells_of_every_job_and_what_waits_for_it(house, tmp_path):
    page = house.browser(ADMINISTRATOR).get(PAGE)
    assert "Detenido" in page.text
    assert "Aún no se ejecuta" in page.text
    worker.work_once(Inside(house, tmp_path))
    # The second time it carries what the first one wrote last.
    worker.work_once(Inside(house, tmp_path))
    queue(house, ADMINISTRATOR)
    queue(house, "otra@carrazos.example", organisation="carrazos")
    answer, jobs = jobs_of(house)
    assert answer["runs"]
    assert jobs["anchors of the trails"]["waiting"] == 0
    assert jobs["deliver mail"]["waiting"] == 1
    page = house.browser(ADMINISTRATOR).get(PAGE)
    assert "En marcha" in page.text
    assert page.html.select_one("nav.tabs a[href='/aexpress/outbox']") is not None
    outbox = house.browser(ADMINISTRATOR).get("/aexpress/outbox", headers=JSON).json
    assert [one["to"] for one in outbox["mails"] if one["state"] == "waiting"] == [ADMINISTRATOR]


def queue(house, to, organisation="aexpress", at=None):
    with house.site() as site:
        queue_mail(
            site[organisation], key=to, to=to, subject="Aviso", text="x", at=at or clock.now()
        )


def test_what_waits_is_counted_also_while_no_worker_runs(house):
    queue(house, "ana@aexpress.example")
    house.browser(ADMINISTRATOR)
    before = house.transaction()
    answer, jobs = jobs_of(house)
    assert not answer["runs"]
    assert jobs["deliver mail"]["waiting"] == 1
    assert jobs["anchors of the trails"]["waiting"] == 1
    assert jobs["letters about readings and signatures"]["waiting"] == 3
    assert jobs["time stamps"]["waiting"] == 0, "nobody asked for trusted time"
    assert house.transaction() == before


def test_without_a_mail_server_the_words_of_mails_are_shown_in_development_and_nowhere_else(
    house, tmp_path, monkeypatch
):
    with house.site() as site:
        organisation = site["aexpress"]
        person = organisation["people"].person("paola-rincon")
        people.invite(person, act=house.act("tomas-uribe"))
    place = Inside(house, tmp_path)
    before = house.registry.qms
    development = replace(before, environment="development")
    monkeypatch.setattr(house.registry, "qms", development)
    place.settings = replace(place.settings, environment="development")
    worker.work_once(place)
    browser = house.browser(ADMINISTRATOR)
    page = browser.get("/aexpress/outbox")
    assert "No hay servidor de correo" in page.text
    (text,) = [one.text for one in page.html.select("details pre") if "new-password" in one.text]
    assert "http://localhost/new-password?token=" in text
    assert list((tmp_path / "mail").glob("*.eml"))
    monkeypatch.setattr(house.registry, "qms", before)
    assert "new-password" not in browser.get("/aexpress/outbox").text
    assert "new-password" not in browser.get("/aexpress/outbox", headers=JSON).text


@pytest.mark.parametrize("email", [QUALITY, EMPLOYEE])
def test_d4_only_administrators_see_it(house, email):
    assert house.browser(email).get(PAGE, status="*").status_int in {403, 404}
    assert house.browser("admin@carrazos.example").get(PAGE, status="*").status_int == 404


def warned(house, email=ADMINISTRATOR):
    answer = house.browser(email).get("/aexpress/", headers=JSON).json
    return [one["title"] for one in answer.get("system", [])]


def test_fault_18_an_administrator_hears_that_no_worker_runs_and_that_mails_stay(
    house, now, tmp_path
):
    house.cookies.clear()
    assert warned(house) == [], "a new house needs no worker yet"
    worker.work_once(Inside(house, tmp_path))
    assert warned(house) == []
    now.go(seconds=SILENT.total_seconds() + 1)
    (sentence,) = warned(house)
    assert "no se ejecuta desde" in sentence
    assert "no sale ningún correo" in house.browser(ADMINISTRATOR).get(PAGE).text
    assert house.browser(ADMINISTRATOR).get("/aexpress/").html.select_one(".bell-count")
    assert warned(house, EMPLOYEE) == []
    now.go(seconds=MAIL_STAYS.total_seconds())
    house.cookies.clear()
    queue(house, "ana@aexpress.example", at=now.at - MAIL_STAYS - timedelta(minutes=1))
    desk = Desk(lambda: working(house), tmp_path / "other", names.NAMES)
    desk.sit_down()
    desk.beat()
    (sentence,) = warned(house)
    assert sentence.startswith("Hay correos en espera: ")
    desk.get_up()


def test_the_doctor_says_the_same(house, now, tmp_path):
    with house.site() as site:
        assert list(check_worker(site, at=now.at)) == []
    desk = Desk(lambda: working(house), tmp_path / "one", names.NAMES)
    desk.sit_down()
    queue(house, "ana@aexpress.example", at=now.at - 2 * MAIL_STAYS)
    desk.report(names.STAMPS, Outcome(now.at, 0.1, "TimestampUnavailable: no answer"))
    desk.beat()
    desk.get_up()
    with house.site() as site:
        found = list(check_worker(site, at=now.at + 2 * SILENT + timedelta(hours=1)))
    assert [one.code for one in found] == ["worker-silent", "mails-stay", "job-failing"]
    assert "no answer" in found[2].text
    assert {one.level for one in found} == {"warning"}


def test_mails_that_wait_where_no_worker_ever_ran_are_told_of(house, now):
    queue(house, "ana@aexpress.example")
    house.cookies.clear()
    assert warned(house) == []
    now.go(minutes=11)
    (sentence,) = warned(house)
    assert "nunca se ha ejecutado" in sentence
    with house.site() as site:
        assert ROOM not in site.annexes


def test_a_job_that_keeps_failing_is_told_of(house, now, tmp_path):
    house.cookies.clear()
    desk = Desk(lambda: working(house), tmp_path / "one", names.NAMES)
    desk.sit_down()
    for _turn in range(7):
        desk.report(names.STAMPS, Outcome(now.at, 0.1, "TimestampUnavailable: no answer"))
        desk.beat()
        now.go(minutes=11)
    (sentence,) = [one for one in warned(house) if "falla desde" in one]
    assert sentence == "«Sellos de tiempo» falla desde 23/11/2026 12:00."
    desk.get_up()
