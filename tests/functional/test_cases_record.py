"""What is filed with a case: the notice of escalation, its record in the house's own format."""

from __future__ import annotations

import io

from cases_house import BASE, JSON, do, letters, register, says, see, write
from openpyxl import load_workbook
from pypdf import PdfReader
from reading_house import ORGANISATION, mails, release, texts
from siege import AUDITOR, AUTHOR, EMPLOYEE

from qms.pqr.formats import ROOM, columns_in

COLLECTION, ROAD = "recolecciones@aexpress.example", "pqr@vial.example"


def pdf_of(answer):
    assert answer.content_type == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages)


def test_an_escalation_files_its_notice_as_a_pdf_that_the_customer_never_sees(house, days):
    number, code = write(house.browser())
    clerk = house.browser(AUTHOR)
    do(clerk, number, "escalate", queue="recolectores", reason="Lo sabe quien recogió")
    with house.site() as site:
        notice = site[ORGANISATION]["cases"][number].letters[-1]
        name = notice.number
        assert (notice.kind, notice.level) == ("escalate", "none")
    text = pdf_of(clerk.get(f"{BASE}{number}/letter-file/{name}"))
    assert "Notificación de escalonamiento" in text
    assert name in text
    assert "Lo sabe quien recogió" in text
    assert "Ley 1437 de 2011" in text
    assert "Recolectores" in text
    assert "Andrés Pineda" in text
    page = clerk.get(f"{BASE}{number}/")
    assert name in page.text
    heir = house.browser(COLLECTION)
    assert name in heir.get(f"{BASE}{number}/").text
    assert (COLLECTION, f"[{number}] Notificación de escalonamiento") in mails(house)
    # The customer has it neither on the page nor by its address.
    customer = house.browser()
    assert name not in see(customer, number, code).text
    # Notices are numbered without gaps, in a series of their own.
    again = register(clerk)
    do(clerk, again, "escalate", queue="recolectores", reason="x")
    with house.site() as site:
        second = site[ORGANISATION]["cases"][again].letters[-1].number
    assert (name[-5:], second[-5:]) == ("00001", "00002")
    assert name.rpartition("-")[0] == second.rpartition("-")[0] == f"PQR-E-{days.now.year}"


def test_a_notice_is_signed_where_the_profile_says_so(house, days):
    says(
        house,
        letters={**letters("answer", "escalate", signed="seal"), "notice_form": "FOR-AX-SC-03"},
    )
    clerk = house.browser(AUTHOR)
    number = register(clerk)
    do(clerk, number, "escalate", queue="recolectores", reason="x")
    with house.site() as site:
        notice = site[ORGANISATION]["cases"][number].letters[-1]
        assert notice.level == "seal"
        text = "\n".join(
            page.extract_text() for page in PdfReader(io.BytesIO(notice.file.read())).pages
        )
    assert "FOR-AX-SC-03 · versión 0" in text


def test_who_needs_no_names_reads_none_wherever_a_case_is_told_of(house, days):
    clerk = house.browser(AUTHOR)
    person = {"name": "Rosalinda Peñaranda", "email": "rosalinda@example.org"}
    text = "Soy Rosalinda Peñaranda, llámenme al 300 123 4567 o a rosalinda@example.org"
    number = register(clerk, text=text, phone="3001234567", **person)
    do(clerk, number, "ask-for-more", text="Señora Peñaranda: la guía, por favor")
    do(clerk, number, "complete", text="Aquí va, atentamente Rosalinda Peñaranda")
    token = clerk.get(f"{BASE}{number}/").forms
    note = next(one for one in token.values() if (one.action or "").endswith("/note"))
    note["text"] = "Habló con Rosalinda"
    note.submit(status=303)
    letter = clerk.get(f"{BASE}{number}/answer?letter=favorable").forms["form"]["text"].value
    assert "Rosalinda" in letter
    do(clerk, number, "answer", text=letter)
    do(clerk, number, "escalate", queue="recolectores", reason="Rosalinda insiste")
    do(clerk, number, "notify", how="by-hand", proof="Recibió Rosalinda Peñaranda")
    with house.site() as site:
        notice = site[ORGANISATION]["cases"][number].letters[-1].number
    auditor = house.browser(AUDITOR)
    seen = [
        auditor.get(f"{BASE}{number}/"),
        auditor.get(f"{BASE}{number}/", headers=JSON),
        auditor.get(BASE),
        auditor.get(BASE, headers=JSON),
        auditor.get(f"/aexpress/search?q={number}"),
        auditor.get("/aexpress/search?q=llamenme"),
        auditor.get("/aexpress/"),
        auditor.get("/aexpress/trail/"),
        auditor.get(f"{BASE}log", headers=JSON),
        taken(auditor, f"{BASE}log?download=csv"),
        taken(auditor, f"{BASE}?download=csv"),
    ]
    for answer in seen:
        said = answer.body.decode("utf-8-sig")
        for secret in ("Rosalinda", "Peñaranda", "rosalinda@", "300 123 4567"):
            assert secret.casefold() not in said.casefold(), (answer.request.path_qs, secret)
    assert number in seen[0].text
    for file in (f"letter-file/{notice}", "letter-preview", "record"):
        auditor.get(f"{BASE}{number}/{file}", status="4*")
    for word in ("rosalinda", "Pe%C3%B1aranda"):
        assert number not in auditor.get(f"{BASE}?q={word}", headers=JSON).text
        assert number in clerk.get(f"{BASE}?q={word}", headers=JSON).text


