"""Brings the words that a profile may use for date and number styles to those of the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DATE_ALIASES = {
    "long_capital": "month-first",
    "month_first": "month-first",
    "dmy": "numeric",
    "month_year": "month-only",
    "month_only": "month-only",
    "day_mon_year": "abbreviated",
}
"""Other words for the kernel's date styles."""
SIGNS = {
    ",": "comma",
    ".": "point",
    "": "none",
    " ": "thin-space",
    "\u202f": "thin-space",
    "\u00a0": "thin-space",
}
"""Signs that may be written instead of their names."""


def kernel_date_style(style: Any) -> Any:
    """Give the kernel's word for a date style; templates and mappings stay."""
    return DATE_ALIASES.get(style, style) if isinstance(style, str) else style


def kernel_number_style(style: Any) -> dict[str, Any]:
    """Give a number style with the kernel's words for the signs."""
    if not isinstance(style, Mapping):
        return {"": style}
    return {
        key: SIGNS.get(sign, sign) if isinstance(sign, str) else sign
        for key, sign in style.items()
        if sign is not None
    }
