"""The master list: what the catalogue keeps of a document, and who sees which row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents import workflow
from qms.documents.assignment import waiting_keys
from qms.documents.models import Document, Version
from qms.kernel.text import sort_key
from qms.profiles.api import profile_of
from qms.search.catalogue import Catalogue, Entry, Page
from qms.search.spanish import title_words

ORDERS = ("code", "title", "type", "process", "in_force_from", "review_by", "state")
"""The columns that the master list can be sorted by."""
FACETS = ("type", "process", "state", "pending", "audience", "waits")
"""What the master list can be filtered by; ``audience`` is for visibility alone,
``waits`` for who may have to sign."""
EVERYBODY = "everybody"
"""The audience of a document that has a version in force."""
STAFF = "staff"
"""The audience of every document: whoever manages documents."""
NOT_IN_FORCE = (
    workflow.DRAFT,
    workflow.IN_REVIEW,
    workflow.APPROVED,
    workflow.OBSOLETE,
    workflow.ABORTED,
)
"""States of documents that have no version in force."""
_ROOM = "documents.catalogue"


class Row(NamedTuple):
    """One line of the master list."""

    uid: str
    code: str
    title: str
    type_id: str
    type_name: str
    process_id: str
    process_name: str
    version: str | None
    """Label of the version in force, or else of the newest."""
    order: int | None
    state: str
    approved_on: str | None
    in_force_from: str | None
    review_by: str | None
    responsible: str
    signed: bool
    migrated: bool
    pending: str | None
    """State of the version under way, if there is one."""
    pending_order: int | None
    pending_label: str | None


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's document catalogue, made at its first use."""
    return Catalogue.of(organisation, _ROOM, ORDERS, FACETS)


def row_of(document: Document) -> Row:
    """Make the document's line of the master list."""
    organisation = organisation_of(document)
    profile = profile_of(organisation)
    shown = document.in_force or document.latest
    pending = document.pending
    process = organisation["processes"].get(document.process_id)
    dates = {} if shown is None else shown.dates
    return Row(
        uid=document.uid,
        code=document.code,
        title=document.title,
        type_id=document.type_id,
        type_name=profile.document_type(document.type_id).name,
        process_id=document.process_id,
        process_name=process.name if process is not None else document.process_id,
        version=None if shown is None else shown.label,
        order=None if shown is None else shown.order,
        state=document.state,
        approved_on=dates.get("approved_on"),
        in_force_from=dates.get("in_force_from"),
        review_by=dates.get("review_by"),
        responsible=_responsible(document, organisation),
        signed=shown is not None and shown.is_signed,
        migrated=shown is not None and shown.migrated,
        pending=None if pending is None else pending.state,
        pending_order=None if pending is None else pending.order,
        pending_label=None if pending is None else pending.label,
    )


def _responsible(document: Document, organisation: Any) -> str:
    position = document.responsible_id or document.leader_position()
    return organisation["people"].position_name(position) if position else ""


def entry_of(document: Document) -> Entry:
    """Make the document's catalogue entry."""
    row = row_of(document)
    keys = {
        "code": sort_key(row.code),
        "title": sort_key(row.title),
        "type": (sort_key(row.type_name), sort_key(row.code)),
        "process": (sort_key(row.process_name), sort_key(row.code)),
        "in_force_from": row.in_force_from or "",
        "review_by": row.review_by or "9999",
        "state": (row.state, sort_key(row.code)),
    }
    facets = {
        "type": [row.type_id],
        "process": [row.process_id],
        "state": [row.state],
        "pending": [row.pending] if row.pending else [],
        "audience": audience_of(document),
        "waits": waiting_keys(pending) if (pending := document.pending) else [],
    }
    return Entry(tuple(row), keys, facets, title_words(f"{row.code} {row.title}"))


def audience_of(document: Document) -> list[str]:
    """Name the audiences that see the document's row."""
    audience = [STAFF]
    if document.in_force_order is not None:
        audience.append(EVERYBODY)
    audience.extend(f"person:{one}" for one in sorted(_writers(document.pending)))
    leader = document.leader_position()
    if leader:
        audience.append(f"position:{leader}")
    return audience


def _writers(version: Version | None) -> set[str]:
    if version is None:
        return set()
    return {one for one in {version.author_id, *version.editor_ids} if one}


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the master list; the page's address holds exactly this."""

    types: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    order: str = "code"
    reverse: bool = False
    start: int = 0
    limit: int | None = 50
    words: tuple[str, ...] = ()
    """Each must begin a word of code or title."""
    in_force_only: bool = False
    """Whether documents that have no version in force stay out, for whoever looks."""

    def filters(self) -> dict[str, tuple[str, ...]]:
        """Give the facets to filter by."""
        chosen = {
            "type": self.types,
            "process": self.processes,
            "state": self.states,
            "pending": self.pending,
        }
        return {name: values for name, values in chosen.items() if values}


