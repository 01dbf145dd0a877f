"""What holds for every test; the fixtures that build sites follow below."""

import pytest

try:
    import qms.templates  # noqa: F401 - a package of the installed project only
except ImportError as error:
    message = "Install the project first: python3 dev.py setup, then .venv/bin/pytest"
    raise pytest.UsageError(message) from error

pytest_plugins = ["postgresql"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one server in one process, so that it is started once."""
    for item in items:
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.xdist_group("postgresql"))
