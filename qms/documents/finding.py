"""Finds documents: by code, by title, by text; the first two from the database alone.

Codes and titles are looked up in the transaction that asks, so they are always right and need no
index. Text comes from this node's replica, which may be behind or missing: every text hit is held
against the database before it is shown, so that nothing is shown to who may no longer see it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from qms.content.models import Organisation
from qms.documents.listing import Row, Wanted, audiences_of, catalogue_of, master_list
from qms.documents.models import Version
from qms.documents.search_text import KIND, audiences_of_reader
from qms.documents.workflow import IN_FORCE
from qms.kernel import codes
from qms.search.catalogue import Catalogue
from qms.search.engine import stem
from qms.search.entries import Hit
from qms.search.follower import Replica
from qms.search.queries import read_query
from qms.search.spanish import MOST_BEGINNINGS, title_words
from qms.search.spelling import meant
from qms.security.permissions import Permission
from qms.security.policy import permits

KNOWN = 20_000
"""So many words of titles are compared with a misspelt one."""
LOOKED_AT = 200
"""So many codes with one beginning are looked at."""


@dataclass(frozen=True)
class TextHit:
    """A version whose words were found."""

    row: Row
    version_order: int
    version_label: str
    state: str
    """State of that version, which is not always the document's."""
    hit: Hit


@dataclass
class Finding:
    """What was found for a query, by kind; nothing stands in two of them."""

    exact: Row | None = None
    """The one document whose code was typed."""
    codes: list[Row] = field(default_factory=list)
    """Documents whose code was typed, or begins so."""
    titles: list[Row] = field(default_factory=list)
    texts: list[TextHit] = field(default_factory=list)
    text_total: int = 0
    """How many texts match in all."""
    text_complete: bool = True
    """Whether all matches were counted and ranked; not for very frequent words."""
    text_ready: bool = True
    """Whether there is an index to search the text in."""

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.codes or self.titles or self.texts)


def find_named(organisation: Organisation, text: str, *, person: Any, limit: int) -> Finding:
    """Find by code and by title what ``person`` may see; the cost does not follow the number."""
    found = Finding()
    if "documents" not in organisation or not text.strip():
        return found
    seen: set[str] = set()
    for row, is_exact in islice(_by_code(organisation, text, person), limit):
        if is_exact:
            found.exact = row if not found.codes else None
        seen.add(row.uid)
        found.codes.append(row)
    if found.exact is None:
        found.titles = [
            row for row in _by_title(organisation, text, person, limit) if row.uid not in seen
        ]
    return found


def find(
    organisation: Organisation, text: str, replica: Replica, *, person: Any, limit: int = 20
) -> Finding:
    """Find by code, by title and by text what ``person`` may see."""
    found = find_named(organisation, text, person=person, limit=limit)
    find_texts(found, organisation, text, replica, person=person, limit=limit)
    return found


def likely(organisation: Organisation, text: str, *, person: Any) -> str:
    """Give the words of titles that a misspelt text most likely means; "" where it means none.

    It is told only to who may see a document of these words.
    """
    typed = title_words(text)[:MOST_BEGINNINGS]
    if "documents" not in organisation or not typed:
        return ""
    catalogue = catalogue_of(organisation)
    known = list(islice(catalogue.vocabulary(), KNOWN))
    words = [one if _is_known(one, known) else meant(one, known) for one in typed]
    corrected = " ".join(words)
    if not all(words) or corrected == " ".join(typed):
        return ""
    return corrected if find_named(organisation, corrected, person=person, limit=1) else ""


def _is_known(word: str, known: list[str]) -> bool:
    place = bisect_left(known, word)
    return place < len(known) and known[place].startswith(word)


def find_texts(
    found: Finding,
    organisation: Organisation,
    text: str,
    replica: Replica,
    *,
    person: Any,
    limit: int,
) -> None:
    """Add what the text index knows, except documents that were found already."""
    wanted = read_query(text, stem)
    if not wanted:
        return
    answer = replica.search(
        wanted,
        organisation=organisation.id,
        audiences=audiences_of_reader(person),
        limit=limit,
    )
    if answer is None:
        found.text_ready = False
        return
    named = {row.uid for row in (*found.codes, *found.titles)}
    shown = [_checked(organisation, hit, person) for hit in answer.hits if hit.kind == KIND]
    gone = sum(one is None for one in shown)
    found.texts = [
        one for one in shown if one is not None and (one.row.uid not in named or _more(one))
    ]
    found.text_total = answer.total - gone
    found.text_complete = answer.complete


