"""Drawings of any data: well formed, inside their sheet, legible, and each shape is known."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qms.charts import (
    Bar,
    BarChart,
    Category,
    Cause,
    ControlChart,
    Fishbone,
    Part,
    Point,
    SeriesChart,
    Sparkline,
    Stack,
    StackedBar,
    describe,
    figure,
    lay_out,
    svg,
    table,
)
from qms.charts.measuring import cut, width_of, wrap
from qms.charts.plot import Box
from qms.charts.shapes import PATTERNS, Area, Line, Marker, Text
from qms.charts.words import Words
from qms.kernel.bands import Band, Target
from qms.pdf import charts as paper
from qms.pdf import fonts
from tests.unit.charts.samples import BANDS, charts, series, words

D = Decimal

CSS = (Path(__file__).resolve().parents[3] / "assets" / "charts.css").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = st.sampled_from([(760.0, 12.5), (336.0, 13.0), (500.0, 8.0)])
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def months(values, **more):
    """Make a series of months out of values."""
    points = [Point(f"m {n}", None if v is None else D(v)) for n, v in enumerate(values)]
    return SeriesChart(title="Serie", points=tuple(points), **more)


def shapes_of(drawing, kind):
    return [one for one in drawing.shapes if isinstance(one, kind)]


@SOME
@given(charts, WIDTHS)
def test_every_drawing_stays_on_its_sheet_and_is_styled_on_screen_and_paper(chart, size):
    drawing = lay_out(chart, *size)
    assert drawing.height > 0
    for shape in drawing.shapes:
        points = [(shape.x, shape.y)] if isinstance(shape, Marker | Text) else shape.points
        for x, y in points:
            assert -3 <= x <= drawing.width + 3, shape
            assert -3 <= y <= drawing.height + 3, shape
        if isinstance(shape, Text):
            assert (
                paper._INKS.get(shape.look) is not None
                or f".c-{shape.look}" in CSS
                or (shape.look == "text")
            )
        else:
            assert shape.look in paper._LOOKS
            assert re.search(rf"\.c-{shape.look}\b", CSS), shape.look
        if isinstance(shape, Area) and shape.pattern:
            assert shape.pattern in (*PATTERNS, "missing")


@SOME
@given(charts, words, words)
def test_every_drawing_is_well_formed_xml_without_style_or_script(chart, title, description):
    root = ET.fromstring(svg(chart, ident="a<b", title=title, description=description))
    assert root.get("role") == "img"
    assert root.get("aria-label") or root.get("aria-labelledby")
    for node in root.iter():
        assert node.tag != f"{SVG}script"
        assert not {"style", "onload", "onclick", "href"} & set(node.attrib)


@settings(max_examples=40, deadline=None)
@given(series, WIDTHS)
def test_values_and_names_of_periods_never_stand_on_each_other(chart, size):
    drawing = lay_out(chart, *size)
    wanted = [one for one in shapes_of(drawing, Text) if one.look == "axis-text"]
    base = max((one.y for one in wanted if one.anchor == "middle"), default=0)
    boxes = []
    for one in wanted:
        if one.anchor != "middle" or one.y != base:
            continue
        wide = width_of(one.text, one.size)
        boxes.append(Box(one.x - wide / 2, one.y - one.size, wide, one.size))
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))


def test_missing_data_break_the_line_and_are_never_zero():
    drawing = lay_out(months([90, 95, None, 92, 91]), 760, 12.5)
    lines = [one for one in shapes_of(drawing, Line) if one.look == "line"]
    assert [len(one.points) for one in lines] == [2, 2]
    strip = [one for one in shapes_of(drawing, Area) if one.look == "missing"]
    assert len(strip) == 1 + 1  # in the plot and in the legend
    assert table(months([1, None])).rows[1] == ("m 1", "No data")


def test_values_off_target_differ_in_shape_and_words():
    chart = months([90, 99], target=Target(">=", D(95)), unit="%")
    signs = {(one.sign, one.look) for one in shapes_of(lay_out(chart, 760, 12.5), Marker)}
    assert {("diamond", "mark-off"), ("circle", "mark")} <= signs
    assert [row[2] for row in table(chart).rows] == ["No", "Yes"]


def test_a_former_target_is_drawn_for_its_own_periods_only():
    old = Target(">=", D(80))
    points = [Point(str(n), D(85), target=old if n < 2 else None) for n in range(4)]
    chart = SeriesChart(points=tuple(points), target=Target(">=", D(90)))
    lines = [one for one in shapes_of(lay_out(chart, 760, 12.5), Line) if one.look == "target"]
    first, second = (one for one in lines[:2])
    assert first.points[1][0] == second.points[0][0]
    assert first.points[0][1] > second.points[0][1]
    assert [row[2] for row in table(chart).rows] == ["Yes", "Yes", "No", "No"]


def test_bands_differ_by_pattern_and_bring_their_words():
    drawing = lay_out(months([85, 95], bands=BANDS, unit="%"), 760, 12.5)
    zones = [one for one in shapes_of(drawing, Area) if one.look == "zone"]
    assert len({one.pattern for one in zones}) == 2
    assert {"Crítico", "Bueno"} <= {one.text for one in shapes_of(drawing, Text)}


def test_five_years_of_days_stay_small_and_name_years():
    day = date(2021, 1, 1)
    points = [
        Point(str(n), D(n * 37 % 100), day + timedelta(n), day + timedelta(n)) for n in range(1826)
    ]
    drawing = lay_out(SeriesChart(points=tuple(points), unit="%"), 760, 12.5)
    assert {"2021", "2023", "2025"} <= {one.text for one in shapes_of(drawing, Text)}
    assert len(svg(SeriesChart(points=tuple(points), unit="%"))) < 60_000


def test_huge_numbers_are_told_in_millions_and_the_table_has_them_whole():
    chart = months([10**9, 3 * 10**9], unit="pesos")
    texts = [one.text for one in shapes_of(lay_out(chart, 760, 12.5), Text)]
    assert "millions of pesos" in texts
    assert "3.000" in texts
    assert table(chart).rows[1][1] == "3.000.000.000\u00a0pesos"


def test_bars_begin_at_zero_and_show_both_periods():
    chart = BarChart(bars=(Bar("A", D(4), D(2)),), name="now", before_name="before")
    bars = [one for one in shapes_of(lay_out(chart, 760, 12.5), Area) if one.title.startswith("A")]
    before, now = (max(y for _x, y in one.points) - min(y for _x, y in one.points) for one in bars)
    assert now == pytest.approx(2 * before)
    assert table(chart).heads == ("What is shown", "now", "before")


def test_names_that_do_not_fit_below_bars_lie_down_with_them():
    bars = tuple(Bar("Administración", D(n)) for n in range(12))
    drawing = lay_out(BarChart(bars=bars), 336, 13)
    shown = [one for one in shapes_of(drawing, Text) if one.text == "Administración"]
    assert len(shown) == 12


def test_stacked_rows_are_shares_of_what_was_counted():
    parts = (Part("Promotores", "good"), Part("Neutros", "quiet"), Part("Detractores", "bad"))
    chart = StackedBar(parts=parts, rows=(Stack("Taller", (D(996), D(3), D(1))),))
    assert table(chart).rows[0] == (
        "Taller",
        "996 (99,6\u00a0%)",
        "3 (0,3\u00a0%)",
        "1 (0,1\u00a0%)",
        "1.000",
    )
    empty = StackedBar(parts=parts, rows=(Stack("Taller", (None, None, None)),))
    assert table(empty).rows[0][:2] == ("Taller", "No data")


def test_a_fishbone_names_categories_causes_and_the_root():
    cause = Cause("Nadie responde", ("No hay suplente",), root=True)
    chart = Fishbone(effect="Tarde", categories=(Category("Método", (cause,)),))
    for width, size in ((760, 12.5), (336, 13)):
        said = " ".join(one.text for one in shapes_of(lay_out(chart, width, size), Text))
        for wanted in ("Tarde", "Método", "Nadie responde", "No hay suplente", "root cause"):
            assert wanted in said
    assert table(chart).rows == (("Método", "Nadie responde ← No hay suplente", "root cause"),)


def test_a_sparkline_says_what_it_shows():
    text = svg(Sparkline(values=(D(1), None, D(3))), title="Cierre")
    assert 'aria-label="Cierre. Lowest 1, highest 3."' in text
    assert svg(Sparkline(values=())).count("<circle") == 0


@pytest.mark.parametrize(
    "chart",
    [SeriesChart(points=()), BarChart(bars=()), StackedBar(parts=(), rows=())],
)
def test_a_chart_without_data_says_so(chart):
    assert "There is nothing to draw yet." in svg(chart)
    assert describe(chart) == "There is nothing to draw yet."


def test_a_figure_has_both_drawings_and_every_value():
    made = figure(months([1, 2, 3]), "one")
    assert made.wide != made.narrow
    assert 'viewBox="0 0 336' in made.narrow
    assert len(made.table.rows) == 3
    assert made.table.look(1) == "num"


@given(words, st.floats(5, 400), st.integers(1, 4))
@example("Administración y atención de peticiones", 60.0, 2)
def test_broken_and_cut_text_keeps_to_its_room(text, room, most):
    lines = wrap(text, room, 10, most)
    assert len(lines) <= most
    for line in (*lines, cut(text, room, 10)):
        assert len(line) <= 2 or width_of(line, 10) <= room + 0.02


def test_text_is_never_measured_much_too_narrow():
    fonts.register()
    from reportlab.pdfbase.pdfmetrics import stringWidth

    for text in ("Cumple la meta ≥ 97 %", "Atención oportuna a llamadas", "1.234.567,89 días"):
        for bold in (False, True):
            real = stringWidth(text, fonts.face(bold=bold), 10)
            assert real <= width_of(text, 10, bold=bold) <= real * 1.5


def test_words_come_from_the_catalogue():
    words_es = Words.of(lambda text: f"«{text}»")
    assert words_es.say("last", value="1", period="x") == "«Last: 1 (x).»"
    assert words_es.month(date(2026, 1, 5)) == "ene 2026"


@settings(max_examples=25, deadline=None)
@given(charts)
def test_every_chart_can_be_printed(chart):
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(BytesIO())
    block = paper.flowable(chart, 500)
    assert block.wrap(500, 700) == (block.width, block.height)
    block.drawOn(canvas, 0, 0)
    canvas.save()


def test_a_chart_that_is_too_tall_for_a_page_is_laid_out_wider_and_shrunk():
    causes = tuple(Cause(f"Causa {at} con un texto largo que hay que partir") for at in range(12))
    bones = tuple(Category(f"Categoría {at}", causes) for at in range(6))
    tall = paper.flowable(Fishbone(effect="Demora", categories=bones), 500)
    bars = tuple(Bar(f"Sucursal {at}", Decimal(at)) for at in range(90))
    many = paper.flowable(BarChart(bars=bars, horizontal=True), 500)
    small = paper.flowable(BarChart(bars=bars[:3], horizontal=True), 500)
    assert tall.height <= paper.TALLEST
    assert many.height <= paper.TALLEST
    assert max(tall.width, many.width) <= 500 + 0.01
    assert small.width == 500


def test_limits_of_huge_values_are_written_as_the_axis_has_them_and_small_ones_are_not_zero():
    values = (10**9, 2 * 10**9, 12)
    points = tuple(Point(f"{at}", Decimal(one)) for at, one in enumerate(values))
    control = svg(ControlChart(points=points, unit="COP"))
    assert "…" not in control
    line = svg(SeriesChart(points=points, unit="COP"))
    assert "&lt; 0,1" in line


def test_a_band_whose_name_is_too_long_for_the_margin_is_named_in_full_below():
    name = "Aceptable con observaciones de la dirección general"
    chart = SeriesChart(points=(Point("1", Decimal(85)),), bands=(Band(name, Decimal(80)),))
    assert f"{name}: ≥\u00a080" in svg(chart)
