"""The list of a process's documents inside a document: made anew at each saving, then frozen."""

from __future__ import annotations

import pytest

from qms.documents.pdf_labels import printed_labels
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.pdf.kit import Kit

KIND = kind_of("process-documents")


@pytest.fixture
def scope(gas):
    return LiveScope(gas["documents"]["MGPSG-035"].in_force)


def saved(scope, **typed):
    return KIND.schema(scope).deserialize(typed)


def test_saving_lists_the_other_documents_in_force_whatever_was_sent(scope):
    data = saved(scope, note="Anexo 1", rows=[{"code": "X", "title": "Y"}])
    assert data["note"] == "Anexo 1"
    assert [row["code"] for row in data["rows"]] == [
        "FOASC-001",
        "ITASC-001",
        "PRASC-001",
        "PRASC-002",
        "PRASC-003",
    ]
    assert data["rows"][0] == {
        "code": "FOASC-001",
        "title": "Registro de SQR",
        "type": "Formato",
        "version": "0.1.0–(3-nov–2010)",
    }


def test_a_list_of_another_day_is_told_and_one_of_today_is_not(scope):
    data = saved(scope, note="")
    assert KIND.gaps(data, scope) == []
    older = {**data, "rows": data["rows"][1:]}
    assert len(KIND.gaps(older, scope)) == 1
    assert KIND.gaps(KIND.empty(), object()) == [], "what is frozen is not judged again"


def test_the_list_is_printed_searched_and_refers_to_its_documents(scope):
    data = saved(scope, note="Anexo 1")
    assert KIND.lines(data, scope)[:2] == [
        "Anexo 1",
        "FOASC-001 · Registro de SQR · Formato · 0.1.0–(3-nov–2010)",
    ]
    assert "PRASC-003" in KIND.declares(data).references
    labels = printed_labels({"organisation": {"language": "es"}, "printing": {}})
    _note, table = KIND.flowables(data, scope, Kit(500, labels))
    assert len(table._cellvalues) == 6
    assert KIND.flowables(KIND.empty(), scope, Kit(500, labels)) == []