def _more(one: TextHit) -> bool:
    """Tell whether the hit says more than the row: another version, or its own words."""
    return one.version_order != one.row.order or any(piece.marked for piece in one.hit.fragment)


def _by_code(organisation: Organisation, text: str, person: Any) -> Iterator[tuple[Row, bool]]:
    """Walk the rows whose sloppy code is the text's, then those whose begins with it."""
    key = codes.search_key(text[: codes.MAX_LENGTH])
    if not key:
        return
    loose = organisation["documents"].loose
    audiences = audiences_of(person)
    catalogue = catalogue_of(organisation)
    seen: set[str] = set()
    # Half typed, the number of SC-03 is a lone zero, which no stored key has.
    begin = key[:-1] if key[1:].endswith("0") and not key[-2].isdigit() else key
    for one in islice(loose.keys(begin, begin + "\uffff"), LOOKED_AT if len(key) > 1 else 1):
        if len(key) == 1 and one != key:
            return
        for uid in loose[one]:
            row = _row(catalogue, uid, audiences)
            if row is not None and uid not in seen:
                seen.add(uid)
                yield row, one == key


def _by_title(organisation: Organisation, text: str, person: Any, limit: int) -> list[Row]:
    words = title_words(text)
    if not words:
        return []
    audiences = audiences_of(person)
    catalogue = catalogue_of(organisation)
    if not catalogue.has_words:
        return _by_walking(organisation, words, person, limit)
    filters = {} if audiences is None else {"audience": audiences}
    rows = catalogue.first(words, filters, order="title", limit=limit)
    shown = [_for_readers(Row(*row), audiences) for row in rows]
    return sorted(shown, key=lambda row: row.state != IN_FORCE)


def _by_walking(organisation: Organisation, words: list[str], person: Any, limit: int) -> list[Row]:
    """Find titles in a catalogue of an older release, row by row, until it is made anew."""
    found = []
    for row in master_list(organisation, Wanted(order="title", limit=None), person=person).rows:
        there = title_words(f"{row.code} {row.title}")
        if all(any(one.startswith(word) for one in there) for word in words):
            found.append(row)
    return sorted(found, key=lambda row: row.state != IN_FORCE)[:limit]


def _row(catalogue: Catalogue, uid: str, audiences: tuple[str, ...] | None) -> Row | None:
    """Give a row if one of ``audiences`` may see it (None sees all)."""
    row = catalogue.row(uid)
    if row is None or (audiences is not None and not catalogue.carries(uid, "audience", audiences)):
        return None
    return _for_readers(Row(*row), audiences)


def _for_readers(row: Row, audiences: tuple[str, ...] | None) -> Row:
    """Leave out what is under way, which is not a reader's to know (D4-3)."""
    if audiences is None:
        return row
    return row._replace(pending=None, pending_order=None, pending_label=None)


def _checked(organisation: Organisation, hit: Hit, person: Any) -> TextHit | None:
    """Hold a hit against the database as it is now; None when it is not so any more.

    What is in force is everybody's, and the catalogue knows it. For anything else the access
    matrix itself is asked.
    """
    row = catalogue_of(organisation).row(hit.uid)
    if row is None:
        return None
    now = _for_readers(Row(*row), audiences_of(person))
    order = hit.kept["order"]
    if now.state == IN_FORCE and now.order == order:
        return TextHit(now, order, now.version or "", IN_FORCE, hit)
    version = _version(organisation, hit.uid, order)
    if version is None or version.state != hit.kept["state"]:
        return None
    if not permits(person, version, Permission.VIEW):
        return None
    return TextHit(now, order, version.label, version.state, hit)


def _version(organisation: Organisation, uid: str, order: int) -> Version | None:
    document = organisation["documents"].get(uid)
    try:
        return None if document is None else document.versions.at(order)
    except KeyError:
        return None
