"""Finds the place of a text that shows best why it was found; gives pieces, never markup."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from qms.search.entries import Piece
from qms.search.spanish import WORD, folded, plain_word

WIDTH = 220
"""Characters of a fragment, about."""
MOST = 400
"""Occurrences that are looked at."""
_LEAD = 50
_LONG = 40


def fragment_of(
    text: str, stems: frozenset[str], stem: Callable[[str], str]
) -> tuple[int, tuple[Piece, ...]]:
    """Give the start of the best place in ``text`` and its pieces; the beginning if none is good.

    ``text`` must be composed; the best place has the most different words, then the most words.
    """
    places = _places(text, stems, stem)
    if not places:
        end = _word_end(text, min(len(text), WIDTH))
        return 0, (Piece(_shown(text[:end]) + ("…" if end < len(text) else ""), marked=False),)
    first, last = _best_window(places)
    begin = _word_start(text, max(0, places[first][0] - _LEAD))
    end = _word_end(text, min(len(text), max(begin + WIDTH, places[last][1])))
    return places[first][0], tuple(_pieces(text, begin, end, places[first:]))


def heading_at(starts: Sequence[int], headings: Sequence[str], place: int) -> str:
    """Give the heading of the passage that holds ``place``."""
    index = bisect_right(starts, place) - 1
    return headings[index] if 0 <= index < len(headings) else ""


def _places(
    text: str, stems: frozenset[str], stem: Callable[[str], str]
) -> list[tuple[int, int, str]]:
    """Find the words with one of the stems, as (start, end, stem)."""
    if not stems:
        return []
    # A stem may differ from its word in the last letters; the regex only narrows the choice.
    beginnings = {one if one.isdigit() else one[: max(2, len(one) - 3)] for one in stems}
    pattern = re.compile(
        r"(?<![^\W_])0*(?:" + "|".join(map(re.escape, sorted(beginnings))) + r")[^\W_]*"
    )
    found = []
    for match in pattern.finditer(folded(text)):
        whole = WORD.match(match.group())
        reduced = stem(plain_word(match.group())) if whole else ""
        if reduced in stems:
            found.append((match.start(), match.end(), reduced))
            if len(found) >= MOST:
                break
    return found


def _best_window(places: list[tuple[int, int, str]]) -> tuple[int, int]:
    best, chosen, last = (0, 0), (0, 0), 0
    for first, (start, _end, _stem) in enumerate(places):
        last = max(last, first)
        while last + 1 < len(places) and places[last + 1][1] - start <= WIDTH - _LEAD:
            last += 1
        inside = places[first : last + 1]
        worth = (len({one[2] for one in inside}), len(inside))
        if worth > best:
            best, chosen = worth, (first, last)
    return chosen


def _pieces(text: str, begin: int, end: int, places: Sequence[tuple[int, int, str]]) -> list[Piece]:
    pieces = [Piece("…", marked=False)] if begin else []
    at = begin
    for start, stop, _stem in places:
        if stop > end:
            break
        if start > at:
            pieces.append(Piece(_shown(text[at:start]), marked=False))
        pieces.append(Piece(text[start:stop], marked=True))
        at = stop
    rest = _shown(text[at:end]) + ("…" if end < len(text) else "")
    return [*pieces, Piece(rest, marked=False)] if rest else pieces


def _shown(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _word_start(text: str, place: int) -> int:
    nearest = max(0, place - _LONG)
    while place > nearest and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    nearest = min(len(text), place + _LONG)
    while place < nearest and not text[place].isspace():
        place += 1
    return place
