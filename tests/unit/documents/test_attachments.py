"""Files before they are taken in: each refusal says what to do."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from qms.documents import attachments
from qms.documents.attachments import (
    Active,
    BadFile,
    Bomb,
    Broken,
    Disguised,
    Locked,
    NoFile,
    NotTaken,
    TooLarge,
    checked_file,
)


def pdf(change=None):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def docx(**more):
    made = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more}
    return archive(**made)


def png(width=4, height=4):
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", pdf(), "application/pdf"),
        ("Acta.DOCX", docx(), attachments.MEDIA_TYPES[".docx"]),
        ("planos.zip", archive(**{"a.txt": "x"}), "application/zip"),
        ("foto.png", png(), "image/png"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken_under_its_own_type(name, data, media_type):
    stored = checked_file(data, name)
    assert (stored.media_type, stored.filename, stored.size) == (media_type, name, len(data))


def test_a_hyperlink_in_a_word_file_is_no_danger():
    rels = '<Relationship Type="x/relationships/hyperlink" TargetMode="External" Target="h"/>'
    assert checked_file(docx(**{"word/_rels/document.xml.rels": rels}), "a.docx")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.pdf.exe", "a", ".pdf.", "a.mht", "a.xhtml"])
def test_d4_27_other_kinds_are_refused_whatever_is_in_them(name):
    with pytest.raises(NotTaken):
        checked_file(pdf(), name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.4"),
        ("a.png", pdf()),
        ("a.docx", pdf()),
        ("a.docx", archive(**{"a.txt": "x"})),
        ("a.xlsx", docx()),
    ],
)
def test_d4_29_content_that_is_not_what_the_extension_says_is_refused(name, data):
    with pytest.raises(Disguised):
        checked_file(data, name)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/a.pdf",
        "C:\\x\\a.pdf",
        "a\r\nSet-Cookie: x.pdf",
        "a\u202efdp.pdf",
        "x" * 300 + ".pdf",
    ],
)
def test_d4_36_names_lose_paths_controls_and_directions(name):
    stored = checked_file(pdf(), name).filename
    assert stored.endswith(".pdf")
    assert len(stored) <= 150
    assert not set(stored) & set("/\\\r\n\u202e")


@pytest.mark.parametrize(
    "part",
    [
        "word/vbaProject.bin",
        "word/activeX/a.bin",
        "word/embeddings/o.bin",
        "xl/externalLinks/e.xml",
    ],
)
def test_d4_41_macros_controls_and_embedded_objects_are_refused(part):
    with pytest.raises(Active):
        checked_file(docx(**{part: "x"}), "a.docx")


def test_d4_40_a_remote_template_is_refused():
    rels = '<Relationship Type="x/attachedTemplate" TargetMode="External" Target="http://evil"/>'
    with pytest.raises(Active):
        checked_file(docx(**{"word/_rels/settings.xml.rels": rels}), "a.docx")


def test_d4_42_an_image_of_too_many_points_is_refused_by_its_head_alone():
    with pytest.raises(Bomb):
        checked_file(png(9000, 9000), "a.png")


def test_d4_42_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(attachments, "UNPACKED", 1000)
    with pytest.raises(Bomb):
        checked_file(archive(**{"a.txt": "x" * 2000}), "a.zip")


def test_an_archive_with_a_path_out_of_itself_is_refused():
    with pytest.raises(Broken):
        checked_file(archive(**{"../a.txt": "x"}), "a.zip")


def opens_with(action):
    def change(writer):
        made = DictionaryObject({NameObject("/S"): NameObject(action)})
        writer.root_object[NameObject("/OpenAction")] = made

    return change


def acts_by_name(writer):
    names = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
    writer.root_object[NameObject("/Names")] = names


@pytest.mark.parametrize(
    "change",
    [
        opens_with("/JavaScript"),
        opens_with("/Launch"),
        acts_by_name,
        lambda one: one.add_attachment("a.txt", b"x"),
    ],
)
def test_d4_43_a_pdf_that_acts_or_carries_files_is_refused(change):
    with pytest.raises(Active):
        checked_file(pdf(change), "a.pdf")


def test_d4_43_an_encrypted_or_broken_pdf_is_refused():
    with pytest.raises(Locked):
        checked_file(pdf(lambda one: one.encrypt("x")), "a.pdf")
    with pytest.raises(Broken):
        checked_file(b"%PDF-1.7 and nothing else", "a.pdf")


def test_nothing_and_too_much_are_refused(monkeypatch):
    with pytest.raises(NoFile):
        checked_file(b"", "a.pdf")
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(TooLarge):
        checked_file(pdf(), "a.pdf")


@pytest.mark.parametrize("cut", range(20, 600, 45))
@pytest.mark.parametrize("kind", ["pdf", "docx", "png", "zip"])
def test_a_file_cut_anywhere_is_refused_or_taken_but_never_a_fault(kind, cut):
    whole = {"pdf": pdf(), "docx": docx(), "png": png(), "zip": archive(a="x")}[kind]
    try:
        checked_file(whole[:cut], f"a.{kind}")
    except BadFile:
        return
    assert cut > 0
