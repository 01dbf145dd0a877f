"""The spans of a document: what its line of the master list was, from which moment on.

A span is ``(moment, basis, code, title, type, process, state, shown, pending)``. ``shown`` is the
version in force or else the newest, and ``pending`` the one under way; both are empty tuples where
there is none. Everything follows from the document and the acts on its versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from qms.documents import workflow
from qms.documents.models import Document, Version
from qms.past.models import Span
from qms.past.moments import day_key, first_day, key_of

EXACT = ""
"""The basis of a span that acts of this system stand behind."""
REGISTERED = "registered"
"""The basis of a span that only the dates say which were written down when it was taken over."""
_FORCE_KINDS = {"released", "migrated"}


class Shown(NamedTuple):
    """The version of a span that a reader of the list sees; stored as a plain tuple."""

    order: int
    label: str
    approved_on: str
    in_force_from: str
    review_by: str
    since: str
    """The moment at which it came into force here; empty when it did not."""
    signed: bool
    migrated: bool
    positions: tuple[str, ...]
    """Who has to read it."""


class Pending(NamedTuple):
    """The version under way of a span; stored as a plain tuple."""

    state: str
    order: int
    label: str


def facts_of(document: Document) -> tuple[Any, ...]:
    """Say what the document is now: a span without its moment."""
    version = document.in_force or document.latest
    pending = document.pending
    return (
        EXACT,
        document.code,
        document.title,
        document.type_id,
        document.process_id,
        document.state,
        () if version is None else tuple(_shown(version)),
        () if pending is None else (pending.state, pending.order, pending.label),
    )


def _shown(version: Version) -> Shown:
    dates = version.dates
    moments = [act["at"] for act in version.acts if act["kind"] in _FORCE_KINDS]
    in_force = version.state == workflow.IN_FORCE
    return Shown(
        version.order,
        version.label,
        dates.get("approved_on") or "",
        dates.get("in_force_from") or "",
        dates.get("review_by") or "",
        key_of(moments[-1]) if moments and in_force else "",
        version.is_signed,
        bool(version.migrated),
        tuple(dict.fromkeys(version.distribution)) if in_force else (),
    )


def appended(spans: tuple[Span, ...], moment: str, facts: tuple[Any, ...]) -> tuple[Span, ...]:
    """Add what the document is from ``moment`` on, unless that is what it was already.

    Several events of one act leave one span. A clock that went back writes no span before the last.
    """
    if spans:
        moment = max(moment, spans[-1][0])
        if spans[-1][0] == moment:
            spans = spans[:-1]
    if not spans:
        return (_span(moment, facts),)
    last = spans[-1][1:]
    if last == facts:
        return spans
    return (*spans, _span(moment, facts))


def _span(moment: str, facts: Sequence[Any]) -> Span:
    basis, code, title, type_id, process_id, state, shown, pending = facts
    return (moment, basis, code, title, type_id, process_id, state, shown, pending)


def with_registered(
    spans: tuple[Span, ...], document: Document, zone: ZoneInfo
) -> tuple[Span, ...]:
    """Put before the spans what was written down of the time before this system.

    ``document`` is as it was when it was taken over: later changes say nothing of before.
    """
    exact = tuple(span for span in spans if span[1] == EXACT)
    return (*_registered(document, zone, exact[0]), *exact) if exact else ()


def _registered(document: Document, zone: ZoneInfo, taken_over: Span) -> tuple[Span, ...]:
    """Give a span from each recorded date; of several begun versions the newest counts."""
    begun: dict[str, Version] = {}
    for version in document.versions:
        if not version.migrated:
            continue
        day = first_day(version.dates.get("in_force_from") or version.dates.get("approved_on"))
        if day is not None:
            begun[day_key(day, zone)] = version
    spans: tuple[Span, ...] = ()
    newest: Version | None = None
    for moment, version in sorted(begun.items(), key=lambda pair: pair[0]):
        if moment >= taken_over[0] or (newest is not None and version.order < newest.order):
            continue
        newest = version
        shown = _shown(version)._replace(since="", positions=())
        facts = (REGISTERED, *taken_over[2:6], workflow.IN_FORCE, tuple(shown), ())
        spans = appended(spans, moment, facts)
    return spans
