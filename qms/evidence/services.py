"""Taking evidence out: made from one view of the database of its own, told afterwards.

A pack may take seconds and holds hundreds of megabytes, so it is written between two transactions,
into a temporary file, from a connection that only reads.  That it was taken is an event in the
second transaction, which asks again whether the person may.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import transaction

from qms.content.models import Site
from qms.content.root import get_site
from qms.documents.testimony import Collector
from qms.evidence.errors import Busy
from qms.evidence.events import EvidenceTaken
from qms.evidence.pack import Taker, write_pack
from qms.evidence.scopes import DOCUMENT, PROCESS, Scope, gather
from qms.kernel.acts import Act
from qms.people.models import people_of

IN_MEMORY = 8 << 20
"""Bytes of a pack that are kept in memory before it goes to a temporary file."""
AT_ONCE = 2
"""Packs that one process makes at the same time (D4-59)."""
SYSTEM = "system"
_BLOCK = 1 << 20
Tell = Callable[[str], str]
"""Gives the Spanish of an event's sentence."""
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Order:
    """A pack that is to be made: plain values, valid outside of any transaction."""

    organisation_id: str
    scope: Scope
    person_id: str
    """Who takes it; ``system`` is an operator, who may take everything."""
    at: datetime
    secret: bytes
    """The server's secret, which opens the organisation's seal."""
    bounded: bool = True
    collectors: Sequence[Collector] = ()
    """What other rooms tell of the documents."""


@dataclass(frozen=True)
class Made:
    """A pack, ready to be given away."""

    stream: IO[bytes]
    size: int
    sha256: str
    documents: int
    versions: int


@contextmanager
def snapshot(database: Any) -> Iterator[Site]:
    """Open the site for reading in a transaction of its own; nothing is written."""
    manager = transaction.TransactionManager(explicit=True)
    connection = database.open(manager)
    manager.begin()
    try:
        yield get_site(connection)
    finally:
        manager.abort()
        connection.close()


def make(database: Any, order: Order, tell: Tell) -> Made:
    """Write the pack into a temporary file, which goes when it is closed.

    Raises what ``gather`` and ``write_pack`` raise, and Busy where enough packs are being made.
    """
    if not _places.acquire(blocking=False):
        raise Busy
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - given away open
    try:
        with snapshot(database) as site:
            organisation = site[order.organisation_id]
            taker = Taker(order.person_id, order.at, _person(organisation, order.person_id))
            holding = gather(organisation, order.scope, taker.person, bounded=order.bounded)
            write_pack(
                stream,
                organisation,
                holding,
                taker,
                secret=order.secret,
                tell=tell,
                collectors=order.collectors,
            )
            documents, versions = len(holding.documents), len(holding.versions)
        size = stream.tell()
        return Made(stream, size, _sha256(stream), documents, versions)
    except BaseException:
        stream.close()
        raise
    finally:
        _places.release()


def _person(organisation: Any, person_id: str) -> Any:
    return None if person_id == SYSTEM else people_of(organisation).person(person_id)


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while block := stream.read(_BLOCK):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def tell_taken(organisation: Any, scope: Scope, made: Made, *, act: Act) -> None:
    """Note in the trail who took which evidence out; refuse it who may not any more."""
    gather(organisation, scope, _person(organisation, act.person_id), bounded=False)
    subject = organisation
    if scope.kind == DOCUMENT:
        subject = organisation["documents"][scope.code]
    elif scope.kind == PROCESS:
        subject = organisation["processes"][scope.process_id]
    act.notify(
        EvidenceTaken(
            subject,
            act,
            scope=str(scope),
            sha256=made.sha256,
            size=made.size,
            documents=made.documents,
            versions=made.versions,
        )
    )
