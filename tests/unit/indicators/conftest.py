"""An organisation with one indicator, without documents: what its rules need and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from qms.content.models import Folder, Organisation
from qms.documents.models import DocumentFolder
from qms.indicators.figuring import Figures
from qms.indicators.models import Indicator
from qms.indicators.services.following import indicators_of
from qms.kernel.acts import Act
from qms.people.models import People
from qms.profiles.loader import load

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "guia" / "ejemplo" / "profile.yaml"
CARD = {
    "id": "i1",
    "name": "Atención oportuna",
    "expression": "atendidas / recibidas * 100",
    "variables": [{"name": "atendidas"}, {"name": "recibidas"}],
    "unit": "%",
    "target": {"direction": ">=", "value": "90", "high": None},
    "capture_frequency": "daily",
    "analysis_frequency": "quarterly",
}
PROFILE = load(EXAMPLE).data


def card(**values):
    return {**CARD, **values}


def definition(starts="2026-01-01", ends="", **values):
    return {
        "starts": starts,
        "ends": ends,
        "version": 0,
        "label": "1",
        "card": card(**values),
        "bindings": {},
    }


class Room:
    """One indicator and what acts upon it."""

    def __init__(self, *definitions, since="2026-01-01"):
        self.organisation = Organisation("prueba", "Prueba")
        self.organisation.add("people", People())
        self.organisation.add("documents", DocumentFolder())
        self.organisation.add("processes", Folder())
        self.organisation.profile.update(PROFILE)
        self.indicator = Indicator("IND-001", "uid", "i1", since)
        self.indicator.title = "Atención oportuna"
        self.indicator.defined.extend(definitions or (definition(),))
        indicators_of(self.organisation).add("IND-001", self.indicator)
        self.events = []

    def act(self, day: date, person="ana"):
        return Act(person, datetime.combine(day, time(15), UTC), self.events.append)

    def figures(self, day: date, **counts):
        """Count what ``counts`` say: name to a function of (first, last)."""
        sources = {
            name: SimpleNamespace(
                count=lambda _org, span, _filters, _at, fn=fn: Decimal(fn(span.first, span.last)),
                sums=True,
                drill=None,
            )
            for name, fn in counts.items()
        }
        return Figures(sources, self.organisation, self.act(day).at)


@pytest.fixture
def room():
    return Room


@pytest.fixture
def make_definition():
    return definition


@pytest.fixture
def make_card():
    return card
