"""From what was found to what will be written: one unit a document, as plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qms.imports import values
from qms.imports.columns import letters
from qms.imports.examine import Examination
from qms.imports.lines import NEW, OLDER, Line
from qms.imports.situation import CREATE, Situation
from qms.kernel.text import clean_line
from qms.sheets.tables import Cell, text_of

Unit = dict[str, Any]
_APPROVERS = ("drafted_by", "reviewed_by", "approved_by")


def units_of(
    found: Examination,
    situation: Situation,
    source: Mapping[str, Any],
    rows: Sequence[Sequence[Cell]],
    header: int,
) -> list[Unit]:
    """Give the documents to be made or added to, in the order of the list.

    ``source`` says where the rows are from; it is kept with every version, with what its row said
    word by word.
    """
    head = [text_of(cell) for cell in rows[header]] if header < len(rows) else []
    units = []
    for code, group in found.groups.items():
        taken = [line for line in group if not line.stopped]
        if not taken:
            continue
        current = next((line for line in taken if line.state == "in-force"), taken[-1])
        fresh = taken[0].action == NEW
        document = {
            "code": code,
            "title": current.title,
            "type": current.type_id,
            "process": current.process_id,
            "medium": values.words(current.said.get("medium")),
            "responsible": current.responsible_id,
            "distribution": current.distribution,
        }
        versions = [
            {
                "row": line.row,
                "older": line.action == OLDER,
                "file": line.file,
                "data": _version(line, situation, _source(source, line, rows, head)),
            }
            for line in taken
        ]
        units.append(
            {
                "code": code,
                "fresh": fresh,
                "document": document,
                "versions": versions,
                "references": current.references,
            }
        )
    return units


def _version(line: Line, situation: Situation, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": line.label,
        "title": line.title,
        "reason": values.words(line.said.get("reason")),
        "author": values.words(line.said.get("drafted_by")),
        "approvals": _approvals(line, situation),
        "state": line.state,
        "distribution": line.distribution,
        "source": source,
        **line.dates,
    }


def _source(
    source: Mapping[str, Any], line: Line, rows: Sequence[Sequence[Cell]], head: Sequence[str]
) -> dict[str, Any]:
    said = {}
    for index, cell in enumerate(rows[line.row - 1]):
        text = clean_line(text_of(cell))
        if text:
            name = clean_line(head[index]) if index < len(head) and head[index] else ""
            said[name if name and name not in said else letters(index)] = text
    return {**source, "row": line.row, "said": said}


def _approvals(line: Line, situation: Situation) -> list[dict[str, Any]]:
    """Give who drafted, reviewed and approved, at the steps of the type's route, as printed."""
    type_ = situation.types.get(line.type_id or "")
    route = situation.profile.route(type_.route) if type_ else situation.profile.routes[0]
    steps = [step.id for step in route.steps]
    places = {"drafted_by": steps[0], "approved_by": steps[-1]}
    if len(steps) > 2:
        places["reviewed_by"] = steps[1]
    approvals = []
    for name in _APPROVERS:
        said = values.words(line.said.get(name))
        if not said or name not in places:
            continue
        position = situation.find("position", said)
        day = line.dates.get("approved_on") if name == "approved_by" else None
        approvals.append(
            {
                "step": places[name],
                "name": "" if position else said,
                "position": situation.name_of("position", position) if position else "",
                "date": day,
            }
        )
    return approvals


def account_of(found: Examination) -> list[dict[str, Any]]:
    """Give what was found in every row, to be kept with the import."""
    return [
        {
            "row": line.row,
            "code": line.code,
            "title": line.title or next(iter(line.said.values()), ""),
            "label": line.label,
            "state": line.state,
            "action": line.action,
            "file": line.file,
            "findings": [one.to_data() for one in line.findings],
        }
        for line in found.lines
    ]


def to_create(found: Examination, situation: Situation) -> dict[str, dict[str, str]]:
    """Give what has to be made first: kind to id to name, only what rows that are taken need."""
    wanted: dict[str, dict[str, str]] = {"type": {}, "process": {}, "position": {}}
    for group in found.groups.values():
        for line in group:
            if line.stopped:
                continue
            pairs = [("type", line.type_id), ("process", line.process_id)]
            pairs += [("position", one) for one in (line.responsible_id, *line.distribution)]
            for kind, identifier in pairs:
                known = {one.id for one in situation.named[kind]}
                if identifier and identifier not in known:
                    wanted[kind][identifier] = identifier
    for kind, made in wanted.items():
        for said, name in _said_words(kind, found).items():
            choice = situation.choices.word(kind, said)
            identifier = situation.find(kind, said)
            if choice and choice["do"] == CREATE and identifier in made:
                made[identifier] = name
    return wanted


def _said_words(kind: str, found: Examination) -> dict[str, str]:
    words: dict[str, str] = {}
    for line in found.lines:
        if kind in ("type", "process"):
            pieces = [values.words(line.said.get(kind))]
        else:
            whole = line.said.get("distribution", "")
            pieces = [values.words(line.said.get("responsible")), *values.parts_of(whole)]
            pieces += [clean_line(one) for one in whole.replace("/", ",").split(",")]
        words.update({piece: piece for piece in pieces if piece})
    return words
