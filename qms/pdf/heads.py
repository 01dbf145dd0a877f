"""Printed heads of what has no form of its own in the profile: slips, lists and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["list_head", "slip_head"]


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
