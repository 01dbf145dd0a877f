"""Keeping the normogram: registering norms, noting checks, changes, repeals and editions.

ISO 9001:2015 7.5.3.2 asks that documents of external origin are identified and controlled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from qms.content.models import BlobFile, organisation_of
from qms.documents.services.freezing import local_day
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, slug
from qms.norms import citing, events
from qms.norms.citations import CITED, CONSTITUTION, STANDARD, standard_number
from qms.norms.errors import (
    BadDates,
    BadInterval,
    BadLink,
    DayToCome,
    NameMissing,
    NoClauses,
    NormTaken,
    RequirementTaken,
    YearMissing,
)
from qms.norms.listing import catalogue_of, meant_by, put
from qms.norms.models import Edition, Norm, Norms, Requirement
from qms.norms.tables import shipped_kinds, table_of

NAME = "norms"
MOST_MONTHS = 120
DETAILS = (
    "title",
    "issuer",
    "issued_on",
    "in_force_from",
    "in_force_until",
    "link",
    "notes",
    "months",
    "responsible_id",
    "process_ids",
    "position_ids",
)
"""What the register says of a norm beside its name; each can be changed."""


def norms_of(organisation: Any) -> Norms:
    """Give the organisation's normogram, made at the first use with its catalogues."""
    if NAME not in organisation:
        organisation.add(NAME, Norms())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
        citing.rebuild(organisation)
    return organisation[NAME]


# Names


def kinds_of(organisation: Any) -> dict[str, str]:
    """Give the kinds of norms by id, as the organisation's country calls them, and its own."""
    kinds = {one["id"]: one["name"] for one in shipped_kinds()["kinds"]}
    kinds |= {name: one["name"] for name, one in _country_words(organisation).items()}
    folder = organisation.get(NAME)
    return kinds | (folder.kinds if folder is not None else {})


def _country_words(organisation: Any) -> Mapping[str, Any]:
    country = (organisation.profile.get("organisation") or {}).get("country")
    found: Mapping[str, Any] = shipped_kinds()["countries"].get(country) or {}
    return found


def name_of(organisation: Any, kind: str, number: str, year: int | None, title: str) -> str:
    """Write a norm as it is cited: «Ley 962 de 2005», «ISO 9001:2015»; else its title."""
    words = {one["id"]: one["cite"] for one in shipped_kinds()["kinds"]}
    words |= {name: one["cite"] for name, one in _country_words(organisation).items()}
    if kind == CONSTITUTION:
        return words[kind]
    if not number:
        return title
    if kind == STANDARD:
        return f"{number}:{year}" if year else number
    name = f"{words.get(kind) or ''} {number}".strip()
    return f"{name} de {year}" if year else name


def safe_link(text: str) -> str:
    """Give a link that leads to a site over http(s), or refuse it (D4-30, D4-34)."""
    plain = clean_line(text)
    if not plain:
        return ""
    if re.search(r"[\s\\\"'<>]", plain) or len(plain) > 500:
        raise BadLink
    try:
        parts = urlsplit(plain)
        host = parts.hostname
    except ValueError:
        raise BadLink from None
    if parts.scheme.lower() not in {"http", "https"} or not host or parts.username is not None:
        raise BadLink
    return plain


# Registering


