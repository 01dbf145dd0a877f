"""Printed heads of what nobody signs: the profile's own, and those of slips, lists and reports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qms.kernel.text import clean_line
from qms.pdf.letterhead import Brand, Letterhead

__all__ = ["SIGNERS", "house_letterhead", "list_head", "short", "slip_head"]

SIGNERS = re.compile(r"\{signers:([\w-]+)\}")
"""Where a head of the profile names who signed a step."""
_LONGEST_VALUE = 220
"""Most characters of a value in a head, which must leave room for the text."""


def short(text: str) -> str:
    """Cut a value so that it fits into a head."""
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def house_letterhead(
    printing: Mapping[str, Any], values: Mapping[str, str], width: float, brand: Brand
) -> Letterhead:
    """Give the profile's own head for something that nobody signs.

    Places for signers stay empty instead of showing their names.
    """
    header = printing.get("header") or {}
    shown = {name: short(clean_line(text)) for name, text in values.items()}
    shown |= {f"signers:{step}": "" for step in SIGNERS.findall(str(header))}
    return Letterhead(header, shown, width, brand=brand, legends=printing.get("legends") or {})


def slip_head() -> dict[str, Any]:
    """Give the head of a slip: the mark beside ``organisation`` and ``title``."""
    return {
        "widths": [25, 75],
        "rows": [
            [{"logo": True, "rows": 2}, {"text": "{organisation}", "align": "center"}],
            [{"text": "{title}", "bold": True, "align": "center", "size": 12}],
        ],
    }


def list_head(
    right: str,
    *,
    above: str = "{organisation}",
    widths: Sequence[int] = (18, 64, 18),
    size: float = 11,
) -> dict[str, Any]:
    """Give the head of a list: the mark, ``above`` over the ``title``, and ``right``."""
    return {
        "widths": list(widths),
        "rows": [
            [
                {"logo": True, "rows": 2},
                {"text": above, "align": "center", "size": 8},
                {"text": right, "rows": 2, "align": "center", "size": 8},
            ],
            [{"text": "{title}", "bold": True, "align": "center", "size": size}],
        ],
    }
