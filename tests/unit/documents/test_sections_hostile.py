"""Section kinds under attack: what is typed is text, on the page and in a comparison."""

from __future__ import annotations

import lxml.html
import pytest
from chameleon import PageTemplate
from chameleon.utils import Markup
from pyramid import testing
from pyramid.renderers import get_renderer

from qms.documents.comparison import compare_lines
from qms.documents.sections import KINDS, kind_of
from qms.documents.sections.base import Empty, Reference
from qms.web.richtext import clean_html

XSS = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
TEMPLATE = "${1/0} {{7*7}} <b tal:content=\"structure '<i>'\">x</b>"
PAYLOADS = pytest.mark.parametrize("payload", [XSS, TEMPLATE, "javascript:alert(3)"])
ALL = pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)

PAGE = PageTemplate(
    '<div xmlns:metal="http://xml.zope.org/namespaces/metal">'
    "<div metal:use-macro=\"reader.macros['read']\"/></div>"
)
DIFFERENCES = PageTemplate(
    '<div xmlns:metal="http://xml.zope.org/namespaces/metal">'
    "<div metal:use-macro=\"macros.macros['differences']\"/></div>"
)


class Screen:
    """As much of a page's frame as the reading macros use."""

    def clean(self, html):
        return Markup(clean_html(html or ""))

    def icon(self, name, label=None):
        return Markup("<svg></svg>")

    def chip(self, state, word=None):
        return Markup("<span></span>")

    def translate(self, text):
        return str(text)


class Hostile(Empty):
    """A scope in which every name is an attack too."""

    def __init__(self, payload):
        super().__init__()
        object.__setattr__(self, "payload", payload)

    def position_name(self, position_id):
        return self.payload

    def reference(self, code):
        return Reference(code, self.payload, "in-force", "/x") if "1" in code else None

    def file(self, file_id):
        return {"filename": self.payload, "size": 10, "url": "/file"}


def filled(payload):
    """Give content of each kind in which every text is the attack."""
    p = payload
    return {
        "text": {"html": p},
        "glossary": {"terms": [{"term": p, "definition": p}]},
        "references": {"items": [{"code": p, "title": p, "note": p}, {"code": "X-1"}]},
        "activities": {
            "rows": [
                {
                    "id": "a",
                    "number": p[:10],
                    "title": p,
                    "html": p,
                    "responsible": ["x"],
                    "responsible_text": p,
                    "records": [{"code": p, "text": p}, {"code": "X-1", "text": p}],
                    "branches": [{"condition": p, "to": p}, {"condition": p, "to": "b"}],
                    "kind": "decision",
                },
                {"id": "b", "number": "2", "title": p, "html": "", "kind": "step"},
            ]
        },
        "indicators": {
            "cards": [
                {
                    "id": "i",
                    "name": p,
                    "objective": p,
                    "formula_text": p,
                    "variables": [{"name": "a", "description": p, "source": p}],
                    "source": p,
                    "unit": p[:30],
                    "target": {"direction": ">=", "value": "9", "high": None},
                    "bands": [
                        {
                            "name": p[:60],
                            "low": "0",
                            "high": "9",
                            "high_inclusive": True,
                            "low_inclusive": True,
                            "colour": "#112233",
                        }
                    ],
                    "responsible_analysis": "x",
                    "note": p,
                }
            ]
        },
        "sipoc": {
            "rows": [
                {
                    "phase": "do",
                    "suppliers": [p],
                    "inputs": [p],
                    "activities": [p],
                    "outputs": [p],
                    "customers": [p],
                }
            ]
        },
        "objectives": {
            "rows": [
                {
                    "objective": p,
                    "target": p,
                    "indicators": [p],
                    "owner": "x",
                    "first": "2026-01-01",
                    "last": "2026-12-31",
                    "plan": p,
                }
            ]
        },
        "risks": {"rows": [{"risk": p, "control": p, "level": p[:40]}]},
        "requirements": {"groups": [{"name": p, "items": [{"reference": p, "text": p}]}]},
        "resources": {"groups": [{"name": p, "items": [p]}]},
        "table": {"columns": [p], "rows": [[p]], "note": p},
        "annexes": {"items": [{"code": p, "title": p, "file": "f", "html": p}]},
        "process-documents": {
            "note": p,
            "rows": [{"code": p, "title": p, "type": p, "version": p}],
        },
    }


@pytest.fixture(autouse=True)
def templates():
    with testing.testConfig() as config:
        config.include("pyramid_chameleon")
        yield


def read(kind, data, scope):
    reader = get_renderer(kind.template).implementation()
    return PAGE(reader=reader, data=data, scope=scope, ui=Screen(), kind=kind)


def assert_inert(html):
    tree = lxml.html.fromstring(html)
    for node in tree.iter():
        assert node.tag not in {"script", "img", "iframe", "object", "style", "base", "form"}
        assert not [name for name in node.attrib if name.startswith("on") or name == "style"]
        assert not node.get("href", "").lower().lstrip().startswith(("javascript:", "data:"))


@ALL
@PAYLOADS
def test_d4_26_d4_33_every_text_of_every_kind_is_inert_where_it_is_read(kind, payload):
    """Stored as it came, without any cleaning: the page is safe on its own."""
    html = read(kind, filled(payload)[kind.name], Hostile(payload))
    assert_inert(html)
    if payload is TEMPLATE:
        assert "${1/0}" in html
        assert "{{7*7}}" in html


@ALL
def test_d4_26_cleaned_content_of_every_kind_is_inert_too(kind):
    scope = Hostile(XSS)
    data = kind.schema(scope).deserialize(filled(XSS)[kind.name])
    assert_inert(read(kind, data, scope))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<p onclick="alert(1)" style="background:url(//evil)">x</p>',
        "<base href='//evil'><form action='//evil'><p>x</p></form>",
        (
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
            "onerror=alert(1)&gt;'>x"
        ),
        "<svg><script>alert(1)</script></svg><p>x</p>",
    ],
)
@pytest.mark.parametrize("name", ["text", "activities", "annexes"])
def test_d4_30_rich_text_is_cleaned_on_arrival_and_stays_as_it_is(name, html):
    kind = kind_of(name)
    data = {
        "text": {"html": html},
        "activities": {"rows": [{"id": "a", "html": html, "title": "t"}]},
        "annexes": {"items": [{"title": "t", "html": html}]},
    }[name]
    schema = kind.schema(Empty())
    stored = schema.deserialize(data)
    kept = stored["html"] if name == "text" else next(iter(stored.values()))[0]["html"]
    assert_inert(f"<div>{kept}</div>")
    assert schema.deserialize(stored) == stored


@ALL
def test_d4_31_the_comparison_shows_an_attack_as_text(kind):
    scope = Hostile(XSS)
    lines = kind.lines(filled(XSS)[kind.name], scope)
    found = [{"number": XSS, "title": XSS, "kind": "changed", "lines": compare_lines([], lines)}]
    macros = get_renderer("qms.templates:documents/macros.pt").implementation()
    html = DIFFERENCES(macros=macros, differences=found, ui=Screen())
    assert_inert(html)
    assert "&lt;script&gt;" in html


@ALL
def test_no_text_without_end_is_taken(kind):
    endless = "x" * 300_000
    data = filled(endless)[kind.name]
    with pytest.raises(Exception, match=r"200000|maximum|too long|Choose"):
        kind.schema(Hostile("x")).deserialize(data)