def register(
    organisation: Any,
    *,
    kind: str,
    number: str = "",
    year: int | None = None,
    checked_on: str = "",
    act: Act,
    **details: Any,
) -> Norm:
    """Enter a norm in the register; ``details`` are those of :data:`DETAILS`."""
    folder = norms_of(organisation)
    if kind in CITED and kind != CONSTITUTION and not (number and year):
        raise YearMissing
    plain = _number(kind, number)
    title = clean_line(str(details.get("title") or ""))
    if kind != CONSTITUTION and not plain and not title:
        raise NameMissing
    norm = Norm(kind, plain, year, title)
    norm.name = name_of(organisation, kind, plain, year, title)
    for row in meant_by(organisation, norm.key) if norm.number or kind == CONSTITUTION else ():
        if row.issuer == clean_line(str(details.get("issuer") or "")):
            raise NormTaken(name=row.name)
    values = _checked({**dict.fromkeys(DETAILS, ""), "months": 12, **details, "title": title})
    for name, value in values.items():
        setattr(norm, name, value)
    today = local_day(organisation, act).isoformat()
    if checked_on > today:
        raise DayToCome
    norm.take({"kind": "registered", **_by(act), "on": today, "checked_on": checked_on})
    folder.add(_address(folder, norm), norm)
    put(norm)
    act.notify(events.NormRegistered(norm, act))
    return norm


def _number(kind: str, number: str) -> str:
    plain = clean_line(number)[:60]
    if kind == STANDARD:
        return standard_number(plain)
    return plain.upper() if kind in CITED else plain


