"""The PDF of a frozen version, as its readers and its signers find it."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import time
from importlib import resources

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle
from reportlab.platypus.doctemplate import LayoutError

from qms.documents import pdf as documents_pdf
from qms.documents.pdf import render
from qms.pdf.stamp import stamp
from qms.pdf.styles import styles

MIGRATED_WORDS = "aprobada fuera de este sistema, sin firma electrónica"


def _embedded_fonts(pdf, tmp_path):
    path = tmp_path / "out.pdf"
    path.write_bytes(pdf)
    if shutil.which("pdffonts") is None:
        pytest.skip("needs poppler-utils (pdffonts)")
    listed = subprocess.run(
        ["pdffonts", str(path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    return [re.split(r"\s{2,}|\s+(?=yes|no)", line) for line in listed]


def _text_section(html, *, ident="body", title="CUERPO", number="1", kind="text", mode="heading"):
    data = html if isinstance(html, dict) else {"html": html}
    return {
        "id": ident,
        "kind": kind,
        "title": title,
        "number": number,
        "print": {"mode": mode},
        "data": data,
    }


def test_every_page_carries_header_number_and_check_address(organisation, frozen, texts):
    version = frozen(organisation)
    rendition = render(version, files={})
    pages = texts(rendition.pdf)
    assert rendition.pages == len(pages)
    for number, text in enumerate(pages, 1):
        assert version["document"]["code"] in text
        assert version["check_url"] in text
        found = re.search(r"Página:?\s*(?:Nro\.)?\s*(\d+) de (\d+)", text)
        assert found, text[:300]
        assert (int(found[1]), int(found[2])) == (number, len(pages))


def test_each_slot_and_the_seal_has_a_box_on_a_page_and_apart_from_the_others(organisation, frozen):
    version = frozen(organisation)
    rendition = render(version, files={})
    names = [box.name for box in rendition.fields]
    assert sorted(names) == sorted([one["slot"] for one in version["approvals"]] + ["seal"])
    for box in rendition.fields:
        assert 0 <= box.page < rendition.pages
        assert box.x1 - box.x0 >= 120
        assert box.y1 - box.y0 >= 45
        assert box.x0 >= 40
        assert box.x1 <= 612 - 40
    for one in rendition.fields:
        for other in rendition.fields:
            if one is not other and one.page == other.page:
                apart = (
                    one.x1 <= other.x0
                    or other.x1 <= one.x0
                    or one.y1 <= other.y0
                    or other.y1 <= one.y0
                )
                assert apart, (one, other)


def test_six_steps_still_get_boxes_of_a_usable_size(frozen):
    version = frozen("aexpress")
    version["approvals"] = [
        {**version["approvals"][0], "slot": f"s{n}-1", "step": f"s{n}"} for n in range(6)
    ]
    rendition = render(version, files={})
    assert len(rendition.fields) == 7
    assert min(box.x1 - box.x0 for box in rendition.fields) >= 110


def test_a_migrated_version_says_so_and_has_no_box(organisation, frozen, texts):
    version = frozen(organisation, migrated=True)
    rendition = render(version, files={})
    text = " ".join(texts(rendition.pdf))
    assert rendition.fields == []
    assert MIGRATED_WORDS in text
    for approval in version["approvals"]:
        if approval.get("name"):
            assert approval["name"] in text


def test_approvals_are_printed_even_when_the_profile_forgets_them(frozen):
    version = frozen("aexpress")
    version["printing"]["cover"] = {"enabled": False, "blocks": []}
    version["printing"]["closing"] = {"blocks": []}
    assert len(render(version, files={}).fields) == 4


def test_the_same_version_gives_the_same_bytes(organisation, frozen):
    first = render(frozen(organisation), files={}).pdf
    assert render(frozen(organisation), files={}).pdf == first


def test_a7_all_fonts_are_embedded(organisation, frozen, tmp_path):
    for mark in (None, "obsolete"):
        fonts = _embedded_fonts(render(frozen(organisation), files={}, mark=mark).pdf, tmp_path)
        assert fonts
        for font in fonts:
            assert "SourceSans" in font[0]
            assert "no" not in font[3:4]
            assert font[3] == "yes"


def test_a7_text_comes_out_as_it_went_in(frozen, texts):
    sentence = "Año, corazón, «comillas», ¿qué?, ≥ 95 %, ≤ 3, ü, ©, 1.º, → ✓ — – … №"
    version = frozen("aexpress")
    version["sections"] = [_text_section(f"<p>{sentence}</p>")]
    assert sentence in " ".join(texts(render(version, files={}).pdf))


@pytest.mark.parametrize(
    ("mark", "words"),
    [("draft", "BORRADOR"), ("uncontrolled", "COPIA NO CONTROLADA"), ("obsolete", "OBSOLETO")],
)
def test_a_mark_stands_on_every_page(frozen, texts, mark, words):
    plain = texts(render(frozen("comteco"), files={}).pdf)
    marked = texts(render(frozen("comteco"), files={}, mark=mark).pdf)
    assert not any(words in text for text in plain)
    assert all(words in text for text in marked)


def test_a12_a_stamped_copy_says_obsolete_on_every_page_and_leaves_the_original(frozen, texts):
    original = render(frozen("icetex"), files={}).pdf
    before = hashlib.sha256(original).hexdigest()
    copy = stamp(original, "OBSOLETO", "Solo para consulta histórica")
    assert hashlib.sha256(original).hexdigest() == before
    pages = texts(copy)
    assert len(pages) == len(texts(original))
    assert all("OBSOLETO" in text and "consulta histórica" in text for text in pages)


def test_a12_other_readers_find_the_word_on_every_page_too(frozen, tmp_path):
    path = tmp_path / "copy.pdf"
    path.write_bytes(stamp(render(frozen("comteco"), files={}).pdf, "OBSOLETO", "nota"))
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            assert "OBSOLETO" in page.get_textpage().get_text_range()
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils (pdftotext)")
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    pages = told.stdout.split("\f")[:-1]
    assert all("OBSOLETO – nota" in text for text in pages)


def test_it_is_tagged_titled_and_in_its_language(frozen):
    reader = PdfReader(io.BytesIO(render(frozen("comteco"), files={}).pdf))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("es")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalog["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert reader.metadata.title == "COM-DSC-P01 Información y direccionamiento al cliente"
    assert "/CreationDate" not in reader.metadata
    assert b"dc:title" in catalog["/Metadata"].get_data()
    tags = set()

    def walk(node):
        tags.add(str(node.get("/S")))
        kids = node["/K"]
        for kid in kids if isinstance(kids, list) else [kids]:
            child = kid.get_object() if hasattr(kid, "get_object") else kid
            if hasattr(child, "get") and "/S" in child:
                walk(child)

    walk(catalog["/StructTreeRoot"]["/K"][0].get_object())
    assert {
        *("/Document", "/H1", "/H2", "/P", "/L", "/LI", "/LBody"),
        *("/Table", "/TR", "/TH", "/TD", "/Link", "/Figure", "/Formula"),
    } <= tags


def test_the_outline_lists_the_sections_in_their_order(organisation, frozen):
    version = frozen(organisation)
    reader = PdfReader(io.BytesIO(render(version, files={}).pdf))

    def flat(items):
        for item in items:
            if isinstance(item, list):
                yield from flat(item)
            else:
                yield item.title

    titles = list(flat(reader.outline))
    wanted = [section["title"] for section in version["sections"]]
    found = [title for title in titles if any(title.endswith(one) for one in wanted)]
    assert [any(t.endswith(w) for t in found) for w in wanted] == [True] * len(wanted)


def test_the_contents_give_the_page_on_which_a_section_begins(frozen, texts):
    version = frozen("comteco")
    pdf = render(version, files={}).pdf
    pages = texts(pdf)
    first = PdfReader(io.BytesIO(pdf)).pages[0].extract_text(extraction_mode="layout")
    listed = re.findall(r"\b(I|II|III|IV) +([A-ZÁÉÍÓÚ ]+?) +(\d+)", first)
    assert [number for number, _title, _page in listed] == ["I", "II", "III", "IV"]
    for number, title, page in listed:
        assert f"{number}. {title}" in pages[int(page) - 1]


@pytest.mark.parametrize(
    "hostile",
    [
        "<para>",
        "</para></b>",
        '<para color="[[[getattr(pow,1)]]]">',
        '<font color="toColor(1)">x',
        "a & b &amp; c",
        "${__import__('os')}",
        "{title}{page}{0}",
        '<onDraw name="x"/>',
        "<!-- <![CDATA[",
        "%(x)s",
    ],
)
def test_d4_48_markup_in_data_is_printed_as_it_is(frozen, texts, hostile):
    version = frozen("carrazos")
    version["document"]["title"] = hostile
    version["history"][0]["reason"] = hostile
    version["approvals"][0]["assignee"] = hostile
    version["sections"][0]["title"] = hostile
    version["printing"]["header"]["rows"][0][-1]["text"] = "{title}"
    everything = "".join("".join(texts(render(version, files={}).pdf)).split())
    assert everything.count("".join(hostile.split())) >= 4


def test_d4_48_markup_in_rich_text_never_reaches_the_paragraph_parser(frozen, texts):
    version = frozen("aexpress")
    html = '<p><font color="[[[1/0]]]">rojo</font> &lt;para&gt; <b>y</b> <seq id="1"/> fin</p>'
    version["sections"] = [_text_section(html)]
    assert "rojo <para> y fin" in " ".join(texts(render(version, files={}).pdf))


@pytest.mark.parametrize(
    "source",
    ["/etc/passwd", "file:///etc/passwd", "http://169.254.169.254/x", "data:image/png;base64,AA=="],
)
def test_d4_49_pictures_in_text_are_never_fetched(frozen, texts, source, monkeypatch):
    version = frozen("aexpress")
    picture = f'<img src="{source}">'
    version["sections"] = [
        _text_section(f"<p>antes {picture} después</p><object data='{source}'></object>")
    ]
    version["document"]["title"] = picture
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("asked the network"))
    monkeypatch.setattr("urllib.request.urlopen", lambda *_a, **_k: pytest.fail("opened it"))
    pdf = render(version, files={}).pdf
    assert "antes después" in " ".join(texts(pdf))
    assert b"/Subtype /Image" not in pdf
    assert b"root:" not in pdf


def test_d4_50_only_web_mail_and_inner_links_survive(frozen):
    version = frozen("aexpress")
    version["check_url"] = ""
    version["printing"]["cover"]["blocks"] = ["approvals"]
    links = [
        "javascript:alert(1)",
        "JaVa\tScript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//evil.example/x",
        "#nowhere",
        "document:x",
        "pdf:x",
        "https://good.example/á?q=1",
        "mailto:calidad@good.example",
        "#s-body",
    ]
    html = "".join(f'<p><a href="{link}">enlace</a></p>' for link in links)
    version["sections"] = [_text_section(html)]
    reader = PdfReader(io.BytesIO(render(version, files={}).pdf))
    targets = []
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            link = annotation.get_object()
            targets.append(str(link["/A"]["/URI"]) if "/A" in link else "inner")
    assert targets == ["https://good.example/%C3%A1?q=1", "mailto:calidad@good.example", "inner"]


def test_what_the_type_lacks_becomes_a_visible_box(frozen, texts):
    version = frozen("aexpress")
    version["document"]["title"] = "Familia 👨‍👩‍👧 y 中文 \x07\u202e fin \ud800"
    version["sections"] = [_text_section("<p>uno 🇨🇴 dos 👍🏽 tres</p>")]
    text = " ".join(texts(render(version, files={}).pdf))
    assert "Familia ☐☐☐ y ☐☐ fin" in text
    assert "uno ☐☐ dos ☐ tres" in text


@pytest.mark.parametrize("mode", ["heading", "row", "column"])
def test_a_row_taller_than_a_page_a_long_word_and_nested_tables_are_laid_out(frozen, texts, mode):
    version = frozen("gasandino")
    tall = "<p>" + "palabra " * 3000 + "final</p>"
    word = "x" * 4000
    nested = "<table><tr><td>" * 30 + "hondo" + "</td></tr></table>" * 30
    version["sections"] = [
        _text_section(tall, ident="a", mode=mode),
        _text_section(f"<p>{word}</p>", ident="b", mode=mode),
        _text_section(f"{nested}<ul>{'<li>y<ul>' * 40}</ul>", ident="c", mode=mode),
        _text_section(
            {"columns": ["uno", "dos"], "rows": [["corto", "largo " * 2500]], "note": "nota"},
            ident="d",
            kind="table",
        ),
    ]
    rendition = render(version, files={})
    pages = texts(rendition.pdf)
    everything = " ".join(pages)
    assert everything.count("palabra") == 3000
    assert everything.count("largo") == 2500
    assert everything.count("x") >= 4000
    assert "hondo" in everything
    assert all(version["document"]["code"] in text for text in pages)


def test_a_table_repeats_its_header_on_each_of_its_pages_and_nowhere_else(frozen, texts):
    version = frozen("aexpress")
    rows = [[str(number), f"fila {number} " + "texto " * (number % 40)] for number in range(300)]
    version["sections"] = [
        _text_section({"columns": ["NUMERO", "CONTENIDO"], "rows": rows}, kind="table")
    ]
    version["printing"]["cover"]["enabled"] = False
    pages = texts(render(version, files={}).pdf)
    with_rows = [text for text in pages if "fila " in text]
    assert len(with_rows) > 5
    assert [text.count("NUMERO") for text in with_rows] == [1] * len(with_rows)


def test_when_a_table_cannot_be_laid_out_its_cells_are_printed_all_the_same(
    frozen, texts, monkeypatch
):
    build = documents_pdf.build
    calls = []

    def failing_once(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise LayoutError("too large")
        return build(*args, **kwargs)

    monkeypatch.setattr(documents_pdf, "build", failing_once)
    rendition = render(frozen("aexpress"), files={})
    assert "Realizar la encuesta" in " ".join(texts(rendition.pdf))
    assert len(rendition.fields) == 4


def test_a_title_of_a_thousand_words_leaves_room_for_the_text(frozen):
    version = frozen("icetex")
    version["document"]["title"] = "palabra " * 1000
    assert render(version, files={}).pages < 20


def test_no_sample_prints_a_key_instead_of_a_word(organisation, frozen, texts):
    text = " ".join(texts(render(frozen(organisation), files={}).pdf))
    assert not re.search(r"\b(activities|indicator|sipoc|risks|phase|kind|state|change)_\w", text)
    assert not re.search(r"\{(title|code|version|page|pages|signers)", text)


def _file(ident, name, media_type, content):
    return {
        "id": ident,
        "filename": name,
        "media_type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_a_pdf_as_content_is_reproduced_under_the_house_header_and_embedded(frozen, texts):
    source = render(frozen("carrazos"), files={}).pdf
    version = frozen("icetex")
    version["sections"] = []
    version["files"] = [_file("f1", "Año.pdf", "application/pdf", source)]
    rendition = render(version, files={"f1": source}, mark="draft")
    pages = texts(rendition.pdf)
    assert rendition.pages == len(pages)
    assert version["files"][0]["sha256"] in "".join(pages[0].split())
    reproduced = [text for text in pages if "GSC-PRO-03" in text]
    assert len(reproduced) == len(texts(source))
    assert all("M5-1" in text and "BORRADOR" in text for text in pages)
    assert re.search(rf"Página {len(pages)} de {len(pages)}", pages[-1])
    reader = PdfReader(io.BytesIO(rendition.pdf))
    (found,) = reader.attachment_list
    assert (found.alternative_name, found.content) == ("Año.pdf", source)
    assert [box.name for box in rendition.fields if box.page >= len(pages)] == []
    assert len(rendition.fields) == len(version["approvals"]) + 1


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/zip", b"PK\x03\x04..."),
        ("application/pdf", b"%PDF-1.4 broken"),
        ("application/pdf", b""),
    ],
)
def test_any_other_file_is_embedded_with_its_hash_printed(frozen, texts, media_type, content):
    version = frozen("aexpress")
    version["sections"] = []
    version["files"] = [_file("f1", "../../raro\x00.bin", media_type, content)]
    rendition = render(version, files={"f1": content})
    assert version["files"][0]["sha256"] in "".join(" ".join(texts(rendition.pdf)).split())
    reader = PdfReader(io.BytesIO(rendition.pdf))
    (found,) = reader.attachment_list
    assert (found.alternative_name, found.content) == ("raro.bin", content)


def test_scripts_and_actions_of_a_source_file_stay_outside(frozen):
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = script
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="javascript:alert(1)"))
    out = io.BytesIO()
    writer.write(out)
    version = frozen("aexpress")
    version["sections"] = []
    version["files"] = [_file("f1", "a.pdf", "application/pdf", out.getvalue())]
    reader = PdfReader(io.BytesIO(render(version, files={"f1": out.getvalue()}).pdf))
    assert "/OpenAction" not in reader.trailer["/Root"]
    assert not any("/AA" in page for page in reader.pages)
    uris = [
        annotation.get_object().get("/A", {}).get("/URI", "")
        for page in reader.pages
        for annotation in page.get("/Annots") or []
    ]
    assert not any("javascript" in str(uri) for uri in uris)


def _bare(paragraphs, rows):
    """The same content by bare ReportLab, with its own markup parser, its fonts and no frame."""
    with resources.as_file(resources.files("font_source_sans_pro") / "files") as folder:
        pdfmetrics.registerFont(TTFont("Bare-Sans", str(folder / "SourceSansPro-Regular.ttf")))
    body, cell_style = (
        ParagraphStyle("bare", parent=style, fontName="Bare-Sans", bulletFontName="Bare-Sans")
        for style in (styles().body, styles().cell)
    )
    target = io.BytesIO()
    started = time.process_time()
    story = [Paragraph(text, body) for text in paragraphs]
    cells = [[[Paragraph(cell, cell_style)] for cell in row] for row in rows]
    table = LongTable(cells, colWidths=[80, 216, 216], repeatRows=1)
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    SimpleDocTemplate(target, initialFontName="Bare-Sans").build([*story, table])
    return time.process_time() - started


def test_twenty_pages_cost_little_more_than_bare_reportlab(frozen):
    paragraphs = ["Una frase corriente de un procedimiento que ocupa su línea. " * 6] * 90
    rows = [["A", "B", "C"]] + [["uno", "dos tres cuatro " * 8, "cinco seis " * 9]] * 240
    version = frozen("aexpress")
    version["printing"]["cover"]["enabled"] = False
    version["sections"] = [
        _text_section("".join(f"<p>{text}</p>" for text in paragraphs), ident="a"),
        _text_section({"columns": rows[0], "rows": rows[1:]}, ident="b", kind="table"),
    ]

    def ours():
        started = time.process_time()
        assert render(version, files={}).pages >= 18
        return time.process_time() - started

    best_bare = min(_bare(paragraphs, rows) for _turn in range(3))
    best_ours = min(ours() for _turn in range(3))
    print(f"\nbare {best_bare * 1000:.0f} ms, ours {best_ours * 1000:.0f} ms")
    assert best_ours <= 1.6 * best_bare  # the aim is 1.3; a busy machine gets some slack
