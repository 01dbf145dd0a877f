"""Rows of a long list: the template of one row is rendered once a page, and filled for each row.

Half of what a list of fifty rows costs is a template language that works out the same thirty
expressions fifty times. What a row's template may hold is therefore plain: ``${row.name}`` stands
for a value of the row, as text or in an attribute, and nothing is decided on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from chameleon.utils import Markup
from pyramid.renderers import get_renderer

_MARK = "\ue000"
"""Stands around the name of a value in the rendered row; a private character of Unicode."""
_UNSAFE = re.compile("[&<>\"']").search


class _Holes:
    """Gives, for whatever name, the place where its value goes."""

    def __getattr__(self, name: str) -> Markup:
        return Markup(f"{_MARK}{name}{_MARK}")


def written(value: Any) -> str:
    """Write a value as HTML: markup as it is, nothing for None, and any other text escaped."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return str(value.__html__())
    text = value if isinstance(value, str) else str(value)
    return escape(text) if _UNSAFE(text) else text


def rows_of(template: str, rows: Iterable[Any], **values: Any) -> Markup:
    """Fill the template of a row for each of ``rows``, whose attributes are its values."""
    return Markup("".join(filled(template, rows, **values)))


def filled(template: str, rows: Iterable[Any], **values: Any) -> list[str]:
    """Give the markup of each row."""
    rendered = get_renderer(template).implementation()(row=_Holes(), **values)
    pieces = str(rendered).split(_MARK)
    names = list(dict.fromkeys(pieces[1::2]))
    pattern = "".join(
        f"%({piece})s" if n % 2 else piece.replace("%", "%%") for n, piece in enumerate(pieces)
    )
    return [pattern % {name: written(getattr(row, name)) for name in names} for row in rows]
