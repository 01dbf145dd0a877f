"""The building blocks by themselves: fonts, text, letterhead, stamps, QR."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)
from reportlab.platypus import Spacer

from qms.pdf import fonts
from qms.pdf.blocks import Fraction, formula
from qms.pdf.document import Mark, Sheet, build
from qms.pdf.kit import Kit
from qms.pdf.letterhead import Brand, Letterhead, fill
from qms.pdf.links import safe_link
from qms.pdf.markup import html_lines, markup
from qms.pdf.metadata import Metadata
from qms.pdf.qr import qr_runs
from qms.pdf.stamp import stamp
from qms.pdf.styles import INK, colour, styles
from qms.pdf.text import heading, plain

SHEET = Sheet.of("letter")
METADATA = Metadata("Título", "Autor", "Asunto", "es")


def _built(story, *, header=None, values=None, **more):
    frame = Letterhead(header or {}, values or {}, SHEET.text_width, **more)
    return build(story, SHEET, frame, METADATA)


def _texts(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


# Fonts


def test_plain_text_stays_the_same_object():
    text = "PRO-AX-SC-01"
    assert fonts.visible(text) is text


@given(st.text())
def test_only_what_the_type_can_show_is_left(text):
    for italic in (False, True):
        shown = fonts.visible(text, italic=italic)
        assert fonts.visible(shown, italic=italic) == shown


def test_composed_and_decomposed_letters_print_alike():
    assert fonts.visible("an\u0303o") == "año"


def test_many_threads_make_pages_at_once_with_the_same_fonts():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            made = pool.map(lambda n: _built([plain(f"ñ é {n}", styles().body)]).pdf, range(24))
            results = list(made)
    finally:
        sys.setswitchinterval(before)
    assert [_texts(pdf)[0] for pdf in results] == [f"ñ é {n}" for n in range(24)]


# Rich text


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/abi pultrdh1& \n\"'=", max_size=120))
def test_any_rich_text_makes_a_document(html):
    assert _built(markup(html, 300)).pages >= 1


def test_nested_lists_numbers_and_inline_styles_keep_their_text():
    html = (
        "<ol start='3'><li>tres<ul><li>guion<ol><li>hondo</li></ol></li></ul></li><li>cuatro</li>"
        "</ol><p>H<sub>2</sub>O m<sup>2</sup> <u>bajo</u><br>línea</p><blockquote>cita</blockquote>"
    )
    text = _texts(_built(markup(html, 400)).pdf)[0]
    assert "3. tres" in text.replace("3.tres", "3. tres")
    for part in ("guion", "hondo", "cuatro", "H2O m2 bajo", "línea", "cita"):
        assert part in text


def test_blanks_collapse_as_a_browser_does():
    (paragraph,) = markup("<p>  uno\n\t <b> dos</b>   tres </p>", 300)
    assert "".join(frag.text for frag in paragraph.frags) == "uno dos tres"


def test_the_lines_of_rich_text_are_its_blocks():
    html = "<p>uno <b>dos</b></p><ul><li>tres<ul><li>cuatro</li></ul></li></ul><script>x</script>"
    assert list(html_lines(html)) == ["uno dos", "tres", "cuatro"]


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("http://a.example", "http://a.example"),
        ("HTTPS://a.example/x y", "https://a.example/xy"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("#here", "#here"),
        ("#there", ""),
        ("http:", ""),
        ("javascript:x", ""),
        (" java\nscript:x", ""),
        ("vbscript:x", ""),
        ("\\\\server\\share", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_d4_50_links_by_scheme(href, link):
    assert safe_link(href, {"here"}) == link


def test_a_colour_expression_is_never_evaluated():
    assert colour("#0b5fa5").hexval() == "0x0b5fa5"
    for expression in ("red", "[[[1/0]]]", "toColor('red')", "#12345g", None, 7):
        assert colour(expression) is INK


def test_a_quotient_is_drawn_as_a_fraction_and_other_formulas_as_text():
    style = styles().cell
    assert isinstance(formula("(Clientes satisfechos / Total atendidos) × 100", style), Fraction)
    assert isinstance(formula("PQR: (N° cierres / Total de quejas) × 100", style), Fraction)
    for other in ("Encuesta", "a + b", "y/o", "a / b / c", ""):
        assert not isinstance(formula(other, style), Fraction)
    kit = Kit(300, {})
    made = _built([formula("(uno / dos) × 100", style), *kit.bullets(["x"])])
    assert {"uno", "dos", "100"} <= set(_texts(made.pdf)[0].split())


# Letterhead


def test_braces_in_a_value_are_not_filled_again():
    assert fill("{a} {b} {zz}", {"a": "{b}", "b": "x"}) == "{b} x {zz}"


def test_spans_place_every_cell_once():
    header = {
        "widths": [20, 50, 30],
        "rows": [
            [{"logo": True, "rows": 2}, {"text": "uno", "cols": 2}],
            [{"text": "dos"}, {"text": "{page}/{pages}"}],
            [{"text": "tres", "cols": 9, "rows": 9}, {"text": "sobra"}],
        ],
    }
    text = _texts(_built([Spacer(1, 1)], header=header, brand=Brand("Marca")).pdf)[0]
    assert sorted(text.split()) == sorted(["Marca", "uno", "dos", "1/1", "tres"])


def _picture(kind):
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", (40, 20), "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("logo", "drawn"),
    [
        (_picture("PNG"), True),
        (_picture("JPEG"), True),
        (_picture("GIF"), False),
        (b"<svg/>", False),
        (b"", False),
        (b"/etc/passwd", False),
    ],
)
def test_a_logo_is_a_png_or_jpeg_else_the_name_stands_there(logo, drawn):
    header = {"widths": [1], "rows": [[{"logo": True}]]}
    brand = Brand("Marca Larga S.A.", INK, logo)
    built = _built([Spacer(1, 1)], header=header, brand=brand)
    assert (b"/Subtype /Image" in built.pdf) is drawn
    assert ("Marca" in _texts(built.pdf)[0]) is not drawn


def test_page_numbers_count_pages_that_will_be_appended():
    header = {"widths": [1], "rows": [[{"text": "Página {page} de {pages}"}]]}
    frame = Letterhead(header, {}, SHEET.text_width)
    built = build([Spacer(1, 1)], SHEET, frame, METADATA, extra_pages=4)
    assert "Página 1 de 5" in _texts(built.pdf)[0]


def test_sixty_pages_keep_their_numbers_and_outline():
    story = []
    for number in range(60):
        story += heading(f"Capítulo {number}", styles().heading, key=f"c{number}", level=number % 3)
        story += [plain("texto " * 1200, styles().body)]
    header = {"widths": [1], "rows": [[{"text": "Hoja {page} de {pages}"}]]}
    built = _built(story, header=header, legends={"footer": ["CONSULTE"]})
    assert built.pages >= 60
    for number, text in enumerate(_texts(built.pdf), 1):
        assert f"Hoja {number} de {built.pages}" in text
        assert "CONSULTE" in text
    assert len(built.targets) == 60


# Stamps and QR


def test_a_stamp_takes_the_fields_and_keeps_what_they_showed():
    writer = PdfWriter()
    page = writer.add_blank_page(400, 300)
    drawing = DecodedStreamObject()
    drawing.set_data(b"BT /F1 12 Tf 5 5 Td (FIRMADO) Tj ET")
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    drawing.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            # Upside down, as pyHanko writes it: a box is any two corners.
            NameObject("/BBox"): ArrayObject([FloatObject(n) for n in (0, 40, 100, 0)]),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
            ),
        }
    )
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): TextStringObject("approved-1"),
            NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (50, 50, 250, 130)]),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(drawing)}),
        }
    )
    reference = writer._add_object(field)
    page[NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([reference])}
    )
    out = io.BytesIO()
    writer.write(out)
    copy = PdfReader(io.BytesIO(stamp(out.getvalue(), "OBSOLETO")))
    assert "/AcroForm" not in copy.trailer["/Root"]
    assert not copy.pages[0].get("/Annots")
    assert "FIRMADO" in copy.pages[0].extract_text()
    assert b"q 2.00000 0 0 2.00000 50.000 50.000 cm" in copy.pages[0].get_contents().get_data()
    assert "OBSOLETO" in copy.pages[0].extract_text()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_stamp_covers_turned_and_shifted_pages(rotation):
    writer = PdfWriter()
    page = writer.add_blank_page(400, 300)
    page.mediabox.lower_left = (-50, -20)
    page.rotate(rotation)
    out = io.BytesIO()
    writer.write(out)
    (copy,) = PdfReader(io.BytesIO(stamp(out.getvalue(), "COPIA NO CONTROLADA", "nota"))).pages
    assert "COPIA NO CONTROLADA" in copy.extract_text()
    assert "nota" in copy.extract_text()


def test_a_mark_does_not_change_the_number_of_pages():
    story = lambda: [plain("texto " * 4000, styles().body)]  # noqa: E731
    frame = Letterhead({}, {}, SHEET.text_width)
    bare = build(story(), SHEET, frame, METADATA)
    marked = build(story(), SHEET, frame, METADATA, mark=Mark("BORRADOR", "nota"))
    assert marked.pages == bare.pages


def test_the_qr_code_is_square_and_has_its_finder_patterns():
    side, runs = qr_runs("https://qms.example/v/7kQ2-xN4p-w9Zr")
    assert (0, 0, 7) in runs
    assert (0, side - 7, 7) in runs
    assert (side - 1, 0, 7) in runs
    assert all(column + length <= side for _row, column, length in runs)
