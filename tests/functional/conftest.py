"""The houses of the stories: one for each module, a copy of it for each test; one for attacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from control_siege import season
from following import indexed_in
from reading_house import Clock
from siege import OURS, STRANGERS, Fort, prepare

from qms.people import sessions


@pytest.fixture(scope="module", autouse=True)
def sessions_last() -> Iterator[None]:
    """Write of no session that it is still used, and let none end, however slow the machine is.

    Both would look like a change where a test looks whether anything was written.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TOUCH", "IDLE"):
            patch.setattr(sessions, name, sessions.LONGEST)
        yield


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


@pytest.fixture(scope="module")
def built(seeded: Path) -> Iterator[Fort]:
    """Give the house of a module, which prepares it further or takes it as it is."""
    made = Fort(seeded)
    yield made
    made.close()


@pytest.fixture
def house(built: Fort) -> Iterator[Fort]:
    """Give a copy of the module's house."""
    with built.copy() as made:
        yield made


@pytest.fixture
def days(house: Fort, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that the test moves."""
    return Clock(house, monkeypatch)


@pytest.fixture
def followed(fort: Fort, tmp_path: Path) -> Iterator[Fort]:
    """Give the besieged house with its text index."""
    with indexed_in(fort, tmp_path / "search"):
        yield fort


@pytest.fixture(scope="module")
def seasoned(besieged: Fort) -> Iterator[Fort]:
    """Give the besieged house with something in every room of document control."""
    with besieged.copy() as made:
        made.numbers = season(made)
        yield made
