"""Mails about documents: who gets which, once each, whatever happened to the worker meanwhile."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
import siege
from aiosmtpd.controller import Controller
from reading_house import (
    CODE,
    JULIAN,
    LETTERS,
    MAIL,
    ORGANISATION,
    OTHER,
    PAOLA,
    REVIEWS,
    confirm,
    mails,
    release,
    run_job,
    texts,
    to_read,
    working,
)
from siege import ADMINISTRATOR, AUTHOR, OPERATIONS, QUALITY, REVIEWER
from ZODB.POSException import ConflictError

from qms.cli.worker import JOBS
from qms.documents.listing import catalogue_of, entry_of
from qms.documents.services import approval, drafting
from qms.documents.services.reading import reading_room
from qms.documents.wording import show_date
from qms.people import services as people
from qms.profiles.api import profile_of


def day(house, days, number):
    """Write the day that is so many business days after the first one."""
    with house.site() as site:
        found = days.calendar.add_business_days(days.first, number) if number else days.first
        return show_date(profile_of(site[ORGANISATION]), found)


ROUTED = "PRO-AX-SC-01"
"""A procedure that three positions sign, each in its step; the quality staff writes it."""


def to_sign(house):
    """Leave the procedure waiting for its first signature."""
    with house.site() as site:
        document = site[ORGANISATION]["documents"][ROUTED]
        version = drafting.start_version(document, act=house.act("lucia-mora"))
        siege.write(version, act=house.act("lucia-mora"))
    siege.submit(house, ROUTED, "lucia-mora")


def about(house, word):
    return [(to, subject) for to, subject in mails(house) if word in subject]


# Signatures


def test_each_signer_is_written_to_when_their_step_opens_and_nobody_twice(house, days):
    assert mails(house) == [], "the demonstration mails nobody"
    to_sign(house)
    due = day(house, days, 3)
    assert mails(house) == [(AUTHOR, f"[{ROUTED}] Firmar – hasta el {due}")]
    (text,) = texts(house, AUTHOR)
    assert f"http://localhost/aexpress/documents/{ROUTED}/versions/4/sign" in text
    assert "Elaboró" in text or "ELABORÓ" in text
    run_job(house)
    run_job(house)
    assert len(about(house, "Firmar")) == 1
    siege.sign_next(house, ROUTED)
    assert {to for to, _subject in about(house, "Firmar")} == {AUTHOR, REVIEWER}


def test_a_delegate_is_written_to_also_when_the_delegation_begins_later(house, days):
    to_sign(house)
    with house.site() as site:
        people.delegate(
            site[ORGANISATION]["people"],
            from_person="andres-pineda",
            to_person="oscar-beltran",
            starts=days.first,
            ends=days.first + timedelta(days=20),
            reason="Vacaciones",
            act=house.act("andres-pineda"),
        )
    run_job(house)
    run_job(house)
    assert {to for to, _subject in about(house, "Firmar")} == {AUTHOR, OPERATIONS}
    (text,) = [text for text in texts(house, OPERATIONS) if "espera su firma" in text]
    assert "por delegación de Andrés Pineda Rozo" in text


def test_another_signer_who_is_named_is_written_to(house, days):
    to_sign(house)
    with house.site() as site:
        version = site[ORGANISATION]["documents"][ROUTED].pending
        approval.swap_signer(
            version,
            version.standing.open_slots[0].name,
            to="oscar-beltran",
            reason="Viaje",
            act=house.act("lucia-mora"),
        )
    assert {to for to, _subject in about(house, "Firmar")} == {AUTHOR, OPERATIONS}


def test_a15_signatures_are_reminded_at_their_terms_once_each_after_days_without_worker(
    house, days
):
    to_sign(house)
    run_job(house)
    reminders = lambda: [to for to, _s in about(house, "Recordatorio: firmar")]  # noqa: E731
    assert reminders() == []
    days.go(2)
    run_job(house)
    run_job(house)
    assert reminders() == [AUTHOR]
    days.go(7)
    run_job(house)
    run_job(house)
    assert reminders() == [AUTHOR, AUTHOR], "two stages passed while it was off: one letter"
    siege.sign_next(house, ROUTED)
    days.go(8)
    run_job(house)
    assert reminders() == [AUTHOR, AUTHOR]
    with house.site() as site:
        left = {key[4] for key in reading_room(site[ORGANISATION]).reminded if key[0] == "sign"}
    assert left == {"andres-pineda", "marcela-quiroga"}


# Back to the author, in force


def test_the_author_hears_when_it_is_returned_and_when_it_is_in_force(house, days):
    to_sign(house)
    path = f"/aexpress/documents/{ROUTED}/versions/4/sign"
    form = next(
        one for one in house.browser(AUTHOR).get(path).forms.values() if "passphrase" in one.fields
    )
    form["passphrase"], form["reason"] = siege.PASSPHRASE, "Falta la columna de hora."
    assert form.submit("return").status_int == 303
    assert about(house, "Devuelto") == [(QUALITY, f"[{ROUTED}] Devuelto a usted: corregir")]
    (text,) = texts(house, QUALITY)
    assert "Falta la columna de hora." in text
    siege.submit(house, ROUTED, "lucia-mora")
    assert len(about(house, "Firmar")) == 2, "a new round asks anew"
    siege.sign_all(house, ROUTED)
    assert about(house, "Vigente") == [
        (QUALITY, f"[{ROUTED}] Vigente desde el {day(house, days, 0)}")
    ]


def test_d4_37_a_title_is_text_and_an_address_is_ours(house, days):
    with house.site() as site:
        document = site[ORGANISATION]["documents"][ROUTED]
        version = drafting.start_version(document, act=house.act("lucia-mora"))
        siege.write(version, act=house.act("lucia-mora"), title="Bitácora ${code} <b>x</b>")
    siege.submit(house, ROUTED, "lucia-mora")
    (text,) = texts(house, AUTHOR)
    assert "Bitácora ${code} <b>x</b>" in text


# Readings


def test_new_readings_come_in_one_letter_a_day_and_the_next_ones_the_day_after(house, days):
    release(house, OTHER, distribution=["asesor-sac"])
    run_job(house)
    due = day(house, days, 5)
    with house.site() as site:
        # What the demonstration released yesterday is due a day earlier, or on the same day.
        first = min(one["due"] for one in to_read(house, PAOLA))
        due = show_date(profile_of(site[ORGANISATION]), first)
    expected = f"[2 documentos] Leer y confirmar – hasta el {due}"
    assert (PAOLA, expected) in mails(house)
    assert (JULIAN, expected) in mails(house)
    text = next(text for text in texts(house, PAOLA))
    assert text.index(CODE) < text.index(OTHER)
    release(house, CODE)
    run_job(house)
    run_job(house)
    assert [to for to, _s in about(house, "Leer y confirmar")].count(PAOLA) == 1
    days.go(1)
    run_job(house)
    run_job(house)
    assert [to for to, _s in about(house, "Leer y confirmar")].count(PAOLA) == 2
    assert (PAOLA, f"[{CODE}] Leer y confirmar – hasta el {day(house, days, 5)}") in mails(house)


def test_a15_readings_are_reminded_once_per_stage_also_after_three_days_off(house, days):
    release(house)
    run_job(house)
    for number in (1, 2, 3):
        # The third day before the term is day 2: one letter then, and no other.
        days.go(number)
        run_job(house)
        run_job(house)
    reminders = lambda: about(house, "Recordatorio: leer")  # noqa: E731
    due = day(house, days, 5)
    subject = f"[{CODE}] Recordatorio: leer y confirmar – hasta el {due}"
    assert reminders() == sorted((to, subject) for to in (AUTHOR, JULIAN, PAOLA))
    assert confirm(house.browser(PAOLA)).status_int == 303
    # The worker is off on the day itself and three more; then all that passed is one letter.
    days.go(8)
    run_job(house)
    run_job(house)
    assert [to for to, _s in reminders()].count(JULIAN) == 2
    assert [to for to, _s in reminders()].count(PAOLA) == 1
    for number in (9, 10, 40):
        days.go(number)
        run_job(house)
    assert [to for to, _s in reminders()].count(JULIAN) == 2


def test_nobody_is_reminded_at_night_or_on_a_day_off(house, days):
    release(house)
    days.go(0, hour=5)
    run_job(house)
    assert about(house, "Leer y confirmar") == []
    free = days.first
    while days.calendar.is_business_day(free):
        free += timedelta(days=1)
    days.now = days.at(free)
    run_job(house)
    assert about(house, "Leer y confirmar") == []
    days.go(1, hour=7)
    run_job(house)
    assert {to for to, _s in about(house, "Leer y confirmar")} == {AUTHOR, JULIAN, PAOLA}


def test_a_person_chooses_how_often_mails_come(house, days):
    def choose(email, wish):
        form = house.browser(email).get("/aexpress/my-letters").forms["form"]
        form["deformField1"] = wish
        assert form.submit("save").status_int == 303

    choose(PAOLA, "none")
    choose(JULIAN, "immediately")
    days.go(0, hour=5)
    run_job(house)
    assert [to for to, _s in about(house, "Leer y confirmar")] == [JULIAN]
    release(house, OTHER)
    run_job(house)
    run_job(house)
    assert [to for to, _s in about(house, "Leer y confirmar")] == [JULIAN, JULIAN]
    days.go(9)
    run_job(house)
    assert PAOLA not in {to for to, _s in mails(house)}
    page = house.browser(PAOLA).get("/aexpress/my-letters")
    assert page.forms["form"]["deformField1"].value == "none"
    assert "/aexpress/my-letters" in house.browser(PAOLA).get("/account").text


def test_a_new_holder_is_told_and_a_leaver_is_not(house, days):
    run_job(house)
    before = mails(house)
    with house.site() as site:
        folder, act = site[ORGANISATION]["people"], house.act("tomas-uribe")
        people.change_positions(folder, folder.person("oscar-beltran"), ["asesor-sac"], act=act)
        people.change_positions(folder, folder.person("julian-cardenas"), [], act=act)
    days.go(10)
    run_job(house)
    fresh = [to for to, subject in mails(house) if (to, subject) not in before]
    assert OPERATIONS in fresh
    assert JULIAN not in fresh


def test_two_workers_at_once_write_once(house, days):
    release(house)
    job = next(one for one in JOBS if one.name == LETTERS)
    with working(house) as one:
        reading_room(one.site[ORGANISATION])
    lost = 0
    with working(house) as one:
        one.commit, kept = lambda: None, one.commit
        job.run(one)
        run_job(house)
        try:
            kept()
        except ConflictError:
            lost += 1
            one.manager.abort()
            one.manager.begin()
    assert lost == 1
    run_job(house)
    assert sorted(to for to, _s in about(house, "Leer y confirmar")) == sorted(
        [AUTHOR, JULIAN, PAOLA]
    )


class Sink:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def server(house):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    before = house.settings
    house.settings = type(before).from_mapping(
        {
            "qms.data_dir": str(house.folder),
            "qms.base_url": "http://localhost",
            "qms.mail.host": "127.0.0.1",
            "qms.mail.port": str(port),
            "qms.mail.from": "Calidad <qms@aexpress.example>",
        }
    )
    yield sink
    house.settings = before
    controller.stop()


def test_from_the_release_to_the_mailbox_each_letter_arrives_once(house, days, server):
    release(house)
    for _turn in range(2):
        run_job(house)
        run_job(house, MAIL)
    arrived = [to for to, _text in server.got]
    assert arrived.count(PAOLA) == arrived.count(JULIAN) == 1
    text = next(text for to, text in server.got if to == PAOLA)
    assert "Content-Type: text/plain" in text
    assert "Message-ID" in text
    signers = [to for to, text in server.got if "/sign" in text]
    assert len(signers) == len(set(signers)) >= 2


# Reviews and locked keys


def review_on(house, day_, *codes):
    """Let the versions in force of these documents be due for review on that day."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        for code in codes:
            document = organisation["documents"][code]
            document.in_force.dates["review_by"] = day_.isoformat()
            catalogue_of(organisation).put(document.uid, entry_of(document))


