"""What is in the tree is in the wheel, and every template that code asks for is there."""

import ast
import configparser
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAPPED = {"qms.templates": ROOT / "templates", "qms.migrations": ROOT / "migrations"}
SPEC = re.compile(r"qms\.templates:[\w./-]+")
# Chameleon's `load:` and its METAL macros name a template of the same package.
LOADED = re.compile(r"\bload:\s*([\w./:-]+\.pt)")
WRONG_FORM = re.compile(r"qms:(templates|migrations)/")


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def packages_in_the_tree() -> set[str]:
    below_qms = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "qms").rglob("__init__.py")
    }
    return below_qms | set(MAPPED)


def sources() -> Iterator[Path]:
    for folder in ("qms", "templates", "migrations"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".pt"} and "static" not in path.parts:
                yield path


def strings(path: Path) -> Iterator[str]:
    """Yield the string constants of a module, or the whole text of a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".pt":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def template_of(name: str, path: Path) -> Path:
    """Turn `qms.templates:x.pt`, `../x.pt` or `x.pt` said in `path` into a file's path."""
    package, colon, rest = name.rpartition(":")
    return MAPPED[package] / rest if colon else (path.parent / rest).resolve()


def test_setup_cfg_lists_exactly_the_packages_of_the_tree():
    listed = config()["options"]["packages"].split()
    wanted = sorted(packages_in_the_tree())
    assert sorted(listed) == wanted, "in setup.cfg, [options] packages =\n    " + "\n    ".join(
        wanted
    )
    assert len(listed) == len(set(listed))


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in (ROOT / "qms").rglob("*.py") if "static" not in path.parts}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_template_that_is_named_exists():
    missing = []
    for path in sources():
        for text in strings(path):
            named = SPEC.findall(text) + (LOADED.findall(text) if path.suffix == ".pt" else [])
            missing += [
                f"{path.relative_to(ROOT)}: {name}"
                for name in named
                if name.endswith(".pt") and not template_of(name, path).is_file()
            ]
    assert missing == []


def test_no_asset_spec_has_the_form_that_an_editable_install_cannot_find():
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources()
        if any(WRONG_FORM.search(text) for text in strings(path))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [('renderer="qms:templates/a.pt"', True), ('renderer="qms.templates:a.pt"', False)],
)
def test_the_wrong_form_is_recognised(line: str, wrong: bool):
    assert bool(WRONG_FORM.search(line)) is wrong


def test_the_import_contracts_hold_every_feature_to_the_same_order_of_modules():
    features = {
        f"qms.{folder.name}"
        for folder in (ROOT / "qms").iterdir()
        if all(has_module(folder, name) for name in ("services", "models", "errors"))
    }
    contract = config()["importlinter:contract:feature"]
    assert features <= set(contract["containers"].split())


def test_every_direct_dependency_is_locked_with_hashes_and_no_address():
    options = config()
    asked = options["options"]["install_requires"].split("\n")
    names = {re.split(r"[\[<>=!~ ]", line.strip())[0] for line in asked if line.strip()}
    for lock in ("lock.txt", "lock-test.txt"):
        text = (ROOT / "requirements" / lock).read_text()
        locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        assert {re.sub(r"[-_.]+", "-", name).lower() for name in names} <= locked
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert [block for block in blocks if "--hash=sha256:" not in block] == []
        assert "://" not in text
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_the_build_asks_for_the_setuptools_that_still_has_pkg_resources():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]
    assert build["requires"] == ["setuptools>=77,<81"]


@pytest.mark.slow
def test_the_wheel_carries_templates_migrations_assets_and_catalogues(tmp_path: Path):
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(tmp_path)!r})"
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("qms", "templates", "migrations", "setup.cfg", "pyproject.toml", "README.md"):
        subprocess.run(["cp", "-r", ROOT / name, copy], check=True)
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = set(wheel.namelist())
    wanted = set()
    for folder in ("templates", "migrations"):
        wanted |= {f"qms/{path.relative_to(ROOT)}" for path in packed(ROOT / folder)}
    wanted |= {str(path.relative_to(ROOT)) for path in packed(ROOT / "qms")}
    assert wanted - carried == set()


def has_module(folder: Path, name: str) -> bool:
    """Tell whether a package has a module of that name, as a file or as a package."""
    return (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()


def packed(folder: Path) -> Iterator[Path]:
    """Yield the files that a wheel has to carry: code, templates, catalogues, assets, data."""
    for path in folder.rglob("*"):
        if not path.is_file() or "__pycache__" in path.parts or path.suffix in {".po", ".pot"}:
            continue
        yield path


def test_the_installed_project_is_this_tree():
    spec = importlib.util.find_spec("qms")
    assert spec is not None
    assert Path(str(spec.origin)).is_relative_to(ROOT)
