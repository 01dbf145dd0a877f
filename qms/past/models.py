"""The persistent class of the past; its path is a promise to every database.

The chronicle is an index of what acts and trail say, made so that a list of any past day answers
at once. Its spans of documents and its lines of people can be made anew from acts and trail at any
time (``qms.past.rebuilding``, ``qms.past.keeping``). Its lines of processes and of the profile are
facts: nothing else keeps what a process or the profile was before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from persistent import Persistent

Span = tuple[str, str, str, str, str, str, str, tuple, tuple]
"""From which moment on, basis, code, title, type, process, state, shown version, version under way;
see :mod:`qms.past.spans`. Within one place the values are of one kind, since the database merges
two writers only where it can compare what they wrote."""

_MOMENT = itemgetter(0)


class Known(NamedTuple):
    """What a line says of a moment."""

    text: str
    """The facts, as JSON."""
    since: str
    """The moment from which these facts held, or from which they are known."""
    sure: bool
    """False for a moment before the line begins: then these are the earliest known facts."""


class Chronicle(Persistent):
    """What each subject of one organisation was, from which moment on."""

    def __init__(self) -> None:
        """Start empty."""
        self.spans = OOBTree()
        """Document uid to its Spans, the earliest first."""
        self.lines = OOBTree()
        """``KIND/ID`` to ``(moment, facts as JSON, born)``, the earliest first; ``born`` is 1 where
        the subject did not exist before its first moment, and 0 where only the memory begins."""
        self.changes = Length()
        """Grows with every write, so that a list worked out in memory knows whether it is stale."""
        self.profile_revision = -1
        """Revision of the profile that the lines speak of last."""

    def put_spans(self, uid: str, spans: tuple[Span, ...]) -> None:
        """Keep the spans of a document; no write where nothing changed."""
        if self.spans.get(uid) != spans:
            self.spans[uid] = spans
            self.changes.change(1)

    def span_at(self, uid: str, moment: str) -> Span | None:
        """Give what the document was at ``moment``, or None before its first span."""
        return span_of(self.spans.get(uid, ()), moment)

    def note(self, name: str, moment: str, text: str, *, born: bool = True) -> None:
        """Let the line ``name`` say ``text`` from ``moment`` on; no write where it does already."""
        line = self.lines.get(name, ())
        if line:
            if line[-1][1] == text:
                return
            moment = max(moment, line[-1][0])
            if line[-1][0] == moment:
                born, line = bool(line[-1][2]), line[:-1]
            born = born or bool(line)
        self.lines[name] = (*line, (moment, text, int(born)))
        self.changes.change(1)

    def known(self, name: str, moment: str, *, earliest: bool = False) -> Known | None:
        """Give what the line says of ``moment``; None when its subject did not exist yet.

        With ``earliest`` its first facts stand for any time before them, unsure.
        """
        line = self.lines.get(name, ())
        if not line:
            return None
        place = bisect_right(line, moment, key=_MOMENT)
        if place:
            return Known(line[place - 1][1], line[place - 1][0], sure=True)
        first = line[0]
        return None if first[2] and not earliest else Known(first[1], first[0], sure=False)

    def names(self, kind: str) -> Iterator[str]:
        """Walk the ids of the lines of one kind."""
        start = len(kind) + 1
        for name in self.lines.keys(f"{kind}/", f"{kind}0", excludemax=True):
            yield name[start:]


def span_of(spans: tuple[Span, ...], moment: str) -> Span | None:
    """Give the span that holds at ``moment``, or None before the first one."""
    place = bisect_right(spans, moment, key=_MOMENT)
    return spans[place - 1] if place else None
