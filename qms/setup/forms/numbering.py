"""The forms of the code grammar and of the version scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.setup.rows import base, row, rows
from qms.web import fields
from qms.web.forms import Schema

VERSION_KINDS = {
    "integer": _("Whole numbers: 1, 2, 3"),
    "dotted": _("Numbers with points: 1.0, 1.1, 2.0"),
    "letters-numbers": _("Letters while proposed, numbers once issued: A, B, 0, 1"),
    "issue-revision": _("Issue and revision: 1/0, 1/1, 2/0"),
}
PARAMETERS: dict[str, tuple[str, ...]] = {
    "integer": ("start", "width"),
    "dotted": ("start", "major", "minor", "dated", "date_style"),
    "letters-numbers": ("start", "skip"),
    "issue-revision": ("template", "start"),
}
"""The keys of each kind of scheme, in the order in which they are written."""
_WHOLE_START = frozenset({"integer", "letters-numbers"})


# Codes


def _types(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(one["id"], one["name"]) for one in bindings["present"]["document_types"]]


def _processes(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(one["id"], one["name"]) for one in bindings["present"]["processes"]]


class CodesSchema(Schema):
    """How codes are written."""

    base = base()
    company = fields.text(
        _("Acronym of the organisation"),
        longest=60,
        optional=True,
        help=_("Capitals and digits; it stands where a pattern says {company}."),
    )
    patterns = rows(
        _("Patterns"),
        row(
            fields.text(_("Pattern"), longest=120, name="pattern"),
            fields.many(_("Only for these types"), _types, optional=True, name="types"),
            fields.integer(_("First number"), optional=True, name="start"),
        ),
        least=1,
        most=20,
        add=_("Add a pattern"),
        help=_(
            "Such as {type}-{company}-{process}-{number:2}: words in braces stand for the lists"
            " below, {number:2} is the number with two digits, {name:A3} are three letters. The"
            " first pattern that fits is offered."
        ),
    )
    types = rows(
        _("Acronyms of types"),
        row(
            fields.text(_("Acronym"), longest=12, name="acronym"),
            fields.choice(_("Type"), _types, name="stands_for"),
        ),
        most=100,
        add=_("Add an acronym of a type"),
        help=_("The first one of a type is offered; others are former ones that still count."),
    )
    processes = rows(
        _("Acronyms of processes"),
        row(
            fields.text(_("Acronym"), longest=12, name="acronym"),
            fields.choice(_("Process"), _processes, name="stands_for"),
        ),
        most=300,
        add=_("Add an acronym of a process"),
    )
    parts = rows(
        _("Further lists"),
        row(
            fields.text(_("Name in the pattern"), longest=40, name="name"),
            fields.text(_("Values, with commas"), longest=1000, name="values"),
        ),
        most=12,
        add=_("Add a list"),
        help=_("For a pattern with a part of its own, such as {area}."),
    )
    start = fields.integer(_("First number of every series"), optional=True)
    known = fields.yes_no(
        _("I know that the documents whose codes do not fit keep them as former codes")
    )


def codes_start(codes: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form of the codes begins with."""
    listed = codes.get("patterns", codes.get("pattern"))
    entries = listed if isinstance(listed, list) else [listed] if listed else []
    return {
        "company": _listing(codes.get("company")),
        "patterns": [_pattern(one) for one in entries],
        "types": _acronyms(codes.get("types", codes.get("type"))),
        "processes": _acronyms(codes.get("processes", codes.get("process"))),
        "parts": [
            {"name": name, "values": _listing(values)}
            for name, values in (codes.get("parts") or {}).items()
        ],
        "start": codes.get("start"),
    }


def _pattern(entry: Any) -> dict[str, Any]:
    if isinstance(entry, Mapping):
        types = entry.get("types") or []
        types = [types] if isinstance(types, str) else list(types)
        return {
            "pattern": entry["pattern"],
            "types": sorted(map(str, types)),
            "start": entry.get("start"),
        }
    return {"pattern": str(entry), "types": [], "start": None}


def _acronyms(listed: Any) -> list[dict[str, str]]:
    if isinstance(listed, str):
        listed = [listed]
    if isinstance(listed, list):
        listed = {one: one for one in listed}
    return [
        {"acronym": str(short), "stands_for": str(long)} for short, long in (listed or {}).items()
    ]


