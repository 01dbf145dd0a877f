"""Make the test database of a release: one demonstration organisation, worked through, as a backup.

Run it once per release, before the release's migrations are touched again, and commit the result:

    .venv/bin/python tests/databases/make.py v0_1

``tests/unit/upgrade/test_databases.py`` restores a copy of every one of them with the present
code, upgrades it and examines it. The secret inside belongs to no server.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from qms.cli.main import main
from qms.upgrade.archive import verify_archive

HERE = Path(__file__).resolve().parent
LIMIT = 300_000


def make(release: str, organisation: str = "aexpress") -> Path:
    """Write ``RELEASE.zip`` beside this file and give its path."""
    target = HERE / f"{release}.zip"
    with tempfile.TemporaryDirectory() as room:
        data, backup = Path(room) / "data", Path(room) / "backup"
        for words in (["demo", organisation], ["doctor"], ["backup", "-o", str(backup)]):
            if main(["--data", str(data), *words]):
                raise SystemExit(f"qms {' '.join(words)} failed")
        with (
            zipfile.ZipFile(backup) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as small,
        ):
            for name in source.namelist():
                small.writestr(name, source.read(name))
    verify_archive(target)
    if target.stat().st_size > LIMIT:
        raise SystemExit(f"{target} is larger than {LIMIT} bytes")
    return target


if __name__ == "__main__":
    made = make(sys.argv[1])
    sys.stdout.write(f"{made}: {made.stat().st_size} bytes\n")
