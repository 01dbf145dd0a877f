"""One prepared house for all attacks; each test that writes gets a copy of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from siege import OURS, STRANGERS, Fort, prepare


@pytest.fixture(scope="session")
def besieged(seeded: Path) -> Iterator[Fort]:
    """Give the prepared house with everybody signed in; nobody may write in it."""
    made = Fort(seeded)
    prepare(made)
    for email in (*OURS, *STRANGERS.values()):
        made.browser(email)
    yield made
    made.close()


@pytest.fixture
def fort(besieged: Fort) -> Iterator[Fort]:
    """Give a copy of the prepared house to do damage in."""
    with besieged.copy() as made:
        yield made
