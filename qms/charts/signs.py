"""The outlines of markers, from -1 to 1 on both axes, and what each tone of a field looks like."""

from __future__ import annotations

__all__ = ["SIGNS", "TONES"]

SIGNS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "diamond": ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
    "triangle": ((0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
    "drop": ((0, 1.1), (1.1, -0.9), (-1.1, -0.9)),
    "cross": (
        (-1, -0.6),
        (-0.6, -1),
        (0, -0.4),
        (0.6, -1),
        (1, -0.6),
        (0.4, 0),
        (1, 0.6),
        (0.6, 1),
        (0, 0.4),
        (-0.6, 1),
        (-1, 0.6),
        (-0.4, 0),
    ),
}

TONES: dict[str, tuple[str, str]] = {
    "good": ("tone-good", ""),
    "warn": ("tone-warn", "dots"),
    "bad": ("tone-bad", "cross"),
    "busy": ("tone-busy", "rising"),
    "done": ("tone-done", "across"),
    "quiet": ("tone-quiet", "falling"),
}
"""Look and pattern of each tone: what differs in colour differs in black and white too."""
