"""The full-text index: the one module that knows whoosh.

An index is a folder and everything in it can be made again. Its place in the journal is a stored
document of the index itself, so that the two are committed together and cannot disagree. Several
processes may read while one writes; a searcher belongs to one thread at a time.

Why whoosh 2.7.4 and no fork of it: in the forks a refreshed reader goes on showing what was
replaced, and an obsolete procedure shown as in force is the worst error that this search could
make. A test holds that.
"""

from __future__ import annotations

import heapq
import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh import index, query
from whoosh.analysis import Token, Tokenizer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.lang.snowball.spanish import SpanishStemmer

from qms.search.entries import LONGEST_TEXT, Found, Hit, Piece, TextEntry
from qms.search.highlight import fragment_of, heading_at
from qms.search.queries import TextQuery
from qms.search.spanish import STOP_WORDS, WORD, composed, folded, plain_word, with_endings

log = logging.getLogger("qms.search")

SCAN = 3000
"""So many matches are ranked; of more, the rest is not looked at, so that time has a bound."""
SECONDS = 0.5
"""So long one search may take."""
MEMORY_MB = 64
TITLE_WEIGHT = 2
"""How often a title's words count."""
_CURSOR = "#cursor"
_stemmer = SpanishStemmer()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Reduce a folded word to what it shares with its plural and its forms."""
    if any(map(str.isdigit, word)):
        return word
    try:
        found: str = _stemmer.stem(with_endings(word))
    except IndexError:
        # The stemmer trips over a few short words on -gue, such as «ague».
        return word
    return found


class Analyser(Tokenizer):
    """Folds, leaves stop words out, stems: in one pass, which is faster than a chain of filters."""

    def __call__(
        self,
        value: str,
        positions: bool = False,  # noqa: FBT001, FBT002
        chars: bool = False,  # noqa: FBT001, FBT002
        keeporiginal: bool = False,  # noqa: FBT001, FBT002
        removestops: bool = True,  # noqa: FBT001, FBT002
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **more: Any,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=removestops, mode=mode, **more)
        position = start_pos
        for match in WORD.finditer(folded(composed(value))):
            word = plain_word(match.group())
            if word in STOP_WORDS:
                continue
            token.text = stem(word)
            if positions:
                token.pos = position
                position += 1
            if chars:
                token.startchar = start_char + match.start()
                token.endchar = start_char + match.end()
            yield token


def _schema() -> Schema:
    return Schema(
        key=ID(unique=True),
        subject=ID,
        organisation=ID,
        audience=KEYWORD,
        text=TEXT(analyzer=Analyser()),
        kept=STORED,
    )


class TextIndex:
    """One index in one folder, for one writer and many readers."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; nothing is opened yet."""
        self.folder = folder
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self._allowed: dict[tuple[str, str, tuple[str, ...]], frozenset[int]] = {}

    # Writing: the follower's

    @classmethod
    def create(cls, folder: Path) -> TextIndex:
        """Make an empty index in a new folder."""
        folder.mkdir(parents=True, mode=0o700)
        index.create_in(str(folder), _schema()).close()
        return cls(folder)

    def state(self) -> dict[str, Any] | None:
        """Give what the last commit noted; None for an index that is new or cannot be read."""
        try:
            opened = index.open_dir(str(self.folder))
            with opened.searcher() as searcher:
                stored = searcher.document(key=_CURSOR)
            return None if stored is None else json.loads(stored["kept"])
        except Exception:  # noqa: BLE001 - a torn index fails in any way; it is made anew
            log.info("the text index in %s cannot be read", self.folder)
            return None

    def write(
        self,
        changes: Iterable[tuple[str, str, str, list[TextEntry]]],
        state: dict[str, Any],
        *,
        replace: bool = True,
    ) -> int:
        """Put what is true now of each (organisation, kind, uid), and note ``state`` with it.

        ``replace=False`` is for subjects that this index has never seen. Gives their number.
        """
        batch = list(changes)
        writer = index.open_dir(str(self.folder)).writer(limitmb=MEMORY_MB)
        try:
            if replace and batch:
                subjects = ["/".join(one[:3]) for one in batch]
                writer.delete_by_query(query.Or([query.Term("subject", one) for one in subjects]))
            for organisation, kind, uid, entries in batch:
                for entry in entries:
                    writer.add_document(**_fields(organisation, kind, uid, entry))
            writer.update_document(key=_CURSOR, kept=json.dumps(state))
            writer.commit()
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
        return len(batch)

    def optimise(self) -> None:
        """Merge all segments into one, which searches fastest."""
        index.open_dir(str(self.folder)).optimize()

    def subjects(self, prefix: str) -> set[str]:
        """Give the subjects that the index has and that begin so."""
        with index.open_dir(str(self.folder)).reader() as reader:
            return {term.decode() for term in reader.expand_prefix("subject", prefix)}

    def count(self) -> int:
        """Count the texts in the index."""
        with index.open_dir(str(self.folder)).searcher() as searcher:
            return max(0, searcher.doc_count() - 1)

    # Reading: everybody's

    def search(
        self, wanted: TextQuery, *, organisation: str, audiences: tuple[str, ...], limit: int
    ) -> Found:
        """Give the best texts of one organisation that one of ``audiences`` may read."""
        if not wanted or not audiences or limit < 1:
            return Found([], 0, complete=True)
        with self._searcher() as searcher:
            best, total, complete = self._collect(
                searcher, _whoosh_query(wanted), (organisation, audiences), limit
            )
            stems = wanted.stems()
            hits = [_hit(searcher.stored_fields(number)["kept"], stems) for number in best]
        return Found(hits, total, complete)

    def _collect(
        self, searcher: Any, wanted: Any, who: tuple[str, tuple[str, ...]], limit: int
    ) -> tuple[list[int], int, bool]:
        """Rank the permitted matches; a text outside of ``who``'s is never counted or scored.

        Whoosh's own ``filter=`` is not used: it takes an empty set for no filter at all.
        """
        until = time.monotonic() + SECONDS
        top: list[tuple[float, int]] = []
        total = 0
        context = searcher.context()
        for leaf, offset in searcher.leaf_searchers():
            allowed = self._permitted(leaf, who)
            if not allowed:
                continue
            matcher = wanted.matcher(leaf, context)
            while matcher.is_active():
                number = matcher.id()
                if number in allowed:
                    total += 1
                    scored = (matcher.score(), -offset - number)
                    if len(top) < limit:
                        heapq.heappush(top, scored)
                    elif scored > top[0]:
                        heapq.heapreplace(top, scored)
                    if total >= SCAN or (not total % 128 and time.monotonic() > until):
                        return _ranked(top), total, False
                matcher.next()
        return _ranked(top), total, True

    def _permitted(self, leaf: Any, who: tuple[str, tuple[str, ...]]) -> frozenset[int]:
        """Give the numbers of a segment's texts for ``who``; kept, since segments never change."""
        organisation, audiences = who
        segment = leaf.reader().segment().segment_id()
        known = self._allowed.get((segment, *who))
        if known is None:
            may = query.And(
                [
                    query.Term("organisation", organisation),
                    query.Or([query.Term("audience", one) for one in audiences]),
                ]
            )
            known = frozenset(may.docs(leaf))
            if len(self._allowed) > 256:
                self._allowed.clear()
            self._allowed[(segment, *who)] = known
        return known

    @contextmanager
    def _searcher(self) -> Iterator[Any]:
        """Lend a searcher that sees the newest commit; one that failed is not lent again."""
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        searcher = idle or index.open_dir(str(self.folder)).searcher()
        searcher = searcher.refresh()
        yield searcher
        with self._lock:
            self._idle.append(searcher)

    def close(self) -> None:
        """Close the idle searchers."""
        with self._lock:
            idle, self._idle = self._idle, []
        for searcher in idle:
            searcher.close()


