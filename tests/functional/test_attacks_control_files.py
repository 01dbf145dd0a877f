"""D4-27 to D4-29 and D4-36 to D4-45: what is uploaded into the rooms, and how it leaves them."""

import io
import stat
import struct
import time
import zipfile
import zlib

import openpyxl
import pytest
from hostile import sealed_download
from import_lists import PDF
from siege import ADMINISTRATOR, AUDITOR, EMPLOYEE, ORGANISATION, QUALITY, token_of
from webtest import Upload

IMPORTS = f"/{ORGANISATION}/imports/"
ROWS = "Código;Nombre;Tipo;Proceso;Versión;Archivo\n"
ROW = "FOR-AX-SC-{};Formato {};Formato;SC;1;{}\n"
PDF_HEAD = b"%PDF-1.4\n"


@pytest.fixture(scope="module")
def built(seasoned):
    return seasoned


def send(fort, data, name="listado.csv", archive=None, email=QUALITY):
    """Upload a list and perhaps an archive; gives the answer."""
    form = fort.browser(email).get(f"/{ORGANISATION}/import-list").forms["form"]
    form.fields["upload"][0].value = Upload(name, data)
    if archive is not None:
        form.fields["upload"][1].value = Upload("archivos.zip", archive)
    return form.submit("save", status="*")


def packed(*entries, links=()):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, target)
    return stream.getvalue()


def blank(*extra):
    return PDF + b"".join(extra)


# The list itself


def workbook():
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Código", "Nombre", "Versión"])
    book.active.append(["FOR-AX-SC-60", "Nuevo", "1"])
    book.save(stream)
    return stream.getvalue()


