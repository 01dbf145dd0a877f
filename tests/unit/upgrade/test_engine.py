"""Migrations run once, whole or not at all, and go on where they were stopped (fault 24)."""

from __future__ import annotations

import pytest
import transaction
from pyramid.config import Configurator
from ZODB import DB
from ZODB.MappingStorage import MappingStorage

from qms.content.root import get_site
from qms.kernel import clock
from qms.upgrade import engine
from qms.upgrade.engine import Migration
from qms.upgrade.errors import DatabaseIsNewer, UpgradePending


@pytest.fixture
def database():
    db = DB(MappingStorage())
    yield db
    db.close()


def opener(database):
    def opened():
        manager = transaction.TransactionManager(explicit=True)
        return manager, database.open(manager)

    return opened


def step(name, deed=None):
    def migrate(site):
        site.annexes.setdefault("ran", [])
        site.annexes["ran"] = [*site.annexes["ran"], name]
        if deed:
            deed(site)

    return Migration(name, f"Does {name}.", migrate)


def site_in(database, look):
    manager = transaction.TransactionManager(explicit=True)
    connection = database.open(manager)
    manager.begin()
    try:
        return look(get_site(connection))
    finally:
        manager.abort()
        connection.close()


def old_site(database):
    """Make a site as a release before any migration left it."""
    with database.transaction() as connection:
        get_site(connection)


def test_a_fresh_database_has_nothing_to_migrate(database):
    with database.transaction() as connection:
        site = engine.open_site(connection)
        assert set(site.migrations) == {one.name for one in engine.all_migrations()}
        engine.check_ready(site)


def test_every_shipped_migration_says_in_one_sentence_what_it_does():
    steps = engine.all_migrations()
    assert steps[0].name == "m0001_count_from_the_first_release"
    numbers = [one.name[:5] for one in steps]
    assert len(set(numbers)) == len(numbers), "two migrations with one number"
    for one in steps:
        assert one.sentence.endswith("."), one.name


def test_every_shipped_migration_can_be_repeated(database):
    with database.transaction() as connection:
        site = get_site(connection)
        for _turn in range(2):
            for one in engine.all_migrations():
                one.migrate(site)
        assert site.annexes["upgrade.first_release"] == "0.1"


def test_pending_steps_run_in_order_and_are_noted_with_their_moment(database, monkeypatch):
    old_site(database)
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    steps = [step("m0001_a"), step("m0002_b")]
    assert [one.name for one in engine.upgrade(opener(database), steps)] == ["m0001_a", "m0002_b"]
    assert site_in(database, lambda site: site.annexes["ran"]) == ["m0001_a", "m0002_b"]
    assert site_in(database, lambda site: dict(site.migrations)) == {"m0001_a": at, "m0002_b": at}
    assert list(engine.upgrade(opener(database), steps)) == []


def test_a_dry_run_lets_later_steps_see_earlier_ones_and_stores_nothing(database):
    old_site(database)
    seen = []
    steps = [step("m0001_a"), step("m0002_b", lambda site: seen.extend(site.annexes["ran"]))]
    ran = list(engine.upgrade(opener(database), steps, dry_run=True))
    assert [one.name for one in ran] == ["m0001_a", "m0002_b"]
    assert seen == ["m0001_a", "m0002_b"]
    assert site_in(database, lambda site: dict(site.migrations)) == {}
    assert site_in(database, lambda site: "ran" in site.annexes) is False


def test_an_upgrade_stopped_in_a_step_leaves_whole_steps_and_goes_on_there(database):
    old_site(database)

    def die(_site):
        raise KeyboardInterrupt

    steps = [step("m0001_a"), step("m0002_b", die), step("m0003_c")]
    with pytest.raises(KeyboardInterrupt):
        list(engine.upgrade(opener(database), steps))
    assert site_in(database, lambda site: site.annexes["ran"]) == ["m0001_a"]
    again = [steps[0], step("m0002_b"), steps[2]]
    assert [one.name for one in engine.upgrade(opener(database), again)] == ["m0002_b", "m0003_c"]
    assert site_in(database, lambda site: site.annexes["ran"]) == ["m0001_a", "m0002_b", "m0003_c"]


def test_the_application_refuses_to_start_on_a_pending_migration_and_names_the_command(tmp_path):
    old = f"file://{tmp_path}/old.fs"
    config = Configurator(
        settings={"zodbconn.uri": old, "tm.manager_hook": "pyramid_tm.explicit_manager"}
    )
    config.include("pyramid_zodbconn")
    database = config.registry._zodb_databases[""]
    old_site(database)
    try:
        with pytest.raises(UpgradePending, match="«qms upgrade»"):
            config.include("qms.upgrade")
        list(engine.upgrade(opener(database)))
        config.include("qms.upgrade")
    finally:
        database.close()


def test_an_older_program_refuses_a_newer_database(database):
    with database.transaction() as connection:
        site = engine.open_site(connection)
        site.migrations["m9999_from_the_future"] = clock.now()
        with pytest.raises(DatabaseIsNewer, match="m9999_from_the_future"):
            engine.check_ready(site)


def test_starting_makes_the_site_so_that_no_visitor_has_to(database):
    config = Configurator()
    config.registry._zodb_databases = {"": database}
    config.include("qms.upgrade")
    with database.transaction() as connection:
        assert "qms" in connection.root()
        engine.check_ready(get_site(connection))
