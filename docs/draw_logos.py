"""Draws the invented logos of the five shipped organisations into their profile folders.

They are plain marks of our own beside the name, not those of any firm.  Run it from the repository:
``python docs/draw_logos.py``; the same drawing gives the same files.
"""

from __future__ import annotations

import importlib.resources
import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parents[1] / "qms" / "profiles" / "data" / "organisations"
SCALE = 4
"""Drawn larger and made smaller, so that edges are smooth."""
HEIGHT = 120
MARK = 104
"""Side of the mark in pixels."""

Draw = ImageDraw.ImageDraw


def _box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """Give a box inside the mark, its sides from 0 to 1, in drawn pixels."""
    margin = (HEIGHT - MARK) / 2
    return tuple(SCALE * (margin + MARK * side) for side in (x0, y0, x1, y1))  # type: ignore[return-value]


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(_box(x, y, x, y)[0], _box(x, y, x, y)[1]) for x, y in points]


def parcel(draw: Draw, colour: str, light: str) -> None:
    """Draw a box on its way: a hexagon with a folded top."""
    ring = [(0.5 + 0.46 * math.sin(a), 0.5 - 0.46 * math.cos(a)) for a in _angles(6)]
    draw.polygon(_points(*ring), fill=colour)
    draw.polygon(_points(ring[5], ring[0], ring[1], (0.5, 0.5)), fill=light)
    draw.line(_points((0.5, 0.5), ring[3]), fill="white", width=4 * SCALE)


def flask(draw: Draw, colour: str, light: str) -> None:
    """Draw a gas cylinder before a hill."""
    draw.polygon(_points((0.0, 0.95), (0.55, 0.3), (1.0, 0.95)), fill=light)
    draw.rounded_rectangle(_box(0.3, 0.25, 0.7, 0.95), radius=18 * SCALE, fill=colour)
    draw.rectangle(_box(0.44, 0.08, 0.56, 0.25), fill=colour)
    draw.rectangle(_box(0.36, 0.05, 0.64, 0.12), fill=colour)


def book(draw: Draw, colour: str, light: str) -> None:
    """Draw an open book."""
    draw.polygon(_points((0.5, 0.3), (0.04, 0.16), (0.04, 0.78), (0.5, 0.92)), fill=colour)
    draw.polygon(_points((0.5, 0.3), (0.96, 0.16), (0.96, 0.78), (0.5, 0.92)), fill=light)
    draw.line(_points((0.5, 0.3), (0.5, 0.92)), fill="white", width=4 * SCALE)


def waves(draw: Draw, colour: str, light: str) -> None:
    """Draw a mast that sends."""
    for size, shade in ((0.48, light), (0.33, colour), (0.18, light)):
        box = _box(0.5 - size, 0.42 - size, 0.5 + size, 0.42 + size)
        draw.arc(box, 215, 325, fill=shade, width=8 * SCALE)
    draw.ellipse(_box(0.42, 0.34, 0.58, 0.5), fill=colour)
    draw.polygon(_points((0.5, 0.46), (0.3, 0.96), (0.7, 0.96)), fill=colour)


def wheel(draw: Draw, colour: str, light: str) -> None:
    """Draw a wheel with five spokes."""
    draw.ellipse(_box(0.03, 0.03, 0.97, 0.97), fill=colour)
    draw.ellipse(_box(0.17, 0.17, 0.83, 0.83), fill="white")
    for angle in _angles(5):
        end = (0.5 + 0.36 * math.sin(angle), 0.5 - 0.36 * math.cos(angle))
        draw.line(_points((0.5, 0.5), end), fill=light, width=9 * SCALE)
    draw.ellipse(_box(0.38, 0.38, 0.62, 0.62), fill=colour)


def _angles(count: int) -> list[float]:
    return [2 * math.pi * number / count for number in range(count)]


LOGOS: dict[str, tuple[str, str, str, Callable[[Draw, str, str], None]]] = {
    "aexpress": ("Aexpress", "#0b5fa5", "#6fb1e3", parcel),
    "gasandino": ("Gasandino", "#1a7a4c", "#9ccfb4", flask),
    "icetex": ("ICETEX", "#7a1f3d", "#c98aa0", book),
    "comteco": ("COMTECO", "#b3361f", "#e0a295", waves),
    "carrazos": ("CARRAZOS", "#2d3a8c", "#8f9ad4", wheel),
}


def draw_logo(
    name: str, colour: str, light: str, mark: Callable[[Draw, str, str], None]
) -> Image.Image:
    """Give the mark with the name beside it."""
    fonts = importlib.resources.files("font_source_sans_pro") / "files"
    with importlib.resources.as_file(fonts / "SourceSansPro-Bold.ttf") as path:
        font = ImageFont.truetype(str(path), 64 * SCALE)
    wide = HEIGHT * SCALE + int(font.getlength(name)) + 10 * SCALE
    picture = Image.new("RGB", (wide, HEIGHT * SCALE), "white")
    draw = ImageDraw.Draw(picture)
    mark(draw, colour, light)
    middle = (HEIGHT * SCALE, HEIGHT * SCALE / 2)
    draw.text(middle, name, fill=colour, font=font, anchor="lm")
    small = picture.resize((wide // SCALE, HEIGHT), Image.Resampling.LANCZOS)
    return small.quantize(32, dither=Image.Dither.NONE)


def main() -> None:
    """Write the five files."""
    for organisation, logo in LOGOS.items():
        path = FOLDER / organisation / "logo.png"
        draw_logo(*logo).save(path, optimize=True)


if __name__ == "__main__":
    main()
