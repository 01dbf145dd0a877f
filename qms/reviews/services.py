"""Periodic review: what is due, and confirming a document as it is with a signature.

ISO 9001 7.5.2 c asks for review of suitability; 7.5.3.2 for control of what stays in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qms.content.models import organisation_of
from qms.documents import workflow
from qms.documents.listing import Row, catalogue_of
from qms.documents.models import Document, Version
from qms.documents.services.freezing import local_day
from qms.kernel.acts import Act
from qms.kernel.months import add_months, last_day
from qms.kernel.text import clean_line
from qms.profiles.api import profile_of
from qms.profiles.leading import processes_led
from qms.reviews.errors import (
    BadReviewDay,
    NoteNeeded,
    NotReviewable,
    ReviewUnderWay,
    SignedAlready,
)
from qms.reviews.events import DocumentReviewed

MEANING = "Revisado y encontrado vigente sin cambios"
"""What the signature of a review says."""
SOON = 30
"""Calendar days before its day from which a review waits on somebody's work list."""
HORIZON = 60
"""Calendar days ahead that the list of reviews looks."""
LATEST = 120
"""Months ahead that a next review may be set to at most."""
_FIRST, _PAGE = 10, 200
"""Rows that are read at first, which mostly is enough, and then at a time."""


@dataclass(frozen=True)
class Due:
    """A document whose review is due or will be soon."""

    row: Row
    day: date
    days_left: int
    """Calendar days until its day; negative when it has passed."""

    @property
    def is_overdue(self) -> bool:
        """Tell whether its day has passed."""
        return self.days_left < 0


def due_reviews(
    organisation: Any, today: date, *, within: int, processes: set[str] | None = None
) -> Iterator[Due]:
    """Give what is in force and due within so many days, the oldest first.

    ``processes`` keeps to those of certain processes. Rows are read in pages in the ready-made
    order, so that the cost follows what is due and not what there is.
    """
    filters: dict[str, tuple[str, ...]] = {"state": (workflow.IN_FORCE,)}
    if processes is not None:
        filters["process"] = tuple(sorted(processes))
    horizon, start, limit = today + timedelta(days=within), 0, _FIRST
    while True:
        page = catalogue_of(organisation).query(
            filters, order="review_by", start=start, limit=limit
        )
        for values in page.rows:
            row = Row(*values)
            day = last_day(row.review_by)
            if day is None or day > horizon:
                return
            yield Due(row, day, (day - today).days)
        start, limit = start + limit, _PAGE
        if start >= page.total:
            return


def own_reviews(organisation: Any, person: Any, today: date) -> list[Due]:
    """List what a person has to review soon: of the processes they lead, without one under way."""
    led = processes_led(organisation, person)
    if not led:
        return []
    due = due_reviews(organisation, today, within=SOON, processes=led)
    return [one for one in due if one.row.pending is None]


def next_review(version: Version, today: date) -> date | None:
    """Give the day that the document's type proposes for the next review, or None."""
    profile = profile_of(organisation_of(version))
    months = profile.document_type(version.document.type_id).review_months
    return add_months(today, months) if months else None


def check(document: Document, *, seen: int, note: str, next_day: date | None, act: Act) -> Version:
    """Give the version in force if it can be confirmed by this act; refuse otherwise.

    ``seen`` is the order of the version that the reviewer looked at.
    """
    version = document.in_force
    if version is None or version.order != seen:
        raise NotReviewable
    if document.pending is not None:
        raise ReviewUnderWay
    if not clean_line(note):
        raise NoteNeeded
    today = local_day(organisation_of(document), act)
    if next_day is not None and not today < next_day <= add_months(today, LATEST):
        raise BadReviewDay
    return version


def statement(version: Version, *, note: str, next_day: date | None) -> dict[str, Any]:
    """Write what the reviewer puts their name to; it names the very bytes looked at (C2)."""
    return {
        "kind": "reviewed",
        "meaning": MEANING,
        "document": version.document.uid,
        "code": version.code or version.document.code,
        "version": version.label,
        "order": version.order,
        "frozen_sha256": version.frozen.sha256 if version.frozen else None,
        "pdf_sha256": version.rendition.sha256 if version.rendition else None,
        "note": note.strip(),
        "review_by": None if next_day is None else next_day.isoformat(),
    }


def confirm(
    document: Document, record: dict[str, Any], *, act: Act, nonce: str | None = None
) -> None:
    """Store a signed review: the version stays in force and its next review is set.

    ``nonce`` makes the form that was signed good for one use (D4-23).
    """
    day = record["review_by"]
    version = check(
        document, seen=record["order"], note=record["note"], next_day=last_day(day), act=act
    )
    if nonce is not None:
        if nonce in version.seen_nonces:
            raise SignedAlready
        version.seen_nonces.add(nonce)
    former = version.dates.get("review_by")
    version.take(record)
    if day is None:
        version.dates.pop("review_by", None)
    else:
        version.dates["review_by"] = day
    act.notify(DocumentReviewed(version, act, note=record["note"], former_day=former, next_day=day))


def reviews_of(version: Version) -> list[dict[str, Any]]:
    """List the signed reviews of a version, the newest first."""
    return [dict(one) for one in reversed(version.acts) if one["kind"] == "reviewed"]
