"""What a test needs from the machine: programs that Debian has and PyPI has not."""

import os
import shutil
from pathlib import Path

import pytest


def require(what: str, found: object, package: str) -> None:
    """Skip the test with a visible reason when `found` is nothing; in CI, fail it."""
    if found:
        return
    reason = f"{what} not found; on Debian: apt-get install {package}"
    if os.environ.get("QMS_REQUIRE_TOOLS"):
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, package: str) -> Path:
    """Give the path of a program, or skip the test that wants it (in CI: fail it)."""
    path = shutil.which(name)
    require(name, path, package)
    return Path(path or "")
