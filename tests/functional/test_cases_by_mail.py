"""Cases by e-mail: from a customer's mail to a case, and what nobody can do by writing mails."""

from __future__ import annotations

import base64
import io
import re
import sys
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from imap_server import Mailserver
from reading_house import ORGANISATION, mails, run_job, texts, working
from siege import AUDITOR, AUTHOR, EMPLOYEE, QUALITY, token_of
from webtest.forms import Radio
from ZODB.POSException import ConflictError

from qms.cli import intake as command
from qms.kernel import clock
from qms.pqr import services, workflow
from qms.pqr.intake import polling, reading
from qms.pqr.intake import services as intake
from qms.pqr.intake.errors import FarTooMany
from qms.pqr.intake.mailreader import facts_of
from qms.pqr.intake.models import look
from qms.pqr.intake.polling import piped

BASE, LIST = "/aexpress/cases/", "/aexpress/cases/mail"
JSON = {"Accept": "application/json"}
ROSA = "Rosa Peña <rosa@example.org>"
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def house(built, monkeypatch):
    # The process of its own has tests of its own.
    monkeypatch.setattr(reading, "_facts", lambda data, _seconds: facts_of(data))
    with built.copy() as made:
        yield made


def mail(text="No ha llegado mi envío", sender=ROSA, subject="Mi envío", **headers):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "pqr@aexpress.example", subject
    headers.setdefault("Message_ID", f"<{abs(hash((text, sender, subject)))}@example.org>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def send(house, made):
    """Pipe a mail in and give what became of it."""
    with working(house) as work:
        return piped(work, ORGANISATION, made if isinstance(made, bytes) else made.as_bytes())


def case_of(house, number, look_at):
    with house.site() as site:
        return look_at(site[ORGANISATION]["cases"][number])


def code_in(house, to="rosa@example.org"):
    return re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}", texts(house, to)[0]).group()


def kept(house):
    return house.browser(QUALITY).get(LIST, headers=JSON).json["rows"]


def test_a_mail_becomes_a_case_with_a_receipt_and_its_files(house, days):
    made = mail(Date="Sun, 01 Jan 2040 10:00:00 +0000")
    made.add_attachment(PNG, maintype="image", subtype="png", filename="foto.png")
    made.add_attachment(b"MZ", maintype="application", subtype="x-dosexec", filename="a.exe")
    outcome = send(house, made)
    assert outcome.kind == "case"
    with house.site() as site:
        case = site[ORGANISATION]["cases"][outcome.number]
        assert case.channel_id == "correo"
        assert case.customer["name"] == "Rosa Peña"
        assert case.text == "Mi envío\n\nNo ha llegado mi envío"
        assert case.received_at == clock.now()
        assert case.due is not None
        assert [one.filename for one in case.files] == ["foto.png"]
        assert "a.exe" in case.acts[-1]["note"]
        assert "2040" in case.acts[0]["note"]
        code = code_in(house)
        assert services.find_by_code(site[ORGANISATION], outcome.number, code) is case
    said = texts(house, "rosa@example.org")[0]
    assert outcome.number in said
    assert "Ley 1437" in said
    assert "a.exe" in said
    page = house.browser(QUALITY).get(f"{BASE}{outcome.number}/")
    assert "foto.png" in page.text


def test_the_same_mail_makes_one_case_however_often_it_comes(house):
    made = mail()
    first = send(house, made)
    again = send(house, b"Received: from elsewhere\r\n" + made.as_bytes())
    assert (first.kind, again.kind) == ("case", "duplicate")
    assert again.number == first.number
    assert len([one for one in mails(house) if one[0] == "rosa@example.org"]) == 1


def test_the_customers_answer_completes_the_case_that_waits_for_it(house, days):
    number = send(house, mail()).number
    boss = house.browser(QUALITY)
    form = boss.get(f"{BASE}{number}/ask-for-more").forms["form"]
    form["text"] = "¿Cuál es la guía?"
    form.submit()
    days.go(1)
    answer = mail("La guía es 12345", subject=f"RE: [{number}] Falta algo en su caso")
    outcome = send(house, answer)
    assert (outcome.kind, outcome.number) == ("completed", number)
    assert case_of(house, number, lambda one: one.state) == workflow.OPEN
    assert case_of(house, number, lambda one: one.acts[-1]["text"]) == "La guía es 12345"


