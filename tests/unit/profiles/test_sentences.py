"""Every sentence of the room has its Spanish, with the same places to fill."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from translationstring import TranslationString

import qms.profiles
from qms.profiles.errors import ProfileMistakes
from qms.profiles.loader import load_text
from qms.web.po import merge, read

ROOM = Path(qms.profiles.__file__).parent
CATALOGUE = ROOM.parent / "locale" / "es" / "profiles.po"


def spanish() -> dict[str, str]:
    entries = re.findall(
        r'^msgid (".*")\nmsgstr (".*")$', CATALOGUE.read_text("utf-8"), re.MULTILINE
    )
    return {ast.literal_eval(one): ast.literal_eval(other) for one, other in entries if one != '""'}


def everywhere() -> set[str]:
    """Give what any room has in Spanish; a word may stand in the file of another room."""
    return set(merge(read(path) for path in CATALOGUE.parent.glob("*.po")))


def marked() -> set[str]:
    found: set[str] = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                first = node.args[0]
                found |= {first.value} if isinstance(first, ast.Constant) else set()
    return found


def test_every_sentence_is_translated() -> None:
    assert len(marked()) > 80
    assert not marked() - everywhere()


def test_translations_fill_the_same_places() -> None:
    places = re.compile(r"\$\{\w+\}")
    for english, other in spanish().items():
        assert other.strip()
        assert set(places.findall(english)) == set(places.findall(other)), english


def test_a_mistake_is_said_in_spanish(text: str) -> None:
    catalogue = spanish()

    def translate(sentence: TranslationString) -> str:
        return TranslationString(sentence, default=catalogue[sentence]).interpolate()

    damaged = text.replace("superior: director-medico", "superior: director-medica")
    with pytest.raises(ProfileMistakes) as found:
        load_text(damaged, "perfil.yaml")

    (line,) = found.value.lines(translate)
    assert line == (
        "perfil.yaml:24: positions[1].superior: no existe el cargo «director-medica»; "
        "¿quiso decir «director-medico»?"
    )
