"""One byte form for plain data, so that what is hashed or signed can be made again anywhere.

It is JSON (RFC 8259) with less freedom: keys sorted by code point, no white space, UTF-8 without
escapes that JSON does not demand, text in Unicode form NFC, dates and moments as ISO 8601 text,
and no floating point numbers at all.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

MAX_DEPTH = 100
"""Deepest nesting that is written; our own data needs fewer than twenty levels."""


def canonical_json(obj: object) -> bytes:
    """Write ``obj`` as canonical JSON in UTF-8; equal data always gives equal bytes.

    Takes None, bool, int, str, date, datetime with a zone (written in UTC to the microsecond),
    and lists, tuples and mappings of these. Raises TypeError for anything else (floats among
    them), ValueError for a moment without zone, lone surrogates, too deep nesting, or two keys
    that NFC makes the same.
    """
    plain = _plain(obj, MAX_DEPTH)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _plain(obj: object, depth: int) -> Any:
    if depth < 0:
        raise ValueError("too deeply nested")
    if obj is None or isinstance(obj, bool):
        return obj
    if isinstance(obj, int):
        return int(obj)
    if isinstance(obj, str):
        return unicodedata.normalize("NFC", obj)
    if isinstance(obj, datetime):
        return _moment(obj)
    if isinstance(obj, date):
        return obj.isoformat()
    if isinstance(obj, Mapping):
        return _sorted(obj, depth)
    if isinstance(obj, list | tuple):
        return [_plain(item, depth - 1) for item in obj]
    raise TypeError(f"canonical JSON has no {type(obj).__name__}")


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _sorted(mapping: Mapping[Any, object], depth: int) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key, value in mapping.items():
        if not isinstance(key, str):
            raise TypeError("canonical JSON has text keys only")
        name = unicodedata.normalize("NFC", key)
        if name in pairs:
            raise ValueError(f"two keys become the same: {name}")
        pairs[name] = _plain(value, depth - 1)
    return dict(sorted(pairs.items()))