def test_an_answer_to_a_mail_of_ours_finds_its_case_without_the_number(house, days):
    number = send(house, mail()).number
    with house.site() as site:
        sent = next(iter(site.annexes["outbox"].waiting()))
        identifier = f"<{sent.message_id}@localhost>"
    outcome = send(house, mail("Otra cosa más", subject="Re: su correo", In_Reply_To=identifier))
    assert (outcome.kind, outcome.number) == ("noted", number)


def test_an_answer_to_a_closed_case_is_a_note_and_a_task_and_opens_nothing(house, days):
    number = send(house, mail()).number
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        act = house.act("andres-pineda")
        services.assign(case, owner="andres-pineda", act=act)
        services.answer(case, "Su envío llega hoy.", act=act)
        services.notify(case, "phone", proof="Llamada", act=act)
        services.close(case, "confirmed", "Dijo que sí", act=act)
    outcome = send(house, mail("No llegó nada", subject=f"Re: [{number}] Respuesta"))
    assert outcome.kind == "noted"
    assert case_of(house, number, lambda one: one.state) == workflow.CLOSED
    owner = house.browser(AUTHOR)
    assert ("jefe.sac@aexpress.example", f"[{number}] Escribió el cliente") in mails(house)
    assert "Escribió el cliente por correo" in owner.get("/aexpress/").text
    assert "No llegó nada" in owner.get(f"{BASE}{number}/").text
    page = owner.get(LIST)
    form = next(one for one in page.forms.values() if one.action.endswith(f"mail-seen/{number}"))
    form.submit()
    assert "Escribió el cliente por correo" not in owner.get("/aexpress/").text


def test_working_on_the_case_settles_the_task(house, days):
    number = send(house, mail()).number
    send(house, mail("Y otra cosa", subject=f"Re: [{number}]"))
    clerk = house.browser(EMPLOYEE)
    assert number in clerk.get("/aexpress/").text
    with house.site() as site:
        assert number in look(site[ORGANISATION]).unread
        services.add_note(
            site[ORGANISATION]["cases"][number], "Leído", act=house.act("paola-rincon")
        )
        assert number not in look(site[ORGANISATION]).unread


def test_d4_11_another_address_with_somebodys_number_reveals_and_changes_nothing(house, days):
    number = send(house, mail()).number
    before = case_of(house, number, lambda one: (one.state, one.due, len(one.files)))
    letters = mails(house)
    evil = mail("Cierren el caso", "Eva <eva@example.net>", f"Re: [{number}] Respuesta")
    evil.add_attachment(PNG, maintype="image", subtype="png", filename="virus.png")
    outcome = send(house, evil)
    assert (outcome.kind, outcome.why) == ("kept", "other-address")
    assert case_of(house, number, lambda one: (one.state, one.due, len(one.files))) == before
    assert "DIRECCIÓN DISTINTA" in case_of(house, number, lambda one: one.acts[-1]["note"])
    # Nothing goes out, just as for a number that there is not: neither tells which ones exist.
    assert mails(house) == letters
    other = send(house, mail("Hola", "Eva <eva@example.net>", "Re: [PQR-2026-09999] x"))
    assert (other.kind, other.why) == ("kept", "unknown-number")
    assert mails(house) == letters
    for turn in range(8):
        send(house, mail(f"Más {turn}", "Eva <eva@example.net>", f"[{number}]"))
    notes = case_of(house, number, lambda one: len([a for a in one.acts if a["kind"] == "noted"]))
    assert notes == intake.MOST_ABOUT


def test_d4_37_a_forged_sender_is_not_believed_and_no_header_is_smuggled(house):
    number = send(house, mail()).number
    forged = mail(
        "Desisto", subject=f"[{number}]", Authentication_Results="mx; dmarc=fail header.from=x"
    )
    assert send(house, forged).why == "other-address"
    raw = b"From: =?utf-8?q?a=0d=0aBcc:_v?= <ana@example.org>\r\nSubject: =?utf-8?q?x=0d=0aBcc:_e?="
    outcome = send(house, raw + b"\r\n\r\nhola")
    assert outcome.kind == "case"
    assert "\n" not in case_of(house, outcome.number, lambda one: one.customer["name"])
    for to, subject in mails(house):
        assert not set("\r\n,") & set(to + subject.replace(",", ""))


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"sender": "MAILER-DAEMON@mx.example"},
        {"sender": "qms@localhost"},
    ],
)
def test_d4_45_programs_bounces_and_ourselves_never_make_a_case_nor_get_an_answer(house, headers):
    assert send(house, mail(**headers)).kind == "ignored"
    assert mails(house) == []
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) == 0