def test_a15_who_leads_the_process_is_reminded_of_reviews_once_per_stage(house, days):
    term = days.first + timedelta(days=100)
    while not days.calendar.is_business_day(term):
        term += timedelta(days=1)
    review_on(house, term, CODE, OTHER)
    with house.site() as site:
        others = [one.code for one in site[ORGANISATION]["documents"].values()]
    review_on(house, term + timedelta(days=900), *(set(others) - {CODE, OTHER}))
    letters = lambda: about(house, "Revisar")  # noqa: E731
    run_job(house, REVIEWS)
    assert letters() == []
    for before, count in ((65, 0), (57, 1), (56, 1), (20, 2), (-5, 3), (-30, 3)):
        day_ = days.calendar.next_business_day(term - timedelta(days=before))
        days.now = days.at(day_)
        run_job(house, REVIEWS)
        run_job(house, REVIEWS)
        assert len(letters()) == count, before
    with house.site() as site:
        due = show_date(profile_of(site[ORGANISATION]), term)
    assert set(letters()) == {(AUTHOR, f"[2 documentos] Revisar – hasta el {due}")}


def test_c5_a_locked_signing_key_is_told_to_the_administrators_and_its_owner(house, days):
    to_sign(house)
    browser = house.browser(AUTHOR)
    path = f"/aexpress/documents/{ROUTED}/versions/4/sign"
    for attempt in range(5):
        assert about(house, "bloqueó") == [], attempt
        form = next(one for one in browser.get(path).forms.values() if "passphrase" in one.fields)
        form["passphrase"] = "no es esta"
        assert form.submit("sign", expect_errors=True).status_int == 422
    subject = "Se bloqueó la clave de firma de Andrés Pineda Rozo"
    assert about(house, "bloqueó") == sorted([(ADMINISTRATOR, subject), (AUTHOR, subject)])
    form = next(one for one in browser.get(path).forms.values() if "passphrase" in one.fields)
    form["passphrase"] = "no es esta"
    form.submit("sign", expect_errors=True)
    assert len(about(house, "bloqueó")) == 2
    page = house.browser(ADMINISTRATOR).get("/aexpress/trail")
    assert "Demasiadas frases de firma equivocadas" in page.text
