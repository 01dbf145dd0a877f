"""The hand-made list of a firm: titles above the heads, blank columns, dates as people type."""

from __future__ import annotations

import pytest
from import_lists import REAL, REAL_HEADER, TODAY, real_files, real_list

from qms.imports.services import runs
from qms.sheets.tables import CSV, checked_table, read_tables

ORGANISATION = "aexpress"


@pytest.fixture
def run(house):
    with house.site() as site:
        source = checked_table(real_list(), "Listado maestro 2026.xlsx")
        tables = read_tables(real_list(), source.media_type)
        archive, files = runs.checked_archive(real_files(), "documentos.zip")
        made = runs.receive(
            site[ORGANISATION],
            source,
            tables,
            archive=archive,
            files=files,
            act=house.act("lucia-mora"),
        )
        yield made


def test_sheet_heads_and_columns_are_guessed(run):
    assert run.sheet == "LISTADO MAESTRO"
    assert run.header == REAL_HEADER - 1
    assert dict(run.mapping) == {
        "code": 1, "title": 2, "type": 3, "process": 5, "version": 6, "approved_on": 7,
        "in_force_from": 8, "review_by": 9, "state": 10, "responsible": 11, "medium": 12,
    }  # fmt: skip


def test_every_row_is_understood_as_its_writer_meant_it(run):
    runs.choose_columns(run, dict(run.mapping))
    found, _situation = runs.examination_of(run, TODAY)
    assert [line.row for line in found.lines] == [REAL_HEADER + 1 + at for at in range(len(REAL))]
    for line, (_cells, truth) in zip(found.lines, REAL, strict=True):
        kinds = {one.kind for one in line.findings} - {"file-missing"}
        assert kinds == truth["kinds"], line.row
        assert line.code == truth["code"]
        if "state" in truth:
            assert not line.stopped
            assert (line.label, line.state) == (truth["label"], truth["state"])
            assert truth["dates"].items() <= line.dates.items()
        else:
            assert line.stopped
    taken = {line.row: line.file for line in found.lines if not line.stopped}
    assert list(taken.values()) == [
        "CALIDAD/Procedimientos/PRO-AX-OP-10 Recepcion de mercancia V2.pdf",
        "CALIDAD/Procedimientos/pro_ax_op_11 v1.pdf",
        "CALIDAD/Procedimientos/Obsoletos/PRO-AX-OP-11 v0.pdf",
        "CALIDAD/Instructivos/INS AX OP 10.pdf",
        "CALIDAD/Formatos/FOR-AX-SC-20.pdf",
        None,
    ]
    assert [one.path for one in found.orphans] == ["CALIDAD/Varios/Fotos del paseo.pdf"]
    assert [path for path, _why in run.refused] == ["../../etc/passwd.pdf"]


def test_the_same_list_as_csv_of_a_spanish_windows_says_the_same(run, house):
    rows = runs.tables_of(run).sheet(run.sheet).rows
    lines = [";".join(_as_excel_writes(cell) for cell in row) for row in rows]
    data = "\r\n".join(lines).encode("cp1252", "replace")
    source = checked_table(data, "listado.csv")
    tables = read_tables(source.read(), CSV)
    assert (tables.encoding, tables.separator) == ("cp1252", ";")
    assert tables.sheets[0].rows[REAL_HEADER - 1][1] == "CÓDIGO"
    told = read_tables(source.read(), CSV, encoding="utf-8", separator=",")
    assert (told.encoding, told.separator) == ("utf-8", ",")


def _as_excel_writes(cell):
    if cell is None:
        return ""
    return str(next(iter(cell.values()))) if isinstance(cell, dict) else cell
