"""A site, an act that keeps its events, and the invented hospital as text that tests damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qms.content.models import Site
from qms.kernel.acts import Act, DomainEvent
from qms.profiles import loader
from qms.profiles.errors import ProfileMistakes

HOSPITAL = Path(__file__).parent / "hospital"


@pytest.fixture
def events() -> list[DomainEvent]:
    return []


@pytest.fixture
def act(events: list[DomainEvent]) -> Act:
    return Act("system", datetime(2026, 11, 22, 15, tzinfo=UTC), events.append, "cli")


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def folder() -> Path:
    return HOSPITAL


@pytest.fixture
def text() -> str:
    return (HOSPITAL / "profile.yaml").read_text("utf-8")


@pytest.fixture
def hospital(text: str) -> loader.LoadedProfile:
    return loader.load_text(text)


@pytest.fixture
def mistakes() -> Callable[[str], list[str]]:
    """Give the lines of mistakes of a profile text, or an empty list when it loads."""

    def find(text: str) -> list[str]:
        try:
            loader.load_text(text, "perfil.yaml")
        except ProfileMistakes as found:
            return found.lines()
        return []

    return find
