"""Every release's test database can be restored, upgraded and examined by the present code."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.cli.upkeep import examine
from qms.upgrade.archive import HOLD, restore
from qms.upgrade.errors import UpgradePending

DATABASES = sorted((Path(__file__).resolve().parents[2] / "databases").glob("*.zip"))


def test_the_first_release_is_kept():
    assert "v0_1" in [path.stem for path in DATABASES]


@pytest.mark.parametrize("path", DATABASES, ids=lambda path: path.stem)
def test_a_release_s_database_upgrades_and_is_in_order(path: Path, tmp_path: Path, capsys):
    data = tmp_path / "data"
    restore(path, data, secret=None, watch=lambda _size: None)
    (data / HOLD).unlink()
    assert main(["--data", str(data), "upgrade"]) == 0
    place = Place(data_values(data))
    try:
        findings = [one for one in examine(place, signatures=True) if one.level == "wrong"]
        # Certificates of an old test database may end; that is no fault of the upgrade.
        assert [one for one in findings if not one.code.startswith("certificate")] == []
        assert place.registry is not None
    finally:
        place.close()


def test_a_database_from_before_the_first_migration_is_upgraded_by_the_command(
    folder: Path, capsys: pytest.CaptureFixture
):
    words = ["--data", str(folder)]
    assert main([*words, "upgrade"]) == 0
    place = Place(data_values(folder))
    with place.writing() as work:
        work.site.migrations.clear()
    place.close()
    capsys.readouterr()
    with pytest.raises(UpgradePending):
        Place(data_values(folder)).start()
    assert main([*words, "doctor"]) == 1
    assert "migration-pending" in capsys.readouterr().out
    assert main([*words, "upgrade", "--dry-run"]) == 0
    assert "nothing was stored" in capsys.readouterr().out
    assert main([*words, "upgrade"]) == 0
    assert "m0001_count_from_the_first_release" in capsys.readouterr().out
    assert main([*words, "upgrade"]) == 0
    assert "Nothing is pending" in capsys.readouterr().out
