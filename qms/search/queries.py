"""Reads what somebody typed as words, «phrases» and -words; anything at all is a query.

There is no other syntax: no field names, wildcards or ranges, so nothing that is typed can ask the
index for more than words (D4-56), and nothing that is typed can fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from qms.kernel.text import clean_line
from qms.search.spanish import STOP_WORDS, words

LONGEST = 200
"""Characters of a query that are read."""
MOST = 12
"""Words of a query that are read."""

_PART = re.compile(r"(-?)(?:[\"“”«]([^\"“”«»]*)(?:[\"“”»]|$)|([^\s\"“”«»]+))")


@dataclass(frozen=True)
class TextQuery:
    """Groups of stems: every wanted one must occur, in a row where there are several."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.wanted)

    def stems(self) -> frozenset[str]:
        """Give every wanted stem, for marking."""
        return frozenset(stem for group in self.wanted for stem in group)


def read_query(text: str, stem: Callable[[str], str]) -> TextQuery:
    """Take what was typed apart; ``stem`` reduces a folded word as the index does."""
    wanted: list[tuple[str, ...]] = []
    unwanted: list[tuple[str, ...]] = []
    left = MOST
    for minus, phrase, word in _PART.findall(clean_line(text[: LONGEST * 4])[:LONGEST]):
        group = tuple(stem(one) for one in words(phrase or word) if one not in STOP_WORDS)[:left]
        if not group:
            continue
        left -= len(group)
        (unwanted if minus else wanted).append(group)
        if left <= 0:
            break
    return TextQuery(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))
