"""A whole organisation leaves as an archive and is the same elsewhere (ISO 15489-1, case A33)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from siege import AUTHOR, QUALITY
from transfer_house import ORGANISATION, OTHER_SECRET, Elsewhere, exported

from qms.audit.services import broken_links, in_order, trail_of
from qms.audit.verify_trail import verify
from qms.content.models import Site
from qms.copies.services import find_copy, issue
from qms.imports.transfer import parts
from qms.imports.transfer.codec import NotTransferable
from qms.imports.transfer.reading import read_organisation
from qms.kernel import clock
from qms.signing.errors import WrongSecret
from qms.signing.services import open_seal
from qms.signing.verify import verify_pdf


@pytest.fixture
def elsewhere(house):
    made = Elsewhere(house.registry)
    yield made
    made.close()


def test_a33_after_the_round_trip_every_hash_is_the_same(house, elsewhere):
    with house.site() as site:
        first, manifest = exported(site[ORGANISATION])
    act = house.act()
    copy = elsewhere.take(first, act)
    second, again = exported(copy)
    one, two = manifest["files"], again["files"]
    assert set(one) == set(two)
    assert {path for path in one if one[path] != two[path]} == {parts.TRAIL}
    before, after = (
        zipfile.ZipFile(io.BytesIO(data)).read(parts.TRAIL).decode().splitlines()
        for data in (first, second)
    )
    assert set(before[1:]) <= set(after)
    (new,) = [json.loads(line) for line in set(after[1:]) - set(before[1:])]
    assert new["event"] == "OrganisationImported"
    assert verify(after)[0] == verify(before)[0] + 1
    assert not list(broken_links(trail_of(copy)))
    assert manifest["not_included"] == again["not_included"] == []


def test_signatures_verify_elsewhere_against_the_original_root(house, elsewhere):
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])
        signed = [
            (document.code, version.order, version.file.read())
            for document in site[ORGANISATION]["documents"].values()
            for version in document.versions
            if version.is_signed
        ]
    copy = elsewhere.take(data, house.act())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = archive.read("certificates/root.cer")
        crl = archive.read("certificates/revocations.crl")
    assert signed
    code, order, pdf = signed[0]
    stored = copy["documents"][code].versions.at(order).file
    assert stored.read() == pdf
    assert stored.is_intact()
    report = verify_pdf(stored.read(), [root], crls=[crl], at=clock.now() + timedelta(days=1))
    assert len(report.signatures) >= 2
    assert all(one.intact and one.trusted for one in report.signatures)
    assert copy.annexes[parts.AUTHORITY].certificate == root
    with pytest.raises(WrongSecret):
        open_seal(copy.annexes[parts.AUTHORITY], OTHER_SECRET)


def test_nothing_secret_leaves_unless_it_is_asked_for_with_a_passphrase(house, elsewhere):
    with house.site() as site:
        organisation = site[ORGANISATION]
        hashes = [one.password_hash for one in organisation["people"].persons()]
        data, manifest = exported(organisation)
        with_keys, told = exported(organisation, secret=house.secret, passphrase="traslado seguro")
        key = organisation.annexes[parts.AUTHORITY].encrypted_key
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert hashes
    assert not [one for one in hashes if one and one.encode() in everything]
    assert b"argon2" not in everything
    assert key not in everything
    assert manifest["keys"] is False
    assert not [path for path in manifest["files"] if path.startswith(parts.KEYS)]
    assert told["keys"] is True
    with pytest.raises(parts.PassphraseNeeded):
        elsewhere.take(with_keys, house.act(), passphrase="otra distinta")
    elsewhere.manager.abort()
    elsewhere.manager.begin()
    elsewhere.connection.root()["site"] = elsewhere.site = Site()
    copy = elsewhere.take(with_keys, house.act(), passphrase="traslado seguro")
    assert open_seal(copy.annexes[parts.AUTHORITY], OTHER_SECRET).organisation
    assert all(one.password_hash is None for one in copy["people"].persons())
    author = copy["people"].by_email(AUTHOR)
    assert author.signing is not None
    assert elsewhere.site.logins[QUALITY][0] == ORGANISATION


def changed(data, change):
    """Write the archive anew with some files changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        files = {name: old.read(name) for name in old.namelist()}
        change(files)
        for name, content in files.items():
            new.writestr(name, content)
    return stream.getvalue()


