"""Every sentence of signing has its Spanish, and names the levels honestly."""

import ast
import inspect
import re
from pathlib import Path

import qms.signing
from qms.signing import errors, report

ROOM = Path(qms.signing.__file__).parent
CATALOGUE = ROOM.parent / "locale" / "es" / "signing.po"


def spoken():
    """Collect what the room can say: refusals, findings, levels and sources of time."""
    sentences = {
        inspect.getdoc(kind)
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__
    }
    for module in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
                sentences |= {
                    part.value for part in node.args[:1] if isinstance(part, ast.Constant)
                }
    sources = {report.DECLARED, report.SIGNATURE_STAMP, report.DOCUMENT_STAMP}
    return sentences | {*report.LEVELS, report.UNKNOWN} | sources


def catalogue():
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOGUE.read_text(), re.MULTILINE)
    return dict(pairs)


def test_every_sentence_has_its_spanish_and_none_is_left_over():
    assert set(catalogue()) == spoken()
    assert len(spoken()) > 40


def test_the_values_of_a_sentence_survive_its_translation():
    for english, spanish in catalogue().items():
        assert set(re.findall(r"\$\{\w+\}", english)) == set(re.findall(r"\$\{\w+\}", spanish))


def test_no_level_is_called_a_digital_signature():
    assert "digital" not in CATALOGUE.read_text().lower()