def test_d4_45_a_mail_bomb_is_held_back_and_nothing_of_it_is_lost(house, monkeypatch):
    kinds = [send(house, mail(f"Bomba {n}")).kind for n in range(intake.PER_HOUR + 2)]
    assert kinds.count("case") == intake.PER_HOUR
    assert kinds[-1] == "kept"
    assert len([one for one in mails(house) if one[0] == "rosa@example.org"]) == intake.PER_HOUR
    assert send(house, mail("De otra persona", "Ana <ana@example.org>")).kind == "case"
    monkeypatch.setattr(intake, "MOST_KEPT", 3)
    send(house, mail("Tres"))
    with pytest.raises(FarTooMany):
        send(house, mail("Cuatro"))


def test_a_bounce_of_the_answer_is_a_note_and_the_owner_decides(house, days):
    number = send(house, mail()).number
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        act = house.act("andres-pineda")
        services.assign(case, owner="andres-pineda", act=act)
        services.answer(case, "Su envío llega hoy.", act=act)
        services.notify(case, services.MAIL, act=act)
    outcome = send(house, bounce(number, "rosa@example.org"))
    assert (outcome.kind, outcome.number) == ("bounced", number)
    assert case_of(house, number, lambda one: one.state) == workflow.NOTIFIED
    assert "NOTIFICACIÓN FALLIDA" in case_of(house, number, lambda one: one.acts[-1]["note"])
    owner = house.browser(AUTHOR)
    page = owner.get("/aexpress/")
    assert "La notificación no llegó" in page.text
    assert f"/aexpress/cases/{number}/reopen" in page.text
    form = owner.get(f"{BASE}{number}/reopen").forms["form"]
    choice = next(one for many in form.fields.values() for one in many if isinstance(one, Radio))
    choice.value, form["reason"] = "not-notified", "El correo rebotó"
    form.submit()
    assert case_of(house, number, lambda one: one.state) == workflow.OPEN
    assert "La notificación no llegó" not in owner.get("/aexpress/").text
    # Somebody else's address in the report, or a delay, says nothing about the case.
    assert send(house, bounce(number, "otra@example.org")).kind == "ignored"
    assert send(house, bounce(number, "rosa@example.org", "delayed")).kind == "ignored"


def bounce(number, recipient, action="failed"):
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=X\r\n\r\n"
        "--X\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--X\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Subject: [{number}] Respuesta a su caso\r\n--X--\r\n"
    ).encode()


def test_a_clerk_registers_by_one_click_from_when_the_mail_came(house, days):
    before = days.now
    assert send(house, mail(X_Spam_Flag="YES")).why == "spam"
    days.go(2)
    boss = house.browser(QUALITY)
    assert "Correos sin radicar: 1" in boss.get("/aexpress/").text
    row = kept(house)[0]
    assert row["why_word"] == "El servidor de correo lo marcó como no deseado"
    page = boss.get(LIST).click("Mi envío")
    assert "No ha llegado mi envío" in page.text
    form = next(one for one in page.forms.values() if "mail-register" in one.action)
    answer = form.submit()
    number = answer.location.rstrip("/").rpartition("/")[2]
    assert case_of(house, number, lambda one: one.received_at) == before
    assert ("rosa@example.org", f"[{number}] Recibimos su caso") in mails(house)
    assert kept(house)[0]["state_word"] == "Radicado"
    assert "ya decidió" in form.submit(expect_errors=True).text
    assert len(house.browser(QUALITY).get(BASE, headers=JSON).json["rows"]) == 1


