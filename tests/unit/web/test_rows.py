"""Rows of long lists say what their template would have said for each of them."""

from typing import Any, NamedTuple

import pytest
from chameleon import PageTemplate
from chameleon.utils import Markup
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from qms.web import rows

ROW = """<tr><td class="code" title="${row.why}" data-label="${label}">${row.code}</td>
  <td>100 % ${row.chips}</td></tr>
"""


class Line(NamedTuple):
    """A row."""

    code: Any
    why: Any
    chips: Any


class Found:
    """What Pyramid gives for the name of a template."""

    def implementation(self):
        return PageTemplate(ROW)


@pytest.fixture(scope="module", autouse=True)
def template():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "get_renderer", lambda _name: Found())
        yield


texts = st.one_of(
    st.none(),
    st.integers(),
    st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Co")), max_size=20),
    st.sampled_from(["<b>", "%(code)s", "%s", "\"'&amp;", "${row.code}", "&lt;"]),
)


def shown(value):
    return "" if value is None else str(value)


@given(lines=st.lists(st.builds(Line, texts, texts, texts), max_size=4), label=texts)
def test_every_value_stands_where_its_template_has_it_and_nothing_else_does(lines, label):
    made = rows.rows_of("any", lines, label=label)
    table = html.fromstring(f"<table>{made}</table>")
    found = table.findall(".//tr")
    assert len(found) == len(lines)
    for row, line in zip(found, lines, strict=True):
        code, chips = row.findall("td")
        assert (code.text or "") == shown(line.code)
        assert code.get("title") == shown(line.why)
        assert code.get("data-label", "") == shown(label)
        assert chips.text == f"100 % {shown(line.chips)}"
        assert not row.findall("td/*")


def test_ready_markup_stays_markup():
    made = rows.rows_of("any", [Line("<", None, Markup("<b>x</b>"))], label="L")
    assert "<td>100 % <b>x</b></td>" in made
    assert ">&lt;</td>" in made
    assert made.__html__() == made
