"""Forms whose lists of rows grow, shrink and change their order without any script.

Each row has buttons that send the form; where a button stands among the fields tells which row it
means, since peppercorn reads the fields in the order of the page. Nothing is saved by them.
"""

from __future__ import annotations

from typing import Any

import colander
from deform.widget import HiddenWidget, MappingWidget, SequenceWidget

from qms.web import fields

OP = "setup-op"
"""Name of the buttons of rows."""
ADD = "add"


class RowsWidget(SequenceWidget):
    """A list of rows with buttons that send the form."""

    template = "setup_rows"
    item_template = "setup_row"
    category = "structural"


class RowWidget(MappingWidget):
    """One row: its fields side by side, then its buttons."""

    template = "mapping_row"


class BaseWidget(HiddenWidget):
    """Carries the mark of what the form began with, and the button that Enter presses."""

    template = "setup_base"


def base() -> Any:
    """Make the field that tells whether somebody else saved meanwhile."""
    return colander.SchemaNode(
        colander.String(), title="", name="base", widget=BaseWidget(), missing=""
    )


def row(*nodes: Any) -> Any:
    """Make one row of named fields."""
    node = fields.group("", *nodes)
    node.widget = RowWidget()
    node.name = "row"
    return node


def rows(title: Any, item: Any, **options: Any) -> Any:
    """Make a list of rows; ``least``, ``most``, ``add`` (words of the button), ``help``."""
    made = fields.rows(title, item, **options)
    widget = RowsWidget(orderable=True, min_len=made.widget.min_len, max_len=made.widget.max_len)
    widget.add_subitem_text_template = made.widget.add_subitem_text_template
    made.widget = widget
    return made


def rearranged(tree: Any) -> bool:
    """Do what the pressed button of a row asks, in place; tell whether one was pressed."""
    if isinstance(tree, dict):
        return any(rearranged(one) for one in tree.values())
    if not isinstance(tree, list):
        return False
    done = False
    for index, one in enumerate(tree):
        if one == ADD:
            tree[index] = {}
            return True
        if isinstance(one, dict) and OP in one:
            _move(tree, index, str(one.pop(OP)))
            return True
        done = rearranged(one) or done
    return done


def _move(items: list[Any], index: int, op: str) -> None:
    if op == "remove":
        del items[index]
        return
    there = index + {"up": -1, "down": 1}.get(op, 0)
    if 0 <= there < len(items):
        items[index], items[there] = items[there], items[index]
    if op == "copy":
        items.insert(index + 1, items[index])


def shown(value: Any) -> Any:
    """Give plain data as a form takes it: nothing is colander's null."""
    if value is None:
        return colander.null
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    return [shown(one) for one in value] if isinstance(value, list) else value
