"""Cases that look like repeated ones: same customer, same reason, near text; offered, never forced.

Bounded whatever the size of the register: the last cases of the customer come from the catalogue,
those of the same reason from an index by reason and moment, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from BTrees.OOBTree import OOBTree

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.links.services import SAME, link
from qms.pqr.errors import NotInProfile
from qms.pqr.listing import LONGEST, catalogue_of, customer_keys, person_keys
from qms.pqr.models import Case
from qms.pqr.services import NAME, take
from qms.search.spanish import title_words

ROOM = "pqr.recent"
BACK = timedelta(days=90)
"""How far back cases of the same reason are looked at."""
OF_CUSTOMER, OF_REASON = 20, 40
"""So many cases of each are looked at."""
NEAR, VERY_NEAR = 0.35, 0.6
"""Share of common shingles from which texts of one customer, or of anybody, are near."""
MOST = 3
SHINGLE = 2
_LAST = 10**14
WHY = {
    "person": _("the same person"),
    "name": _("the same name"),
    "reason": _("the same reason"),
    "product": _("the same product"),
}
"""What two cases have in common."""


@dataclass(frozen=True)
class Suspect:
    """A case that this one may repeat, and why one may think so."""

    number: str
    why: tuple[str, ...]
    """Names of ``WHY``."""
    near: int
    """Common shingles of both texts, in per cent."""


@lru_cache(maxsize=2048)
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Cut a text into runs of folded words; a short text is one run."""
    words = title_words(fold(text))
    if len(words) <= SHINGLE:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(
        tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1)
    )


def nearness(one: str, other: str) -> float:
    """Give the share of common shingles (Jaccard), from 0 to 1; of the beginnings of long texts."""
    first, second = shingles(one[:LONGEST]), shingles(other[:LONGEST])
    whole = first | second
    return len(first & second) / len(whole) if whole else 0.0


def look_for(case: Case, *, at: datetime) -> None:
    """Keep beside a new case which ones it may repeat, and enter it into the index by reason."""
    case.suspects = tuple((one.number, one.why, one.near) for one in found_for(case, at=at))
    if case.reason_id:
        index = organisation_of(case).annexes.setdefault(ROOM, OOBTree())
        index[_key(case.reason_id, case.received_at), case.number] = case.number


def suspects(case: Case) -> list[Suspect]:
    """Give the cases that this one seemed to repeat when it came, the likeliest first.

    Those of which somebody has said that they are the same or not are left out.
    """
    said = {act["other"] for act in case.acts if act["kind"] == "repeats"}
    return [Suspect(*one) for one in case.suspects if one[0] not in said]


def _key(reason: str, at: datetime) -> tuple[str, int]:
    """Sort by reason, and within a reason the newest first."""
    return reason, _LAST - int(at.timestamp())


def found_for(case: Case, *, at: datetime) -> list[Suspect]:
    """Look for the cases that this one may repeat, the likeliest first, at most ``MOST``."""
    own = set(person_keys(case.customer))
    found: list[tuple[float, Suspect]] = []
    for other in _candidates(case, own, at):
        if other.disposed is not None or other.received_at > case.received_at:
            continue
        judged = _judge(case, other, own)
        if judged is not None:
            found.append(judged)
    best = sorted(found, key=lambda pair: (-pair[0], pair[1].number))
    return [one for _weight, one in best[:MOST]]


def _candidates(case: Case, own: set[str], at: datetime) -> Iterable[Case]:
    organisation = organisation_of(case)
    folder = organisation[NAME]
    seen: set[str] = {case.number}
    if own:
        page = catalogue_of(organisation).query(
            {"customer": sorted(own)}, order="received", reverse=True, limit=OF_CUSTOMER
        )
        for row in page.rows:
            if row[0] not in seen:
                seen.add(row[0])
                yield folder[row[0]]
    index = organisation.annexes.get(ROOM)
    if index is None or not case.reason_id:
        return
    low, high = (case.reason_id, 0), _key(case.reason_id, at - BACK)
    for number in islice(index.values((low, ""), (high, "")), OF_REASON):
        if number not in seen:
            seen.add(number)
            yield folder[number]


def _judge(case: Case, other: Case, own: set[str]) -> tuple[float, Suspect] | None:
    shared = own & set(person_keys(other.customer))
    person = any(not one.startswith("name:") for one in shared)
    near = nearness(case.text, other.text)
    reason = bool(case.reason_id) and case.reason_id == other.reason_id
    product = bool(case.product_id) and case.product_id == other.product_id
    likely = near >= VERY_NEAR or (bool(shared) and (near >= NEAR or reason or product))
    if not likely:
        return None
    marks = {"person": person, "name": bool(shared) and not person}
    marks |= {"reason": reason, "product": product}
    why = tuple(name for name, holds in marks.items() if holds)
    weight = near + 0.5 * person + 0.25 * bool(shared) + 0.1 * reason + 0.1 * product
    return weight, Suspect(other.number, why, round(near * 100))


def settle(case: Case, other: str, *, same: bool, act: Act) -> None:
    """Keep what somebody says of a suspect: it is the same, or it is not."""
    folder = organisation_of(case)[NAME]
    if other not in folder or other == case.number:
        raise NotInProfile(what="case")
    take(case, "repeats", act, other=other, same=same)
    if same:
        one, first = ("case", case.number), ("case", other)
        link(organisation_of(case), one, first, SAME, subject=case, act=act)


def repeated(case: Case) -> list[Case]:
    """Give the cases that this one was said to repeat."""
    folder = organisation_of(case)[NAME]
    said = {act["other"]: act["same"] for act in case.acts if act["kind"] == "repeats"}
    return [folder[number] for number, same in said.items() if same and number in folder]


def others_of(case: Case, most: int = 20) -> list[str]:
    """Give the numbers of other cases of the same customer, the newest first."""
    keys = customer_keys(case.customer)
    if not keys:
        return []
    page = catalogue_of(organisation_of(case)).query(
        {"customer": keys}, order="received", reverse=True, limit=most + 1
    )
    return [row[0] for row in page.rows if row[0] != case.number][:most]