def test_a_mail_is_discarded_with_a_reason_or_added_to_a_case(house):
    number = send(house, mail()).number
    send(house, mail("Publicidad", subject="Oferta", X_Spam_Flag="YES"))
    other = mail("La foto", "Eva <eva@example.net>", f"[{number}]")
    other.add_attachment(PNG, maintype="image", subtype="png", filename="foto.png")
    send(house, other)
    boss = house.browser(QUALITY)
    page = boss.get(LIST).click("Oferta")
    form = page.click("Descartar").forms["form"]
    form["reason"] = " "
    assert form.submit(status=422)
    form["reason"] = "Publicidad"
    form.submit()
    assert "Publicidad" in boss.get(LIST).click("Oferta").text
    form = boss.get(LIST).click(re.escape(f"[{number}]")).click("Añadir a un caso").forms["form"]
    assert form["number"].value == number
    form.submit()
    assert case_of(house, number, lambda one: [f.filename for f in one.files]) == ["foto.png"]
    with house.site() as site:
        assert len(look(site[ORGANISATION]).waiting) == 0


def test_an_unreadable_mail_is_registered_with_the_mail_itself(house):
    raw = b"From: x\r\nSubject: \r\n\r\n"
    assert send(house, raw).kind == "kept"
    boss = house.browser(QUALITY)
    page = boss.get(LIST).click("—", index=0)
    form = next(one for one in page.forms.values() if "mail-register" in one.action)
    number = form.submit().location.rstrip("/").rpartition("/")[2]
    assert case_of(house, number, lambda one: one.files[0].read()) == raw


