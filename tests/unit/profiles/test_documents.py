"""Documents are read against their organisation's profile, and every mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms.content.models import Site
from qms.kernel.acts import Act
from qms.profiles.errors import ProfileMistakes
from qms.profiles.loader import LoadedProfile, apply, load_documents

DOCUMENT = (Path(__file__).parent / "hospital" / "documents" / "PT.ENF.001.yaml").read_text("utf-8")

CASES = [
    ("code: PT.ENF.001", "code: PT.ENF.1", "document.code: "),
    ("code: PT.ENF.001", "code: PT. ENF.001", "is not written as usual; write PT.ENF.001"),
    ("code: PT.ENF.001", "code: RG.ENF.001", "document.code: "),
    ("type: protocol", "type: protocolo", "there is no document type «protocolo»; did you mean"),
    ("process: enf,", "process: inf,", "document.process: there is no process «inf»"),
    ("[licenciada]}\n", "[medica]}\n", "document.distribution[0]: there is no position «medica»"),
    ('label: "2019"', "label: 1/0", "versions[1].label: the version «1/0» is here twice"),
    ("label: 1/0", "label: final", "«final» does not follow the version scheme"),
    ("approved_on: 2024-05-02", "approved_on: 2024-05-12", "this is before the date of approval"),
    ("review_by: 2025-05-10", "review_by: 2024-01-10", "before the version came into force"),
    ("in_force_from: 2019-03", "in_force_from: 2025-03", "this is before the version above"),
    ("in_force_from: 2019-03", "in_force_from: 2019-13", "«2019-13» is not a date"),
    ("date: 2024-04-30", "date: 2024-03-30", "approvals[1].date: this is before the date of an"),
    ("date: 2024-04-30", "date: 30/04/2024", "write year, month and day as 2018-05-17"),
    ("step: reviewed", "step: revised", "no step «revised»; did you mean «reviewed»?"),
    ("kind: changed", "kind: modified", "«modified» is none of added, changed, removed, renamed"),
    ("objective: {", "objetive: {", "sections.objetive: this document type has no section"),
    ("objective: {", "objetive: {", "sections: the section «objective» is missing"),
    ("{html:", "{htm:", "sections.objective.htm: the key «htm» is unknown; did you mean «html»?"),
    ("responsible: [licenciada]", "responsible: [medica]", "rows[0].responsible[0]: there is no"),
    (
        'objective: {html: "<p>Evitar infecciones.</p>"}',
        "objective: text",
        "a mapping with html is",
    ),
    ("code: PT.ENF.001, ", "", "document: the key «code» is missing"),
    ("step: reviewed, ", "", "approvals[1]: the key «step» is missing"),
    ("to: a2", "to: a3", "branches[1].to: there is no activity «a3»; known are a1, a2, end"),
    ("responsible_analysis: jefa", "responsible_analysis: jefe", "cards[0].responsible_analysis"),
]


def lines(folder: Path, text: str, hospital: LoadedProfile) -> list[str]:
    (folder / "a.yaml").write_text(text, "utf-8")
    try:
        load_documents([folder], hospital)
    except ProfileMistakes as found:
        return found.lines()
    return []


@pytest.mark.parametrize(("good", "bad", "said"), CASES, ids=[case[1] for case in CASES])
def test_a_mistake_in_a_document_is_named_in_its_line(
    good: str, bad: str, said: str, tmp_path: Path, hospital: LoadedProfile
) -> None:
    assert good in DOCUMENT
    found = lines(tmp_path, DOCUMENT.replace(good, bad, 1), hospital)
    assert any(said in line and line.startswith(f"{tmp_path}/a.yaml:") for line in found), found


def test_documents_come_as_plain_data_with_texts_as_they_are_written(
    folder: Path, hospital: LoadedProfile
) -> None:
    (document,) = load_documents([folder / "documents"], hospital)
    assert document["versions"][0]["approved_on"] == "2019-03"
    rows = document["sections"]["steps"]["rows"]
    assert rows[0]["number"] == "1"
    assert rows[0]["branches"][0]["condition"] == "No"
    assert rows[1]["stops"] is True
    assert document["sections"]["cards"]["cards"][0]["target"]["value"] == "90.5"


def test_history_may_be_labelled_otherwise_than_new_versions(
    folder: Path, hospital: LoadedProfile
) -> None:
    (document,) = load_documents([folder / "documents"], hospital)
    assert [one["label"] for one in document["versions"]] == ["2019", "1/0"]


def test_signers_of_one_step_may_sign_in_any_order(tmp_path: Path, hospital: LoadedProfile) -> None:
    twice = "step: reviewed, name: A, position: B, date: 2024-04-29}\n      - {step: reviewed"
    assert lines(tmp_path, DOCUMENT.replace("step: reviewed", twice, 1), hospital) == []


def test_two_documents_cannot_share_a_code(tmp_path: Path, hospital: LoadedProfile) -> None:
    (tmp_path / "b.yaml").write_text(DOCUMENT, "utf-8")
    (line,) = lines(tmp_path, DOCUMENT, hospital)
    assert f"{tmp_path}/b.yaml:1: document.code: the code «PT.ENF.001» is here twice" in line


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path, hospital: LoadedProfile) -> None:
    (tmp_path / "b.yaml").write_text("a: !!python/none x", "utf-8")
    found = lines(tmp_path, DOCUMENT.replace("process: enf,", "process: inf,"), hospital)
    assert [line.split(": ")[0].split("/")[-1] for line in found] == ["a.yaml:1", "b.yaml:1"]


def test_documents_are_checked_against_a_stored_organisation_too(
    folder: Path, hospital: LoadedProfile, site: Site, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    assert load_documents([folder / "documents"], organisation) == load_documents(
        [folder / "documents"], hospital
    )
