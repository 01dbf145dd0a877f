"""What a pack is about, and what of it a person may take out.

Who may: quality staff and auditors everything; the leader of a process the documents of that
process.  An administrator of accounts is a reader of documents, so they may not.  Within that, each
version must be one that the person may view, the trail one that they may read, and who read what
only for those who may see it (A-rows on records; D4 1, 3, 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from qms.audit.models import Trail, number_at, trail_of
from qms.documents.listing import Wanted, master_list
from qms.documents.models import Document, Version
from qms.documents.services.reading import may_see_readers
from qms.evidence.errors import NothingHere, TooLong, TooMuch
from qms.kernel.text import sort_key
from qms.people.moments import local_day, zone_of
from qms.security.permissions import Permission
from qms.security.policy import permits

MOST_DOCUMENTS = 300
"""Most documents of one pack made on screen."""
LARGEST = 500 << 20
"""Most bytes of stored files in one pack made on screen."""
WALKED = 200_000
"""Most entries of the trail that a period is gathered from."""
DOCUMENT, PROCESS, PERIOD = "document", "process", "period"


@dataclass(frozen=True)
class Scope:
    """What was asked for."""

    kind: str
    """``document``, ``process`` or ``period``."""
    code: str = ""
    order: int | None = None
    """One version of the document; None for all."""
    process_id: str = ""
    since: date | None = None
    """First day of the period, at the organisation's place."""
    until: date | None = None
    """Last day, included."""

    def to_data(self) -> dict[str, Any]:
        """Give what the manifest says of it."""
        values = {
            "kind": self.kind,
            "code": self.code,
            "order": self.order,
            "process": self.process_id,
            "since": self.since,
            "until": self.until,
        }
        return {name: value for name, value in values.items() if value not in ("", None)}

    def __str__(self) -> str:
        """Say it in one line, for the trail and the file's name."""
        if self.kind == DOCUMENT:
            return self.code if self.order is None else f"{self.code} v{self.order}"
        if self.kind == PROCESS:
            return self.process_id
        return f"{self.since} {self.until}"


@dataclass
class Holding:
    """What a pack will hold."""

    scope: Scope
    documents: list[tuple[Document, list[Version]]] = field(default_factory=list)
    with_trail: bool = False
    """Whether the person may read the trail."""

    @property
    def versions(self) -> list[Version]:
        """All versions of all documents."""
        return list(chain.from_iterable(versions for _document, versions in self.documents))

    @property
    def size(self) -> int:
        """Bytes of the stored files; what is written around them is small."""
        return sum(
            blob.size
            for version in self.versions
            for blob in (version.rendition, version.frozen, *version.files.values())
            if blob is not None and blob.disposed is None
        )


def may_take(person: Any, document: Document) -> bool:
    """Tell whether the person may take evidence of this document out; None is an operator.

    ``leader`` at the folder of documents means any process, hence the second look.
    """
    if person is None or takes_all(person, document.folder.__parent__):
        return True
    if not permits(person, document, Permission.EVIDENCE_EXPORT):
        return False
    return document.leader_position() in person.position_ids


def takes_all(person: Any, organisation: Any) -> bool:
    """Tell whether the person may take evidence of the whole organisation out."""
    return person is None or permits(person, organisation, Permission.EVIDENCE_EXPORT)


def own_processes(organisation: Any, person: Any) -> list[Any]:
    """List the processes whose evidence the person may take out, by name."""
    found = organisation["processes"].values() if "processes" in organisation else ()
    everything = takes_all(person, organisation)
    return sorted(
        (one for one in found if everything or one.leader in person.position_ids),
        key=lambda one: sort_key(one.name),
    )


def may_see_reading(person: Any, document: Document) -> bool:
    """Tell whether the pack may say who has read the document."""
    return person is None or may_see_readers(document, person)


