"""Evidence packs hold what other rooms know of a document: requests, retirements, copies."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from control_house import CODE, ask, issue, note, retire, review
from siege import APPROVER, AUTHOR, ORGANISATION, QUALITY, REVIEWER, Fort

from qms.audit.services import anchor_due
from qms.documents.testimony import collectors_of
from qms.evidence import services
from qms.evidence.scopes import DOCUMENT, Scope
from qms.evidence.verificar import Place, canonical, verify
from qms.kernel import clock


@pytest.fixture(scope="module")
def built(seeded):
    """A house where a document was reviewed, printed, asked about and retired, all by its doors."""
    made = Fort(seeded)
    with made.copy() as house:
        ask(house)
        review(house)
        note(house, issue(house), "delivered", "Paola Rincón")
        retire(house, (AUTHOR, REVIEWER, APPROVER))
        with house.site() as site:
            anchor_due(site[ORGANISATION], act=house.act(channel="worker"))
        yield house
    made.close()


def pack_of(house, person="system", **scope):
    """Make the document's pack for a person and give its files."""
    asked = services.Order(
        ORGANISATION,
        Scope(DOCUMENT, code=CODE, **scope),
        person,
        clock.now(),
        house.secret,
        collectors=collectors_of(house.registry),
    )
    made = services.make(house.db, asked, str)
    with made.stream, zipfile.ZipFile(made.stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def root_of(house):
    with house.site() as site:
        certificate = site[ORGANISATION].annexes["signing.authority"].certificate
    return hashlib.sha256(certificate).hexdigest()


def check(files, tmp_path, root):
    """Write the files as a ZIP and give what the verifier says of it."""
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return verify(Place(path), root, "", [])


@pytest.fixture(scope="module")
def pack(built):
    return pack_of(built)


def retirement(files):
    """Give name and data of the request that retired the document."""
    for name, data in files.items():
        if "/solicitudes/" in name and json.loads(data)["facts"]["kind"] == "eliminate":
            return name, json.loads(data)
    raise AssertionError("no retirement in the pack")


def test_c9_requests_retirement_review_and_copies_are_in_the_pack_and_verify(built, pack, tmp_path):
    (document,) = json.loads(pack["manifiesto.json"])["documents"]
    folders = sorted(one["file"].split("/")[2] for one in document["records"])
    assert folders == ["copias", "solicitudes", "solicitudes"]
    _name, data = retirement(pack)
    assert [act["kind"] for act in data["acts"] if "proof" in act] == ["signed"] * 3
    said = check(pack, tmp_path, root_of(built))
    assert (said.bad, said.open) == ([], [])
    told = "\n".join(said.good)
    assert "solicitud de retiro: 3 firmas sobre este documento y no otro" in told
    # Three of the version, one review, three of the retirement.
    assert "los 7 registros firmados son de quien dicen" in told
    page = pack["index.html"].decode()
    assert "solicitud de retiro" in page
    assert "copia controlada n.º 1" in page
    trail = pack["bitacora/segmento.jsonl"].decode()
    assert trail.count('"RetirementSigned"') == 3
    assert '"CopyDelivered"' in trail


def altered(files, change):
    """Change the retirement's file as somebody would who also rewrites the manifest."""
    name, data = retirement(files)
    change(data)
    text = json.dumps(data).encode()
    manifest = json.loads(files["manifiesto.json"])
    manifest["files"][name] = {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)}
    return {**files, name: text, "manifiesto.json": canonical(manifest)}


def signed(data):
    return next(act for act in data["acts"] if "proof" in act)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: signed(data).update(reason="Otra razón."), "la firma no es de este registro"),
        (lambda data: signed(data).update(by="paola-rincon"), "la firma no es de este registro"),
        (lambda data: signed(data).update(document="otro"), "una firma es de otro asunto"),
        (lambda data: signed(data).update(pdf_sha256="0" * 64), "una firma es sobre otro PDF"),
        (lambda data: data.update(document="otro"), "es de otro documento"),
        (lambda data: data.update(uid="otro"), "no dice lo mismo que el manifiesto"),
    ],
)
def test_c2_c7_a_retirement_that_was_altered_or_moved_is_named(
    built, pack, tmp_path, change, words
):
    said = check(altered(pack, change), tmp_path, root_of(built))
    assert any(words in one for one in said.bad), said.bad


def test_one_version_takes_only_what_is_about_it(built):
    (document,) = json.loads(pack_of(built, order=0)["manifiesto.json"])["documents"]
    assert document["records"] == []
    (document,) = json.loads(pack_of(built, order=1)["manifiesto.json"])["documents"]
    assert {one["order"] for one in document["records"]} == {1}


def test_who_may_not_see_the_census_gets_no_copies_and_is_told_so(built):
    files = pack_of(built, "andres-pineda")
    assert not [name for name in files if "/copias/" in name]
    assert [name for name in files if "/solicitudes/" in name]
    assert "Parte de las solicitudes y copias impresas" in files["LEEME.txt"].decode("utf-8-sig")


def test_the_page_gives_the_same_records_as_the_command(built):
    with built.copy() as house:
        page = house.browser(QUALITY).get(
            "/aexpress/documents/evidence", {"kind": "document", "code": CODE}
        )
        form = next(
            one for one in page.forms.values() if one.method == "post" and "kind" in one.fields
        )
        with zipfile.ZipFile(io.BytesIO(form.submit().body)) as archive:
            names = archive.namelist()
    assert sum("/solicitudes/" in name for name in names) == 2
    assert sum("/copias/" in name for name in names) == 1
