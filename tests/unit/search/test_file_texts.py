"""Words inside attached files; a hostile file has none, and hurts nobody."""

import io
import zipfile

import pytest
from reportlab.pdfgen.canvas import Canvas

from qms.search.filetexts import READABLE, words_of

PDF, DOCX, XLSX = READABLE
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def pdf(*lines):
    target = io.BytesIO()
    canvas = Canvas(target)
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.save()
    return target.getvalue()


def packed(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return target.getvalue()


def docx(body, head=""):
    text = f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return packed(word__document=text)


def read(data, media_type, tmp_path, **more):
    path = tmp_path / "file"
    path.write_bytes(data)
    with path.open("rb") as stream:
        return words_of(stream, media_type, **more)


def test_a_pdf_gives_its_lines(tmp_path):
    assert "Calibración de básculas" in read(pdf("Calibración de básculas"), PDF, tmp_path)


def test_a_word_file_gives_its_paragraphs_with_split_runs_joined(tmp_path):
    body = "<w:p><w:r><w:t>Calibra</w:t></w:r><w:r><w:t>ción anual</w:t></w:r></w:p>"
    assert read(docx(body), DOCX, tmp_path).splitlines() == ["Calibración anual"]


def test_a_spreadsheet_gives_sheets_shared_and_written_texts(tmp_path):
    data = packed(
        xl__workbook=f'<workbook xmlns="{S}"><sheets><sheet name="Básculas"/></sheets></workbook>',
        xl__sharedStrings=f'<sst xmlns="{S}"><si><t>Pesa patrón</t></si></sst>',
        xl__worksheets__sheet1=f'<worksheet xmlns="{S}"><c><is><t>Suelta</t></is></c></worksheet>',
    )
    assert read(data, XLSX, tmp_path).splitlines() == ["Básculas", "Pesa patrón", "Suelta"]


def test_d4_40_entities_are_neither_opened_nor_multiplied(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("no debe salir")
    head = f'<!DOCTYPE d [<!ENTITY s SYSTEM "file://{secret}"><!ENTITY a "ja">'
    head += "".join(
        f'<!ENTITY {new} "{f"&{old};" * 20}">' for old, new in zip("abcdef", "bcdefg", strict=True)
    )
    body = "<w:p><w:r><w:t>antes &s; &g; despues</w:t></w:r></w:p>"
    found = read(docx(body, head + "]>"), DOCX, tmp_path)
    assert "salir" not in found
    assert "jaja" not in found


def test_d4_42_a_file_that_unpacks_without_end_is_cut_short(tmp_path):
    body = "<w:p><w:r><w:t>bomba</w:t></w:r></w:p>" * 3_000_000
    assert len(read(docx(body), DOCX, tmp_path)) <= 1_000_000


@pytest.mark.parametrize("media_type", list(READABLE))
def test_d4_43_a_broken_file_has_no_words(media_type, tmp_path):
    for data in (b"", b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", pdf("x")[:200]):
        assert read(data, media_type, tmp_path) == ""


def test_d4_43_a_reader_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "qms.search.filetexts.READER",
        ["/bin/sh", "-c", "echo algo; exec sleep 60"],
    )
    assert read(pdf("x"), PDF, tmp_path, seconds=1) in {"", "algo\n"}


def test_other_kinds_of_file_are_not_opened(tmp_path):
    assert read(b"words", "application/zip", tmp_path) == ""
