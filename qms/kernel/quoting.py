"""What is new in a mail, apart from what it quotes of earlier ones; nothing is lost."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["split_quoted"]

_SEPARATOR = re.compile(
    r"^\s*(?:-{2,}\s*(?:mensaje original|mensaje reenviado|original message|forwarded message)"
    r"\s*-{2,}|_{10,})\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:escribió|escribi[oó]:|wrote|escreveu)\s*:?\s*$", re.IGNORECASE)
_ON = re.compile(r"^\s*(?:el|on|em|le)\b.*\d", re.IGNORECASE)
_FROM = re.compile(r"^\s*\*?(?:de|from)\s*:\*?\s*\S", re.IGNORECASE)
_HEADER = re.compile(
    r"^\s*\*?(?:enviado|fecha|sent|date|para|to|asunto|subject|cc)\s*:", re.IGNORECASE
)
_MOST_LINES = 2000
"""Lines in which a quotation is looked for."""
_LONGEST_LEAD = 3
"""Lines over which a program may spread «On such a day such a person wrote:»."""


_SHORT = 5000
"""Characters of a text of which it is remembered how it was split: pages ask again and again."""


def split_quoted(text: str) -> tuple[str, str]:
    """Give what is new, and what is quoted; all of it counts as new where that cannot be told.

    Every line with words is in exactly one of both, in its order.
    """
    return _remembered(text) if len(text) <= _SHORT else _split(text)


def _split(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    cut = _cut(lines)
    if cut is not None:
        return _parts(text, lines[:cut], lines[cut:])
    marked = [one.lstrip().startswith(">") for one in lines]
    if not any(marked):
        return text, ""
    first = marked.index(True)
    last = len(marked) - 1 - marked[::-1].index(True)
    inside = lines[first : last + 1]
    if any(one.strip() and not one.lstrip().startswith(">") for one in inside):
        return text, ""  # answers stand between the quoted lines
    first -= _lead(lines, first)
    return _parts(text, [*lines[:first], *lines[last + 1 :]], lines[first : last + 1])


_remembered = lru_cache(maxsize=512)(_split)


def _parts(text: str, new: list[str], quoted: list[str]) -> tuple[str, str]:
    said, rest = "\n".join(new).strip(), "\n".join(quoted).strip()
    return (said, rest) if said and rest else (text, "")


def _cut(lines: list[str]) -> int | None:
    """Give the line from which on everything is an earlier mail without marks of its own."""
    for at, line in enumerate(lines[:_MOST_LINES]):
        if _SEPARATOR.match(line):
            return at
        follows = [one for one in lines[at + 1 : at + 5] if one.strip()]
        if _FROM.match(line) and sum(bool(_HEADER.match(one)) for one in follows) >= 2:
            return at
    for at, line in enumerate(lines[:_MOST_LINES]):
        if not _WROTE.search(line):
            continue
        below = next((one for one in lines[at + 1 :] if one.strip()), None)
        lead = _lead(lines, at + 1)
        if lead and below is not None and not below.lstrip().startswith(">"):
            return at + 1 - lead
    return None


def _lead(lines: list[str], first: int) -> int:
    """Count the lines before ``first`` that say who wrote what follows, blank ones included."""
    at = first - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0 or not _WROTE.search(lines[at]):
        return 0
    for start in range(at, max(-1, at - _LONGEST_LEAD), -1):
        if not lines[start].strip():
            break
        if _ON.match(lines[start]):
            return first - start
    return 0
