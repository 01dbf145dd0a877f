"""Spanish words as the checks compare them: without accents, endings and little words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from qms.kernel.text import fold

_LITTLE = (
    "a al ante con de del desde e el en entre la las lo los o para por que se segun sin sobre su "
    "sus u un una unas uno unos y"
)
LITTLE = frozenset(_LITTLE.split())
"""Words that carry no meaning of their own in a title."""
_DANGLING = (
    "a al ante con de del desde e el en la las los o para por que segun sin su sus u un una y como "
    "cuyo cuya mediante"
)
DANGLING = frozenset(_DANGLING.split())
"""Words that no sentence ends with."""
LONGEST = 20_000
"""So many characters of a text are looked at."""

_WORD = re.compile(r"[^\W_]+(?:['’´`][^\W_]+)?|[^\W_]+")
_POSSESSIVE = re.compile(r"['’´`]s\b")
_VERB = re.compile(r"(?<=...)(?:[aei]r)\Z")


class _Folded(dict[int, str]):
    """What each character is when it is folded, worked out once."""

    def __missing__(self, point: int) -> str:
        """Fold a character that was not met before."""
        found = self[point] = fold(chr(point))
        return found


_FOLDED = _Folded()


@lru_cache(maxsize=2000)
def folded(text: str) -> str:
    """Fold a text as ``kernel.text.fold`` does, character by character and several times faster."""
    if text.isascii():
        return text.lower()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.translate(_FOLDED)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Give what a folded word has in common with its plural and its plainest verb forms."""
    found = word
    if len(found) > 3 and found.endswith("s") and not found.endswith("ss"):
        found = found[:-1]
    if len(found) > 3 and found[-1] in "aeo":
        return found[:-1]
    if len(found) > 5 and _VERB.search(found):
        return found[:-2]
    if len(found) > 5 and found.endswith("an"):
        # «realizan» and «realiza» are one verb.
        return found[:-2]
    return found


def content_words(text: str) -> tuple[str, ...]:
    """Give the folded words of a text that carry meaning, in order."""
    plain = _POSSESSIVE.sub("", folded(text[:LONGEST]))
    return tuple(word for word in _WORD.findall(plain) if word not in LITTLE)


def stems(text: str) -> tuple[str, ...]:
    """Give the stems of the words that carry meaning, in order."""
    return tuple(stem(word) for word in content_words(text))


def has_run(words: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Tell whether ``run`` stands in ``words`` without a gap."""
    width = len(run)
    return bool(run) and any(words[at : at + width] == run for at in range(len(words) - width + 1))


def joined(names: list[str] | tuple[str, ...], most: int = 5) -> str:
    """List names for a sentence, the first few of many."""
    shown = ", ".join(names[:most])
    return f"{shown}…" if len(names) > most else shown


def quoted(text: str, longest: int = 90) -> str:
    """Shorten a text that a sentence quotes."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def sentences(text: str) -> list[str]:
    """Divide a paragraph at full stops that end a sentence."""
    return [one for one in re.split(r"(?<=[.!?;])\s+", text[:LONGEST]) if one.strip()]
