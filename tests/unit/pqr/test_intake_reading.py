"""Reading a mail in a limited process: what is in it, and what a hostile one can do: nothing."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from qms.pqr.intake import reading
from qms.pqr.intake.mailreader import facts_of, words_of_html
from qms.pqr.intake.reading import HEAD, LARGEST, read_mail

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def message(text="No ha llegado mi envío", **headers):
    made = EmailMessage()
    made["From"] = headers.pop("sender", "Rosa Peña <rosa@example.org>")
    made["To"] = "pqr@aexpress.example"
    made["Subject"] = headers.pop("subject", "Mi envío")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


@pytest.fixture(autouse=True)
def near(request, monkeypatch):
    """Read in this process, but where the limits of the other one matter."""
    if "d4_" not in request.node.name:
        monkeypatch.setattr(reading, "_facts", lambda data, _seconds: facts_of(data))


def read(made):
    return read_mail(made if isinstance(made, bytes) else made.as_bytes(), NOW)


def test_a_mail_is_read_with_its_files_and_names_those_that_are_not_taken():
    made = message(Message_ID="<a@example.org>", Date="Sun, 01 Jan 2040 10:00:00 +0000")
    made.add_attachment(PNG, maintype="image", subtype="png", filename="foto.png")
    made.add_attachment(b"MZ", maintype="application", subtype="x-dosexec", filename="a.exe")
    made.add_attachment(PNG, maintype="application", subtype="pdf", filename="carta.pdf")
    mail = read(made)
    assert (mail.name, mail.address) == ("Rosa Peña", "rosa@example.org")
    assert mail.text == "No ha llegado mi envío"
    assert mail.received_at == NOW
    assert [one["name"] for one in mail.files] == ["foto.png"]
    assert [one["name"] for one in mail.refused] == ["a.exe", "carta.pdf"]


def test_html_becomes_words_and_plain_words_are_preferred():
    made = message("Texto llano")
    made.add_alternative("<p>Otra cosa</p>", subtype="html")
    assert read(made).text == "Texto llano"
    made = message("   ")
    made.add_alternative("<p>Solo en <b>HTML</b></p><p>¿Cuándo llega?</p>", subtype="html")
    assert read(made).text == "Solo en HTML\n\n¿Cuándo llega?"


def test_d4_26_scripts_and_styles_of_html_leave_no_words():
    html = "<head><title>t</title></head><body>Uno<script>alert(1)</script><style>x</style> dos"
    assert words_of_html(html) == "Uno dos"
    assert words_of_html("<p>&lt;script&gt;") == "<script>"


def test_a_wrong_charset_and_eight_bits_are_read_as_well_as_they_can_be():
    raw = (
        b"From: rosa@example.org\r\nSubject: Env\xedo\r\n"
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nLleg\xf3 roto"
    )
    mail = read(raw)
    assert (mail.subject, mail.text) == ("Envío", "Llegó roto")
    for charset in ("zlib", "idna", "rot13", "=?x?="):
        raw = f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\nhola"
        assert read(raw.encode()).text == "hola"


def test_d4_37_an_address_that_hides_others_or_headers_is_none():
    for sender in (
        "=?utf-8?q?a=0d=0aBcc:_x=40y.example?= <evil,b@example.org>",
        "a@example.org, b@example.org",
        "undisclosed",
        "<a b@example.org>",
    ):
        raw = f"From: {sender}\r\nSubject: =?utf-8?q?a=0d=0aBcc:x?=\r\n\r\nhola".encode()
        mail = read(raw)
        assert not mail.address or mail.senders != 1
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject


def test_ten_thousand_recipients_and_headers_cost_nothing():
    many = ", ".join(f"u{n}@example.org" for n in range(10_000))
    raw = f"From: rosa@example.org\r\nTo: {many}\r\n" + "X-A: b\r\n" * 10_000 + "\r\nhola"
    assert read(raw.encode()).text == "hola"


@pytest.mark.parametrize("depth", [40, 3000])
def test_d4_59_parts_within_parts_without_end_are_given_up(depth):
    heads = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    raw = f"From: rosa@example.org\r\nSubject: x\r\n{heads}Content-Type: text/plain\r\n\r\nhola"
    mail = read(raw.encode())
    assert mail.trouble in {"nested", "unreadable"}
    assert mail.data == raw.encode()


def test_d4_39_a_zip_bomb_and_too_many_files_are_refused_by_name():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    made = message()
    made.add_attachment(
        packed.getvalue(), maintype="application", subtype="zip", filename="bomba.zip"
    )
    for number in range(12):
        made.add_attachment(PNG, maintype="image", subtype="png", filename=f"{number}.png")
    mail = read(made)
    assert len(mail.files) == 10
    assert [one["name"] for one in mail.refused] == ["bomba.zip", "10.png", "11.png"]


def test_d4_36_names_of_files_bear_no_path_no_controls_and_no_length():
    made = message()
    name = "../../etc/\u202egnp.exe" + "a" * 300 + ".png"
    made.add_attachment(PNG, maintype="image", subtype="png", filename=name)
    found = read(made).files[0]["name"]
    assert len(found) <= 150
    assert not set("/\\\u202e") & set(found)


def test_d4_45_a_mail_that_is_too_large_keeps_its_head():
    made = message().as_bytes() + b"x" * LARGEST
    mail = read_mail(made, NOW)
    assert (mail.trouble, mail.address) == ("too-large", "rosa@example.org")
    assert len(mail.data) == HEAD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("Return-Path", "<>"),
        ("List-Id", "<x.example>"),
        ("X-Autoreply", "yes"),
    ],
)
def test_a_programs_mail_is_known(name, value):
    assert read(message(**{name.replace("-", "_"): value})).automatic
    assert not read(message(Auto_Submitted="no")).automatic


def test_a_report_of_a_mail_server_is_read():
    raw = b"""From: MAILER-DAEMON@mx.example\r
Subject: Undelivered\r
Content-Type: multipart/report; report-type=delivery-status; boundary=X\r
\r
--X\r
Content-Type: text/plain\r
\r
Sorry\r
--X\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; rosa@example.org\r
Action: failed\r
Status: 5.1.1\r
\r
--X\r
Content-Type: text/rfc822-headers\r
\r
Subject: [PQR-2026-00001] Respuesta a su caso\r
Message-ID: <abc@localhost>\r
--X--\r
"""
    report = read(raw).report
    assert report["action"] == "failed"
    assert report["status"] == "5.1.1"
    assert "rosa@example.org" in report["final-recipient"]
    assert report["subject"].startswith("[PQR-2026-00001]")


def test_the_same_mail_by_two_ways_is_one_and_another_one_under_its_identifier_is_not():
    made = message(Message_ID="<a@example.org>").as_bytes()
    by_another_way = b"Received: from mx2.example\r\n" + made
    assert read(made).key == read(by_another_way).key
    hiding = message("Otra cosa", Message_ID="<a@example.org>").as_bytes()
    assert read(made).key != read(hiding).key
