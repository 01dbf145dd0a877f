"""The command line takes lists over and moves organisations; the worker carries imports on."""

from __future__ import annotations

import pytest
from import_lists import real_files, real_list

from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.cli.worker import work_once
from qms.imports.models import DONE, RUNNING, imports_of
from qms.imports.services import carrying, runs
from qms.imports.situation import ADD
from qms.sheets.tables import checked_table, read_tables

ROWS = "Código;Nombre;Tipo;Proceso;Versión;Estado;Vigencia\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Load one organisation without the history of the demonstration."""
    folder = tmp_path_factory.mktemp("place")
    path = "qms/profiles/data/organisations/carrazos"
    assert main(["--data", str(folder / "d"), "load", path]) == 0
    (folder / "listado.xlsx").write_bytes(real_list())
    (folder / "documentos.zip").write_bytes(real_files())
    return folder


def test_a_list_is_looked_at_and_then_taken_over(data, capsys):
    where = ["--data", str(data / "d")]
    command = ["import-list", "carrazos", str(data / "listado.xlsx")]
    assert main([*where, *command]) == 1
    shown = capsys.readouterr().out
    assert "process «Operaciones» is unknown" in shown
    assert main([*where, "organisations"]) == 0
    files = ["--files", str(data / "documentos.zip")]
    assert main([*where, *command, *files, "--create", "--write"]) == 0
    shown = capsys.readouterr().out
    assert "0 failed" in shown
    assert main([*where, *command, "--column", "sabor=B"]) == 1
    assert "sabor=B" in capsys.readouterr().err


def test_an_organisation_moves_from_one_place_to_another(data, capsys, monkeypatch):
    archive = str(data / "carrazos.zip")
    assert main(["--data", str(data / "d"), "export", "carrazos", archive]) == 0
    assert "manifest SHA-256" in capsys.readouterr().out
    other = ["--data", str(data / "e")]
    assert main([*other, "import-organisation", archive]) == 0
    assert main([*other, "import-organisation", archive]) == 1
    assert "already" in capsys.readouterr().err
    assert main([*other, "doctor"]) == 0
    monkeypatch.setenv("QMS_TRANSFER_PASSPHRASE", "una frase para el traslado")
    assert main(["--data", str(data / "d"), "export", "carrazos", archive, "--keys"]) == 0
    third = ["--data", str(data / "f")]
    assert main([*third, "import-organisation", archive]) == 0
    assert main([*third, "doctor"]) == 0
    assert (data / "carrazos.zip").stat().st_mode & 0o077 == 0


def begun(work, rows, **choices):
    organisation = work.site["carrazos"]
    source = checked_table((ROWS + rows).encode(), "listado.csv")
    tables = read_tables(source.read(), source.media_type)
    run = runs.receive(organisation, source, tables, act=work.act())
    runs.choose_columns(run, dict(run.mapping))
    kept = runs.Choices.from_data(run.choices)
    kept.existing = choices.get("existing", kept.existing)
    runs.choose(run, kept)
    carrying.start(run, act=work.act())
    return run


def facts(work):
    organisation = work.site["carrazos"]
    type_ = organisation.profile["document_types"][0]["name"]
    process = next(iter(organisation["processes"].values())).name
    return organisation, type_, process


def test_the_worker_carries_an_import_to_its_end(data):
    place = Place(data_values(data / "d"))
    with place.writing() as work:
        _organisation, type_, process = facts(work)
        rows = "".join(f"ZZ-{at};Hoja {at};{type_};{process};1;Vigente;\n" for at in range(90))
        run = begun(work, rows)
        name = run.__name__
        assert run.stage == RUNNING
    work_once(place)
    with place.reading() as site:
        run = imports_of(site["carrazos"])[name]
        assert run.stage == DONE
        assert run.counts["taken"] == 90
        assert run.percent == 100
    place.close()


def test_a_document_that_cannot_be_made_is_noted_and_the_others_follow(data, monkeypatch):
    place = Place(data_values(data / "d"))
    made = carrying.migrate_document

    def trip(folder, one, **more):
        if one["document"]["code"] == "YY-3":
            raise ZeroDivisionError
        return made(folder, one, **more)

    monkeypatch.setattr(carrying, "migrate_document", trip)
    with place.writing() as work:
        _organisation, type_, process = facts(work)
        rows = "".join(f"YY-{at};Folio {at};{type_};{process};1;Vigente;\n" for at in range(6))
        name = begun(work, rows).__name__
    work_once(place)
    with place.reading() as site:
        run = imports_of(site["carrazos"])[name]
        assert run.stage == DONE
        assert (run.counts["taken"], run.counts["failed"]) == (5, 1)
        assert site["carrazos"]["documents"].get("YY-3") is None
    place.close()


def test_history_from_before_stands_before_what_is_here(data):
    place = Place(data_values(data / "d"))
    with place.writing() as work:
        organisation, type_, process = facts(work)
        row = "XX-1;Carta;{};{};{};{};{}\n"
        first = begun(work, row.format(type_, process, 5, "Vigente", "2024-01-01"))
        carrying.step(first, act=work.act())
        rows = row.format(type_, process, 3, "Obsoleto", "2020-01-01")
        rows += row.format(type_, process, 2, "Obsoleto", "2018-01-01")
        rows += row.format(type_, process, 5, "Vigente", "2024-01-01")
        rows += row.format(type_, process, 6, "Vigente", "2025-01-01")
        run = begun(work, rows, existing=ADD)
        carrying.step(run, act=work.act())
        document = organisation["documents"]["XX-1"]
        assert [one.label for one in document.versions] == ["2", "3", "5", "6"]
        assert [one.order for one in document.versions] == [-2, -1, 0, 1]
        assert document.in_force.label == "6"
        assert [one.state for one in document.versions].count("in-force") == 1
        assert document.versions["-2"].label == "2"
        assert {row: one["done"] for row, one in run.results.items()} == {
            2: "taken", 3: "taken", 5: "taken"
        }  # fmt: skip
    place.close()
