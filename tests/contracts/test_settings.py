"""Every setting is explained in docs/settings.md, and nothing else is."""

from __future__ import annotations

import ast
import configparser
import re
from functools import cache
from pathlib import Path

import pytest

from qms.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
KEY = re.compile(r"qms(\.[a-z_]+)+\Z")


def keys_in(path: Path, *, names: set[str]) -> set[str]:
    """Give the keys that a module gets from settings: arguments of ``get``, and ``…_SETTING``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
            found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            targets = {getattr(one, "id", "") for one in node.targets}
            if any(one.endswith("_SETTING") for one in targets):
                found.add(node.value.value)
    return {one for one in found if isinstance(one, str) and KEY.match(one)} - names


@cache
def keys_in_the_code() -> set[str]:
    """Give every key that the package asks for; a package of ours is not a key."""
    packages = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "qms").rglob("*")
    }
    modules = (ROOT / "qms").rglob("*.py")
    return set().union(*(keys_in(path, names=packages) for path in modules))


def keys_on_the_page() -> set[str]:
    """Give the keys of the page's table."""
    return set(re.findall(r"^\| `(qms\.[a-z_.]+)` \|", TEXT, re.MULTILINE))


def test_every_setting_is_on_the_page_and_every_setting_of_the_page_exists():
    assert keys_on_the_page() == keys_in_the_code()


def test_the_keys_of_the_settings_class_are_found():
    found = keys_in(ROOT / "qms" / "kernel" / "settings.py", names=set())
    assert {"qms.data_dir", "qms.mail.host", "qms.timestamp_url"} <= found


@pytest.mark.parametrize("ini", ["development.ini", "production.ini"])
def test_the_shipped_files_use_known_keys_only(ini: str):
    parser = configparser.ConfigParser(defaults={"here": "/x"})
    parser.read(ROOT / ini, encoding="utf-8")
    used = {key for key in parser["app:main"] if key.startswith("qms.")}
    assert used <= keys_in_the_code()


def test_the_page_names_each_default_as_the_code_has_it():
    settings = Settings.from_mapping({})
    rows = dict(re.findall(r"^\| `(qms\.[a-z_.]+)` \| `?([^`|]*?)`? \|", TEXT, re.MULTILINE))
    assert rows["qms.data_dir"] == str(settings.data_dir)
    assert rows["qms.base_url"] == settings.base_url
    assert rows["qms.environment"] == settings.environment
    assert rows["qms.mail.port"] == str(settings.mail_port)
    assert rows["qms.mail.from"] == settings.mail_from
    assert rows["qms.mail.host"] == "empty"
    assert settings.mail_host == settings.timestamp_url == ""
