"""Tables of clauses as data, one for each edition of a norm, and what became of each clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from qms.norms.citations import STANDARD, citations, key_of

DATA = "qms.norms"


@dataclass(frozen=True)
class ClauseTable:
    """The clauses of one edition of a norm."""

    id: str
    number: str
    year: int
    title: str
    issuer: str
    clauses: Mapping[str, str]
    """Clause to its short heading, in the norm's order."""
    same: tuple[str, ...] = ()
    """Keys of other norms with the same clauses."""
    came_from: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Key of a former edition to: clause here to the clauses there that it came from."""

    @property
    def name(self) -> str:
        """The norm as it is cited."""
        return f"{self.number}:{self.year}"

    @property
    def key(self) -> str:
        """The norm's key."""
        return key_of(STANDARD, self.number, self.year)

    def is_heading(self, clause: str) -> bool:
        """Tell whether a clause only stands above others."""
        return any(one.startswith(f"{clause}.") for one in self.clauses)


@cache
def tables() -> tuple[ClauseTable, ...]:
    """Give every shipped table, by number and year."""
    found: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    for file in sorted((files(DATA) / "data" / "tables").iterdir(), key=lambda one: str(one.name)):
        if file.name.endswith(".yaml"):
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            found += data["tables"]
            pairs += data.get("correspondences") or []
    by_id = {one["id"]: one for one in found}
    made = [_table(one, pairs, by_id) for one in found]
    return tuple(sorted(made, key=lambda one: (one.number, one.year)))


def _table(
    data: Mapping[str, Any], pairs: list[dict[str, Any]], by_id: Mapping[str, Any]
) -> ClauseTable:
    came_from: dict[str, dict[str, tuple[str, ...]]] = {}
    for pair in pairs:
        if pair["to"] != data["id"]:
            continue
        back: dict[str, list[str]] = {}
        for old, new in pair["clauses"].items():
            for clause in new:
                back.setdefault(clause, []).append(old)
        former = {clause: tuple(olds) for clause, olds in back.items()}
        for key in _keys(by_id[pair["from"]]):
            came_from[key] = former
    return ClauseTable(
        data["id"],
        data["number"],
        data["year"],
        data["title"],
        data["issuer"],
        data["clauses"],
        _keys(data)[1:],
        came_from,
    )


def _keys(data: Mapping[str, Any]) -> tuple[str, ...]:
    own = key_of(STANDARD, data["number"], data["year"])
    others = (one.key for text in data["same_clauses"] for one in citations(text))
    return (own, *others)


def table_of(key: str) -> ClauseTable | None:
    """Give the table of a norm, its own or that of one with the same clauses; None for none."""
    return next((one for one in tables() if key == one.key or key in one.same), None)


@cache
def shipped_kinds() -> Mapping[str, Any]:
    """Give the kinds of external documents and what countries call them, as in ``kinds.yaml``."""
    text = (files(DATA) / "data" / "kinds.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found
