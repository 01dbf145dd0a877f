"""The list of renamings: what the catalogue keeps of one, by both names."""

from __future__ import annotations

from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents.assignment import waiting_keys
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.renaming import workflow
from qms.renaming.models import RenamePackage
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "renaming.catalogue"
ORDERS = ("planned", "old", "new", "state")
FACETS = ("kind", "state", "waits")


class Row(NamedTuple):
    """One line of the list."""

    number: str
    kind: str
    thing_id: str
    old: str
    new: str
    planned_by: str
    planned_on: str
    """ISO moment."""
    documents: int
    """Documents that get a new text or are flagged."""
    open: int
    """Those of them that something is still to be done about."""
    last_on: str
    state: str


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of renamings, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def index(package: RenamePackage) -> None:
    """Index a renaming anew."""
    organisation, now = organisation_of(package), package.progress
    concerned = [uid for uid, one in now.choices.items() if one != workflow.NOTHING]
    closed = {workflow.SETTLED, workflow.FINISHED, workflow.LET_GO}
    row = Row(
        package.number,
        package.kind,
        package.thing_id,
        package.old,
        package.new,
        people_of(organisation).person_name(package.author_id),
        package.acts[0]["at"],
        len(concerned) if now.confirmed else len(package.found),
        sum(now.items[uid] not in closed for uid in concerned),
        package.acts[-1]["at"],
        now.state,
    )
    sent = [package.version(uid) for uid in now.of(workflow.IN_REVIEW)]
    waits = {key for one in sent if one is not None for key in waiting_keys(one)}
    keys = {
        "planned": row.planned_on,
        "old": sort_key(row.old),
        "new": sort_key(row.new),
        "state": (row.state, row.planned_on),
    }
    facets = {"kind": [row.kind], "state": [row.state], "waits": sorted(waits)}
    words = title_words(f"{row.number} {row.old} {row.new}")
    catalogue_of(organisation).put(package.uid, Entry(tuple(row), keys, facets, words))
