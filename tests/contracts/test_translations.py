"""Every sentence of the screen, in code and templates, has its Spanish; sentences keep places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from qms.web.po import Catalogue, merge, read

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "qms" / "locale" / "es"
FOREIGN = {"colander", "deform"}
PLACE = re.compile(r"\$\{(\w+)\}")
# It runs alone, without the product and its catalogues; its error shares a name with a refusal.
STANDALONE = {Path("qms/audit/verify_trail.py")}

TEMPLATE_TAG = re.compile(
    r"<(/?)([\w:.-]+)((?:\s+[\w:.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*(/?)>", re.DOTALL
)
ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.DOTALL)
VOID = {"input", "meta", "link", "br", "img", "hr"}


def catalogue() -> dict[str, str]:
    return merge(read(path) for path in sorted(LOCALE.glob("*.po")) if path.stem not in FOREIGN)


@dataclass
class Module:
    """What one module says that a person may read, without its tree, which is large."""

    classes: list[tuple[int, str, set[str], str]] = field(default_factory=list)
    """Line, name, names of the bases, first line of the docstring."""
    calls: list[tuple[int, str, str | None, str | None]] = field(default_factory=list)
    """Line, name of what is called, and its first two arguments where they are texts."""
    texts: set[str] = field(default_factory=set)


@cache
def modules() -> dict[Path, Module]:
    return {
        path: module_of(ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "qms").rglob("*.py"))
        if path.relative_to(ROOT) not in STANDALONE
    }


def module_of(tree: ast.Module) -> Module:
    made = Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {name_of(base) for base in node.bases}
            docstring = (ast.get_docstring(node) or "").split("\n")[0]
            made.classes.append((node.lineno, node.name, bases, docstring))
        elif isinstance(node, ast.Call) and node.args:
            first, second = (*map(text_of, node.args[:2]), None)[:2]
            made.calls.append((node.lineno, name_of(node.func), first, second))
        elif text := text_of(node):
            made.texts.add(text)
    return made


def name_of(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def names_below(top: str) -> set[str]:
    """Names of the class and of all classes below it, found by their bases' names."""
    bases = {
        name: above
        for module in modules().values()
        for _line, name, above, _docstring in module.classes
    }
    found = {top}
    while fresh := {name for name, above in bases.items() if above & found} - found:
        found |= fresh
    return found


def text_of(node: ast.AST | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def python_messages() -> Iterator[tuple[str, str]]:
    refusals = names_below("Refused")
    # The trail shows the first line of an event's docstring; those with a bar are never sent.
    events = {name for name in names_below("DomainEvent") if not name.startswith("_")}
    for path, module in modules().items():
        place = str(path.relative_to(ROOT))
        for line, name, _bases, docstring in module.classes:
            if name in refusals | events:
                yield f"{place}:{line}", docstring
        for line, name, first, second in module.calls:
            if name == "_" and first is not None:
                yield f"{place}:{line}", first
            elif name == "FieldRefused" and second:
                yield f"{place}:{line}", second
            elif name in refusals and first is not None and " " in first:
                yield f"{place}:{line}", first


def attributes(text: str) -> dict[str, str]:
    return {name: double or single for name, double, single in ATTRIBUTE.findall(text)}


def flat(text: str) -> str:
    return " ".join(text.split())


def template_messages() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.pt")):
        source = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        place = str(path.relative_to(ROOT))
        for found in template_tags(source):
            yield place, found


def template_tags(source: str) -> Iterator[str]:
    for tag in TEMPLATE_TAG.finditer(source):
        if tag.group(1):
            continue
        own = attributes(tag.group(3))
        for entry in filter(None, re.split(r"[;\s]+", own.get("i18n:attributes", ""))):
            if own.get(entry):
                yield flat(own[entry])
        if "i18n:translate" in own:
            yield own["i18n:translate"] or inner(source, tag)


def inner(source: str, opening: re.Match[str]) -> str:
    """The message id of an element: its text, with named children as places."""
    text, depth, position, skipping = "", 0, opening.end(), 0
    for tag in TEMPLATE_TAG.finditer(source, opening.end()):
        if not skipping:
            text += source[position : tag.start()]
        position = tag.end()
        closing, name, raw, alone = tag.groups()
        if closing:
            if depth == 0:
                return flat(text)
            depth -= 1
            if skipping and depth < skipping:
                skipping = 0
            continue
        named = attributes(raw).get("i18n:name")
        if named and not skipping:
            text += "${" + named + "}"
        if alone or name in VOID:
            continue
        depth += 1
        if named and not skipping:
            skipping = depth
    raise AssertionError(f"no end for {opening.group()}")


def test_the_reader_of_templates_finds_what_chameleon_would() -> None:
    source = """<p i18n:translate="">Signed by <b i18n:name="who">${x}</b>
        today</p><i title="Remove it" i18n:attributes="title"/><u i18n:translate="">Save</u>"""
    assert list(template_tags(source)) == ["Signed by ${who} today", "Remove it", "Save"]


@pytest.mark.parametrize("messages", [python_messages, template_messages])
def test_every_sentence_has_its_spanish(messages) -> None:
    known = catalogue()
    missing = sorted({(msgid, place) for place, msgid in messages() if msgid not in known})
    lines = [f'{place}: msgid "{msgid}"' for msgid, place in missing]
    assert not missing, "\n" + "\n".join(lines)


def test_no_spanish_waits_for_a_sentence_that_is_gone() -> None:
    said = {
        msgid for messages in (python_messages, template_messages) for _place, msgid in messages()
    }
    said.update(*(module.texts for module in modules().values()))
    own = [path for path in LOCALE.glob("*.po") if path.stem not in FOREIGN]
    gone = {msgid for msgid in merge(map(read, own)) if msgid not in said}
    # Words of the trail are said of what its entries hold, under a context of their own.
    assert not {msgid for msgid in gone if "\x04" not in msgid}


def test_templates_hand_no_bare_text_to_the_translator() -> None:
    """A text without its domain comes back in English, whatever the catalogues hold."""
    bare = re.compile(r"""ui\.translate\(\s*["']""")
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.pt"))
        if bare.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_each_translation_keeps_the_places_of_its_sentence(path: Path) -> None:
    wrong = [
        msgid
        for msgid, text in read(path).messages.items()
        if not set(PLACE.findall(text)) <= set(PLACE.findall(msgid))
    ]
    assert not wrong


def test_rooms_do_not_translate_one_sentence_in_two_ways() -> None:
    assert catalogue()


def test_a_disagreement_of_two_rooms_is_found() -> None:
    one, other = Catalogue("a.po", {"Save": "Guardar"}), Catalogue("b.po", {"Save": "Grabar"})
    with pytest.raises(ValueError, match=r"a\.po and b\.po"):
        merge([one, other])


def test_spanish_sentences_address_the_reader_as_usted() -> None:
    informal = re.compile(
        r"\b(tú|tu|tus|puedes|debes|tienes|haz clic|click|login|password)\b", re.IGNORECASE
    )
    wrong = [text for text in catalogue().values() if informal.search(text)]
    assert not wrong
