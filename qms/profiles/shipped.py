"""Where the organisations and countries that come with the product are."""

from __future__ import annotations

from pathlib import Path

ORGANISATIONS = Path(__file__).parent / "data" / "organisations"
"""A folder per organisation: ``profile.yaml``, ``documents/*.yaml`` and ``demo.yaml``."""


def shipped_organisations() -> list[Path]:
    """Give the folders of the shipped organisations, in the order of their ids."""
    return sorted(path.parent for path in ORGANISATIONS.glob("*/profile.yaml"))
