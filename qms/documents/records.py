"""Records whose retention is kept: each room tells what it holds, when it closed, how it goes.

A room that keeps records announces its kind::

    config.add_record_kind(
        "case",
        title=_("Customer cases"),
        records="qms.pqr.retaining.records",
        find="qms.pqr.retaining.find",
        scopes="qms.pqr.retaining.scopes",
        dispose="qms.pqr.retaining.dispose",
    )

Retention asks all kinds alike and knows none of them. A record is named by kind and key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pyramid.config import Configurator
from pyramid.registry import Registry

from qms.documents import workflow
from qms.documents.models import Document, Version
from qms.documents.services.disposing import dispose_version
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.months import last_day
from qms.people.moments import local_day

KINDS = "qms.documents.record_kinds"
HOLD = "qms.documents.record_hold"
VERSION = "version"
TYPE, PROCESS = "type", "process"
"""What a series names of versions: ``type:ID`` and ``process:ID``."""


class UnderHold(Refused):
    """This is under legal hold ${number}; nothing of it goes until the hold is released."""


class RecordRow(NamedTuple):
    """One record as retention sees it; plain values, read from an index where there is one."""

    kind: str
    key: str
    """Its lasting name among its kind."""
    code: str
    title: str
    """What it is called on lists that everybody may read; no personal data."""
    traits: tuple[str, ...]
    """What a series is chosen by: ``type:procedure``, ``process:sc``, ``case-kind:queja``."""
    open: bool
    """Whether it is still in use; nothing that is in use is ever transferred or disposed of."""
    closed_on: str
    """ISO day on which it was closed itself; empty while open, or when nobody knows."""
    whole_on: str
    """ISO day on which the whole that it belongs to was closed (a document retired)."""
    path: str
    """Its page below the organisation."""
    disposed: str = ""
    """The record of elimination that it was disposed of by."""


@dataclass(frozen=True)
class Disposing:
    """What a record is told when it is disposed of."""

    record: str
    """Number of the elimination: ELIM-1."""
    day: str
    """Its day as the organisation prints it."""
    act: Act


@dataclass(frozen=True)
class RecordKind:
    """A kind of records, as its room announced it."""

    name: str
    title: str
    """A translation string."""
    records: Callable[[Any], Iterable[RecordRow]]
    """Gives all records of an organisation that are closed."""
    find: Callable[[Any, str], RecordRow | None]
    """Gives one record as it is now, by its key."""
    scopes: Callable[[Any, str], frozenset[str]]
    """Names what one record belongs to: ``document:UID``, ``case:N``, ``customer:KEY``."""
    dispose: Callable[[Any, str, Disposing], list[dict[str, Any]]]
    """Eliminates content and files; gives what is kept of each: ``filename``, ``size``,
    ``sha256``, and ``kept`` where another record still needs the file."""


def add_record_kind(
    config: Configurator,
    name: str,
    *,
    title: str,
    records: Any,
    find: Any,
    scopes: Any,
    dispose: Any,
) -> None:
    """Announce a kind of records; the callables may be dotted names."""
    dotted = config.maybe_dotted
    kind = RecordKind(name, title, dotted(records), dotted(find), dotted(scopes), dotted(dispose))
    config.action(
        ("qms record kind", name),
        lambda: config.registry.setdefault(KINDS, {}).__setitem__(name, kind),
    )


def record_kinds(registry: Registry) -> Mapping[str, RecordKind]:
    """Give the announced kinds by name."""
    return dict(sorted(registry.get(KINDS, {}).items()))


def set_record_hold(config: Configurator, find: Any) -> None:
    """Announce who knows of legal holds: told organisation, kinds, kind, key and ``settling``."""
    found = config.maybe_dotted(find)
    config.action("qms record hold", lambda: config.registry.__setitem__(HOLD, found))


def refuse_held(
    registry: Registry, organisation: Any, kind: str, key: str, *, settling: bool = False
) -> None:
    """Refuse to take anything out of a record that is under legal hold (UnderHold).

    For rooms that empty a record by another way than retention's. ``settling`` is for the
    transaction that does it: a hold placed in the same instant makes one of the two wait.
    """
    find = registry.get(HOLD)
    number = find(organisation, record_kinds(registry), kind, key, settling) if find else ""
    if number:
        raise UnderHold(number=number)


def refuse_held_scopes(
    registry: Registry, organisation: Any, scopes: frozenset[str], *, settling: bool = False
) -> None:
    """Refuse while any of ``scopes`` (``customer:KEY``) is under legal hold (UnderHold).

    For rooms that keep something of a person that is no record of its own.
    """
    find = registry.get(HOLD)
    if find is None:
        return
    asked = RecordKind(
        "subject",
        "",
        records=lambda _organisation: (),
        find=lambda _organisation, _key: None,
        scopes=lambda _organisation, _key: scopes,
        dispose=lambda _organisation, _key, _how: [],
    )
    kinds = {**record_kinds(registry), asked.name: asked}
    number = find(organisation, kinds, asked.name, "", settling)
    if number:
        raise UnderHold(number=number)


# Versions of documents


def rows_of(document: Document) -> Iterator[RecordRow]:
    """Give the versions of a document that left use, or never came into it."""
    for version in document.versions:
        if version.state not in workflow.PENDING and version.state != workflow.IN_FORCE:
            yield row_of(version)


def row_of(version: Version) -> RecordRow:
    """Give a version as a record."""
    document = version.document
    code, order = version.code or document.code, version.order
    is_open = version.state in workflow.PENDING or version.state == workflow.IN_FORCE
    return RecordRow(
        kind=VERSION,
        key=f"{document.uid}:{order}",
        code=f"{code} v{version.label}",
        title=version.title,
        traits=(f"{TYPE}:{document.type_id}", f"{PROCESS}:{document.process_id}"),
        open=is_open,
        closed_on="" if is_open else _closed_on(version),
        whole_on="" if is_open else _retired_on(document),
        path=f"documents/{document.uid}/versions/{order}/",
        disposed="" if version.disposed is None else version.disposed["record"],
    )


def _closed_on(version: Version) -> str:
    """Tell when it left use: by its acts, or of one taken over, when its successor came."""
    for act in reversed(version.acts):
        if act["kind"] in {"superseded", "retired", "aborted"}:
            return _day(version, act["at"])
    for other in version.document.versions:
        if other.order > version.order and other.dates.get("in_force_from"):
            # Of a month alone the last day counts: retention is never cut short.
            day = last_day(str(other.dates["in_force_from"]))
            return day.isoformat() if day is not None else ""
    return ""


def _retired_on(document: Document) -> str:
    if document.in_force_order is not None or document.pending_order is not None:
        return ""
    moments = [
        act["at"] for one in document.versions for act in one.acts if act["kind"] == "retired"
    ]
    return _day(document, max(moments)) if moments else ""


def _day(content: Any, moment: str) -> str:
    return local_day(content, datetime.fromisoformat(moment)).isoformat()


def version_of(organisation: Any, key: str) -> Version | None:
    """Find a version by its key."""
    uid, _colon, order = key.rpartition(":")
    document = organisation["documents"].get(uid)
    try:
        return None if document is None else document.versions[order]
    except KeyError:
        return None


def versions(organisation: Any) -> Iterator[RecordRow]:
    """Give every version that left use; walks the documents, so it is the worker's business."""
    for document in organisation["documents"].values():
        yield from rows_of(document)


def find_version(organisation: Any, key: str) -> RecordRow | None:
    """Give a version as it is now."""
    version = version_of(organisation, key)
    return None if version is None else row_of(version)


def scopes_of_version(organisation: Any, key: str) -> frozenset[str]:
    """Name the document and the process that a version belongs to."""
    version = version_of(organisation, key)
    if version is None:
        return frozenset()
    document = version.document
    processes = {document.process_id, document.owner_process_id} - {None}
    return frozenset({f"document:{document.uid}", *(f"{PROCESS}:{one}" for one in processes)})


def dispose(organisation: Any, key: str, how: Disposing) -> list[dict[str, Any]]:
    """Eliminate content and files of a version."""
    version = version_of(organisation, key)
    if version is None:
        return []
    return dispose_version(version, record=how.record, day=how.day, act=how.act)


def includeme(config: Configurator) -> None:
    """Offer the directive, and announce versions of documents."""
    config.add_directive("add_record_kind", add_record_kind)
    config.add_directive("set_record_hold", set_record_hold)
    config.add_record_kind(
        VERSION,
        title=_("Versions of documents"),
        records=versions,
        find=find_version,
        scopes=scopes_of_version,
        dispose=dispose,
    )
