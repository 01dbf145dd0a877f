"""Walks the text of a section's data: what people wrote, never ids, codes, kinds or numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

MADE = frozenset({"process-documents"})
"""Kinds of sections whose data are made anew at each saving; nobody wrote them."""
_NO_TEXT = frozenset(
    {"id", "kind", "code", "to", "number", "phase", "version", "type", "file", "colour", "unit"}
    | {"responsible", "responsible_capture", "responsible_analysis", "expression", "direction"}
    | {"value", "high", "low", "capture_frequency", "analysis_frequency"}
)
_OF_THE_CODE = frozenset({"title", "text"})
"""What stands beside a code is the title of the document that has it, and follows that."""

Change = Callable[[str, bool, str], str]
"""Told a text, whether it is HTML, and the row that it stands in; gives the text to put there."""


def changed(
    kind: str,
    data: Mapping[str, Any],
    change: Change,
    follows: Callable[[str], bool] = lambda _code: False,
) -> dict[str, Any]:
    """Give a copy of a section's data with ``change`` applied to each text.

    ``follows`` says of a code whether the title beside it changes too, since its document's does.
    """
    if kind in MADE:
        return dict(data)
    return {key: _walk(value, str(key), "", change, follows) for key, value in data.items()}


def _walk(
    value: Any, key: str, row: str, change: Change, follows: Callable[[str], bool], above: str = ""
) -> Any:
    if key in _NO_TEXT or (above == "variables" and key == "name"):
        return value
    if isinstance(value, str):
        return change(value, key == "html", row) if value else value
    if isinstance(value, list | tuple):
        return [
            _walk(one, key, row or _row_name(one, place), change, follows, above)
            for place, one in enumerate(value, start=1)
        ]
    if isinstance(value, Mapping):
        code = value.get("code")
        kept = _OF_THE_CODE if code and not follows(str(code)) else frozenset()
        return {
            name: one if name in kept else _walk(one, str(name), row, change, follows, key)
            for name, one in value.items()
        }
    return value


def _row_name(value: Any, place: int) -> str:
    """Name a row as its readers do: by number and title, by name or term, or by its place."""
    if isinstance(value, Mapping):
        numbered = " ".join(str(value[one]) for one in ("number", "title") if value.get(one))
        named = numbered or value.get("name") or value.get("term") or value.get("phase")
        if named:
            return str(named)
    return str(place)


def holders(data: Any, identifier: str, row: str = "", key: str = "") -> Iterator[tuple[str, str]]:
    """Give row and key of every place where a position of this id is made responsible."""
    if isinstance(data, str):
        if data == identifier and key.startswith("responsible") and key != "responsible_text":
            yield row, key
    elif isinstance(data, list | tuple):
        for place, one in enumerate(data, start=1):
            name = row or _row_name(one, place)
            yield from holders(one, identifier, name, key)
    elif isinstance(data, Mapping):
        for name, one in data.items():
            yield from holders(one, identifier, row, str(name))
