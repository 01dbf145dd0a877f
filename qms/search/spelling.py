"""What somebody most likely meant who typed a word that nothing begins with.

Spanish is misspelt by ear: s, c and z, b and v, ll and y, g and j, a silent h. Words are compared
as they sound, and then letter by letter, a slip or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 4
"""Letters of a word that can be guessed; fewer could mean anything."""
LONG = 8
"""From so many letters on, two slips are one word still."""
_SOUNDS = tuple(
    (re.compile(letters), heard)
    for letters, heard in (
        ("ch", "1"),
        ("h", ""),
        ("g(?=[ei])", "j"),
        ("gu(?=[ei])", "g"),
        ("c(?=[ei])", "s"),
        ("qu(?=[ei])", "k"),
        ("[cq]", "k"),
        ("[zx]", "s"),
        ("[vw]", "b"),
        ("ll", "y"),
        ("m(?=[bp])", "n"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=32768)
def sound(word: str) -> str:
    """Write a folded word as it sounds; words that sound alike are written alike."""
    for letters, heard in _SOUNDS:
        word = letters.sub(heard, word)
    return word


def slips(one: str, other: str, most: int) -> int:
    """Count the letters that are wrong, missing, too many or swapped; ``most`` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        earlier, before, row = before, row, [place]
        for at, its in enumerate(other, 1):
            cost = min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != its))
            if place > 1 < at and letter == other[at - 2] and one[place - 2] == its:
                cost = min(cost, earlier[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def meant(word: str, vocabulary: Iterable[str]) -> str:
    """Give the known word that ``word`` most likely stands for, or begins; "" for none."""
    typed = sound(word)
    if len(typed) < SHORTEST or not word.isalpha():
        return ""
    most = 2 if len(typed) >= LONG else 1
    best, found = most + 1, ""
    for one in vocabulary:
        heard = sound(one)
        if len(heard) < len(typed) - most or heard[:1] != typed[:1]:
            continue
        # What is still being typed is compared with a beginning as long.
        wrong = min(slips(typed, heard, most), slips(typed, heard[: len(typed)], most))
        if (wrong, len(one)) < (best, len(found) or len(one) + 1):
            best, found = wrong, one
    return found if best <= most else ""