def _address(folder: Norms, norm: Norm) -> str:
    words = (
        (norm.kind, norm.number, str(norm.year or "")) if norm.number else (norm.kind, norm.name)
    )
    base = slug(" ".join(words), 60) or norm.uid
    # A view's name has no digit and no kind before it; a number makes doubles apart.
    found, count = base, 1
    while found in folder:
        count += 1
        found = f"{base}-{count}"
    return found


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Check details and bring them to their stored form."""
    found = dict(values)
    if "link" in found:
        found["link"] = safe_link(str(found["link"] or ""))
    months = found.get("months")
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise BadInterval
    start, end = found.get("in_force_from"), found.get("in_force_until")
    if start and end and start > end:
        raise BadDates
    for name in ("process_ids", "position_ids"):
        if name in found:
            found[name] = tuple(found[name] or ())
    return {
        name: value if name == "months" or isinstance(value, tuple) else str(value or "")
        for name, value in found.items()
    }


def day_of(text: str) -> date | None:
    """Give a stored day, None for none."""
    return date.fromisoformat(text) if text else None


def _by(act: Act) -> dict[str, str]:
    return {"by": act.person_id, "at": act.at.isoformat()}


def change(norm: Norm, values: Mapping[str, Any], *, act: Act) -> None:
    """Change what the register says of a norm; nothing is told where nothing differs."""
    known = {name: getattr(norm, name) for name in DETAILS}
    wanted = _checked({**known, **{name: values[name] for name in DETAILS if name in values}})
    changed = {name: [known[name], wanted[name]] for name in DETAILS if known[name] != wanted[name]}
    if not changed:
        return
    for name, (_old, new) in changed.items():
        setattr(norm, name, new)
    norm.name = name_of(organisation_of(norm), norm.kind, norm.number, norm.year, norm.title)
    put(norm)
    told = {name: [_plain(old), _plain(new)] for name, (old, new) in changed.items()}
    act.notify(events.NormChanged(norm, act, values=told))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# What happens to a norm


def verify(norm: Norm, *, note: str, link: str = "", act: Act) -> None:
    """Note that somebody looked and that nothing changed; the next check follows from today."""
    today = local_day(organisation_of(norm), act).isoformat()
    text = note.strip()
    norm.take({"kind": "verified", **_by(act), "on": today, "note": text, "link": safe_link(link)})
    put(norm)
    act.notify(events.NormVerified(norm, act, text=text, on=today))


def amend(norm: Norm, *, by: str, on: str, note: str = "", tell: bool = True, act: Act) -> None:
    """Note that another norm changed this one; ``on`` is an ISO date.

    ``tell`` is false for what is taken over from a former register: no mails are written.
    """
    told = clean_line(by)
    norm.take({"kind": "amended", **_by(act), "norm": told, "on": on, "note": note.strip()})
    put(norm)
    act.notify(events.NormAmended(norm, act, text=told, on=on, tell=tell))


def repeal(norm: Norm, *, by: str, on: str, note: str = "", tell: bool = True, act: Act) -> None:
    """Note that another norm takes this one out of force from the day ``on``; as :func:`amend`."""
    told = clean_line(by)
    norm.take({"kind": "repealed", **_by(act), "norm": told, "on": on, "note": note.strip()})
    put(norm)
    act.notify(events.NormRepealed(norm, act, text=told, on=on, tell=tell))


def restore(norm: Norm, *, note: str, act: Act) -> None:
    """Take back a repeal or else a change that was noted by mistake."""
    text = note.strip()
    norm.take({"kind": "restored", **_by(act), "note": text})
    put(norm)
    act.notify(events.NormRestored(norm, act, text=text))


def add_edition(
    norm: Norm,
    *,
    label: str,
    on: str,
    link: str = "",
    file: BlobFile | None = None,
    note: str = "",
    act: Act,
) -> Edition:
    """Keep an edition of the norm, with its file where a copy is held."""
    edition = Edition(clean_line(label), on, link=safe_link(link), file=file, note=note.strip())
    edition.by, edition.at = act.person_id, act.at.isoformat()
    today = local_day(organisation_of(norm), act).isoformat()
    norm.take(
        {
            "kind": "edition",
            **_by(act),
            "label": edition.label,
            "on": today,
            "edition": edition.uid,
            "note": edition.note,
        }
    )
    norm.editions.append(edition)
    put(norm)
    digest = file.sha256 if file is not None else ""
    act.notify(events.EditionAdded(norm, act, text=edition.label, on=on, sha256=digest))
    return edition


# Requirements


def load_clauses(norm: Norm, *, act: Act) -> int:
    """Make a requirement of every clause of the norm's table that is not there; give their number.

    What was linked before stays.
    """
    table = table_of(norm.key)
    if table is None:
        raise NoClauses
    missing = [one for one in table.clauses.items() if one[0] not in norm]
    for number, text in missing:
        heading = table.is_heading(number)
        norm.add(number, Requirement(number, text, heading=heading, table=table.id))
    if missing:
        put(norm)
        act.notify(events.RequirementsLoaded(norm, act, text=f"{table.name}: {len(missing)}"))
    return len(missing)


def add_requirement(norm: Norm, *, number: str, text: str, act: Act, **values: Any) -> Requirement:
    """Add an article, a clause or another demand; ``values`` as in :func:`save_requirement`."""
    plain = clean_line(number)
    address = re.sub(r"[^\w.]+", "-", plain).strip("-.")[:80] or "r"
    if address in norm:
        raise RequirementTaken(number=plain)
    made = Requirement(plain, clean_line(text))
    norm.add(address, made)
    save_requirement(made, values, act=act, new=True)
    return made


_CHANGEABLE = ("title", "applies", "applicability", "partial", "document_uids", "process_ids")


def save_requirement(
    one: Requirement, values: Mapping[str, Any], *, act: Act, new: bool = False
) -> None:
    """Change text, applicability, judgement and links; nothing is told where nothing differs."""
    told: dict[str, Any] = {}
    for name in _CHANGEABLE:
        if name not in values:
            continue
        value = values[name]
        value = tuple(dict.fromkeys(value)) if name.endswith("s") and name != "applies" else value
        old = getattr(one, name)
        if old != value:
            setattr(one, name, value)
            told[name] = [_plain(old), _plain(value)]
    if told or new:
        put(one.norm)
        act.notify(events.RequirementSaved(one, act, values=told))


def document_uids(organisation: Any, codes: Iterable[str]) -> tuple[list[str], list[str]]:
    """Give the uids of the documents with these codes, and the codes that no document has."""
    folder, found, missing = organisation["documents"], [], []
    for code in codes:
        hits = [folder.get(code)] if folder.get(code) else folder.find_loosely(code)
        if len(hits) == 1:
            found.append(hits[0].uid)
        else:
            missing.append(code)
    return found, missing
