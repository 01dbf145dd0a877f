"""Takes a normogram over from a file: ``norms.yaml`` of an organisation's folder, or ``qms norms``.

Everything is checked before anything is written; what the register has already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from qms.kernel.acts import Act
from qms.norms import services
from qms.norms.citations import citations
from qms.norms.errors import BadNorms
from qms.norms.listing import meant_by
from qms.norms.models import Norm
from qms.norms.tables import table_of

FILE = "norms.yaml"
LARGEST = 1 << 20
"""Bytes of a file that is read."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _day(value: Any) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _number(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError
    return [_text(one) for one in value]


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _mapping(**keys: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or set(value) - set(keys):
            raise TypeError
        return {name: keys[name](one) for name, one in value.items()}

    return read


def _several(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def each(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError
        return [read(one) for one in value]

    return each


_CHANGE = _mapping(by=_text, since=_day, note=_text)
"""Not ``on``, which YAML takes for a yes."""
_REQUIREMENT = _mapping(number=_text, text=_text, processes=_texts, applies=_flag, why=_text)
_KEYS: dict[str, Callable[[Any], Any]] = {
    "cite": _text,
    "kind": _text,
    "number": _text,
    "year": _number,
    "title": _text,
    "issuer": _text,
    "issued_on": _day,
    "in_force_from": _day,
    "in_force_until": _day,
    "link": services.safe_link,
    "notes": _text,
    "months": _number,
    "responsible": _text,
    "processes": _texts,
    "positions": _texts,
    "checked_on": _day,
    "clauses": _flag,
    "requirements": _several(_REQUIREMENT),
    "links": lambda value: {_text(name): _texts(codes) for name, codes in value.items()},
    "edition": _mapping(label=_text, since=_day, link=services.safe_link, note=_text),
    "amended": _CHANGE,
    "repealed": _CHANGE,
}


def read_file(path: Path) -> dict[str, Any]:
    """Read and check a file of norms; BadNorms says which norm and key is wrong."""
    if path.stat().st_size > LARGEST:
        raise BadNorms(why=f"{path.name}: {LARGEST} bytes")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadNorms(why=f"{path.name}: {error}") from None
    return checked(data)


def checked(data: Any) -> dict[str, Any]:
    """Bring the data of a file to its normal form: ``kinds`` and ``norms``."""
    if not isinstance(data, dict) or set(data) - {"kinds", "norms"}:
        raise BadNorms(why="kinds, norms")
    kinds, norms = data.get("kinds") or {}, data.get("norms")
    if not isinstance(kinds, dict) or not isinstance(norms, list):
        raise BadNorms(why="kinds, norms")
    return {
        "kinds": {str(name): str(words) for name, words in kinds.items()},
        "norms": [_norm(one, place) for place, one in enumerate(norms, start=1)],
    }


def _norm(data: Any, place: int) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadNorms(why=f"norms[{place}]")
    found: dict[str, Any] = {}
    for name, value in data.items():
        if name not in _KEYS:
            raise BadNorms(why=f"norms[{place}].{name}")
        try:
            found[name] = _KEYS[name](value)
        except (TypeError, ValueError, AttributeError, services.BadLink):
            raise BadNorms(why=f"norms[{place}].{name}: {value}") from None
    cite = found.pop("cite", None)
    if cite is not None:
        named = citations(cite)
        if not named:
            raise BadNorms(why=f"norms[{place}].cite: {cite}")
        first = named[0]
        found = {"kind": first.kind, "number": first.number, "year": first.year, **found}
    if "kind" not in found:
        raise BadNorms(why=f"norms[{place}].kind")
    return found


def load_norms(organisation: Any, data: Mapping[str, Any], *, act: Act) -> list[Norm]:
    """Register the norms of a file that are not there yet, and give them."""
    _check_names(organisation, data)
    folder = services.norms_of(organisation)
    if data["kinds"]:
        folder.kinds = {**folder.kinds, **data["kinds"]}
    made = []
    for one in data["norms"]:
        norm = Norm(one["kind"], one.get("number") or "", one.get("year"), one.get("title") or "")
        known = meant_by(organisation, norm.key) if norm.number or not norm.title else ()
        same_title = (row for row in folder.values() if row.title == norm.title and row.title)
        if any(row.year == norm.year for row in known) or next(same_title, None) is not None:
            continue
        made.append(_register(organisation, one, act))
    return made


def _check_names(organisation: Any, data: Mapping[str, Any]) -> None:
    kinds = services.kinds_of(organisation) | data["kinds"]
    positions, processes = organisation["people"]["positions"], organisation["processes"]
    for place, one in enumerate(data["norms"], start=1):
        wanted = [*one.get("positions", ()), *filter(None, [one.get("responsible")])]
        named = [*one.get("processes", ())]
        named += [each for req in one.get("requirements", ()) for each in req.get("processes", ())]
        wrong = [each for each in wanted if each not in positions]
        wrong += [each for each in named if each not in processes]
        codes = [code for each in one.get("links", {}).values() for code in each]
        wrong += services.document_uids(organisation, codes)[1]
        if one["kind"] not in kinds:
            wrong.append(one["kind"])
        if wrong:
            raise BadNorms(why=f"norms[{place}]: {', '.join(wrong)}")


def _register(organisation: Any, one: Mapping[str, Any], act: Act) -> Norm:
    details = {name: one[name] for name in services.DETAILS if name in one}
    norm = services.register(
        organisation,
        kind=one["kind"],
        number=one.get("number") or "",
        year=one.get("year"),
        checked_on=one.get("checked_on", ""),
        responsible_id=one.get("responsible", ""),
        process_ids=one.get("processes", ()),
        position_ids=one.get("positions", ()),
        **details,
        act=act,
    )
    if one.get("clauses") and table_of(norm.key) is not None:
        services.load_clauses(norm, act=act)
    for demand in one.get("requirements", ()):
        services.add_requirement(
            norm,
            number=demand["number"],
            text=demand.get("text", ""),
            process_ids=demand.get("processes", ()),
            applies=demand.get("applies", True),
            applicability=demand.get("why", ""),
            act=act,
        )
    for number, codes in one.get("links", {}).items():
        if number in norm:
            uids, _missing = services.document_uids(organisation, codes)
            services.save_requirement(norm[number], {"document_uids": uids}, act=act)
    if "edition" in one:
        services.add_edition(norm, **_on(one["edition"]), act=act)
    for name, note in (("amended", services.amend), ("repealed", services.repeal)):
        if name in one:
            note(norm, **_on(one[name]), tell=False, act=act)
    return norm


def _on(data: Mapping[str, Any]) -> dict[str, Any]:
    """Name the day as the services do."""
    return {"on" if name == "since" else name: one for name, one in data.items()}
