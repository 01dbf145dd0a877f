"""Formatted text: what is let in is harmless, and clean text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from qms.web.richtext import TAGS, clean_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVa&#115;cript:alert(1)">x</a>',
    '<a href=" &#9;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//h.example/x">x</a>',
    '<a href="/aexpress/change">x</a>',
    '<a href="vbscript:x" style="x" onclick="y">x</a>',
    "<base href='//h.example'><form action=/x><input name=q></form>",
    "<style>*{}</style><p style='color:red' class=x id=main>hola</p>",
    '<svg><p><style><a id="</style><img src=1 onerror=alert(1)>">',
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'
    ),
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p>${7*7}</p><b>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "<b<script>alert(1)</script>",
    "\x00<scr\x00ipt>alert(1)</script>",
]


def assert_harmless(cleaned: str) -> None:
    if not cleaned:
        return
    for element in lxml_html.fragment_fromstring(cleaned, create_parent="div").iter():
        assert element.tag in TAGS | {"div"}
        assert set(element.attrib) <= {"href"}
        if "href" in element.attrib:
            assert element.tag == "a"
            assert element.get("href").lower().startswith(("http://", "https://", "mailto:"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_d4_30_attacks_become_harmless_and_stay_so(attack):
    cleaned = clean_html(attack)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


PIECES = st.sampled_from(
    [*ATTACKS, "<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<ul><li>", "<h1>", "</h2>",
     "<b>", "</i>", "<a href='https://a.example/ñ'>", "</a>", "&amp;", "&lt;b&gt;", "&nbsp;", "<",
     ">", "\n\n", "texto ", "<br>", "<svg>", "<style>", "<!--", "-->", "<math>", '"', "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=120))
def test_d4_30_cleaning_twice_is_cleaning_once(source):
    cleaned = clean_html(source)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


def test_what_the_editor_writes_is_kept():
    written = (
        "<h3>Título</h3><p><strong>a</strong> <em>b</em> <u>c</u></p><ul><li><p>x</p></li></ul>"
        '<p><a href="https://a.example/b?c=1">enlace</a></p><blockquote><p>cita</p></blockquote>'
    )
    assert clean_html(written) == written
    table = (
        '<table style="x"><colgroup><col></colgroup>'
        '<tbody><tr><th colspan="1">a</th></tr></tbody></table>'
    )
    assert clean_html(table) == "<table><tbody><tr><th>a</th></tr></tbody></table>"


def test_pasted_tags_become_ours():
    assert clean_html("<h1>a</h1><p><b>b</b><i class=x>c</i></p>") == (
        "<h3>a</h3><p><strong>b</strong><em>c</em></p>"
    )


def test_plain_text_becomes_paragraphs():
    assert clean_html("uno & dos\r\ntres\n\ncuatro") == "<p>uno &amp; dos<br>tres</p><p>cuatro</p>"


@pytest.mark.parametrize("empty", ["", "  ", "<p></p>", "<p><br></p>", "<p>&nbsp;</p>\n"])
def test_nothing_stays_nothing(empty):
    assert clean_html(empty) == ""