def _listing(values: Any) -> str:
    """Write a list of values as a line: ``A, B=meaning``."""
    if isinstance(values, Mapping):
        return ", ".join(
            short if long in (None, short) else f"{short}={long}" for short, long in values.items()
        )
    if isinstance(values, list):
        return ", ".join(map(str, values))
    return "" if values is None else str(values)


def _values(line: str) -> Any:
    """Read a line of values; with meanings a mapping, otherwise a list."""
    words = [word.strip() for word in line.split(",") if word.strip()]
    if any("=" in word for word in words):
        pairs = (word.partition("=") for word in words)
        return {short.strip(): long.strip() or short.strip() for short, _sign, long in pairs}
    return words


def codes_wanted(values: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """Give the code grammar that the form says; a list written in another way stays so."""
    made: dict[str, Any] = {}
    if values["company"]:
        company = _values(values["company"])
        made["company"] = company[0] if isinstance(company, list) and len(company) == 1 else company
    for key in ("types", "processes"):
        if values[key]:
            made[key] = {one["acronym"]: one["stands_for"] for one in values[key]}
    if values["parts"]:
        made["parts"] = {one["name"]: _values(one["values"]) for one in values["parts"]}
    made["patterns"] = [_pattern_wanted(one) for one in values["patterns"]]
    if values["start"] is not None:
        made["start"] = values["start"]
    return dict(present) if codes_start(present) == codes_start(made) else made


def twice(values: Mapping[str, Any]) -> tuple[str, int] | None:
    """Give list and row of the first acronym that is there twice."""
    for key in ("types", "processes"):
        seen: set[str] = set()
        for index, one in enumerate(values[key]):
            if one["acronym"] in seen:
                return key, index
            seen.add(one["acronym"])
    return None


def _pattern_wanted(values: Mapping[str, Any]) -> Any:
    if not values["types"] and values["start"] is None:
        return values["pattern"]
    made: dict[str, Any] = {"pattern": values["pattern"]}
    if values["types"]:
        made["types"] = list(values["types"])
    if values["start"] is not None:
        made["start"] = values["start"]
    return made


# Versions


class VersionsSchema(Schema):
    """How versions are counted."""

    base = base()
    kind = fields.choice(_("Kind"), list(VERSION_KINDS.items()), radio=True)
    start = fields.text(
        _("First version"),
        longest=20,
        optional=True,
        help=_("A number, or 1.0, or 1/0, as the kind asks; empty for the usual."),
    )
    width = fields.integer(
        _("Digits"), optional=True, help=_("Whole numbers only: 2 gives 01, 02.")
    )
    major = fields.integer(
        _("Place of a large change"),
        optional=True,
        help=_("Numbers with points only: 0 is the first number."),
    )
    minor = fields.integer(_("Place of a small change"), optional=True)
    dated = fields.text(
        _("Date behind the number"),
        longest=40,
        optional=True,
        help=_("Numbers with points only, such as –({date}); empty for none."),
    )
    date_style = fields.choice(
        _("Style of that date"),
        [
            ("abbreviated", _("22-nov–2026")),
            ("numeric", _("22/11/2026")),
            ("iso", _("2026-11-22")),
            ("long", _("22 de noviembre de 2026")),
        ],
        optional=True,
        prompt=_("usual"),
    )
    skip = fields.text(
        _("Letters to leave out"),
        longest=26,
        optional=True,
        help=_("Letters and numbers only, such as IO."),
    )
    template = fields.text(
        _("Way of writing"),
        longest=40,
        optional=True,
        help=_("Issue and revision only: {issue}/{revision}."),
    )


def versions_start(scheme: Any) -> dict[str, Any]:
    """Give what the form of the scheme begins with."""
    data = {"kind": scheme} if isinstance(scheme, str) else dict(scheme)
    return {key: (str(value) if key == "start" else value) for key, value in data.items()}


def versions_wanted(values: Mapping[str, Any], present: Any) -> Any:
    """Give the scheme that the form says, with the keys that its kind knows."""
    kind = values["kind"]
    made: dict[str, Any] = {"kind": kind}
    for key in PARAMETERS[kind]:
        value = values[key]
        if value is None or value == "":
            continue
        if key == "start" and kind in _WHOLE_START and str(value).isdecimal():
            value = int(value)
        made[key] = value
    if "dated" not in made:
        made.pop("date_style", None)
    return present if versions_start(present) == versions_start(made) else made