def test_d4_26_27_what_a_mail_says_is_inert_and_its_files_are_downloads(house):
    made = mail(XSS, sender=f'"{XSS}" <eva@example.net>', subject=XSS, X_Spam_Flag="YES")
    send(house, made)
    boss = house.browser(QUALITY)
    page = boss.get(LIST)
    assert "<script>alert" not in page.text
    with house.site() as site:
        held = next(iter(look(site[ORGANISATION]).kept.values()))
        uid, file = held.uid, held.original.uid
    one = boss.get(f"{LIST}/{uid}")
    assert "<script>alert" not in one.text
    assert "<img src=x" not in one.text
    answer = boss.get(f"{BASE}mail-file/{uid}/{file}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    boss.get(f"{BASE}mail-file/{uid}/nothing", status=404)
    boss.get(f"{BASE}mail-file/{uid}", status=404)


def test_d4_04_mails_are_for_those_who_work_the_register(house):
    send(house, mail(X_Spam_Flag="YES"))
    with house.site() as site:
        uid = next(iter(look(site[ORGANISATION]).kept))
    for email in (AUDITOR, "operaciones@aexpress.example"):
        browser = house.browser(email)
        if email == AUDITOR:
            browser.get(LIST, status=403)
            browser.get(f"{LIST}/{uid}", status=403)
            form = {"csrf_token": token_of(browser)}
            browser.post(f"{BASE}mail-register/{uid}", form, status=403)
    house.browser("calidad@carrazos.example").get(LIST, status=404)
    house.browser("calidad@carrazos.example").get(f"{LIST}/{uid}", status=404)


# Mailboxes


@pytest.fixture
def box(house, tmp_path):
    """Give a mail server, and a house that knows it."""
    secret = tmp_path / "password"
    secret.write_text("secreto")
    secret.chmod(0o600)
    server = Mailserver()
    with server.running() as port:
        intake_ = {
            "aexpress.host": "127.0.0.1",
            "aexpress.port": str(port),
            "aexpress.security": "none",
            "aexpress.user": "pqr",
            "aexpress.password_file": str(secret),
            "aexpress.address": "pqr@aexpress.example",
        }
        house.settings = replace(house.settings, intake=intake_, data_dir=tmp_path)
        yield server


JOB = "intake of cases by mail"


def test_mails_are_polled_stored_and_moved_away(house, box, days):
    days.now = days.at(days.first)
    arrived = days.now - timedelta(hours=20)
    box.deliver(mail().as_bytes(), f"{arrived:%d-%b-%Y %H:%M:%S} +0000")
    box.deliver(mail(subject="Oferta", X_Spam_Flag="YES").as_bytes())
    run_job(house, JOB)
    assert not box.folders["INBOX"]
    assert len(box.folders["Radicados"]) == len(box.folders["Rechazados"]) == 1
    number = house.browser(QUALITY).get(BASE, headers=JSON).json["rows"][0]["number"]
    # It was received when the mail server took it in.
    assert case_of(house, number, lambda one: one.received_at) == arrived
    run_job(house, JOB)
    assert len(house.browser(QUALITY).get(BASE, headers=JSON).json["rows"]) == 1


def test_a_crash_between_storing_and_moving_makes_no_second_case(house, box):
    box.deliver(mail().as_bytes())
    box.breaks_at = "UID COPY"
    with pytest.raises(Exception, match=r"(?i)abort|EOF|closed|reset"):
        run_job(house, JOB)
    assert box.folders["INBOX"]
    run_job(house, JOB)
    assert not box.folders["INBOX"]
    assert len(house.browser(QUALITY).get(BASE, headers=JSON).json["rows"]) == 1


def test_a_wrong_password_is_trouble_that_the_job_tells(house, box):
    box.password = "otro"
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        run_job(house, JOB)


def test_customers_answer_to_the_mailbox_and_staff_to_nobody(house, box):
    number = send(house, mail()).number
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        services.assign(case, owner="andres-pineda", act=house.act("paola-rincon"))
    run_job(house, "deliver mail")
    sent = [email_of(path) for path in (house.settings.data_dir / "mail").glob("*.eml")]
    answered = {one["To"]: one["Reply-To"] for one in sent if f"[{number}]" in one["Subject"]}
    assert answered == {"rosa@example.org": "pqr@aexpress.example", JEFE: None}


def email_of(path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)


JEFE = "jefe.sac@aexpress.example"


def test_a_restored_copy_leaves_the_mailbox_alone(house, box):
    box.deliver(mail().as_bytes())
    (house.settings.data_dir / "mail.hold").touch()
    run_job(house, JOB)
    assert box.folders["INBOX"]
    assert not box.commands


# The command and what happens at the same moment


def test_two_processes_that_take_the_same_mail_in_at_once_make_one_case(house):
    mail_ = reading.read_mail(mail().as_bytes(), clock.now())
    with working(house) as late:
        # Both have looked, and neither has seen it.
        assert intake.take_in(polling.counter_of(late, ORGANISATION), mail_).kind == "case"
        assert send(house, mail()).kind == "case"
        with pytest.raises(ConflictError):
            late.manager.commit()
        late.manager.abort()
        late.manager.begin()
        assert polling.store(late, ORGANISATION, mail_).kind == "duplicate"
    with house.site() as site:
        assert len(list(site[ORGANISATION]["cases"])) == 1


def test_the_pipe_tells_the_mail_server_what_to_do(house, monkeypatch, capsys):
    place = SimpleNamespace(writing=lambda: working(house))

    def pipe(data, organisation=ORGANISATION):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        return command.run(place, SimpleNamespace(poll=False, pipe=organisation))

    assert pipe(mail().as_bytes()) == 0
    assert capsys.readouterr().out.startswith("case PQR-")
    assert pipe(mail().as_bytes(), "nobody") == command.NO_USER
    assert pipe(b"\xff\x00 nothing of this is a mail") == 0
    assert capsys.readouterr().out.startswith("kept ")
    monkeypatch.setattr(intake, "MOST_KEPT", 0)
    assert pipe(mail("Oferta", X_Spam_Flag="YES").as_bytes()) == command.TRY_AGAIN


def test_a_mail_at_which_our_rules_break_down_waits_for_a_clerk(house, monkeypatch):
    def breaks(_counter, mail_):
        if not mail_.trouble:
            raise ValueError
        return original(_counter, mail_)

    original = polling.take_in
    monkeypatch.setattr(polling, "take_in", breaks)
    outcome = send(house, mail())
    assert (outcome.kind, outcome.why) == ("kept", "unreadable")


def test_d4_02_a_clerk_adds_mails_to_cases_of_their_own_only(house):
    number = send(house, mail()).number
    with house.site() as site:
        services.assign(
            site[ORGANISATION]["cases"][number],
            queue="proveeduria",
            act=house.act("andres-pineda"),
        )
    send(house, mail("Mía", X_Spam_Flag="YES"))
    with house.site() as site:
        uid = next(iter(look(site[ORGANISATION]).waiting))
    clerk = house.browser("recolecciones@aexpress.example")
    form = clerk.get(f"{BASE}mail-add/{uid}", expect_errors=True)
    if form.status_int == 200:
        form = form.forms["form"]
        form["number"] = number
        assert "no hay un caso" in form.submit(expect_errors=True).text
    assert case_of(house, number, lambda one: one.acts[-1]["kind"]) == "assigned"
