"""Trusted time after the commit: signed files whose time stamp is still pending get it.

Until then the signature carries the server's time and says so («sello de tiempo pendiente»);
nothing here ever invents a time (fault 19).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.models import BlobFile, organisation_of
from qms.documents import events, workflow
from qms.documents.models import Version
from qms.kernel.acts import Act
from qms.signing.pades import upgrade_with_timestamp
from qms.signing.timestamps import HttpTimeStamper

AUTHORITY = "signing.authority"
ROOM = "documents.timestamps"
"""The queue: (document uid, version order) to the moment since which it waits (ISO)."""


@dataclass(frozen=True)
class Plan:
    """What stamping needs outside of a transaction."""

    pdf: bytes
    sha256: str
    crls: tuple[bytes, ...]


def wants_stamp(version: Version) -> bool:
    """Tell whether a version is fully signed, valid, and bears no trusted time yet."""
    return (
        version.state in {workflow.APPROVED, workflow.IN_FORCE}
        and version.is_signed
        and not version.timestamped
    )


def note(version: Version) -> None:
    """Let the queue follow what happened to a version, in the same transaction.

    An installation that never asked for trusted time has no queue and needs none.
    """
    queue = organisation_of(version).annexes.get(ROOM)
    if queue is None:
        return
    key = (version.document.uid, version.order)
    if not wants_stamp(version):
        queue.pop(key, None)
    elif key not in queue:
        queue[key] = version.acts[-1]["at"]


def take_up(organisation: Any) -> Iterator[Version]:
    """Give what waits for trusted time; the first call makes the queue from the documents."""
    if ROOM not in organisation.annexes:
        queue = organisation.annexes[ROOM] = OOBTree()
        for version in _walked(organisation):
            queue[(version.document.uid, version.order)] = version.acts[-1]["at"]
    yield from pending(organisation)


def pending(organisation: Any) -> Iterator[Version]:
    """Give the fully signed versions whose file bears no trusted time yet; changes nothing."""
    queue = organisation.annexes.get(ROOM)
    if queue is None:
        yield from _walked(organisation)
        return
    documents = organisation["documents"]
    for uid, order in list(queue.keys()):
        version = documents[uid].versions.at(order)
        if wants_stamp(version):
            yield version


def waiting(organisation: Any) -> tuple[int, str]:
    """Give how many versions wait for trusted time, and since when the oldest (ISO)."""
    queue = organisation.annexes.get(ROOM)
    return (len(queue), min(queue.values())) if queue else (0, "")


def _walked(organisation: Any) -> Iterator[Version]:
    for document in organisation["documents"].values():
        yield from filter(wants_stamp, document.versions)


def plan(version: Version) -> Plan:
    """Read what is to be stamped."""
    authority = organisation_of(version).annexes[AUTHORITY]
    return Plan(version.file.read(), version.file.sha256, (authority.crl,))


def make(plan: Plan, url: str) -> bytes:
    """Ask the authority for a stamp over the file; raises TimestampUnavailable."""
    return upgrade_with_timestamp(plan.pdf, HttpTimeStamper(url), crls=plan.crls)


def store(version: Version, plan: Plan, pdf: bytes, *, act: Act) -> bool:
    """Keep the stamped file, unless the version's file changed meanwhile."""
    if version.file.sha256 != plan.sha256 or version.timestamped:
        return False
    version.rendition = BlobFile(pdf, version.file.filename, "application/pdf")
    version.timestamped = True
    act.notify(events.VersionTimestamped(version, act, pdf_sha256=version.file.sha256))
    return True
