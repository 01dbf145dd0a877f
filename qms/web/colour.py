"""One accent colour of an organisation, made readable on light and dark ground.

The contrast is that of WCAG 2.2 (success criteria 1.4.3 and 1.4.11): 4.5 to 1 for text.
"""

from __future__ import annotations

import re

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
LIGHT_GROUND: Rgb = (243, 245, 247)
DARK_GROUND: Rgb = (32, 37, 44)
ENOUGH = 4.6

_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})\Z")


def is_colour(text: str) -> bool:
    """Tell whether ``text`` is six hexadecimal digits, with or without the number sign."""
    return _COLOUR.match(text) is not None


def parse(text: str) -> Rgb:
    """Read ``#0b5fa5``; raises ValueError for anything else."""
    match = _COLOUR.match(text)
    if match is None:
        raise ValueError("a colour is six hexadecimal digits")
    digits = match.group(1)
    return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))


def write(colour: Rgb) -> str:
    """Write a colour as style sheets do."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Give the relative luminance, from 0 to 1, as WCAG defines it."""
    parts = [channel / 255 for channel in colour]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Give the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """Blend ``share`` (0 to 1) of ``other`` into ``colour``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return (red, green, blue)


def readable(colour: Rgb, ground: Rgb) -> Rgb:
    """Give the colour nearest to ``colour`` that text can have on ``ground``."""
    aim = BLACK if luminance(ground) > 0.2 else WHITE
    for step in range(101):
        candidate = mix(colour, aim, step / 100)
        if contrast(candidate, ground) >= ENOUGH:
            return candidate
    return aim


def style_sheet(text: str) -> str:
    """Write the custom properties that make ``text`` the accent, for light and dark."""
    colour = parse(text)
    light = readable(colour, LIGHT_GROUND)
    dark = readable(colour, DARK_GROUND)
    return (
        f":root{{--accent:{write(light)};--accent-strong:{write(mix(light, BLACK, 0.2))};"
        f"--accent-text:{write(WHITE)};--accent-soft:{write(mix(light, WHITE, 0.9))}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{write(dark)};"
        f"--accent-strong:{write(mix(dark, WHITE, 0.25))};"
        f"--accent-text:{write(readable(dark, dark))};"
        f"--accent-soft:{write(mix(DARK_GROUND, dark, 0.18))}}}}}\n"
    )
