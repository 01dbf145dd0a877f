"""Legal hold: what is in its scope is never eliminated until the hold is released.

A hold, a step of an elimination and a change of a rule all write one guard, so of two at the same
moment one is repeated and sees the other (fault 15).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.documents.records import RecordKind
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, fold
from qms.retention import events
from qms.retention.errors import HoldEmpty, NoSuchScope, ReasonMissing
from qms.retention.models import Hold, Retention
from qms.retention.services.rooms import NAME, act_data, retention_of
from qms.retention.table import Table
from qms.retention.workflow import HELD

DOCUMENT, PROCESS, SERIES, CASE, CUSTOMER, RECORD = (
    "document",
    "process",
    "series",
    "case",
    "customer",
    "record",
)


def scope_of(
    organisation: Organisation, kinds: Mapping[str, RecordKind], what: str, text: str
) -> tuple[str, str]:
    """Find what a hold is to be about; gives its scope and what people call it."""
    typed = clean_line(text)
    if not typed:
        raise HoldEmpty
    found = FIND[what](organisation, kinds, typed)
    if found is None:
        raise NoSuchScope(what=typed)
    return found


def _document(organisation: Any, _kinds: Any, typed: str) -> tuple[str, str] | None:
    documents = organisation["documents"]
    found = documents.get(typed) or next(iter(documents.find_loosely(typed)), None)
    return None if found is None else (f"{DOCUMENT}:{found.uid}", f"{found.code} {found.title}")


def _process(organisation: Any, _kinds: Any, typed: str) -> tuple[str, str] | None:
    for one in organisation["processes"].values():
        if fold(typed) in {fold(one.id), fold(one.name), fold(one.acronym or "")}:
            return f"{PROCESS}:{one.id}", one.name
    return None


def _series(organisation: Any, _kinds: Any, typed: str) -> tuple[str, str] | None:
    found = retention_of(organisation)["series"].get(typed)
    return None if found is None else (f"{SERIES}:{found.code}", f"{found.code} {found.title}")


def _case(organisation: Any, kinds: Any, typed: str) -> tuple[str, str] | None:
    kind = kinds.get(CASE)
    found = kind.find(organisation, typed.upper()) if kind is not None else None
    return None if found is None else (f"{CASE}:{found.key}", found.code)


def _customer(_organisation: Any, _kinds: Any, typed: str) -> tuple[str, str] | None:
    return f"{CUSTOMER}:{fold(typed).replace(' ', '')}", typed


def _record(organisation: Any, kinds: Any, typed: str) -> tuple[str, str] | None:
    """Find one record by its kind and key, as the button on its line names it."""
    name, _bar, key = typed.partition("|")
    kind = kinds.get(name)
    found = kind.find(organisation, key) if kind is not None else None
    return None if found is None else (f"{RECORD}:{name}|{key}", found.code)


FIND = {
    DOCUMENT: _document,
    PROCESS: _process,
    SERIES: _series,
    CASE: _case,
    CUSTOMER: _customer,
    RECORD: _record,
}


def place(
    organisation: Organisation,
    scopes: Iterable[tuple[str, str]],
    *,
    title: str,
    reason: str,
    act: Act,
) -> Hold:
    """Put what is in ``scopes`` under hold from this moment on."""
    wanted = tuple(dict.fromkeys(scopes))
    if not wanted:
        raise HoldEmpty
    if not clean_line(reason) or not clean_line(title):
        raise ReasonMissing
    room = retention_of(organisation)
    number = f"RL-{numbers_of(organisation).take('legal holds')}"
    hold = room["holds"].add(number, Hold(number, clean_line(title), wanted))
    hold.take(act_data("placed", act, reason=reason.strip()))
    room.guard.turn()
    # Of a customer the trail says only that it is one: it keeps no personal data.
    named = [name if not one.startswith(CUSTOMER) else CUSTOMER for one, name in wanted]
    act.notify(events.HoldPlaced(hold, act, facts={"reason": reason, "scope": named}))
    return hold


def release(hold: Hold, *, reason: str, act: Act) -> None:
    """Let a hold end; what it held may be listed again."""
    if not clean_line(reason):
        raise ReasonMissing
    hold.take(act_data("released", act, reason=reason.strip()))
    retention_of(organisation_of(hold)).guard.turn()
    act.notify(events.HoldLifted(hold, act, facts={"reason": reason}))


def active(room: Retention) -> dict[str, Hold]:
    """Give every scope that is held now, with one of its holds."""
    return {
        scope: hold
        for hold in room["holds"].values()
        if hold.state == HELD
        for scope, _name in hold.scopes
    }


def held_by(
    organisation: Any,
    kinds: Mapping[str, RecordKind],
    held: Mapping[str, Hold],
    uid: str,
    series: str,
) -> Hold | None:
    """Give a hold that the record ``KIND|KEY`` is under, or None."""
    if not held:
        return None
    name, _bar, key = uid.partition("|")
    kind = kinds.get(name)
    own = kind.scopes(organisation, key) if kind is not None else frozenset()
    for scope in (f"{RECORD}:{uid}", f"{SERIES}:{series}", *sorted(own)):
        if scope in held:
            return held[scope]
    return None


def number_of(
    organisation: Any,
    kinds: Mapping[str, RecordKind],
    kind: str,
    key: str,
    settling: bool,  # noqa: FBT001 - the plug's own order
) -> str:
    """Give the number of a hold that a record is under, or nothing, for rooms that empty it."""
    room = organisation.get(NAME)
    if room is None:
        return ""
    if settling:
        room.guard.turn()
    record = kinds[kind].find(organisation, key)
    series = Table(room["series"].values()).of(record) if record is not None else None
    uid = f"{kind}|{key}"
    hold = held_by(organisation, kinds, active(room), uid, series.code if series else "")
    return hold.number if hold is not None else ""
