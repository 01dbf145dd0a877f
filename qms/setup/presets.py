"""What can be begun with instead of nothing: types of document and looks, as data."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from qms.profiles.loader import load
from qms.profiles.reader import plain, read_file

DATA = Path(__file__).parent.parent / "profiles" / "data"


@lru_cache(maxsize=1)
def _types() -> tuple[dict[str, Any], ...]:
    return tuple(plain(read_file(DATA / "presets" / "types.yaml")))


def type_presets() -> list[dict[str, Any]]:
    """List the types of document to begin with; copies, without a route."""
    return copy.deepcopy(list(_types()))


@lru_cache(maxsize=1)
def _looks() -> tuple[dict[str, Any], ...]:
    return tuple(plain(read_file(DATA / "presets" / "looks.yaml")))


def look_presets() -> list[dict[str, Any]]:
    """List the looks to begin with: id, title and note."""
    return [dict(one) for one in _looks()]


@lru_cache(maxsize=8)
def _printing(organisation: str) -> dict[str, Any]:
    return load(DATA / "organisations" / organisation / "profile.yaml").data["printing"]


def look(identifier: str) -> dict[str, Any] | None:
    """Give the printed layout of a look, complete with defaults; None for an unknown one."""
    found = next((one for one in _looks() if one["id"] == identifier), None)
    return None if found is None else copy.deepcopy(_printing(found["of"]))