def _fields(organisation: str, kind: str, uid: str, entry: TextEntry) -> dict[str, Any]:
    text, starts = "", []
    for passage in entry.passages:
        starts.append(len(text))
        text += composed(passage.text)[: LONGEST_TEXT - len(text)] + "\n"
    headings = [passage.heading for passage in entry.passages]
    title = f"{composed(entry.title)}\n" * TITLE_WEIGHT
    subject = f"{organisation}/{kind}/{uid}"
    return {
        "key": f"{subject}/{entry.part}",
        "subject": subject,
        "organisation": organisation,
        "audience": " ".join(sorted(set(entry.audience))),
        "text": title + "\n".join(headings) + "\n" + text,
        "kept": (kind, uid, entry.part, dict(entry.kept), text, starts, headings),
    }


def _hit(kept: tuple[Any, ...], stems: frozenset[str]) -> Hit:
    kind, uid, part, data, text, starts, headings = kept
    place, pieces = fragment_of(text, stems, stem)
    heading = heading_at(starts, headings, place)
    return Hit(kind, uid, part, data, heading, _trimmed(pieces))


def _trimmed(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)


def _ranked(top: list[tuple[float, int]]) -> list[int]:
    return [-number for _score, number in sorted(top, reverse=True)]


def _whoosh_query(wanted: TextQuery) -> Any:
    groups = [_group(one) for one in wanted.wanted]
    found = groups[0] if len(groups) == 1 else query.And(groups)
    if wanted.unwanted:
        return query.AndNot(found, query.Or([_group(one) for one in wanted.unwanted]))
    return found


def _group(stems: tuple[str, ...]) -> Any:
    if len(stems) == 1:
        return query.Term("text", stems[0])
    return query.Phrase("text", list(stems))
