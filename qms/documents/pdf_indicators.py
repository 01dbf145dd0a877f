"""Indicator cards on paper: a table for a few, else a card each; a list in a narrow cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import white
from reportlab.platypus import Flowable

from qms.pdf.blocks import formula
from qms.pdf.kit import Kit

if TYPE_CHECKING:
    # The kinds import this module, so it must load without them.
    from qms.documents.sections.base import Scope

__all__ = ["band_text", "indicators_flowables", "target_text"]

Card = Mapping[str, Any]
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "==": "="}
_MOST_IN_TABLE = 4
_LEAST_COLUMNS = 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_TABLE = (
    ("process", 8.0),
    ("objective", 14.0),
    ("name", 11.0),
    ("formula", 19.0),
    ("source", 12.0),
    ("capture", 11.0),
    ("target", 12.0),
    ("analysis", 11.0),
    ("responsible", 12.0),
)
_CARD = (
    "objective",
    "kind",
    "formula",
    "variables",
    "source",
    "capture",
    "target",
    "bands",
    "analysis",
    "responsible_capture",
    "responsible",
    "note",
)


def _with_unit(value: object, unit: object, scope: Scope) -> str:
    text = scope.number(value)
    return f"{text}\u00a0{unit}" if unit else text


def target_text(card: Card, scope: Scope) -> str:
    """Write a target: its direction, value and unit, or the range that it is."""
    target = card.get("target") or {}
    value, high = target.get("value"), target.get("high")
    if value in (None, ""):
        return ""
    unit = card.get("unit")
    if high not in (None, ""):
        return f"{scope.number(value)} – {_with_unit(high, unit, scope)}"
    sign = _SIGNS.get(str(target.get("direction") or ""), "")
    return f"{sign} {_with_unit(value, unit, scope)}".strip()


def band_text(band: Mapping[str, Any], unit: object, scope: Scope) -> str:
    """Write a band with its bounds, each with or without equality."""
    low, high = band.get("low"), band.get("high")
    bounds = []
    if low not in (None, ""):
        sign = "≥" if band.get("low_inclusive") else ">"
        bounds.append(f"{sign} {_with_unit(low, unit, scope)}")
    if high not in (None, ""):
        sign = "≤" if band.get("high_inclusive") else "<"
        bounds.append(f"{sign} {_with_unit(high, unit, scope)}")
    return f"{band.get('name', '')}: {', '.join(bounds)}" if bounds else str(band.get("name", ""))


def _values(card: Card, scope: Scope, kit: Kit) -> dict[str, list[str]]:
    """Give the lines of each field of a card; no lines where the card says nothing."""
    unit = card.get("unit")
    kind = str(card.get("kind") or "")
    found: dict[str, list[Any]] = {
        "process": [str(getattr(scope, "process", ""))],
        "objective": [card.get("objective")],
        "name": [card.get("name")],
        "formula": [card.get("formula_text") or card.get("expression")],
        "variables": [
            ": ".join(filter(None, (one.get("name"), one.get("description"))))
            for one in card.get("variables") or []
        ],
        "source": [card.get("source") or _counted(card, kit)],
        "capture": [kit.label(str(card["capture_frequency"]))]
        if card.get("capture_frequency")
        else [],
        "target": [target_text(card, scope)],
        "bands": [band_text(band, unit, scope) for band in card.get("bands") or []],
        "analysis": [kit.label(str(card["analysis_frequency"]))]
        if card.get("analysis_frequency")
        else [],
        "responsible_capture": [_position(card.get("responsible_capture"), scope)],
        "responsible": [_position(card.get("responsible_analysis"), scope)],
        "kind": [kit.label(f"kind_{kind}")] if kind else [],
        "note": [card.get("note")],
    }
    return {key: [str(line) for line in lines if line] for key, lines in found.items()}


def _counted(card: Card, kit: Kit) -> str:
    """Name the source of a card that says none itself but is counted by the system."""
    found = any(one.get("figure") for one in card.get("variables") or [])
    described = any(one.get("source") for one in card.get("variables") or [])
    return kit.label("indicator_counted") if found and not described else ""


def _position(position: object, scope: Scope) -> str:
    return scope.position_name(str(position)) if position else ""


def indicators_flowables(data: Mapping[str, Any], scope: Scope, kit: Kit) -> list[Flowable]:
    """Print indicators in the form that the section asks for (``print.form``) or that fits."""
    cards = data.get("cards") or []
    values = [_values(card, scope, kit) for card in cards]
    if not cards:
        return []
    if kit.in_cell:
        return _as_list(values, kit)
    if kit.form == "what-how":
        return _as_what_how(values, kit)
    columns = [
        (key, share)
        for key, share in _TABLE
        if key != "process" and any(one.get(key) for one in values)
    ]
    fits = len(cards) <= _MOST_IN_TABLE and len(columns) >= _LEAST_COLUMNS and kit.width > 400
    bands = any(one["bands"] for one in values)
    if kit.form == "cards" or (kit.form != "table" and (not fits or bands)):
        return _as_cards(values, kit)
    if any(one["process"] for one in values):
        columns.insert(0, _TABLE[0])
    return _as_table(values, columns, kit)


def _as_list(values: Sequence[Mapping[str, list[str]]], kit: Kit) -> list[Flowable]:
    lines = []
    for one in values:
        name = " ".join(one["name"])
        target = " ".join(one["target"])
        lines.append(f"{name}: {target}" if target else name)
    return kit.bullets(lines)


def _as_table(
    values: Sequence[Mapping[str, list[str]]], columns: Sequence[tuple[str, float]], kit: Kit
) -> list[Flowable]:
    small = kit.house.small
    rows: list[list[Any]] = [[kit.label(f"indicator_{key}") for key, _share in columns]]
    for one in values:
        row: list[Any] = []
        for key, _share in columns:
            lines = list(one[key])
            if key == "target":
                lines = _target_lines(lines, one["note"])
            if key == "formula":
                row.append([formula(line, small) for line in lines])
            else:
                row.append([kit.text(line, small) for line in lines])
        rows.append(row)
    shares = [share for _key, share in columns]
    return kit.table(rows, shares, small=True, commands=_said_once(rows, columns))


def _said_once(
    rows: list[list[Any]], columns: Sequence[tuple[str, float]]
) -> list[tuple[Any, ...]]:
    """Print the process once for all rows: empty the other cells and hide the lines between."""
    if columns[0][0] != "process":
        return []
    for row in rows[2:]:
        row[0] = ""
    return [("LINEABOVE", (0, at), (0, at), 0.9, white) for at in range(2, len(rows))]


def _target_lines(target: Sequence[str], note: Sequence[str]) -> list[str]:
    """Give the target and its note; a note that says the same number in words is enough."""
    numbers = {number for line in target for number in _NUMBER.findall(line)}
    said = {number for line in note for number in _NUMBER.findall(line)}
    return list(note) if numbers and numbers <= said else [*target, *note]


def _noted(label: str, notes: Sequence[str]) -> str:
    """Give what a note says after ``LABEL:``, for what a card has no field of its own."""
    for note in notes:
        found = re.search(rf"{re.escape(label)}:\s*(.+?)(?:\.\s|\.?$)", note)
        if found:
            return found[1]
    return ""


def _as_what_how(values: Sequence[Mapping[str, list[str]]], kit: Kit) -> list[Flowable]:
    """Print the table «QUÉ, CÓMO, DÓNDE, QUIÉN, CUÁNDO» with formula and parameter below."""
    made: list[Flowable] = []
    asked = [kit.label(f"indicator_{key}") for key in ("what", "how", "where", "who", "when")]
    for one in values:
        if len(values) > 1:
            made += kit.minor(" ".join(one["name"]))
        where, parameter = asked[2], kit.label("indicator_parameter")
        notes = one["note"]
        said = _noted(parameter, notes)
        limits = [said] if said else one["bands"] or one["target"]
        rest = [] if said or _noted(where, notes) else notes
        cells = [
            one["objective"] or one["name"],
            one["source"],
            [_noted(where, notes)],
            one["responsible"],
            one["analysis"] or one["capture"],
        ]
        formulas: list[Flowable] = [formula(line, kit.house.cell) for line in one["formula"]]
        lines = [kit.text(line, kit.house.cell) for line in [*limits, *rest]]
        rows: list[list[Any]] = [
            ["", *asked],
            [
                kit.label("indicator_measured"),
                *([kit.text(line, kit.house.cell) for line in cell] for cell in cells),
            ],
            [kit.label("indicator_formula"), formulas, "", "", "", ""],
            [parameter, lines, "", "", "", ""],
        ]
        spans = [(1, 2, 5, 2), (1, 3, 5, 3)]
        made += kit.table(rows, [16, 22, 19, 17, 15, 11], label_columns=1, spans=spans)
    return made


def _as_cards(values: Sequence[Mapping[str, list[str]]], kit: Kit) -> list[Flowable]:
    made: list[Flowable] = []
    for one in values:
        rows: list[list[Any]] = []
        name = " ".join(one["name"])
        for key in ("name", *_CARD):
            lines = one[key]
            if not lines:
                continue
            if key == "name":
                content: Any = [kit.text(name, kit.house.label)]
            elif key == "formula":
                content = [formula(line, kit.house.cell) for line in lines]
            else:
                content = [kit.text(line, kit.house.cell) for line in lines]
            rows.append([kit.label(f"indicator_{key}"), content])
        made += kit.table(rows, [28, 72], header_rows=0, label_columns=1)
    return made
