"""The benchmark: every inconsistency of the five organisations' documents is found, little else."""

from __future__ import annotations

import argparse
import json
from datetime import date

import pytest

from qms.cli import lint
from qms.cli.load import load_folder
from qms.cli.place import Place, data_values
from qms.documents.lint.board import Board, bring_up_to_date
from qms.profiles.shipped import shipped_organisations

TODAY = date(2026, 11, 22)

INCONSISTENCIES = [
    # Courier firm
    ("PRO-AX-SC-01", "approvals-far-apart", "", "drafted-1"),
    ("PRO-AX-SC-01", "title-with-two-codes", "documents", "1"),
    ("PRO-AX-SC-01", "title-differs", "activities", "a3"),
    ("PRO-AX-SC-01", "record-not-listed", "indicators", "pqr"),
    ("PRO-AX-SC-01", "responsible-contradiction", "activities", "a6"),
    ("PRO-AX-SC-01", "code-oddly-written", "activities", "a5"),
    ("PRO-AX-SC-01", "code-oddly-written", "", "3"),
    ("PRO-AX-SC-01", "formula-narrower", "indicators", "pqr"),
    # Gas distributor
    ("MGPSG-035", "interface-only-supplies", "flow", "1"),
    ("MGPSG-035", "interface-only-receives", "flow", "1"),
    ("MGPSG-035", "indicator-without-formula", "measures", ""),
    # State entity
    ("M5-1", "removed-yet-named", "flow", "1"),
    ("M5-1", "added-yet-absent", "", "3"),
    ("M5-1", "empty-bullet", "records", ""),
    ("M5-1", "relative-link", "documents", ""),
    ("M5-1", "signer-without-position", "", "approvals"),
    ("M5-1", "indicator-without-formula", "measures", ""),
    ("M5-1", "label-differs", "", "1.0"),
    ("M5-1", "interface-named-differently", "flow", "1"),
    # Telecom cooperative
    ("COM-DSC-P01", "unreachable-step", "operation", "p5"),
    ("COM-DSC-P01", "term-defined-twice", "terms", "2"),
    ("COM-DSC-P01", "route-two-destinations", "options", "11"),
    ("COM-DSC-P01", "stray-text", "background", ""),
    ("COM-DSC-P01", "band-gap", "indicators", "satisfaccion-informacion"),
    ("COM-DSC-P01", "dangling-reference", "related-procedures", "3"),
    # Car dealer
    ("GSC-PRO-03", "added-yet-absent", "", "2"),
    ("GSC-PRO-03", "added-yet-absent", "", "3"),
    ("GSC-PRO-03", "added-yet-absent", "", "4"),
    ("GSC-PRO-03", "title-differs", "activities", "s4"),
    ("GSC-PRO-03", "target-differs", "activities", "s6"),
    ("GSC-PRO-03", "threshold-differs", "activities", "s6"),
    ("GSC-PRO-03", "date-label-misleads", "", "review_by"),
    ("GSC-PRO-03", "garbled-word", "activities", "s2"),
    ("GSC-PRO-03", "stray-text", "activities", "s5"),
    ("GSC-PRO-03", "text-breaks-off", "activities", "s2"),
    ("GSC-PRO-03", "code-oddly-written", "activities", "s4"),
    ("GSC-PRO-03", "dangling-reference", "annexes", "5"),
]
"""What a careful reader finds: document, rule, section and row."""

ALSO_TRUE = [
    ("PRASC-002", "record-not-listed", "activities", "d1"),
    ("PRASC-003", "record-not-listed", "activities", "e1"),
    ("M5-1", "code-missing", "documents", ""),
    ("M5-1-01", "signer-without-position", "", "approvals"),
    ("COM-DSC-P01", "code-missing", "operation", "p8"),
    ("GSC-PRO-03", "responsible-left-out", "activities", "s5"),
    ("GSC-PRO-03", "participant-left-out", "participants", ""),
    ("GSC-INS-03", "validity-expired", "", "review_by"),
    ("GSC-INS-03", "date-label-misleads", "", "review_by"),
]
"""True of the documents as they are, though nobody had written them down."""

FALSE_ALARMS = [
    # The number of the version of 2007 is ours, so the gap up to «VERSIÓN Nº 3» proves nothing.
    ("COM-DSC-P01", "version-missing", "", "3"),
]
"""What is told without need; one a document is allowed."""


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
    uri = f"file://{folder}/data.fs?blobstorage_dir={folder}/blobs"
    return data_values(folder, **{"zodbconn.uri": uri})


@pytest.fixture(scope="module")
def findings(values):
    """Check the five organisations as they are loaded, without anybody having signed anything."""
    place = Place(values)
    found = []
    try:
        with place.writing() as work:
            for shipped in shipped_organisations():
                organisation = load_folder(work, shipped)
                report = bring_up_to_date(Board(), organisation, TODAY, outside=lambda make: make())
                assert report.is_complete
                found += report.findings
    finally:
        place.close()
    return found


def places(findings):
    return [(one.code, one.rule, one.section, one.row) for one in findings]


@pytest.mark.parametrize("expected", INCONSISTENCIES, ids=lambda one: f"{one[0]}-{one[1]}-{one[3]}")
def test_the_inconsistency_is_found_in_its_place(findings, expected):
    assert expected in places(findings)


def test_whatever_else_is_told_is_true_or_written_down_as_a_false_alarm(findings):
    told = set(places(findings))
    assert told - set(INCONSISTENCIES) - set(ALSO_TRUE) == set(FALSE_ALARMS)
    documents = [code for code, *_rest in FALSE_ALARMS]
    assert len(documents) == len(set(documents)), "at most one false alarm a document"


def test_every_finding_says_what_to_do_and_bears_a_key_of_its_own(findings):
    assert all(one.message and one.suggestion and one.uid for one in findings)
    assert len({one.key for one in findings}) == len(findings)


def test_the_command_prints_the_same_and_fails_for_an_open_error(findings, values, capsys):
    parser = argparse.ArgumentParser()
    lint.add_arguments(parser)
    place = Place(values)
    # Whether a database is there is asked of another kind of storage.
    place.exists = lambda: True
    try:
        assert lint.run(place, parser.parse_args(["comteco", "--json"])) == 1
        told = json.loads(capsys.readouterr().out)
        assert lint.run(place, parser.parse_args(["icetex", "--severity", "error"])) == 0
        assert "0 findings" in capsys.readouterr().out
        lint.run(place, parser.parse_args(["--rule", "band-gap"]))
        assert "El valor 90 exacto no pertenece a ningún rango" in capsys.readouterr().out
    finally:
        place.close()
    codes = {one.code for one in findings if one.code.startswith("COM-")}
    assert {one["document"] for one in told} == codes
