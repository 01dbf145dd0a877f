"""The set-up script: when it works, when it need not, and what it says when it cannot."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

ADDRESS = "http://localhost:6543"


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record the programs that would have been started."""
    started: list[list[str]] = []
    monkeypatch.setattr(dev, "call", lambda command, **_: started.append([*map(str, command)]) or 0)
    return started


def stamped(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path, kind: str) -> Path:
    stamp = folder / "stamp"
    stamp.write_text(f"{kind} {dev.environment_digest(kind)}")
    monkeypatch.setattr(dev, "STAMP", stamp)
    monkeypatch.setattr(dev, "make_venv", lambda: None)
    return stamp


@pytest.mark.parametrize(
    ("made_for", "wanted"), [("run", "run"), ("test", "test"), ("test", "run")]
)
def test_a_stamped_environment_starts_no_program(
    dev, calls, monkeypatch, tmp_path, made_for, wanted
):
    stamped(dev, monkeypatch, tmp_path, made_for)
    dev.environment(wanted)
    assert calls == []


def test_an_environment_for_running_grows_for_testing(dev, calls, monkeypatch, tmp_path):
    stamp = stamped(dev, monkeypatch, tmp_path, "run")
    dev.environment("test")
    assert any("lock-test.txt" in word for command in calls for word in command)
    assert stamp.read_text().startswith("test ")


def test_a_changed_lock_is_installed_and_a_failed_installation_leaves_no_stamp(
    dev, monkeypatch, tmp_path
):
    stamp = stamped(dev, monkeypatch, tmp_path, "test")
    other = tmp_path / "lock.txt"
    other.write_bytes(dev.LOCKS["test"].read_bytes() + b"# changed\n")
    monkeypatch.setitem(dev.LOCKS, "test", other)

    def fail(*_arguments, **_options):
        raise dev.Problem("no network")

    monkeypatch.setattr(dev, "call", fail)
    with pytest.raises(dev.Problem):
        dev.environment("test")
    assert not stamp.exists()


def test_assets_are_bundled_again_only_when_their_source_changes(dev, calls, monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "DIST", tmp_path)
    (tmp_path / "manifest.json").write_text('{"source": "%s"}' % dev.assets_digest())  # noqa: UP031 - braces
    dev.assets()
    assert calls == []

    before = dev.assets_digest()
    monkeypatch.setattr(dev, "ENTRIES", (*dev.ENTRIES, "more.js"))
    assert dev.assets_digest() != before


def test_the_demo_is_made_once_in_a_new_folder(dev, calls, tmp_path):
    data = tmp_path / "var"
    dev.make_demo(data, ADDRESS)
    assert [command[1:] for command in calls] == [
        ["--data", str(data), "demo", "--quiet", "--base-url", ADDRESS]
    ]

    (data / "db").mkdir()
    dev.make_demo(data, ADDRESS)
    assert len(calls) == 1


def test_a_folder_that_somebody_filled_is_left_alone(dev, calls, tmp_path):
    (tmp_path / "thesis.odt").touch()
    dev.make_demo(tmp_path, ADDRESS)
    assert calls == []
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_an_interrupted_demo_is_made_anew(dev, monkeypatch, tmp_path):
    data = tmp_path / "var"

    def interrupt(*_arguments, **_options):
        (data / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "call", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dev.make_demo(data, ADDRESS)

    monkeypatch.setattr(dev, "call", lambda *_, **__: (data / "whole").touch())
    dev.make_demo(data, ADDRESS)
    assert [path.name for path in data.iterdir()] == ["whole"]


def test_without_ensurepip_and_without_root_it_says_what_to_install(dev, monkeypatch):
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    with pytest.raises(dev.Problem, match="sudo apt-get install python3-venv"):
        dev.install_debians_venv()


def test_an_older_python_is_refused_in_a_sentence(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "OLDEST_PYTHON", (99, 0))
    monkeypatch.setattr(sys, "argv", ["dev.py", "setup"])
    assert dev.main() == 1
    assert "newer is needed" in capsys.readouterr().out


def test_only_test_takes_arguments_of_another_program(dev, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dev.py", "setup", "--fast"])
    with pytest.raises(SystemExit):
        dev.main()
    assert "--fast" in capsys.readouterr().err