def audiences_of(person: Any) -> tuple[str, ...] | None:
    """Name the audiences that a person belongs to; None for somebody who sees every row.

    That is whom the matrix gives ``document:see-history``: an administrator of accounts is a
    reader of documents.
    """
    if person is None or {"quality", "auditor"} & set(person.roles):
        return None
    return (
        EVERYBODY,
        f"person:{person.id}",
        *(f"position:{one}" for one in person.position_ids),
    )


def master_list(organisation: Any, wanted: Wanted, *, person: Any) -> Page[Row]:
    """Give the rows that ``person`` may see, as wanted; ``rows`` are :class:`Row` objects."""
    page = stored_rows(organisation, wanted, person=person)
    return Page(as_rows(page.rows, person), page.total, page.start)


def stored_rows(organisation: Any, wanted: Wanted, *, person: Any) -> Page[tuple[Any, ...]]:
    """Give the same rows as the catalogue keeps them; :func:`as_rows` makes them fit to show."""
    return catalogue_of(organisation).query(
        _visible(wanted, person),
        order=wanted.order,
        reverse=wanted.reverse,
        start=wanted.start,
        limit=wanted.limit,
        words=wanted.words,
    )


def as_rows(stored: Iterable[tuple[Any, ...]], person: Any) -> list[Row]:
    """Make rows of what the catalogue keeps, without what ``person`` may not know of it."""
    rows = [Row(*row) for row in stored]
    if hides_pending(person):
        rows = [row._replace(pending=None, pending_order=None, pending_label=None) for row in rows]
    return rows


def hides_pending(person: Any) -> bool:
    """Tell whether what is under way is not this person's to know (D4-3).

    The page of a document shows it to those of them who may see it.
    """
    return audiences_of(person) is not None


def facet_counts(organisation: Any, wanted: Wanted, *, person: Any) -> dict[str, dict[str, int]]:
    """Count what ``person`` may see, per value of each facet."""
    catalogue = catalogue_of(organisation)
    filters = _visible(wanted, person)
    counts = {
        name: catalogue.counts(name, filters, words=wanted.words)
        for name in ("type", "process", "state", "pending")
    }
    return counts if audiences_of(person) is None else {**counts, "pending": {}}


def _visible(wanted: Wanted, person: Any) -> dict[str, tuple[str, ...]]:
    filters = wanted.filters()
    audiences = audiences_of(person)
    if audiences is not None:
        filters["audience"] = audiences
        filters.pop("pending", None)
    if wanted.in_force_only:
        # The same set for whoever looks: everybody sees what is in force.
        filters["audience"] = (EVERYBODY,)
    return filters


def sees_more(organisation: Any, person: Any) -> bool:
    """Tell whether there is anything but documents in force that ``person`` may see."""
    audiences = audiences_of(person)
    if audiences is None:
        return True
    own = {"audience": audiences[1:], "state": NOT_IN_FORCE}
    return catalogue_of(organisation).query(own, order="code", limit=0).total > 0


def as_json(row: Row) -> dict[str, Any]:
    """Give a line of the master list as the JSON of the page and of ``qms list``."""
    return {
        "code": row.code,
        "title": row.title,
        "type": row.type_name,
        "type_id": row.type_id,
        "process": row.process_name,
        "process_id": row.process_id,
        "version": row.version,
        "order": row.order,
        "state": row.state,
        "approved_on": row.approved_on,
        "in_force_from": row.in_force_from,
        "review_by": row.review_by,
        "responsible": row.responsible,
        "signed": row.signed,
        "migrated": row.migrated,
        "pending": row.pending,
        "pending_version": row.pending_label,
    }


def rows_of_responsible(organisation: Any, name: str) -> list[Row]:
    """List the rows that name this position as responsible; they are few, and it is no filter."""
    found = catalogue_of(organisation).query({}, order="code", limit=None).rows
    return [row for row in (Row(*one) for one in found) if row.responsible == name]


def reindex(organisation: Any) -> int:
    """Make the organisation's catalogue anew and give the number of documents in it."""
    organisation.annexes[_ROOM] = Catalogue(ORDERS, FACETS)
    catalogue = organisation.annexes[_ROOM]
    for document in organisation["documents"].values():
        catalogue.put(document.uid, entry_of(document))
    return len(catalogue)


def is_current(document: Document) -> bool:
    """Tell whether the catalogue says of the document what is true of it; for the doctor."""
    catalogue = catalogue_of(organisation_of(document))
    return catalogue.row(document.uid) == tuple(row_of(document)) and (
        (document.in_force_order is not None) == (document.state == workflow.IN_FORCE)
    )