def taken(browser, address):
    """Take a table away as a file, as its button does."""
    page = browser.get(address.partition("?")[0])
    token = next(one for one in page.forms.values() if "csrf_token" in one.fields)[
        "csrf_token"
    ].value
    return browser.post(address, {"csrf_token": token})


def test_a_case_is_printed_in_the_format_whose_version_it_keeps(house, days):
    clerk = house.browser(EMPLOYEE)
    number = register(clerk, text="Llegó roto <b>y mojado</b>")
    do(clerk, number, "answer", text="Se lo reponemos")
    do(clerk, number, "notify", how="phone", proof="Llamada 12")
    page = clerk.get(f"{BASE}{number}/")
    assert f"{number}/record" in page.text
    text = " ".join(pdf_of(clerk.get(f"{BASE}{number}/record")).split())
    for said in (
        *("FOR-AX-SC-03", "Bitácora de PQR", number, "Ana Rojas", "Número de caso"),
        *("Llegó roto <b>y mojado</b>", "Se lo reponemos", "15 días hábiles", "Llamada 12"),
    ):
        assert said in text, said
    # Another version of the format comes into force: what was filled in before keeps its own.
    with house.site() as site:
        [version] = site[ORGANISATION]["documents"]["FOR-AX-SC-03"].versions
        version.label = "1"
    newer = register(clerk)
    rows = clerk.get(f"{BASE}log?sort=number", headers=JSON).json["rows"]
    kept = {one["number-0"]: one["form"] for one in rows}
    assert kept == {number: "FOR-AX-SC-03 v. 0", newer: "FOR-AX-SC-03 v. 1"}
    house.browser(COLLECTION).get(f"{BASE}{number}/record", status="4*")


def test_the_log_leaves_as_the_format_has_it_and_without_formulas(house, days):
    clerk = house.browser(AUTHOR)
    number = register(clerk, text='=HYPERLINK("http://x")')
    do(clerk, number, "answer", text="Se lo reponemos")
    do(clerk, number, "notify", how="phone", proof="Llamada 12")
    do(clerk, number, "close", ground="confirmed", note="Dijo que sí")
    page = clerk.get(f"{BASE}log")
    assert "FOR-AX-SC-03 · Bitácora de PQR · versión 0" in page.text
    book = load_workbook(io.BytesIO(taken(clerk, f"{BASE}log?download=xlsx").body))
    cells = [list(row) for row in book.active.iter_rows()]
    heads = next(row for row in cells if row[0].value == "Número de caso")
    titles = [cell.value for cell in heads]
    assert titles[:5] == ["Número de caso", "Fecha y hora de recibo", "Canal", "Clase", "Cliente"]
    assert "Fecha de cierre efectivo" in titles
    line = dict(zip(titles, next(row for row in cells if row[0].value == number), strict=True))
    assert line["Descripción de los hechos"].data_type == "s"
    assert line["Respuesta al cliente"].value == "Se lo reponemos"
    assert line["Fecha de cierre efectivo"].is_date
    assert line["Versión del formato"].value == "FOR-AX-SC-03 v. 0"


NEW_COLUMNS = [
    {"field": "number", "title": "Caso"},
    {"field": "channel", "title": "Canal"},
    {"field": "text", "title": "Hechos"},
    {"field": "norm", "title": "Norma"},
]


