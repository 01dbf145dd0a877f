"""Hundreds of generated rows with planted faults: what is found is compared row by row."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from import_lists import TODAY, Generator

from qms.audit.services import in_order, trail_of
from qms.imports.models import DONE, imports_of
from qms.imports.services import carrying, runs
from qms.imports.situation import ADD
from qms.sheets.tables import checked_table, read_tables

ORGANISATION = "aexpress"
NOON = datetime.combine(TODAY, time(15), UTC)


def generator(organisation, seed, **more):
    folder = organisation["documents"]
    return Generator(
        seed,
        codes={one.code: tuple(v.label for v in one.versions) for one in folder.values()},
        processes={one.acronym: one.name for one in organisation["processes"].values()},
        positions=[one.name for one in organisation["people"]["positions"].values()],
        **more,
    )


def receive(house, site, made, *, person="system"):
    organisation = site[ORGANISATION]
    source = checked_table(made.xlsx(), "listado.xlsx")
    tables = read_tables(made.xlsx(), source.media_type)
    archive = listed = None
    if made.with_files:
        archive, listed = runs.checked_archive(made.zip(), "archivos.zip")
    act = house.act(person, at=NOON)
    run = runs.receive(organisation, source, tables, archive=archive, files=listed, act=act)
    runs.choose_columns(run, dict(run.mapping))
    return run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_is_found_to_be_what_the_generator_made_of_it(house, seed):
    with house.site() as site:
        made = generator(site[ORGANISATION], seed, documents=170)
        run = receive(house, site, made)
        found, _situation = runs.examination_of(run, TODAY)
    by_row = {line.row: line for line in found.lines}
    assert set(by_row) == set(made.truth)
    wrong = []
    for row, truth in made.truth.items():
        line = by_row[row]
        kinds = {one.kind for one in line.findings}
        if kinds != truth.kinds or (not line.stopped) != truth.taken:
            wrong.append((row, truth.scenario, sorted(truth.kinds), sorted(kinds)))
        elif truth.taken:
            assert (line.code, line.label, line.state) == (truth.code, truth.label, truth.state)
            assert line.file == truth.file, truth.scenario
            assert truth.dates.items() <= line.dates.items()
    assert wrong == []
    assert {one.path for one in found.orphans} == made.orphans


def test_a_killed_import_goes_on_where_it_was_and_makes_nothing_twice(house):
    """D4-38, D4-54: files come out of the archive by name only, and every row ends as foretold."""
    with house.site() as site:
        made = generator(site[ORGANISATION], 11, documents=110)
        run = receive(house, site, made)
        before = len(site[ORGANISATION]["documents"])
        carrying.start(run, act=house.act("system", at=NOON))
        name, expected = run.__name__, run.counts
    for _attempt in range(3):
        kill_in_the_middle(house, name)
        with house.site() as site:
            carrying.step(imports_of(site[ORGANISATION])[name], act=house.act(at=NOON), most=7)
    while True:
        with house.site() as site:
            run = imports_of(site[ORGANISATION])[name]
            if not carrying.step(run, act=house.act(at=NOON)):
                break
    with house.site() as site:
        run = imports_of(site[ORGANISATION])[name]
        folder = site[ORGANISATION]["documents"]
        assert run.stage == DONE
        taken = {row for row, truth in made.truth.items() if truth.taken}
        assert set(run.results) == taken
        assert {one["done"] for one in run.results.values()} == {"taken"}
        assert len(folder) == before + expected["documents"]
        check_documents(folder, made)
        assert carrying.step(run, act=house.act(at=NOON)) is False


def kill_in_the_middle(house, name):
    """Make some documents in a process that dies before it commits."""
    try:
        with house.site() as site:
            carrying.step(imports_of(site[ORGANISATION])[name], act=house.act(at=NOON), most=9)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return


def check_documents(folder, made):
    """Hold what is in the folder against the truth, row by row."""
    labels = {}
    for row, truth in made.truth.items():
        if not truth.taken:
            continue
        document = folder[truth.code]
        (version,) = [one for one in document.versions if one.label == truth.label]
        assert version.migrated
        assert version.state == truth.state, (row, truth.scenario)
        assert (document.in_force_order == version.order) == (truth.state == "in-force")
        main = version.files.get(version.main_file) if version.main_file else None
        assert (main is not None) == (truth.file is not None), (row, truth)
        if main is not None:
            assert main.read() == made.files[truth.file]
        source = version.acts[0]["source"]
        assert source["row"] == row
        assert source["said"]["Nombre del documento"]
        for name, day in truth.dates.items():
            assert version.dates[name] == day
        labels.setdefault(truth.code, []).append(version.order)
    for orders in labels.values():
        assert orders == sorted(orders)
        assert len(set(orders)) == len(orders)


def test_added_versions_stand_before_or_after_what_is_here_and_change_none_of_it(house):
    with house.site() as site:
        folder = site[ORGANISATION]["documents"]
        document = next(one for one in folder.values() if one.in_force is not None)
        newest = document.latest
        before = {one.order: (one.label, one.title, dict(one.dates)) for one in document.versions}
        made = generator(site[ORGANISATION], 5, documents=0, with_files=False)
        label = str(int(newest.label) + 1)
        made.row("newer", document.code, title=document.title, version=label)
        run = receive(house, site, made)
        choices = runs.Choices.from_data(run.choices)
        choices.codes[document.code] = ADD
        runs.choose(run, choices)
        carrying.start(run, act=house.act(at=NOON))
        assert carrying.step(run, act=house.act(at=NOON)) is False
        assert document.in_force.label == label
        assert newest.state == "obsolete"
        assert [one.state for one in document.versions].count("in-force") == 1
        for order, (text, title, dates) in before.items():
            version = document.versions.at(order)
            assert (version.label, version.title, dict(version.dates)) == (text, title, dates)


def test_the_import_adds_up_in_the_trail(house):
    with house.site() as site:
        made = generator(site[ORGANISATION], 2, documents=60, with_files=False)
        run = receive(house, site, made, person="lucia-mora")
        carrying.start(run, act=house.act(at=NOON))
        while carrying.step(run, act=house.act(at=NOON)):
            pass
        names = [one["event"] for one in in_order(trail_of(site[ORGANISATION]))]
        for name in ("ListReceived", "ImportStarted", "ImportFinished"):
            assert names.count(name) == 1
        assert names.count("VersionMigrated") >= len(run.results)
        assert {one["done"] for one in run.results.values()} == {"taken"}
