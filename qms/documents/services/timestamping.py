"""Trusted time after the commit: signed files whose time stamp is still pending get it.

Until then the signature carries the server's time and says so («sello de tiempo pendiente»);
nothing here ever invents a time (fault 19).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qms.content.models import BlobFile, organisation_of
from qms.documents import events, workflow
from qms.documents.models import Version
from qms.kernel.acts import Act
from qms.signing.pades import upgrade_with_timestamp
from qms.signing.timestamps import HttpTimeStamper

AUTHORITY = "signing.authority"


@dataclass(frozen=True)
class Plan:
    """What stamping needs outside of a transaction."""

    pdf: bytes
    sha256: str
    crls: tuple[bytes, ...]


def pending(organisation: Any) -> Iterator[Version]:
    """Give the fully signed versions whose file bears no trusted time yet."""
    for document in organisation["documents"].values():
        for version in document.versions:
            if (
                version.state in {workflow.APPROVED, workflow.IN_FORCE}
                and version.is_signed
                and not version.timestamped
            ):
                yield version


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