def test_a_log_of_two_versions_of_its_format_has_each_case_in_the_columns_of_its_own(house, days):
    clerk = house.browser(AUTHOR)
    old = register(clerk, text="Con la versión de antes")
    with house.site() as site:
        # As in a database of before, where nothing was noted yet.
        site[ORGANISATION].annexes.pop(ROOM)
    label = release(house, "FOR-AX-SC-03")
    says(house, log=NEW_COLUMNS)
    new = register(clerk, text="Con la versión nueva")
    page = clerk.get(f"{BASE}log?sort=number").html
    heads = [one.get_text(" ", strip=True) for one in page.select("table thead th")]
    assert [one.split(" ▲")[0] for one in heads][:4] == ["Caso", "Canal", "Hechos", "Norma"]
    assert "Asesor responsable (v. 0)" in heads
    assert heads[-1] == "Versión del formato"
    rows = clerk.get(f"{BASE}log?sort=number", headers=JSON).json["rows"]
    first, second = (dict(zip(heads, row.values(), strict=True)) for row in rows)
    assert (first["Caso"], first["Hechos"]) == (old, "Con la versión de antes")
    assert first["Asesor responsable (v. 0)"]
    assert not first["Norma"], "the former version did not ask for it"
    assert (second["Caso"], second["Hechos"]) == (new, "Con la versión nueva")
    assert second["Norma"]
    assert not second["Asesor responsable (v. 0)"]
    book = load_workbook(io.BytesIO(taken(clerk, f"{BASE}log?download=xlsx").body))
    names = [f"FOR-AX-SC-03 v. {one}" for one in (label, "0")]
    assert book.sheetnames[:2] == names
    sheets = [[[cell.value for cell in row] for row in book[one].iter_rows()] for one in names]
    assert sheets[0][0] == ["Caso", "Canal", "Hechos", "Norma", "Versión del formato"]
    assert sheets[1][0][:3] == ["Número de caso", "Fecha y hora de recibo", "Canal"]
    assert [row[0] for sheet in sheets for row in sheet[1:]] == [new, old]
    text = pdf_of(taken(clerk, f"{BASE}log?download=pdf"))
    assert text.index(names[0]) < text.index(names[1])
    told = taken(clerk, f"{BASE}log?download=csv").body.decode("utf-8-sig").splitlines()
    assert len(told) == 3, "a CSV stays one table"
    # The record of a case is printed in the columns of its own version too.
    printed = [" ".join(pdf_of(clerk.get(f"{BASE}{one}/record")).split()) for one in (old, new)]
    assert "Asesor responsable" in printed[0]
    assert "Asesor responsable" not in printed[1]
    assert "Hechos Con la versión nueva" in printed[1]


def test_the_profile_may_name_the_version_that_its_columns_belong_to(house, days):
    clerk = house.browser(AUTHOR)
    register(clerk)
    says(house, log=NEW_COLUMNS, log_version="1")
    register(clerk)
    with house.site() as site:
        organisation = site[ORGANISATION]
        kept = {one: columns_in(organisation, ("FOR-AX-SC-03", one)) for one in ("0", "1")}
    assert kept["0"][0] == ("number", "Número de caso")
    assert kept["1"][0] == ("number", "Caso")


def test_the_quoted_rest_of_a_mail_is_folded_and_nothing_is_lost(house, days):
    clerk = house.browser(AUTHOR)
    old = "El 23/11/2026 a las 10:00, Aexpress escribió:\n> ¿Cuál es la guía?\n> Gracias"
    number = register(clerk, text=f"La guía es 123\n\n{old}")
    do(clerk, number, "ask-for-more", text="La factura")
    do(clerk, number, "complete", text=f"Va la factura\n\n{old}")
    text = clerk.get(f"{BASE}{number}/").text
    assert text.count("Texto citado") == 2
    assert "¿Cuál es la guía?" in text
    new, _quoted = text.split("Va la factura")[1].split("<details")[:2]
    assert "¿Cuál es la guía?" not in new
    with house.site() as site:
        assert old in site[ORGANISATION]["cases"][number].text


def test_a_transfer_sends_the_case_to_who_is_competent_and_tells_the_customer(house, days):
    clerk = house.browser(AUTHOR)
    number, kept = register(clerk, text="Me cobraron dos veces el peaje"), register(clerk)
    page = clerk.get(f"{BASE}{number}/transfer")
    assert "A más tardar el" in page.text
    assert "Ley 1437 de 2011, art. 21" in page.text
    do(clerk, number, "transfer", to="Concesión vial", reason="El peaje es suyo", address=ROAD)
    sent = {to for to, subject in mails(house) if number in subject and "raslad" in subject}
    assert sent == {ROAD, "ana@example.org"}
    [text] = texts(house, ROAD)
    for said in ("Me cobraron dos veces", "Ana Rojas", "El peaje es suyo", number, "día siguiente"):
        assert said in text
    assert ROAD in clerk.get(f"{BASE}{number}/").text
    # An address that is several, or smuggles a header, sends nothing and transfers nothing.
    for hostile in ("a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example"):
        form = clerk.get(f"{BASE}{kept}/transfer").forms["form"]
        form["to"], form["reason"] = "x", "x"
        form["address"].force_value(hostile)
        form.submit(status="4*")
    assert clerk.get(f"{BASE}{kept}/", headers=JSON).json["state"] == "case-open"
    assert {to for to, _subject in mails(house)} <= {ROAD, "ana@example.org"}
