"""Indicator cards on paper: a table for a few, else a card each; a list in a narrow cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
        "source": [card.get("source")],
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
                lines += [line for line in one["note"] if line not in lines]
            if key == "formula":
                row.append([formula(line, small) for line in lines])
            else:
                row.append([kit.text(line, small) for line in lines])
        rows.append(row)
    return kit.table(rows, [share for _key, share in columns], small=True)


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
