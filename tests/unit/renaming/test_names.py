"""A name is replaced where it stands as whole words and is meant, and nowhere else."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.text import fold
from qms.renaming.leaves import changed, holders
from qms.renaming.names import Renaming, plain_text

OLD, NEW = "Asesor de Servicio al Cliente", "Analista de Experiencia"
WORDS = Renaming.of(OLD, NEW)

fillers = st.sampled_from(["el", "los", "firma", "y", "asesorado", "cliente;", "más", "ñandú", "3"])
name_words = st.lists(
    st.sampled_from(["Ácido", "Jefe", "SAC", "Niño", "Q&A", "Operación"]), min_size=1, max_size=3
)
names = name_words.map(" ".join)
tags = st.sampled_from(
    [
        "",
        "<p>",
        "</p>",
        "<strong>",
        "</strong>",
        "<br>",
        '<a href="https://x.co/?a=Jefe>b">',
        "</a>",
    ]
)


class Tags(HTMLParser):
    """Lists tags and attributes in their order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, tuple(attributes)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")


@st.composite
def texts(draw, old):
    """Draw fillers with the name between some of them, never twice side by side."""
    parts = [draw(fillers)]
    for _each in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            parts.append(old)
        parts += draw(st.lists(fillers, min_size=1, max_size=3))
    return parts


@given(old=names, new=names, data=st.data())
def test_replacing_twice_changes_nothing_more(old, new, data):
    words = Renaming.of(old, new)
    if fold(old) == fold(new):
        return
    once = words.apply(" ".join(data.draw(texts(old))))
    assert words.apply(once) == once
    assert words.spans(once) == []


@given(old=names, new=names, data=st.data())
def test_only_the_name_is_touched_and_the_way_back_gives_the_same(old, new, data):
    parts = data.draw(texts(old))
    if fold(old) in fold(new) or fold(new) in fold(old):
        return
    text = " ".join(parts)
    forth = Renaming.of(old, new).apply(text)
    assert forth == " ".join(new if one == old else one for one in parts)
    assert Renaming.of(new, old).apply(forth) == text


@given(old=names, new=names, data=st.data())
def test_html_keeps_its_tags_and_addresses_and_reads_as_replaced_text(old, new, data):
    if fold(old) == fold(new):
        return
    parts = data.draw(texts(old))
    marked = [f"{data.draw(tags)}{escape(one, quote=False)}" for one in parts]
    html = " ".join(marked)
    words = Renaming.of(old, new)
    after = words.apply(html, html=True)
    assert Tags(after).found == Tags(html).found
    assert plain_text(after) == words.apply(plain_text(html))
    assert words.apply(after, html=True) == after


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("el asesor de servicio al cliente", "el analista de experiencia"),
        ("ASESOR DE SERVICIO AL CLIENTE", "ANALISTA DE EXPERIENCIA"),
        ("Asesor de  Servicio\nal Cliente.", "Analista de Experiencia."),
        ("Asésor de servicio al cliente", NEW),
        ("Asesores de Servicio al Cliente", None),
        ("subAsesor de Servicio al Cliente", None),
        ("Asesor de Servicio al Clientela", None),
    ],
)
def test_case_accents_and_blanks_do_not_matter_but_words_are_whole(text, wanted):
    assert WORDS.apply(text) == (text if wanted is None else wanted)


def test_a_name_inside_a_longer_name_is_not_meant():
    process = Renaming.of(
        "Servicio al Cliente", "Experiencia", [OLD, "Jefe de Servicio al Cliente"]
    )
    text = f"El {OLD} atiende en Servicio al Cliente."
    assert process.apply(text) == f"El {OLD} atiende en Experiencia."


def test_acronyms_stay_capitals_where_the_rest_is_small():
    words = Renaming.of("Jefe de Sistemas", "Líder de TI")
    assert words.apply("el jefe de sistemas") == "el líder de TI"


def test_entities_are_text_and_not_names():
    words = Renaming.of("amp", "X")
    assert words.apply("<p>A &amp; B amp</p>", html=True) == "<p>A &amp; B X</p>"
    research = Renaming.of("Área I & D", "Área A < B")
    assert research.apply("<p>área&nbsp;I &amp; D</p>", html=True) == "<p>Área A &lt; B</p>"


def test_ids_codes_kinds_and_titles_of_other_documents_stay():
    data = {
        "rows": [
            {
                "id": "asesor",
                "kind": "asesor",
                "number": "1",
                "title": "El asesor llama",
                "html": "<p>Asesor</p>",
                "responsible": ["asesor", "jefe"],
                "responsible_text": "Asesor de turno",
                "records": [{"code": "FOR-1", "text": "Planilla del asesor"}],
                "branches": [{"condition": "si el asesor puede", "to": "asesor"}],
            }
        ]
    }
    words = Renaming.of("Asesor", "Guía")

    def put(text, html, _row):
        return words.apply(text, html=html)

    row = changed("activities", data, put)["rows"][0]
    assert (row["id"], row["kind"], row["responsible"]) == ("asesor", "asesor", ["asesor", "jefe"])
    assert row["title"] == "El guía llama"
    assert row["html"] == "<p>Guía</p>"
    assert row["responsible_text"] == "Guía de turno"
    assert row["records"] == [{"code": "FOR-1", "text": "Planilla del asesor"}]
    assert row["branches"] == [{"condition": "si el guía puede", "to": "asesor"}]
    follows = changed("activities", data, put, lambda code: code == "FOR-1")
    assert follows["rows"][0]["records"][0]["text"] == "Planilla del guía"
    assert list(holders(data, "asesor")) == [("1 El asesor llama", "responsible")]
    assert changed("process-documents", data, put) == data
