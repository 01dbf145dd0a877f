"""Papers and worlds for tests of single rules."""

from __future__ import annotations

from qms.documents.lint.data import Edition, Known, Paper, Part, World, title_key
from qms.documents.lint.engine import check
from qms.documents.lint.units import units_of
from qms.kernel.codes import CodeGrammar

GRAMMAR = CodeGrammar.from_data(
    {
        "company": "AX",
        "types": {"PRO": "procedure", "FOR": "form"},
        "processes": {"SC": "sc"},
        "patterns": ["{type}-{company}-{process}-{number:2}"],
    }
)


def part(section, kind, data, title="", number=""):
    return Part(section, kind, number, title, data, units_of(section, kind, title, data))


def paper(*parts, history=(), **more):
    facts = {
        "uid": "u1",
        "code": "PRO-AX-SC-09",
        "title": "Atender",
        "type_id": "procedure",
        "type_name": "Procedimiento",
        "process_id": "sc",
        "order": 0,
        "label": "1",
        "state": "draft",
        "steps": ("drafted", "approved"),
    }
    return Paper(**facts | more, parts=parts, history=tuple(history) or (Edition("1", 0, {}),))


def world(*documents, **more):
    known = {one.code: one for one in documents}
    titles = {}
    for one in documents:
        titles.setdefault(title_key(one.title), []).append(one.code)
    facts = {
        "find_document": known.get,
        "find_titles": lambda key: tuple(titles.get(key, ())),
        "positions": {"jefe": "Jefe de Servicio", "asesor": "Asesor de Servicio"},
        "reads_code": lambda text: GRAMMAR.parse(text) is not None,
        "type_words": frozenset({"procedimient", "format"}),
    }
    return World(**facts | more)


def document(code, title, state="in-force"):
    return Known(code, title, "form", state)


def told(one, around=None, rule=None):
    found = check(one, around or world()).findings
    return [finding for finding in found if rule is None or finding.rule == rule]
