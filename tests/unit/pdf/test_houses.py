"""What makes a house's documents recognisable: printed forms, groups, kept headings, own words."""

from __future__ import annotations

import base64
import io
import time

import pytest
from PIL import Image
from pypdf import PdfReader

from qms.documents.pdf import render
from qms.documents.pdf_body import section_entries


def _section(version, ident):
    return next(one for one in version["sections"] if one["id"] == ident)


def test_the_profile_decides_depth_and_index(frozen):
    version = frozen("comteco")
    titles = [title for _number, title, _key in section_entries(version["sections"])]
    assert titles == ["ANTECEDENTES", "OPERATORIA", "PARÁMETROS DE SEGUIMIENTO", "ANEXOS"]
    _section(version, "objective")["print"]["index"] = True
    _section(version, "annexes")["print"]["index"] = False
    titles = [title for _number, title, _key in section_entries(version["sections"])]
    assert titles == ["ANTECEDENTES", "OBJETIVO", "OPERATORIA", "PARÁMETROS DE SEGUIMIENTO"]


def test_a_heading_never_stands_at_the_foot_of_a_page_without_its_table(frozen, texts):
    version = frozen("comteco", migrated=True)
    background = _section(version, "background")
    for lines in range(0, 60, 4):
        background["data"] = {"html": "<p>relleno</p>" * lines}
        for page in texts(render(version, files={}).pdf):
            if "2. INDICADOR Y TIEMPO" in page:
                assert "OBJETO DE" in page, lines
            if "III. PARÁMETROS DE SEGUIMIENTO" in page and "CONTENIDO" not in page:
                assert "Nombre Documento" in page, lines


def test_columns_of_one_group_share_a_band_and_other_groups_begin_a_new_one(frozen, texts):
    text = "\n".join(texts(render(frozen("icetex"), files={}).pdf))
    version = frozen("icetex")
    for section in version["sections"]:
        section["print"].pop("group", None)
    apart = "\n".join(texts(render(version, files={}).pdf))
    assert text.index("SEGUIMIENTO Y MEDICIÓN") < text.index("RIESGOS ASOCIADOS")
    assert text != apart


def test_the_house_has_its_own_words_for_the_states_of_its_history(frozen, texts):
    version = frozen("icetex")
    text = "\n".join(texts(render(version, files={}, mark="obsolete").pdf))
    assert "Desactualizado" in text
    assert "OBSOLETO" in text
    history = text[text.index("Historial de Versiones") :]
    assert history.index("2012-05-07") < history.index("2010-06-30")


def test_a_header_cell_prints_its_label_and_capitals(frozen, texts):
    for page in texts(render(frozen("carrazos"), files={}).pdf):
        assert "PROCEDIMIENTO LLAMADAS DE SEGUIMIENTO" in page
    for page in texts(render(frozen("gasandino"), files={}).pdf):
        assert "Proceso: Planeación del Sistema de Gestión" in page


def test_a_header_without_known_signers_prints_no_placeholder(frozen, texts):
    version = frozen("gasandino", migrated=True)
    version["approvals"] = []
    for page in texts(render(version, files={}).pdf):
        assert "{" not in page
        assert "Elaboró/ Revisó: —" in page


def test_migrated_approvals_keep_their_words_and_signed_ones_name_the_version(frozen, texts):
    cover = texts(render(frozen("comteco", migrated=True), files={}).pdf)[0]
    places = [cover.index(word) for word in ("APROBADO POR", "ELABORADO POR:", "VERSIÓN Nº 3 POR:")]
    assert places == sorted(places)
    assert "FECHA: Diciembre 2007" in cover
    assert "VERSIÓN Nº 3 POR:" in texts(render(frozen("comteco"), files={}).pdf)[0]


def test_the_logo_is_drawn_from_the_frozen_version(frozen):
    version = frozen("aexpress")
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "#0b5fa5").save(picture, "PNG")
    without = PdfReader(io.BytesIO(render(version, files={}).pdf))
    data = base64.b64encode(picture.getvalue()).decode()
    version["organisation"]["logo"] = {"media_type": "image/png", "data": data}
    drawn = render(version, files={}).pdf
    assert b"/Subtype /Image" in drawn
    assert len(without.pages) == len(PdfReader(io.BytesIO(drawn)).pages)
    version["organisation"]["logo"] = {"media_type": "image/png", "data": "no base64 !"}
    assert b"/Subtype /Image" not in render(version, files={}).pdf


@pytest.mark.parametrize(
    "spans", ["rowspan=30", "colspan=99", "rowspan=999 colspan=3", "colspan=x"]
)
def test_cells_that_span_keep_every_text_and_every_page_break(frozen, texts, spans):
    version = frozen("comteco")
    body = "".join(
        f"<tr><td>fila{row} {'largo ' * 60}</td><td>b{row}</td></tr>" for row in range(40)
    )
    html = f"<table><tr><td {spans}>primera</td><td>segunda</td></tr>{body}</table>"
    _section(version, "scope")["data"] = {"html": html}
    text = "".join(texts(render(version, files={}).pdf))
    assert "primera" in text
    assert all(f"fila{row} " in text for row in range(40))


def _filled(value, words):
    kept = {"id", "kind", "to", "code", "capture_frequency", "analysis_frequency", "expression"}
    if isinstance(value, dict):
        return {key: one if key in kept else _filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        return f"<p>{words}</p>" if value.startswith("<") else words
    return value


@pytest.mark.parametrize("words", ["W" * 5000, "palabra " * 625])
def test_five_thousand_letters_in_every_field_take_seconds_not_minutes(frozen, words):
    version = frozen("icetex")
    for section in version["sections"]:
        section["data"] = _filled(section["data"], words)
    started = time.process_time()
    assert render(version, files={}).pages > 100
    assert (
        time.process_time() - started < 60
    )  # two seconds alone, twenty when traced; it was many minutes when traced
