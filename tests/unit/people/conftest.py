"""A site with two organisations in memory, in a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import transaction
import ZODB

from qms.content.models import Organisation
from qms.content.root import get_site
from qms.kernel.acts import Act
from qms.people import services

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)
"""Noon in Bogotá."""


@pytest.fixture
def db():
    database = ZODB.DB(None)
    yield database
    database.close()


@pytest.fixture
def house(db):
    """Two organisations, a few persons, and a list of what happened."""
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    connection = db.open(manager)
    site = get_site(connection)
    happened: list = []

    def act(person_id="ana", at=NOON, channel="test"):
        return Act(person_id, at, happened.append, channel)

    def organisation(identifier):
        one = site.add(identifier, Organisation(identifier, identifier.capitalize()))
        one.profile["organisation"] = {"timezone": "America/Bogota"}
        return services.make_people(one)

    ours, theirs = organisation("aexpress"), organisation("boreal")
    services.add_unit(ours, name="Comercial", act=act())
    services.add_position(ours, name="Directora Comercial", unit_id="comercial", act=act())
    services.add_position(
        ours, name="Jefe SAC", superior_id="directora-comercial", unit_id="comercial", act=act()
    )
    ana = services.add_person(
        ours,
        name="Ana Ruiz",
        email="ana@aexpress.example",
        position_ids=["directora-comercial"],
        roles=["administrator"],
        act=act(),
    )
    eva = services.add_person(
        ours, name="Eva Soto", email="eva@aexpress.example", position_ids=["jefe-sac"], act=act()
    )
    zoe = services.add_person(
        theirs, name="Zoe Paz", email="zoe@boreal.example", roles=["administrator"], act=act()
    )
    happened.clear()
    yield SimpleNamespace(
        site=site,
        ours=ours,
        theirs=theirs,
        ana=ana,
        eva=eva,
        zoe=zoe,
        act=act,
        happened=happened,
        connection=connection,
        manager=manager,
        noon=NOON,
    )
    manager.abort()
    connection.close()
