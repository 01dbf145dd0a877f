"""What holds for every test; the fixtures that build sites follow below."""

import fcntl
import functools
import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import coverage
import hypothesis
import pytest
from argon2 import PasswordHasher
from chameleon.loader import ModuleLoader
from chameleon.template import BaseTemplate

try:
    import qms.templates  # noqa: F401 - a package of the installed project only
except ImportError as error:
    message = "Install the project first: python3 dev.py setup, then .venv/bin/pytest"
    raise pytest.UsageError(message) from error

from house import House, seed

from qms.security import passwords
from qms.signing import keys
from qms.web.unchanged import Answers

# Machines are shared and noisy: no example fails for being slow, and in CI each run tries the same.
# Sixty examples a rule keep the whole run within a quarter of an hour; some rules ask for more.
hypothesis.settings.register_profile(
    "house", deadline=None, max_examples=60, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("house")

pytest_plugins = ["postgresql"]

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
COMPILED = "CHAMELEON_CACHE"
"""Chameleon's own setting; servers that tests start read it themselves."""


def pytest_configure(config: pytest.Config) -> None:
    """Let all applications and processes of a run share what its templates compile to.

    Each module of stories has an application of its own, and compiling is a third of its work. The
    name of what is kept follows from the text of the template and the versions of all packages.
    """
    if COMPILED not in os.environ:
        folder = tempfile.mkdtemp(prefix="qms-templates-")
        os.environ[COMPILED] = folder
        config.add_cleanup(functools.partial(shutil.rmtree, folder, ignore_errors=True))
    BaseTemplate.loader = ModuleLoader(os.environ[COMPILED])
    # A worker of pytest-xdist is taken by pytest-cov for the one that distributes, before it gets a
    # measurement of its own; the first one would go on wherever a test says that it wants none.
    if IS_WORKER and (stale := coverage.Coverage.current()):
        stale.stop()


def _checked(give):
    """Work out again what is kept, and hold it against what is given."""

    @functools.wraps(give)
    def giving(self, question, state, make):
        answer = give(self, question, state, make)
        assert answer == make(), (
            f"{question} is stale: something changed without a line in the trail"
        )
        return answer

    return giving


Answers.give = _checked(Answers.give)


IN_EARNEST = {(passwords, "_HASHER"): passwords._HASHER, (keys, "SCRYPT_N"): keys.SCRYPT_N}
"""What makes guesses of passwords and passphrases dear: tens of milliseconds each."""
IN_PLAY = {
    (passwords, "_HASHER"): PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
    (keys, "SCRYPT_N"): 2**4,
}
"""The same ways for next to nothing, since nearly every test signs in or signs."""


def _set_cost(costs):
    for (module, name), value in costs.items():
        setattr(module, name, value)
    passwords._nobodys_hash.cache_clear()


_set_cost(IN_PLAY)


WALKS = re.compile(
    r"tests/(browser/|functional/test_(attacks|worker|upkeep|hostile)_"
    r"|contracts/test_(translations|nothing_unused|glossary)\.)"
)
"""Tests that go through everything: they prove what holds, not that a line is reached."""

BESIDE = re.compile(
    r"tests/unit/(charts|documents/(lint|test_sections)|pdf|profiles|search/test_file"
    r"|sheets|signing/test_(attacks|pades)|upgrade|web/test_frame_in)"
)
"""Tests of what stands beside the rules that ``dev.py`` holds to a floor."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one server in one process, and measure no lines on long walks.

    Measuring makes Python two to three times slower, and the rules have tests of their own. A run
    of several processes, which is one of everything, measures no more than what has a floor.
    """
    for item in items:
        if IS_WORKER and BESIDE.search(item.path.as_posix()):
            item.add_marker(pytest.mark.no_cover)
        if WALKS.search(item.path.as_posix()):
            item.add_marker(pytest.mark.no_cover)
            item.add_marker(pytest.mark.timeout(300))
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.xdist_group("postgresql"))


def pytest_collection_finish() -> None:
    """Have the collector of cycles look at what tests make, and not so often.

    Modules and tests stay until the end; to go through them again and again is a tenth of the work.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture
def dear_secrets() -> Iterator[None]:
    """Let guesses cost what they cost in production, where a test is about that."""
    _set_cost(IN_EARNEST)
    yield
    _set_cost(IN_PLAY)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demonstration of two organisations once; every test gets its own copy."""
    own = tmp_path_factory.mktemp("seed") / "data"
    if not IS_WORKER:
        return seed(own, "aexpress", "carrazos")
    shared = tmp_path_factory.getbasetemp().parent / "seed"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first process makes it, the others wait
        if not shared.exists():
            seed(shared.with_suffix(".unfinished"), "aexpress", "carrazos").rename(shared)
    return Path(shutil.copytree(shared, own))


@pytest.fixture
def house(seeded: Path) -> Iterator[House]:
    """Open the application over a fresh copy of the demonstration."""
    made = House(seeded)
    yield made
    made.close()
