"""The persistent class of the past; its path is a promise to every database.

The chronicle is an index of what acts and trail say, made so that a list of any past day answers
at once. Its spans of documents and its lines of people can be made anew from acts and trail at any
time (``qms.past.rebuilding``, ``qms.past.keeping``). Its lines of processes and of the profile are
facts: nothing else keeps what a process or the profile was before.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from persistent import Persistent

Span = tuple[str, str, str, str, str, str, str, tuple, tuple]
"""From which moment on, basis, code, title, type, process, state, shown version, version under way;
see :mod:`qms.past.spans`."""

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
        """Document uid to its Spans as text, the earliest first; see :func:`packed`."""
        self.lines = OOBTree()
        """``KIND/ID`` to ``(moment, facts as JSON, born)``, the earliest first; ``born`` is 1 where
        the subject did not exist before its first moment, and 0 where only the memory begins."""
        self.changes = Length()
        """Grows with every write, so that a list worked out in memory knows whether it is stale."""
        self.profile_revision = -1
        """Revision of the profile that the lines speak of last."""

    def put_spans(self, uid: str, spans: Sequence[Span]) -> None:
        """Keep the spans of a document; no write where nothing changed."""
        text = packed(spans)
        if self.spans.get(uid, "") != text:
            self.spans[uid] = text
            self.changes.change(1)

    def spans_of(self, uid: str) -> tuple[Span, ...]:
        """Give all spans of a document, the earliest first; none for one that is not known."""
        text = self.spans.get(uid)
        lines = text.split("\n") if text else []
        return tuple(_unpacked(lines, place) for place in range(len(lines)))

    def span_at(self, uid: str, moment: str) -> Span | None:
        """Give what the document was at ``moment``, or None before its first span."""
        return span_in(self.spans.get(uid, ""), moment)

    def documents_at(self, moment: str) -> Iterator[tuple[str, Span]]:
        """Walk what the documents were at ``moment``, those left out that were not yet."""
        for uid, text in self.spans.items():
            span = span_in(text, moment)
            if span is not None:
                yield uid, span

    def begun_after(self, moment: str) -> Iterator[Span]:
        """Walk the first spans of the documents of which ``moment`` knows nothing."""
        for text in self.spans.values():
            if text[:_MOMENT_LENGTH] > moment:
                yield _unpacked(text.split("\n", 1), 0)

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


_MOMENT_LENGTH = 26
_SAME = "="
"""Stands for a part that is what it was in the span before."""


def packed(spans: Sequence[Span]) -> str:
    """Write spans as text, a line each; what did not change is written once.

    A list as of a day reads every document's spans. A text is loaded ten times as fast as the
    tuples, and the one line that counts is found without reading the others.
    """
    lines: list[str] = []
    before: tuple[str | None, str | None] = (None, None)
    for moment, basis, code, title, type_id, process_id, state, shown, pending in spans:
        now = (_written((code, title, type_id, process_id)), _written(shown))
        head, version = (_SAME if new == old else new for old, new in zip(before, now, strict=True))
        lines.append("\t".join((moment, basis, state, _written(pending), head, version)))
        before = now
    return "\n".join(lines)


def _written(part: tuple[Any, ...]) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")) if part else ""


def span_in(text: str, moment: str) -> Span | None:
    """Find the span that holds at ``moment`` in packed spans; None before the first one."""
    if not text or text[:_MOMENT_LENGTH] > moment:
        return None
    lines = text.split("\n")
    place = len(lines) - 1
    while lines[place][:_MOMENT_LENGTH] > moment:
        place -= 1
    return _unpacked(lines, place)


def _unpacked(lines: Sequence[str], place: int) -> Span:
    moment, basis, state, pending, head, shown = lines[place].split("\t")
    code, title, type_id, process_id = json.loads(_meant(lines, place, 4, head))
    version = _meant(lines, place, 5, shown)
    return (
        moment,
        basis,
        code,
        title,
        type_id,
        process_id,
        state,
        _version(json.loads(version)) if version else (),
        tuple(json.loads(pending)) if pending else (),
    )


def _meant(lines: Sequence[str], place: int, part: int, text: str) -> str:
    while text == _SAME:
        place -= 1
        text = lines[place].split("\t")[part]
    return text


def _version(values: list[Any]) -> tuple[Any, ...]:
    values[-1] = tuple(values[-1])
    return tuple(values)
