"""The details of an entry in the words of the reader; files that are taken out keep them as is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyramid.request import Request
from translationstring import TranslationString

Tell = Callable[[str], str]
"""Gives a word that code wrote into the trail in the reader's language; others stay."""

CONTEXT = "trail"
"""The catalogues keep the words of the trail under this context: ``to`` is one of them."""
CODED = frozenset(
    {"channel", "kind", "language", "letters", "mark", "profile", "purpose", "roles"}
    | {"section", "slot", "what"}
)
"""Details whose values are words of the code or ids of the profile; all others are people's."""
NOTHING = "—"

_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLOT = re.compile(r"(.+)-(\d+)")


def teller(request: Request, names: Mapping[str, str]) -> Tell:
    """Make the function that gives words in the reader's language, ids by their ``names`` first."""

    def tell(word: str) -> str:
        if word in names:
            return names[word]
        marked = TranslationString(word, domain="qms", context=CONTEXT)
        return str(request.localizer.translate(marked))

    return tell


def names_in(profile: Mapping[str, Any]) -> dict[str, str]:
    """Give the titles of sections and steps by id; an id with several titles shows them all."""
    found: dict[str, set[str]] = {}
    for part, inner, title in (
        ("document_types", "sections", "title"),
        ("routes", "steps", "label"),
    ):
        for one in profile.get(part) or ():
            for entry in one.get(inner) or ():
                found.setdefault(str(entry["id"]), set()).add(str(entry.get(title) or ""))
    return {
        identifier: " / ".join(sorted(titles))
        for identifier, titles in found.items()
        if "" not in titles
    }


def words_of(details: Mapping[str, Any], tell: Tell, own: Tell) -> list[tuple[str, str]]:
    """Give an entry's details as pairs of name and text, changes as old → new.

    ``tell`` knows the words of the code, ``own`` also the names of the organisation's profile.
    """
    return [(tell(name), text) for name, text in _pairs(details, tell, own)]


def _pairs(details: Mapping[str, Any], tell: Tell, own: Tell) -> Iterator[tuple[str, str]]:
    if set(details) == {"old", "new"}:
        old, new = details["old"], details["new"]
        for name in {**old, **new}:
            if old.get(name) != new.get(name):
                yield name, _change(name, old.get(name), new.get(name), tell, own)
        return
    for name, value in details.items():
        if name == "values" and isinstance(value, dict):
            for inner, both in value.items():
                yield inner, _value(inner, both, tell, own)
        elif isinstance(value, dict):
            for inner, part in value.items():
                yield inner, _text(inner, part, tell, own)
        else:
            yield name, _text(name, value, tell, own)


def _value(name: str, value: Any, tell: Tell, own: Tell) -> str:
    """Write what became of one value: rooms tell ``[old, new]``, ``old`` and ``new``, or it."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return _change(name, value[0], value[1], tell, own)
    if isinstance(value, dict) and set(value) == {"old", "new"}:
        return _change(name, value["old"], value["new"], tell, own)
    return _text(name, value, tell, own)


def _change(name: str, before: Any, after: Any, tell: Tell, own: Tell) -> str:
    return f"{_text(name, before, tell, own)} → {_text(name, after, tell, own)}"


def _text(name: str, value: Any, tell: Tell, own: Tell) -> str:
    """Write a value; ``name`` says whether its words are those of the code."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return tell("yes") if value else tell("no")
    if isinstance(value, dict):
        inner = (
            f"{tell(key)}: {_text(name if name in CODED else key, part, tell, own)}"
            for key, part in value.items()
        )
        return "; ".join(inner)
    if isinstance(value, list):
        sign = " · " if isinstance(value[0], dict) else ", "
        return sign.join(_text(name, one, tell, own) for one in value)
    if not isinstance(value, str):
        return str(value)
    return _word(name, value, tell, own)


def _word(name: str, value: str, tell: Tell, own: Tell) -> str:
    if _HASH.fullmatch(value):
        # A hash is recognised by its beginning; the export holds it whole.
        return f"{value[:16]}…"
    if day := _DAY.fullmatch(value):
        return "/".join(reversed(day.groups()))
    if name == "slot" and (slot := _SLOT.fullmatch(value)):
        return f"{own(slot[1])} {slot[2]}"
    if name == "section":
        return own(value)
    return tell(value) if name in CODED else value