def with_part(name, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(stream, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return stream.getvalue()


RELATIONSHIPS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" TargetMode="External" Target="http://169.254.169.254/x" Type='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    b"</Relationships>"
)
NO_LISTS = {
    "d4_29 html": (b"<html><script>alert(1)</script>", "listado.html"),
    "d4_29 svg": (b"<svg onload='alert(1)'/>", "listado.svg"),
    "d4_29 double": (b"MZ\x90", "listado.csv.exe"),
    "d4_29 archive as csv": (packed(("a", b"b")), "listado.csv"),
    "d4_29 html as xlsx": (b"<html>", "listado.xlsx"),
    "d4_41 macros": (with_part("xl/vbaProject.bin", b"x"), "listado.xlsx"),
    "d4_41 links": (with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "listado.xlsx"),
    "d4_40 template": (with_part("xl/_rels/other.xml.rels", RELATIONSHIPS), "listado.xlsx"),
    "d4_45 empty": (b"", "listado.csv"),
    "d4_45 rows": (b"a;b\n" * 20_050, "listado.csv"),
    "d4_45 large": (b"a;b\n" * 300_000, "listado.csv"),
    "d4_39 bomb": (packed(("xl/workbook.xml", b"\0" * 60_000_000)), "listado.xlsx"),
}


@pytest.mark.parametrize("case", NO_LISTS)
def test_d4_29_d4_40_d4_41_d4_45_what_is_no_list_is_refused_and_nothing_is_kept(
    house, case, monkeypatch
):
    # A megabyte in the place of twenty, which take seconds to send.
    monkeypatch.setattr("qms.sheets.tables.LARGEST_CSV", 1 << 20)
    data, name = NO_LISTS[case]
    before, began = house.transaction(), time.monotonic()
    assert send(house, data, name).status_int == 422
    assert house.transaction() == before
    assert time.monotonic() - began < 20


def test_d4_36_and_d4_27_the_list_leaves_as_a_sealed_download_whatever_it_was_called(house):
    rows = ROWS + ROW.format(60, 60, "")
    for number, name in enumerate(
        ('a"; filename="x.html.csv', "fdp\u202evsc.csv", "../../x.csv", "n" * 300 + ".csv"), 2
    ):
        assert send(house, rows.encode(), name).status_int == 303
        for email in (QUALITY, AUDITOR):
            answer = house.browser(email).get(f"{IMPORTS}{number}/source")
            sealed_download(answer, name)
        assert house.browser(EMPLOYEE).get(f"{IMPORTS}{number}/source", status="*").status_int in {
            403,
            404,
        }


# The archive beside it


def take_over(fort, number=2):
    """Go from the columns to the end of an import; gives what is told of it."""
    browser = fort.browser(QUALITY)
    form = browser.get(f"{IMPORTS}{number}/columns").forms["form"]
    assert form.submit("save").status_int == 303
    for name in ("start", "carry"):
        body = {"csrf_token": token_of(browser)}
        assert browser.post(f"{IMPORTS}{number}/{name}", body, status="*").status_int == 303, name
    answer = browser.get(f"{IMPORTS}{number}/", headers={"Accept": "application/json"})
    return answer.json


HOSTILE_NAMES = (
    "../../../etc/cron.d/x.pdf", "/etc/passwd.pdf", "C:\\windows\\x.pdf", "\\\\host\\x.pdf",
    "a/../../b.pdf", "a" * 300 + ".pdf", "/".join("d" * 30) + "/x.pdf",
)  # fmt: skip


def test_d4_38_an_archive_with_hostile_names_gives_a_report_and_writes_nothing_outside(
    house, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    archive = packed(
        ("bueno.pdf", blank()),
        *((name, blank()) for name in HOSTILE_NAMES),
        links=[("enlace.pdf", "/etc/passwd")],
    )
    rows = ROWS + ROW.format(61, 61, "bueno.pdf") + ROW.format(62, 62, "enlace.pdf")
    rows += ROW.format(63, 63, "../../../etc/cron.d/x.pdf")
    assert send(house, rows.encode(), archive=archive).status_int == 303
    told = take_over(house)
    assert told["stage"] == "done"
    assert not list(tmp_path.iterdir())
    refused = {one["path"] for one in told["orphans"]}
    assert any("enlace" in one for one in refused)
    assert len(refused) >= len(HOSTILE_NAMES) - 1
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        assert documents["FOR-AX-SC-61"].in_force.main_file
        for code in ("FOR-AX-SC-62", "FOR-AX-SC-63"):
            document = documents.get(code)
            files = [] if document is None else list(document.latest.files.values())
            assert not [one for one in files if b"root:" in one.read()]


@pytest.mark.parametrize(
    "data",
    [
        PDF_HEAD + b"1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        b"<html><script>alert(1)</script>%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00",
        b"",
    ],
)
def test_d4_27_d4_28_d4_43_a_hostile_file_of_an_archive_becomes_no_document(house, data):
    rows = ROWS + ROW.format(64, 64, "malo.pdf") + ROW.format(65, 65, "bueno.pdf")
    archive = packed(("malo.pdf", data), ("bueno.pdf", blank()))
    assert send(house, rows.encode(), archive=archive).status_int == 303
    told = take_over(house)
    done = {one["code"]: one for one in told["rows"]}
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        assert documents["FOR-AX-SC-65"].in_force.main_file
        bad = documents.get("FOR-AX-SC-64")
        assert bad is None or not bad.latest.files, done


def test_d4_39_a_bomb_in_the_archive_is_stopped_and_told(house):
    rows = ROWS + ROW.format(66, 66, "bomba.pdf")
    archive = packed(("bomba.pdf", b"\0" * 60_000_000))
    assert len(archive) < 100_000
    began = time.monotonic()
    answer = send(house, rows.encode(), archive=archive)
    if answer.status_int == 303:
        told = take_over(house)
        with house.site() as site:
            found = site[ORGANISATION]["documents"].get("FOR-AX-SC-66")
            assert found is None or not found.latest.files, told
    assert time.monotonic() - began < 10


def test_d4_44_names_that_are_twins_give_no_second_file_and_no_second_code(house):
    rows = ROWS + "FOR-AX-SC-67;Uno;Formato;SC;1;\nfor-ax-sc-67 ;Dos;Formato;SC;1;\n"
    rows += "FOR\u2010AX\u2010SC\u201067;Tres;Formato;SC;1;\nFОR-AX-SC-67;Cuatro;Formato;SC;1;\n"
    assert send(house, rows.encode()).status_int == 303
    take_over(house)
    with house.site() as site:
        titles = [one.title for one in site[ORGANISATION]["documents"].values()]
        assert sum(one in titles for one in ("Uno", "Dos", "Tres", "Cuatro")) <= 1


# Copies of norms and the logo


def post_file(fort, email, path, name, data, **values):
    form = fort.browser(email).get(path).forms["form"]
    for key, value in values.items():
        form[key] = value
    form.fields["upload"][0].value = Upload(name, data)
    return form.submit("save", status="*")


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.pdf", "x.docm", "x.exe"])
def test_d4_27_d4_29_a_copy_of_a_norm_is_looked_at_before_it_is_kept(house, name):
    with house.site() as site:
        norm = next(iter(site[ORGANISATION]["norms"]))
        held = [one.file for one in site[ORGANISATION]["norms"][norm].editions]
    path = f"/{ORGANISATION}/norms/{norm}/add-edition"
    answer = post_file(
        house, QUALITY, path, name, b"<script>alert(1)</script>", label="x", on="01/02/2026"
    )
    assert answer.status_int == 422
    with house.site() as site:
        assert [one.file for one in site[ORGANISATION]["norms"][norm].editions] == held


def picture(width, height, body=b""):
    """Make the head of a PNG of this size with whatever body."""

    def chunk(kind, data):
        check = struct.pack("!L", zlib.crc32(kind + data))
        return struct.pack("!L", len(data)) + kind + data + check

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


LOGOS = {
    "d4_28 svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "d4_29 head only": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "d4_29 jpeg head": b"\xff\xd8\xff" + b"\0" * 40,
    "d4_42 flood": picture(60_000, 60_000, zlib.compress(b"\0" * 1000)),
    "d4_49 reference": b"http://169.254.169.254/logo.png",
    "d4_49 file": b"file:///etc/passwd",
}


@pytest.mark.parametrize("case", LOGOS)
def test_d4_28_d4_29_d4_42_a_logo_that_no_pdf_could_bear_is_refused(house, case):
    path = f"/{ORGANISATION}/setup-facts"
    before = house.transaction()
    answer = post_file(house, ADMINISTRATOR, path, "logo.png", LOGOS[case])
    assert answer.status_int == 422
    assert house.transaction() == before
