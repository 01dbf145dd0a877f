"""The doctor finds what was planted and nothing else; what is derived can be made anew."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from qms.cli.main import main
from qms.cli.place import Place
from qms.cli.upkeep import examine
from qms.content.models import BlobFile
from qms.content.storage import CACHE, DATABASE
from qms.documents.listing import catalogue_of, entry_of
from qms.kernel import clock
from qms.upgrade.archive import HOLD
from qms.upgrade.findings import REPAIRED, WARNING, WRONG
from qms.upgrade.premises import check_folder

ROOT = Path(__file__).resolve().parents[3]


def codes(place: Place, level: str = WRONG, **how) -> list[str]:
    """Examine and give the codes found at one level, each once."""
    return sorted({one.code for one in examine(place, **how) if one.level == level})


def signed_version(site):
    """Give the version that was signed here."""
    return next(
        version
        for document in site["aexpress"]["documents"].values()
        for version in document.versions
        if version.is_signed
    )


def change(place: Place, deed) -> None:
    """Do something to the data that no service would do."""
    with place.writing() as work:
        deed(work.site)


def in_database(place: Place, statement: str, *values) -> int:
    """Change the database file itself and give the number of rows changed."""
    place.close()
    for name in ("registry", "_own_database"):
        place.__dict__.pop(name, None)
    with closing(sqlite3.connect(place.settings.data_dir / "db" / DATABASE)) as database:
        count = database.execute(statement, values).rowcount
        database.commit()
    return count


def test_a_worked_through_site_is_well_and_the_command_says_so(folder: Path, capsys):
    assert main(["--data", str(folder), "doctor", "--signatures"]) == 0
    assert capsys.readouterr().out == "All is well.\n"


def test_findings_come_as_json_with_status_1(folder: Path, capsys):
    (folder / "secret").chmod(0o644)
    assert main(["--data", str(folder), "doctor", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["level"]) for one in found] == [("secret-readable", "wrong")]


def test_the_doctor_leaves_nothing_behind_and_changes_nothing(place: Place):
    before = sorted(place.settings.data_dir.iterdir())
    with place.reading() as site:
        at = site._p_jar.db().lastTransaction()
    assert codes(place) == []
    with place.reading() as site:
        assert site._p_jar.db().lastTransaction() == at
    assert sorted(place.settings.data_dir.iterdir()) == before


def test_fault_9_a_flipped_byte_in_any_stored_file_is_found(place: Place):
    with closing(sqlite3.connect(place.settings.data_dir / "db" / DATABASE)) as database:
        rows = database.execute("SELECT zoid, chunk FROM blob_chunk").fetchall()
    found = 0
    for oid, chunk in rows:
        data = bytearray(chunk)
        data[len(data) // 2] ^= 1
        in_database(place, "UPDATE blob_chunk SET chunk = ? WHERE zoid = ?", bytes(data), oid)
        found += codes(place) == ["file-altered"]
        in_database(place, "UPDATE blob_chunk SET chunk = ? WHERE zoid = ?", chunk, oid)
    assert found == len(rows) > 1


def test_fault_10_an_emptied_file_is_found_and_named(place: Place):
    assert in_database(place, "UPDATE blob_chunk SET chunk = x''")
    findings = [one for one in examine(place) if one.level == WRONG]
    assert {one.code for one in findings} == {"file-emptied"}
    assert any("aexpress/" in one.where and " v" in one.where for one in findings)


def test_fault_10_a_missing_file_is_found(place: Place):
    assert in_database(place, "DELETE FROM blob_chunk")
    assert codes(place) == ["file-missing"]


def test_a_damaged_copy_for_reading_is_found_and_made_anew(place: Place):
    with place.reading() as site:
        rendition = signed_version(site).rendition
        good = rendition.read()
        path = Path(rendition.blob.committed())
    assert CACHE in path.parts
    path.chmod(0o600)
    path.write_bytes(b"")
    assert codes(place) == ["copy-altered"]
    assert codes(place, REPAIRED, repair=True) == ["copy-altered"]
    assert codes(place) == []
    with place.reading() as site:
        assert signed_version(site).rendition.read() == good


def test_an_object_that_is_gone_is_found_without_loading_it(place: Place):
    with place.reading() as site:
        oid = int.from_bytes(signed_version(site).acts._p_oid, "big")
    assert in_database(place, "DELETE FROM object_state WHERE zoid = ?", oid) == 1
    findings = [one for one in examine(place) if one.code == "object-missing"]
    assert findings[0].where == "database"
    assert any(one.where.startswith("aexpress/") for one in findings[1:])


def test_two_versions_in_force_are_found(place: Place):
    def deed(site):
        document = signed_version(site).document
        first = document.versions.at(0)
        first.acts[:] = [{**first.acts[0], "state": "in-force"}]

    change(place, deed)
    assert "several-in-force" in codes(place)


def test_a_version_in_force_that_its_acts_do_not_know_is_found(place: Place):
    def deed(site):
        signed_version(site).document.in_force_order = None

    change(place, deed)
    assert "in-force-differs" in codes(place)


def test_an_act_that_could_not_have_happened_is_found(place: Place):
    def deed(site):
        version = signed_version(site)
        version.acts.append({"kind": "signed", "by": "nobody", "at": "x", "slot": "drafted-1"})

    change(place, deed)
    assert "acts-impossible" in codes(place)


def test_a_version_in_force_without_a_signature_is_found(place: Place):
    def deed(site):
        version = signed_version(site)
        version.acts[:] = [{**version.acts[0], "kind": "migrated", "state": "in-force"}]
        version.migrated = False

    change(place, deed)
    assert "unsigned-in-force" in codes(place)


def test_a_stale_master_list_is_found_and_made_anew(place: Place):
    def deed(site):
        signed_version(site).document.title = "Another title than the list has"

    change(place, deed)
    # The title stands in the index of citations too.
    assert codes(place) == ["catalogue-stale", "norms-differ"]
    assert codes(place, REPAIRED, repair=True) == ["catalogue-stale", "norms-differ"]
    assert codes(place) == []


def test_a_line_too_many_in_the_master_list_is_found_and_reindex_removes_it(place: Place, capsys):
    def deed(site):
        catalogue = catalogue_of(site["aexpress"])
        document = signed_version(site).document
        catalogue.put("a-ghost", entry_of(document))

    change(place, deed)
    assert codes(place) == ["catalogue-count"]
    assert main(["--data", str(place.settings.data_dir), "reindex"]) == 0
    assert "aexpress: " in capsys.readouterr().out
    assert codes(place) == []


def test_a_code_that_leads_nowhere_or_to_no_document_is_found(place: Place):
    def deed(site):
        folder = site["aexpress"]["documents"]
        folder.codes["XX-99"] = "no such uid"
        del folder.codes[signed_version(site).document.code]

    change(place, deed)
    assert codes(place) == ["code-dangling", "code-unindexed"]


def test_a_lost_check_token_is_found_and_made_anew(place: Place):
    def deed(site):
        del site.checks[signed_version(site).token]
        site.checks["someone-elses"] = ("aexpress", "no such uid", 0)

    change(place, deed)
    assert codes(place) == ["token-dangling", "token-lost"]
    assert codes(place, REPAIRED, repair=True) == ["token-lost"]
    assert codes(place) == ["token-dangling"]


def test_d4_58_a_trail_entry_changed_in_the_database_is_named(place: Place):
    def deed(site):
        trail = site["aexpress"]["trail"]
        lane = next(lane for lane in trail.lanes if lane.count)
        number = lane.entries.minKey()
        lane.entries[number] = {**lane.entries[number], "person": "somebody-else"}

    change(place, deed)
    findings = [one for one in examine(place) if one.level == WRONG]
    assert {one.code for one in findings} == {"trail-broken"}
    assert "was altered" in findings[0].text


def test_a_signed_file_replaced_by_another_one_is_found_by_its_signatures(place: Place):
    def deed(site):
        version = signed_version(site)
        forged = version.rendition.read().replace(b"/Title", b"/Titel", 1)
        version.rendition = BlobFile(forged, "x.pdf", "application/pdf")

    change(place, deed)
    assert codes(place) == []
    assert codes(place, signatures=True) == ["signature-bad"]


def test_a_readable_secret_is_closed_again(place: Place):
    path = place.settings.secret_file
    path.chmod(0o640)
    assert codes(place) == ["secret-readable"]
    assert codes(place, REPAIRED, repair=True) == ["secret-readable"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_or_damaged_secret_is_found(place: Place):
    path = place.settings.secret_file
    path.write_bytes(b"short")
    assert codes(place) == ["secret-damaged"]
    path.unlink()
    assert codes(place) == ["secret-missing"]
    assert not path.exists()


@pytest.mark.parametrize(
    ("left", "code", "notice"),
    [
        (61, None, ""),
        (59, WARNING, "60-day"),
        (29, WARNING, "30-day"),
        (6, WARNING, "7-day"),
        (-1, WRONG, ""),
    ],
)
def test_fault_20_certificates_are_spoken_of_60_30_and_7_days_before(
    place: Place, monkeypatch: pytest.MonkeyPatch, left: int, code: str | None, notice: str
):
    with place.reading() as site:
        people = site["aexpress"]["people"].persons()
        person = next(one for one in people if one.signing is not None)
        name, ends = person.id, person.signing.expires
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(days=left, hours=-1))
    found = [one for one in examine(place) if one.where == f"aexpress/{name}"]
    assert [one.level for one in found] == ([code] if code else [])
    assert all(notice in one.text for one in found)


def test_held_mail_and_a_full_disk_are_warnings(place: Place, monkeypatch: pytest.MonkeyPatch):
    (place.settings.data_dir / HOLD).touch()
    full = SimpleNamespace(total=100, used=99, free=1)
    monkeypatch.setattr("qms.upgrade.premises.shutil.disk_usage", lambda _path: full)
    assert codes(place, WARNING) == ["disk-full", "mail-held"]
    assert codes(place) == []


def test_a_damaged_page_of_the_database_is_found(place: Place):
    place.close()
    path = place.settings.data_dir / "db" / DATABASE
    assert list(check_folder(path.parent)) == []
    data = bytearray(path.read_bytes())
    data[4096 * 30 : 4096 * 34] = os.urandom(4096 * 4)
    path.write_bytes(data)
    assert [one.code for one in check_folder(path.parent)] == ["database-damaged"]


def test_every_code_is_explained_to_operators_and_every_explained_code_exists():
    sources = [*(ROOT / "qms" / "upgrade").glob("*.py"), ROOT / "qms" / "cli" / "worker_health.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    known = set(re.findall(r'(?:Finding\(\s*|code = )"([a-z-]+)"', text))
    known |= set(re.findall(r'"(file-[a-z]+)"', text))
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", page, re.MULTILINE)
    explained = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}
    assert known == explained
