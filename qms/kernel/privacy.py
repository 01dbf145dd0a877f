"""What who has no need to know sees of a person (Ley 1581 de 2012, art. 4 f and h)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qms.kernel.text import fold

HIDDEN = "•••"
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_NUMBER = re.compile(r"\d(?:[ .-]?\d){6,14}")
_WORD = re.compile(r"[^\W\d_]+")
_LOCAL_NUMBER = 10
_SHORTEST_WORD, _SHORTEST_NUMBER, _SHORTEST_PLACE = 3, 5, 8
"""Letters, digits and characters below which a part of somebody's data names nobody."""


def mask_name(name: str) -> str:
    """Leave the initials."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in name.split())


def mask_email(address: str) -> str:
    """Leave the first letter of the name and of the domain."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}" if at else (HIDDEN if address else "")


def mask_number(number: str) -> str:
    """Leave the last two digits."""
    return f"{HIDDEN}{number[-2:]}" if number else ""


def veiled(text: str, *persons: Mapping[str, str], numbers: bool = False) -> str:
    """Hide in a text what names these persons, and every e-mail address.

    ``persons`` are data with ``name``, ``id``, ``email``, ``phone`` and ``address``. A word of a
    name is hidden wherever it begins with a capital, so that «Señora Peña» names nobody.
    ``numbers`` hides all that are as long as those of people, where theirs are not at hand.
    """
    text = _ADDRESS.sub(lambda found: mask_email(found[0]), text)
    if numbers:
        text = _NUMBER.sub(lambda found: mask_number(found[0]), text)
    for person in persons:
        for key in ("id", "phone"):
            # Of a telephone without its country, which few people write.
            digits = re.sub(r"\D", "", person.get(key) or "")[-_LOCAL_NUMBER:]
            if len(digits) >= _SHORTEST_NUMBER:
                text = re.sub(r"\D{0,2}".join(digits), mask_number(digits), text)
        place = (person.get("address") or "").strip()
        if len(place) >= _SHORTEST_PLACE:
            text = re.sub(re.escape(place), HIDDEN, text, flags=re.IGNORECASE)
        names = {fold(one) for one in (person.get("name") or "").split()}
        text = _WORD.sub(lambda found, names=names: _veil(found[0], names), text)  # type: ignore[misc]
    return text


def _veil(word: str, names: set[str]) -> str:
    hidden = word[0].isupper() and len(word) >= _SHORTEST_WORD and fold(word) in names
    return f"{word[0]}{HIDDEN}" if hidden else word


def mask_typed(text: str) -> str:
    """Hide what somebody typed to name a person: an address, a number, or a name."""
    if "@" in text:
        return mask_email(text)
    return mask_number(text) if any(one.isdigit() for one in text) else mask_name(text)
