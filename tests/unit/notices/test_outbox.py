"""The outbox: only committed causes are mailed, once, in spite of every failure."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import ZODB
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from opened import opened
from ZODB.DemoStorage import DemoStorage

from qms.cli.place import Work
from qms.content.models import Organisation
from qms.content.root import get_site
from qms.kernel.settings import Settings
from qms.notices.delivery import GIVE_UP, LEASE, deliver_due
from qms.notices.errors import BadMail
from qms.notices.mailers import FolderMailer, SmtpMailer
from qms.notices.models import FAILED, KEPT, SENT, outbox_of
from qms.notices.services import (
    backlog,
    check_address,
    check_line,
    forget_old,
    mails_of,
    queue_mail,
)

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)


class Sink:
    """A mail server's handler that says what it is told to."""

    def __init__(self):
        self.answers, self.got, self.ids = [], [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            text = envelope.content.decode()
            self.got.append((envelope.rcpt_tos, text))
            self.ids.append(next(line for line in text.splitlines() if line[:11] == "Message-ID:"))
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("gone"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def sink():
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    handler.mailer = SmtpMailer("127.0.0.1", controller.port)
    yield handler
    controller.stop()


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def house(tmp_path):
    db = ZODB.DB(DemoStorage())
    settings = Settings.from_mapping(
        {"qms.data_dir": str(tmp_path), "qms.mail.from": "q@x.example"}
    )
    house = SimpleNamespace(db=db, now=NOON, settings=settings)

    @contextmanager
    def work():
        with opened(db) as (connection, manager):
            place = SimpleNamespace(settings=settings)
            yield Work(place, get_site(connection), manager)

    def queue(count=1, to="eva{}@x.example", **more):
        with work() as one:
            for number in range(count):
                queue_mail(
                    one.site["aexpress"],
                    key=f"{to} {number}",
                    to=to.format(number),
                    subject=f"Aviso {number}",
                    text=f"texto {number}",
                    at=house.now,
                    **more,
                )

    def deliver(mailer, **more):
        with work() as one:
            return deliver_due(one, mailer, ask=lambda: house.now, **more)

    house.work, house.queue, house.deliver = work, queue, deliver
    with work() as one:
        one.site.add("aexpress", Organisation("aexpress", "Aexpress"))
        one.site.add("boreal", Organisation("boreal", "Boreal"))
        outbox_of(one.site)
    yield house
    db.close()


def states(house):
    with house.work() as one:
        return sorted(mail.state for mail in mails_of(one.site, "aexpress"))


def test_an_aborted_cause_mails_nothing(house, sink):
    def fail_after_queueing():
        with house.work() as one:
            queue_mail(
                one.site["aexpress"], key="k", to="a@b.example", subject="s", text="t", at=NOON
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_queueing()
    assert house.deliver(sink.mailer).sent == 0
    house.queue()
    assert house.deliver(sink.mailer).sent == 1
    ((recipients, text),) = sink.got
    assert recipients == ["eva0@x.example"]
    assert "Subject: Aviso 0" in text
    assert "texto 0" in text


def test_the_same_cause_is_mailed_once(house, sink):
    house.queue()
    house.queue()
    assert house.deliver(sink.mailer).sent == 1
    house.queue()
    assert house.deliver(sink.mailer).sent == 0


def test_f18_a_busy_server_is_tried_again_later_and_the_mail_arrives_once(house, sink):
    house.queue(5)
    sink.answers = ["451 later"] * 3
    first = house.deliver(sink.mailer)
    assert (first.sent, first.postponed) == (2, 3)
    assert house.deliver(sink.mailer).sent == 0
    house.now += timedelta(minutes=2)
    assert house.deliver(sink.mailer).sent == 3
    assert len(sink.ids) == len(set(sink.ids)) == 5
    assert states(house) == [SENT] * 5


def test_f18_a_server_that_is_down_for_a_day_loses_nothing_and_the_backlog_shows(house, sink):
    house.queue(3)
    down = SmtpMailer("127.0.0.1", _free_port())
    for _ in range(24):
        assert house.deliver(down).sent == 0
        house.now += timedelta(hours=1)
    with house.work() as one:
        waits = backlog(one.site, "aexpress")
        assert (waits.waiting, waits.oldest, waits.failed) == (3, NOON, 0)
        assert backlog(one.site, "boreal").waiting == 0
    assert house.deliver(sink.mailer).sent == 3


def test_a_mail_is_given_up_after_five_days_and_a_dead_mailbox_at_once(house, sink):
    house.queue(to="gone{}@x.example")
    assert house.deliver(sink.mailer).failed == 1
    house.queue()
    down = SmtpMailer("127.0.0.1", _free_port())
    house.now += GIVE_UP + timedelta(minutes=1)
    assert house.deliver(down).failed == 1
    assert states(house) == [FAILED, FAILED]
    with house.work() as one:
        assert backlog(one.site).failed == 2


def test_f18_a_crash_between_sending_and_settling_sends_again_under_the_same_id(house, sink):
    house.queue()

    class Crash(Exception):
        pass

    class Crashing:
        keeps = False

        def send(self, message):
            sink.mailer.send(message)
            raise Crash

    with pytest.raises(Crash):
        house.deliver(Crashing())
    assert house.deliver(sink.mailer).sent == 0
    house.now += LEASE + timedelta(seconds=1)
    assert house.deliver(sink.mailer).sent == 1
    assert len(sink.ids) == 2
    assert len(set(sink.ids)) == 1


def test_two_workers_send_each_mail_once(house, sink):
    house.queue(40)
    results = []
    workers = [
        threading.Thread(target=lambda: results.append(house.deliver(sink.mailer)))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    house.deliver(sink.mailer)
    assert len(sink.ids) == len(set(sink.ids)) == 40
    assert states(house) == [SENT] * 40


def test_a_worker_whose_lease_ran_out_does_not_undo_what_the_other_did(house, sink):
    house.queue()

    class Slow:
        keeps = False

        def send(self, message):
            house.now += LEASE + timedelta(seconds=1)
            house.deliver(sink.mailer)

    assert house.deliver(Slow()).sent == 1
    assert states(house) == [SENT]
    with house.work() as one:
        assert backlog(one.site).waiting == 0


def test_a_batch_has_an_end(house, sink):
    house.queue(12)
    assert house.deliver(sink.mailer, most=5).sent == 5
    assert house.deliver(sink.mailer).sent == 7


def test_the_words_of_a_sent_mail_are_forgotten(house, sink):
    house.queue(html="<p>x</p>")
    house.deliver(sink.mailer)
    with house.work() as one:
        (mail,) = mails_of(one.site, "aexpress")
        assert (mail.text, mail.html) == ("", "")


def test_without_a_server_mails_are_kept_in_a_closed_folder(house):
    house.queue(2)
    folder = Path(house.settings.data_dir) / "mail"
    assert house.deliver(None).sent == 2
    files = list(folder.iterdir())
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert states(house) == [KEPT, KEPT]
    assert isinstance(FolderMailer(folder), FolderMailer)


def test_old_causes_and_done_mails_are_forgotten(house, sink):
    house.queue(3)
    house.deliver(sink.mailer)
    with house.work() as one:
        assert forget_old(one.site, at=NOON + timedelta(days=1)) == 0
        assert forget_old(one.site, at=NOON + timedelta(days=91)) == 3
        assert mails_of(one.site, "aexpress") == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b,c@d",
        "a@b;c@d",
        "a b@c",
        "a@b\nBcc: x@y",
        "<a@b>",
        "a@b@c",
        "Ana <a@b>",
        "a@b\x00",
        "a@b\u2028x",
        "=?utf-8?q?a=0ABcc:?=@b",
        "x" * 255 + "@b",
    ],
)
def test_d4_37_an_address_is_exactly_one_recipient(house, address):
    with pytest.raises(BadMail):
        check_address(address)
    with pytest.raises(BadMail), house.work() as one:
        queue_mail(one.site["aexpress"], key="k", to=address, subject="s", text="t", at=NOON)


@given(st.text(), st.sampled_from("\r\n\x00\x0b\x0c\x85\u2028\u2029"), st.text())
def test_d4_37_no_subject_holds_a_line_end(before, control, after):
    with pytest.raises(BadMail):
        check_line(before + control + after, 10_000)


@pytest.mark.parametrize("text", ["=?utf-8?q?x=0ABcc:_y@z?=", "ñandú – «qué»", "a: b"])
def test_d4_37_odd_subjects_arrive_as_one_header(house, sink, text):
    import email
    from email.policy import default

    with house.work() as one:
        queue_mail(one.site["aexpress"], key="k", to="a@b.example", subject=text, text="t", at=NOON)
    house.deliver(sink.mailer)
    message = email.message_from_string(sink.got[0][1], policy=default)
    assert message["Bcc"] is None
    assert sink.got[0][0] == ["a@b.example"]
    assert len(message.get_all("To")) == 1
