"""Writes a profile as YAML that a person can read and edit, and that loads to the same meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from qms.content.models import Organisation
from qms.profiles.country_schema import COUNTRY_PROFILE
from qms.profiles.schema import PROFILE
from qms.profiles.shapes import Many, Nothing, Record, Shape
from qms.profiles.state import stored_data

WIDTH = 100
"""Longest line, where the text allows it."""
_BLOCK_KEYS = frozenset({"organisation", "printing", "codes", "styles", "country_profile"})
_TAG = "tag:yaml.org,2002:"
_QUIET_KEYS = frozenset({"active", "rows", "cols", "align"})
"""Keys that are left out when they have their default; see ``_is_quiet`` for the others."""


def export(organisation: Organisation) -> str:
    """Give the profile of the organisation, as it stands now, as YAML."""
    return write(stored_data(organisation))


def write(data: Mapping[str, Any]) -> str:
    """Give a normalised profile as YAML."""
    head = f"# {data['organisation']['name']}\n" if "\n" not in data["organisation"]["name"] else ""
    slim = _slim(PROFILE, data)
    if "country_profile" in slim:
        slim["country_profile"] = _slim(COUNTRY_PROFILE, data["country_profile"])
    parts = [yaml.serialize(_top(key, value), **_OPTIONS) for key, value in slim.items()]
    return head + "\n".join(parts)


_OPTIONS: dict[str, Any] = {
    "Dumper": yaml.SafeDumper,
    "allow_unicode": True,
    "width": WIDTH,
    "indent": 2,
}


def _slim(shape: Shape, value: Any) -> Any:
    """Leave out what the shape fills in anyway, as long as that is nothing at all."""
    if isinstance(shape, Nothing):
        return None if value is None else _slim(shape.shape, value)
    if isinstance(shape, Many):
        return [_slim(shape.shape, one) for one in value]
    if not isinstance(shape, Record):
        return value
    slim = {}
    for name, key in shape.keys.items():
        if name not in value:
            continue  # stored before the key existed
        if not key.required and value[name] == key.default() and _is_quiet(name, value[name]):
            continue
        slim[name] = _slim(key.shape, value[name])
    return slim


def _is_quiet(name: str, default: Any) -> bool:
    """Tell whether a default goes without saying; others are written, lest they change one day."""
    return default is None or default is False or default in ("", [], {}) or name in _QUIET_KEYS


def _top(key: str, value: Any) -> yaml.Node:
    pair = (_text(key), _node(value, block=key in _BLOCK_KEYS or isinstance(value, list)))
    return yaml.MappingNode(f"{_TAG}map", [pair], flow_style=False)


def _node(value: Any, *, block: bool = False) -> yaml.Node:
    """Give the node of plain data: in flow style where it fits on a line, else in blocks."""
    if isinstance(value, Mapping):
        if not block and (flow := _flow(value)) is not None:
            return flow
        pairs = [(_text(str(key)), _node(one)) for key, one in value.items()]
        return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=False)
    if isinstance(value, list | tuple):
        if not block and (flow := _flow(value)) is not None:
            return flow
        return yaml.SequenceNode(f"{_TAG}seq", [_node(one) for one in value], flow_style=False)
    return _scalar(value)


def _flow(value: Any) -> yaml.Node | None:
    """Give flow style when the value is shallow and short, or empty."""
    if _length(value) > WIDTH - 6 or (_depth(value) > 2 and value):
        return None
    return _flow_node(value)


def _flow_node(value: Any) -> yaml.Node:
    if isinstance(value, Mapping):
        pairs = [(_text(str(key)), _flow_node(one)) for key, one in value.items()]
        return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=True)
    if isinstance(value, list | tuple):
        return yaml.SequenceNode(f"{_TAG}seq", [_flow_node(one) for one in value], flow_style=True)
    return _scalar(value)


def _length(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(len(str(key)) + 3 + _length(one) for key, one in value.items()) + 2
    if isinstance(value, list | tuple):
        return sum(_length(one) + 2 for one in value) + 2
    return WIDTH if isinstance(value, str) and "\n" in value else len(str(value)) + 1


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list | tuple):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _scalar(value: Any) -> yaml.Node:
    if value is None:
        return yaml.ScalarNode(f"{_TAG}null", "null")
    if isinstance(value, bool):
        return yaml.ScalarNode(f"{_TAG}bool", "true" if value else "false")
    if isinstance(value, int):
        return yaml.ScalarNode(f"{_TAG}int", str(value))
    return _text(str(value))


def _text(value: str) -> yaml.Node:
    """Give a text; the emitter puts quotes wherever YAML would take it for something else."""
    style = "|" if "\n" in value else None
    return yaml.ScalarNode(f"{_TAG}str", value, style=style)
