"""A data folder with one organisation worked through, fresh for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms.cli.place import Place, data_values
from qms.upgrade.archive import HOLD, restore

DATABASES = Path(__file__).resolve().parents[2] / "databases"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a data folder made from the first release's test database."""
    target = tmp_path / "data"
    restore(DATABASES / "v0_1.zip", target, secret=None, watch=lambda _size: None)
    (target / HOLD).unlink()
    return target


@pytest.fixture
def place(folder: Path):
    """Give the installation in that folder."""
    opened = Place(data_values(folder))
    yield opened
    opened.close()
