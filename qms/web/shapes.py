"""Fits what a browser sent to the form that it was sent for; the rest counts as not sent.

deform's widgets trust the shape of their input; a hostile client sends lists for mappings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import colander
from deform.widget import (
    CheckboxChoiceWidget,
    CheckedPasswordWidget,
    DateInputWidget,
    FileUploadWidget,
    MappingWidget,
    SelectWidget,
    SequenceWidget,
    TimeInputWidget,
)
from peppercorn import END, START, parse

DEEPEST = 50
"""Levels of fields within fields; no form of ours has ten."""
MOST_ROWS = 1000
"""Rows taken of any list, whatever its own limit; the rest is dropped before it costs time."""


def sent_tree(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Read the stream of fields of a form; one that is out of step or too deep counts as nothing.

    What walks the tree afterwards may then do so by recursion (D4-59).
    """
    stream, depth = list(fields), 0
    for name, _value in stream:
        depth += (name == START) - (name == END)
        if depth > DEEPEST:
            return {}
    try:
        return dict(parse(stream))
    except (ValueError, AttributeError, TypeError, StopIteration):
        return {}


def in_shape(field: Any, sent: Any) -> Any:
    """Give the part of ``sent`` that ``field`` has inputs for, or null."""
    widget = field.widget
    if isinstance(widget, MappingWidget):
        return _mapping(field, sent)
    if isinstance(widget, SequenceWidget):
        if not isinstance(sent, list):
            return colander.null
        return [in_shape(field.children[0], item) for item in sent[:MOST_ROWS]]
    if isinstance(widget, FileUploadWidget):
        return _upload(sent)
    if isinstance(widget, DateInputWidget | TimeInputWidget | CheckedPasswordWidget):
        return _texts(sent) if isinstance(sent, dict) else colander.null
    several = isinstance(widget, CheckboxChoiceWidget) or (
        isinstance(widget, SelectWidget) and widget.multiple
    )
    if several:
        listed = sent if isinstance(sent, list) else []
        return [item for item in listed[:MOST_ROWS] if isinstance(item, str)]
    return sent if isinstance(sent, str) else colander.null


def _mapping(field: Any, sent: Any) -> dict[str, Any]:
    parts = sent if isinstance(sent, dict) else {}
    return {
        child.name: in_shape(child, parts.get(child.name, colander.null))
        for child in field.children
    }


def _texts(sent: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _upload(sent: Any) -> Any:
    if not isinstance(sent, dict):
        return colander.null
    upload, uid = sent.get("upload"), sent.get("uid")
    shaped: dict[str, Any] = {"upload": upload} if hasattr(upload, "file") else {}
    if isinstance(uid, str) and 0 < len(uid) <= 64:
        shaped["uid"] = uid
    return shaped or colander.null
