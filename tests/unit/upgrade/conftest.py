"""A data folder with one organisation worked through, fresh for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.upgrade.archive import HOLD, restore

DATABASES = Path(__file__).resolve().parents[2] / "databases"


@pytest.fixture(scope="session")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the first release's test database after all migrations; nobody may write in it."""
    target = tmp_path_factory.mktemp("upgraded") / "data"
    restore(DATABASES / "v0_1.zip", target, secret=None, watch=lambda _size: None)
    (target / HOLD).unlink()
    assert main(["--data", str(target), "upgrade"]) == 0
    return target


@pytest.fixture
def folder(brought_up: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give a data folder of one's own that is up to date."""
    target = tmp_path / "data"
    shutil.copytree(brought_up, target)
    capsys.readouterr()
    return target


@pytest.fixture
def place(folder: Path):
    """Give the installation in that folder."""
    opened = Place(data_values(folder))
    yield opened
    opened.close()
