"""Every stored file is looked at every night, whatever room keeps it, and named by its thing."""

from __future__ import annotations

import pytest
from improvement_house import one_of_each
from persistent.list import PersistentList
from reading_house import ORGANISATION
from siege import Fort
from survey_house import one_of_each_survey
from ZODB.serialize import referencesf

from qms.cli.files_check import check_files
from qms.content.models import BlobFile
from qms.kernel import clock
from qms.pqr import services
from qms.pqr.intake.reading import Mail
from qms.pqr.intake.services import Counter, take_in
from qms.pqr.models import Letter
from qms.upgrade.kept_files import kept_files


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        organisation, act = site[ORGANISATION], made.act("andres-pineda")
        one_of_each_survey(organisation, act)
        _finding, action, *_rest = one_of_each(organisation, act)
        heard = services.Received("queja", "telefono", "No llega", {"name": "Rosa"})
        case = services.register(organisation, heard, act=act).case
        case.files = (paper("foto.jpg"),)
        case.letters = PersistentList(
            [Letter("C-1", "answer", paper("carta.pdf"), level="none", token="t", place=0, at="")]
        )
        action.acts = (
            *action.acts,
            {**action.acts[-1], "kind": "noted", "files": [paper("a.txt")]},
        )
        written = Mail(
            b"cuerpo", act.at, address="a@example.org", senders=1, text="Hola", spam=True
        )
        take_in(Counter(organisation, (), str, act), written)
    yield made
    made.close()


def paper(name):
    return BlobFile(name.encode() * 3, name, "text/plain")


def look(house):
    with house.site() as site:
        return check_files(site[ORGANISATION], at=clock.now(), again=True)


def spoil(file):
    """Flip one byte, as a failing disk does."""
    data = bytearray(file.read())
    data[0] ^= 1
    with file.blob.open("w") as target:
        target.write(bytes(data))


def test_a_flipped_byte_of_any_room_is_named_with_its_thing(house):
    assert look(house) == []
    with house.site() as site:
        found = list(kept_files(site[ORGANISATION]))
        for one in found:
            spoil(one.file)
        wanted = sorted(
            f"{one.where}: the file «{one.file.filename}» is not what was stored"
            f" ({one.file.size} of {one.file.size} bytes)"
            for one in found
        )
    assert sorted(look(house)) == wanted
    said = " ".join(wanted)
    for words in (
        "aexpress/cases/PQR-",
        "aexpress/surveys/percepcion 2026-10",
        "aexpress/surveys/ENC-",
        "aexpress/actions/",
        "aexpress/pqr.intake/kept/",
    ):
        assert words in said, words
    for name in ("foto.jpg", "carta.pdf", "a.txt", "correo.eml"):
        assert f"«{name}»" in said, name


def test_no_stored_file_of_the_organisation_is_passed_over(house):
    """What the walk gives and what versions hold are all files that the database holds of it."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        walked = [one.file._p_oid for one in kept_files(organisation)]
        of_versions = {
            file._p_oid
            for document in organisation["documents"].values()
            for version in document.versions
            for file in (version.frozen, version.rendition, *version.files.values())
            if file is not None
        }
        reached, waiting, every = set(), [organisation._p_oid], set()
        others = {one._p_oid for one in site.values()} | {site._p_oid}
        while waiting:
            oid = waiting.pop()
            if oid in reached:
                continue
            reached.add(oid)
            data, _serial = site._p_jar.db().storage.load(oid)
            waiting += [one for one in referencesf(data) if one not in others]
            if isinstance(site._p_jar.get(oid), BlobFile):
                every.add(oid)
    assert len(walked) == len(set(walked))
    assert every - of_versions == set(walked)


def test_an_eliminated_file_is_not_missed(house):
    with house.site() as site:
        for one in kept_files(site[ORGANISATION]):
            one.file.dispose("ELIM-1", "22/11/2026")
    assert look(house) == []


def test_a_file_that_is_referred_to_twice_is_named_once(house):
    with house.site() as site:
        case = next(iter(site[ORGANISATION]["cases"].values()))
        case.files = (*case.files, *case.files)
        names = [one.file.filename for one in kept_files(site[ORGANISATION])]
    assert names.count("foto.jpg") == 1


def test_loaded_objects_are_let_go_of_on_the_way(house, monkeypatch):
    monkeypatch.setattr("qms.upgrade.kept_files._KEEP_LOADED", 20)
    calls = []
    with house.site() as site:
        list(kept_files(site[ORGANISATION], lambda: calls.append(1)))
    assert calls
