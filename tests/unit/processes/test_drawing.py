"""The drawing of the map: nothing overlaps, nothing runs out of its box, on screen and paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from qms.pdf import fonts
from qms.processes.drawing import Label, Polygon, Says, lay_out, wrap
from qms.processes.drawing_pdf import Dress, map_pdf
from qms.processes.drawing_svg import map_svg
from qms.processes.overview import Band, Box, Group

SAYS = Says(
    "Necesidades",
    "Satisfacción",
    {"strategic": "Estratégicos", "core": "Misionales", "support": "De apoyo"},
    "Vigentes: {n}",
    "En trámite: {n}",
)
WORDS = st.text("abcñ <&\"'", min_size=1, max_size=60).filter(str.strip)


@st.composite
def maps(draw):
    """Make a map of any names and any number of processes."""
    number, bands = 0, []
    for kind in ("strategic", "core", "support"):
        groups = []
        for _group in range(draw(st.integers(0, 3))):
            boxes = []
            for _box in range(draw(st.integers(1, 6))):
                number += 1
                name, leader = draw(WORDS), draw(st.just("") | WORDS)
                boxes.append(Box(f"p{number}", name, "", leader, number, number % 3 or None))
            groups.append(Group(draw(st.just("") | WORDS), tuple(boxes)))
        if groups:
            bands.append(Band(kind, kind, tuple(groups)))
    return tuple(bands)


def corners(piece):
    (shape,) = [one for one in piece.items if isinstance(one, Polygon)]
    across, down = zip(*shape.points, strict=True)
    return min(across), min(down), max(across), max(down)


@given(maps(), st.sampled_from([340.0, 740.0, 1160.0]))
@settings(max_examples=40)
def test_boxes_do_not_overlap_and_hold_their_words(drawn, width):
    drawing = lay_out(drawn, SAYS, width)
    boxes = {box.id for band in drawn for group in band.groups for box in group.boxes}
    assert set(drawing.processes) == boxes
    placed = [corners(piece) for piece in drawing.processes.values()]
    for one, other in combinations(placed, 2):
        assert (
            one[2] <= other[0] + 0.01
            or other[2] <= one[0] + 0.01
            or one[3] <= other[1] + 0.01
            or other[3] <= one[1] + 0.01
        )
    for piece in drawing.processes.values():
        left, top, right, bottom = corners(piece)
        assert 0 <= left < right <= width + 0.01
        assert 0 <= top < bottom <= drawing.height + 0.01
        for label in piece.items:
            if isinstance(label, Label):
                wide = stringWidth(label.text, fonts.face(bold=label.bold), label.size)
                assert left <= label.x - wide / 2
                assert label.x + wide / 2 <= right
                assert top <= label.y <= bottom


@given(maps())
@settings(max_examples=20)
def test_the_svg_is_sound_links_every_process_and_needs_no_style(drawn):
    drawing = lay_out(drawn, SAYS, 1160.0)
    urls = {name: f"/o/processes/{name}/" for name in drawing.processes}
    pairs = [(one, other) for one in urls for other in urls][:40]
    text = map_svg(drawing, title="Mapa <1>", urls=urls, passing=pairs)
    root = ET.fromstring(text)
    links = [one for one in root.iter() if one.tag.endswith("}a")]
    assert [one.get("href") for one in links] == [urls[name] for name in drawing.processes]
    assert not re.search(r"<script|\sstyle=|\son\w+=", text)
    assert all("".join(one.itertext()).strip() for one in links)


def test_lines_stand_in_the_links_of_both_ends_and_go_to_known_processes_only():
    boxes = tuple(Box(name, name, "", "", 0, None) for name in ("a", "b", "c"))
    drawing = lay_out((Band("core", "core", (Group("", boxes),)),), SAYS, 1160.0)
    urls = {name: f"/{name}" for name in "abc"}
    text = map_svg(drawing, title="m", urls=urls, passing=[("a", "b"), ("a", "x"), ("c", "c")])
    parts = {part[: part.index('"')]: part for part in text.split('href="/')[1:]}
    assert parts["a"].count("map-way map-out") == 1
    assert parts["b"].count("map-way map-in") == 1
    assert "map-way" not in parts["c"]


@pytest.mark.parametrize("text", ["", "x" * 200, "una palabra larguísima " * 9])
def test_wrapped_lines_fit_and_their_number_is_limited(text):
    lines = wrap(text, 80.0, 10.0, 3)
    assert len(lines) <= 3
    assert all(stringWidth(line, fonts.face(bold=False), 10.0) <= 80 for line in lines)
    assert not text or lines[-1].endswith("…")


def test_the_paper_is_one_page_and_the_same_each_time():
    boxes = tuple(Box(f"p{n}", f"Proceso {n}", f"P{n}", "Líder", n, n) for n in range(40))
    drawing = lay_out((Band("core", "core", (Group("Todo", boxes),)),), SAYS, 960.0)
    dress = Dress("Mapa", "O", "SGC", "es-CO", "#0b5fa5", "Hecho", "Revisión 3", "En palabras")
    at = datetime(2026, 11, 22, 15, tzinfo=UTC)
    made = map_pdf(drawing, dress, at=at)
    assert made == map_pdf(drawing, dress, at=at)
    assert len(re.findall(rb"/Type /Page\b", made)) == 1
