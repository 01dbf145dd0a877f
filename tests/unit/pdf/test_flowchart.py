"""Flow charts: laid out, printed on several pages, and shown as accessible SVG."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from qms.pdf.document import Sheet, build
from qms.pdf.flowchart import Edge, Label, Line, Node, Shape, lay_out
from qms.pdf.flowchart_pdf import chart_rows
from qms.pdf.flowchart_svg import chart_svg
from qms.pdf.letterhead import Letterhead
from qms.pdf.metadata import Metadata

SHEET = Sheet.of("letter")


def _nodes(count):
    for number in range(count):
        edges = (Edge(str(number + 1)),) if number < count - 1 else ()
        yield Node(str(number), str(number), f"actividad {number}", "step", ("quien",), edges)


def _pdf(chart):
    frame = Letterhead({}, {}, SHEET.text_width)
    return build(chart_rows(chart), SHEET, frame, Metadata("t", "a", "s", "es"))


graphs = st.lists(
    st.tuples(
        st.text(max_size=60),
        st.sampled_from(["start", "step", "decision", "end"]),
        st.lists(st.tuples(st.integers(-1, 12), st.text(max_size=30)), max_size=4),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_any_graph_stays_within_its_width_and_is_valid_xml(graph):
    nodes = [
        Node(str(n), str(n), text, kind, (), tuple(Edge(str(to), label) for to, label in ways))
        for n, (text, kind, ways) in enumerate(graph)
    ]
    chart = lay_out(nodes, 600)
    assert len(chart.rows) == len(nodes)
    for row in chart.rows:
        for item in row.items:
            if isinstance(item, Shape):
                assert 0 <= item.x <= item.x + item.width <= chart.width
                assert 0 <= item.y <= item.y + item.height <= row.height
            elif isinstance(item, Line):
                assert all(-1 <= x <= chart.width for x, _y in item.points)
                assert all(-1 <= y <= row.height + 1 for _x, y in item.points)
    etree.fromstring(chart_svg(chart, "Título"))


def test_every_way_ends_in_an_arrow():
    nodes = [
        Node("a", "1", "¿Cumple?", "decision", (), (Edge("c", "Sí"), Edge("b", "No"))),
        Node("b", "2", "Corregir", "step", (), (Edge("a"),)),
        Node("c", "3", "Fin", "end"),
    ]
    chart = lay_out(nodes, 500)
    arrows = [
        item for row in chart.rows for item in row.items if isinstance(item, Line) and item.arrow
    ]
    assert len(arrows) == 3
    labels = {i.text for row in chart.rows for i in row.items if isinstance(i, Label)}
    assert {"Sí", "No"} <= labels
    assert "Sí: continúa en 3" in chart.description


def test_a_way_to_nowhere_is_said_so():
    nodes = [Node("a", "1", "Uno", "step", (), (Edge("zz", "si algo pasa largo"),))]
    assert "sin destino" in lay_out(nodes, 500).description


def test_a_long_chart_goes_on_over_pages_as_one_figure():
    built = _pdf(lay_out(list(_nodes(60)), SHEET.text_width))
    assert built.pages > 2
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(built.pdf)).pages)
    assert all(f"actividad {number}" in text for number in range(60))
    assert built.pdf.count(b"/S /Figure") == 1


def test_the_svg_has_a_title_and_neither_styles_nor_scripts():
    nodes = [Node("a", "1", "<script>alert(1)</script> & \x00\x07", "step", ("<b>",))]
    svg = chart_svg(lay_out(nodes, 500), 'Flujo "<x>"', ident="f1")
    root = etree.fromstring(svg)
    names = {etree.QName(node).localname for node in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "polyline", "polygon", "text"}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f1-title f1-desc"
    for node in root.iter():
        assert not any(name == "style" or name.startswith("on") for name in node.attrib)
