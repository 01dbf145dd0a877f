"""What an operator does at the terminal: backups, restores, people."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.people import services
from qms.upgrade.archive import HOLD, restore

DATABASE = Path(__file__).resolve().parents[1] / "databases" / "v0_1.zip"


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the first release's database after all migrations; nobody may write in it."""
    target = tmp_path_factory.mktemp("upgraded") / "data"
    restore(DATABASE, target, secret=None, watch=lambda _size: None)
    (target / HOLD).unlink()
    assert main(["--data", str(target), "upgrade"]) == 0
    return target


@pytest.fixture
def folder(brought_up: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> Path:
    """Give a data folder with one organisation worked through."""
    shutil.copytree(brought_up, tmp_path / "data")
    capsys.readouterr()
    return tmp_path / "data"


@pytest.fixture
def qms(folder: Path, capsys: pytest.CaptureFixture):
    """Run the command on that folder and give its status, output and complaints."""

    def run(*words: str, data: Path = folder):
        status = main(["--data", str(data), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def in_site(folder: Path, look):
    place = Place(data_values(folder))
    try:
        with place.reading() as site:
            return look(site)
    finally:
        place.close()


def test_an_operator_moves_the_house_to_another_machine(qms, folder: Path, tmp_path: Path):
    status, said, _ = qms("backup", "-o", str(tmp_path / "night.qms"))
    assert status == 0
    digest = re.search(r"SHA-256 +([0-9a-f]{64})", said)[1]
    assert "with the secret" in said

    status, said, _ = qms("backup", "--check", str(tmp_path / "night.qms"))
    assert status == 0

    there = tmp_path / "there"
    status, said, _ = qms("restore", str(tmp_path / "night.qms"), "--sha256", digest, data=there)
    assert status == 0
    assert "(RTO)" in said
    assert "(RPO)" in said
    assert "mail.hold" in said
    assert qms("doctor", "--signatures", data=there)[0] == 0
    assert qms("list", "aexpress", data=there)[1] == qms("list", "aexpress")[1]


def test_a_backup_with_another_hash_than_the_noted_one_is_refused(qms, tmp_path: Path):
    qms("backup", "-o", str(tmp_path / "night.qms"))
    there = tmp_path / "there"
    words = ("restore", str(tmp_path / "night.qms"), "--sha256", "0" * 64)
    status, _, complaint = qms(*words, data=there)
    assert status == 1
    assert "SHA-256" in complaint
    assert not there.exists()


def test_a_backup_without_the_secret_says_so_at_both_ends(qms, tmp_path: Path):
    path = tmp_path / "night.qms"
    _, said, _ = qms("backup", "-o", str(path), "--without-secret")
    assert "without the secret" in said
    status, said, _ = qms("restore", str(path), data=tmp_path / "there")
    assert status == 0
    assert "NOT in the backup" in said
    status, said, _ = qms("doctor", data=tmp_path / "there")
    assert status == 1
    assert "secret-damaged" in said


@pytest.mark.parametrize(
    "words", [["doctor"], ["reindex"], ["upgrade"], ["backup", "-o", "b"], ["user", "list", "x"]]
)
def test_where_no_database_is_every_command_says_how_to_make_one(qms, tmp_path: Path, words):
    nowhere = tmp_path / "nowhere"
    status, _, complaint = qms(*words, data=nowhere)
    assert status == 1
    assert "There is no database" in complaint
    assert not nowhere.exists()


def test_a_backup_of_another_database_is_refused_with_the_right_tool(tmp_path: Path, capsys):
    (tmp_path / "p.ini").write_text("[app:main]\nzodbconn.uri = postgres://qms@localhost/qms\n")
    status = main(["--config", str(tmp_path / "p.ini"), "backup", "-o", str(tmp_path / "b")])
    assert status == 1
    assert "pg_dump" in capsys.readouterr().err


def test_somebody_new_gets_a_link_and_sets_their_own_password(qms, folder: Path):
    status, said, _ = qms(
        *("user", "add", "aexpress", "Ana Ruiz", "ana.ruiz@aexpress.example"),
        *("--role", "quality"),
    )
    assert status == 0
    assert said.startswith("ana-ruiz: added\n")
    token = re.search(r"/new-password\?token=([\w-]+)", said)[1]

    place = Place(data_values(folder))
    with place.writing() as work:
        act = work.act()
        person = services.reset_password(work.site, token, "tres gatos azules", act=act)
        assert person.id == "ana-ruiz"
        assert person.roles == ["quality"]
        events = [
            entry["event"]
            for lane in person.__parent__.__parent__.__parent__["trail"].lanes
            for entry in lane.entries.values()
        ]
        assert {"PersonAdded", "LinkPrinted", "PasswordSet"} <= set(events)
    place.close()
    assert token not in qms("user", "list", "aexpress", "--json")[1]


def test_a_printed_link_is_not_mailed_too_and_a_mailed_one_is_not_printed(qms, folder: Path):
    def waiting(site):
        outbox = site.annexes.get("outbox")
        return 0 if outbox is None else len(list(outbox.waiting()))

    before = in_site(folder, waiting)
    qms("user", "link", "aexpress", "lucia-mora")
    assert in_site(folder, waiting) == before
    _, said, _ = qms("user", "link", "aexpress", "lucia-mora", "--mail")
    assert "token" not in said
    assert in_site(folder, waiting) == before + 1


def test_somebody_who_leaves_is_kept_out_and_comes_back_without_a_password(qms):
    def row():
        rows = json.loads(qms("user", "list", "aexpress", "--json")[1])
        return next(one for one in rows if one["id"] == "lucia-mora")

    assert row()["password"]
    assert qms("user", "deactivate", "aexpress", "calidad@aexpress.example")[0] == 0
    assert not row()["active"]
    assert qms("user", "deactivate", "aexpress", "lucia-mora")[0] == 1
    assert qms("user", "reactivate", "aexpress", "lucia-mora")[0] == 0
    assert row()["active"]
    assert not row()["password"]


def test_roles_are_set_exactly_and_the_last_administrator_stays(qms):
    assert qms("user", "roles", "aexpress", "lucia-mora", "quality", "auditor")[1] == (
        "lucia-mora: auditor, quality\n"
    )
    assert "no roles" in qms("user", "roles", "aexpress", "lucia-mora")[1]
    status, _, complaint = qms("user", "roles", "aexpress", "tomas-uribe")
    assert status == 1
    assert "administer" in complaint
    assert qms("user", "roles", "aexpress", "lucia-mora", "emperor")[0] == 1


def test_somebody_unknown_is_refused_with_the_way_to_the_list(qms):
    status, _, complaint = qms("user", "link", "aexpress", "nobody")
    assert status == 1
    assert "qms user list" in complaint
