"""Look at an installed qms from outside the source tree; `python3 dev.py dist-check` runs it."""

import importlib
import importlib.metadata
import sys
from importlib.resources import files
from pathlib import Path


def main(packages: list[str]) -> None:
    """Import every package named and find a template, the assets and the entry points."""
    for package in packages:
        module = importlib.import_module(package)
        home = Path(module.__file__ or "")
        assert "site-packages" in home.parts, f"{package} comes from {home}"
    templates = sorted(Path(str(files("qms.templates"))).rglob("*.pt"))
    print(f"{len(packages)} packages, {len(templates)} templates")
    if "qms.web" in packages:
        assets = Path(str(files("qms.web"))) / "static" / "dist"
        for name in ("app.js", "editor.js", "app.css", "LICENCES.txt", "manifest.json"):
            assert (assets / name).is_file(), f"{name} is not in the wheel"
    for entry in importlib.metadata.distribution("qms").entry_points:
        print(f"{entry.group} {entry.name} = {entry.value}")
        assert callable(entry.load()), entry.name


if __name__ == "__main__":
    main(sys.argv[1:])