def resealed(files):
    manifest = json.loads(files[parts.MANIFEST])
    for path, content in files.items():
        if path != parts.MANIFEST:
            manifest["files"][path] = {"sha256": hashlib.sha256(content).hexdigest()}
    files[parts.MANIFEST] = json.dumps(manifest).encode()


@pytest.mark.parametrize("path", ["profile.yaml", "people.json", parts.TRAIL])
def test_an_altered_archive_is_refused_before_anything_is_made(house, elsewhere, path):
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])

    def alter(files):
        files[path] = files[path].replace(b"Aexpress", b"Aexpresz").replace(b"a", b"b", 1)

    with pytest.raises(parts.Altered):
        elsewhere.take(changed(data, alter), house.act())
    assert list(elsewhere.site) == []


def test_a_trail_that_was_shortened_is_refused_even_with_a_new_manifest(house, elsewhere):
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])

    def shorten(files):
        lines = files[parts.TRAIL].splitlines(keepends=True)
        files[parts.TRAIL] = b"".join([*lines[:5], *lines[6:]])
        resealed(files)

    with pytest.raises(parts.TrailBroken):
        elsewhere.take(changed(data, shorten), house.act())


@pytest.mark.parametrize(
    "evil",
    [
        {"py/object": "os.system", "py/reduce": ["true"]},
        {"$object": "subprocess.Popen", "id": 1, "values": {}},
        {"$object": "content.models.Site", "id": 1, "values": {}},
        {"$object": "people.models.Person", "id": 1, "values": {"__class__": "x"}},
        {"$object": "people.models.Person", "id": 1, "values": {"_p_jar": 1}},
        {"$pickle": "gASVAAAA"},
        {"$ref": "nowhere#1"},
        {"$tree": "object", "items": []},
    ],
)
def test_d4_54_and_d4_55_type_tags_are_refused(house, elsewhere, evil):
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])

    def plant(files):
        files["annexes/documents.reading.json"] = json.dumps(
            {"name": "documents.reading", "value": evil}
        ).encode()
        manifest = json.loads(files[parts.MANIFEST])
        if "annexes/documents.reading.json" not in manifest["parts"]:
            manifest["parts"].append("annexes/documents.reading.json")
        files[parts.MANIFEST] = json.dumps(manifest).encode()
        resealed(files)

    if "py/object" in evil:
        # Keys without a mark of ours are mere text, and stay it.
        copy = elsewhere.take(changed(data, plant), house.act())
        assert copy.annexes["documents.reading"] == evil
        return
    with pytest.raises(NotTransferable):
        elsewhere.take(changed(data, plant), house.act())


def test_an_organisation_or_an_address_that_is_here_is_not_overwritten(house):
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])
        before = len(list(in_order(trail_of(site[ORGANISATION]))))
        with pytest.raises(parts.OrganisationTaken):
            read_organisation(site, io.BytesIO(data), act=house.act(), secret=house.secret)
        assert len(list(in_order(trail_of(site[ORGANISATION])))) == before


def test_the_qr_of_a_printed_copy_leads_to_it_elsewhere_too(house, elsewhere):
    with house.site() as site:
        document = site[ORGANISATION]["documents"]["INS-AX-SC-01"]
        (copy,) = issue(document, count=1, holder="Jefe", place="Sede", act=house.act())
        token = copy.token
    with house.site() as site:
        data, _manifest = exported(site[ORGANISATION])
    elsewhere.take(data, house.act())
    found = find_copy(elsewhere.site, token)
    assert (found.number, found.holder, found.state) == (1, "Jefe", "copy-issued")