def gather(organisation: Any, scope: Scope, person: Any, *, bounded: bool = True) -> Holding:
    """Find what of ``scope`` the person may take out; refuse nothing at all, or too much.

    ``person`` None is an operator, who takes everything.
    """
    trail = trail_of(organisation) if "trail" in organisation else None
    holding = Holding(scope)
    holding.with_trail = trail is not None and (
        person is None or permits(person, trail, Permission.TRAIL_VIEW)
    )
    for document in _documents(organisation, scope, person):
        if not may_take(person, document):
            continue
        versions = [one for one in document.versions if _wanted(one, scope, person)]
        if versions:
            holding.documents.append((document, versions))
        if bounded and len(holding.documents) > MOST_DOCUMENTS:
            raise TooMuch(documents=MOST_DOCUMENTS, megabytes=LARGEST >> 20)
    if not holding.documents:
        raise NothingHere
    if bounded and holding.size > LARGEST:
        raise TooMuch(documents=MOST_DOCUMENTS, megabytes=LARGEST >> 20)
    holding.documents.sort(key=lambda pair: sort_key(pair[0].code))
    return holding


def _documents(organisation: Any, scope: Scope, person: Any) -> Iterator[Document]:
    folder = organisation.get("documents")
    if folder is None:
        return
    if scope.kind == DOCUMENT:
        document = folder.get(scope.code)
        yield from () if document is None else (document,)
    elif scope.kind == PROCESS:
        wanted = Wanted(processes=(scope.process_id,), limit=None)
        for row in master_list(organisation, wanted, person=person).rows:
            yield folder[row.uid]
    else:
        yield from _touched(organisation, folder, scope)


def _touched(organisation: Any, folder: Any, scope: Scope) -> Iterator[Document]:
    """Walk the documents that the trail names in the period, each once."""
    low, high = bounds(organisation, scope)
    beginning, seen = f"/{organisation.__name__}/documents/", set()
    trail: Trail = trail_of(organisation)
    if sum(len(lane.entries.keys(low, high)) for lane in trail.lanes) > WALKED:
        raise TooLong
    for lane in trail.lanes:
        for entry in lane.entries.values(low, high):
            if not entry["path"].startswith(beginning):
                continue
            code = entry["path"].removeprefix(beginning).partition("/")[0]
            document = folder.get(code)
            if document is not None and document.uid not in seen:
                seen.add(document.uid)
                yield document


def bounds(organisation: Any, scope: Scope) -> tuple[int, int]:
    """Give the smallest and the greatest number of entries in the scope's period."""
    if scope.kind != PERIOD or scope.since is None or scope.until is None:
        return 0, 2**62
    zone = zone_of(organisation)
    low = number_at(datetime.combine(scope.since, time.min, zone))
    return low, number_at(datetime.combine(scope.until + timedelta(days=1), time.min, zone)) - 1


def _wanted(version: Version, scope: Scope, person: Any) -> bool:
    """Tell whether a version belongs into the pack: something was decided about it."""
    if not version.acts or (person is not None and not permits(person, version, Permission.VIEW)):
        return False
    if scope.kind == DOCUMENT and scope.order is not None:
        return version.order == scope.order
    if scope.kind == PERIOD and scope.since is not None and scope.until is not None:
        return _within(version, version.acts, scope.since, scope.until)
    return True


def concerns(
    document: Document, order: int | None, acts: Iterable[Mapping[str, Any]], scope: Scope
) -> bool:
    """Tell whether what another room holds of a document's version belongs into the pack."""
    if scope.kind == DOCUMENT and scope.order is not None:
        return order == scope.order
    if scope.kind == PERIOD and scope.since is not None and scope.until is not None:
        return _within(document, acts, scope.since, scope.until)
    return True


def _within(content: Any, acts: Iterable[Mapping[str, Any]], since: date, until: date) -> bool:
    days = (local_day(content, datetime.fromisoformat(act["at"])) for act in acts)
    return any(since <= day <= until for day in days)
