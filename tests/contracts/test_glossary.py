"""The glossary names what the product has, no less and no more, in the words of the screen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from qms.documents import sections, workflow
from qms.security.matrix import ROLES
from qms.security.permissions import Permission
from qms.web.chips import CHIPS
from qms.web.po import merge, read

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
LOCALE = ROOT / "qms" / "locale" / "es"


def tables() -> dict[str, dict[str, tuple[str, str]]]:
    """Under each heading: code to Spanish and English."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    heading = ""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            found[heading] = {}
        elif line.startswith("|") and heading:
            spanish, english, code = (cell.strip() for cell in line.strip("|").split("|"))
            if set(spanish) <= {"-"} or code == "code":
                continue
            for name in re.findall(r"`([^`]+)`", code):
                found[heading][name] = (spanish, english)
    return found


def type_names() -> set[str]:
    """Every ``type_name`` that a class of the product gives itself."""
    return {
        statement.value.value
        for path in (ROOT / "qms").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and any(getattr(target, "id", "") == "type_name" for target in statement.targets)
        and isinstance(statement.value, ast.Constant)
    }


IN_THE_PRODUCT = {
    "Contenido": type_names,
    "Estados": lambda: set(workflow.STATES),
    "Roles": lambda: set(ROLES),
    "Permisos": lambda: {str(one) for one in Permission},
    "Clases de sección": lambda: set(sections.kinds()),
}


@pytest.mark.parametrize("heading", IN_THE_PRODUCT)
def test_the_glossary_names_everything_of_its_kind_and_nothing_that_is_gone(heading):
    assert set(tables()[heading]) == IN_THE_PRODUCT[heading]()


def test_every_row_has_a_word_in_both_languages():
    empty = [
        (heading, code)
        for heading, rows in tables().items()
        for code, words in rows.items()
        if not all(words)
    ]
    assert empty == []


@pytest.mark.parametrize("state", workflow.STATES)
def test_the_glossary_says_a_state_as_the_chip_on_the_screen_says_it(state):
    spanish, english = tables()["Estados"][state]
    words = merge(read(path) for path in [LOCALE / "web.po"])
    assert english == str(CHIPS[state].word)
    assert spanish.partition(" (")[0] == words[english]
