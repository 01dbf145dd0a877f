"""Evidence packs: taken out by whoever may, checked without the system, no tampering unnamed."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
import reading_house
import siege
from cryptography.hazmat.primitives.serialization import Encoding
from house import PASSPHRASE
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, OPERATIONS, QUALITY, STRANGERS, Fort
from signing_house import build_tsa

from qms.audit.export import to_json_lines
from qms.audit.services import anchor_due, in_order
from qms.cli import evidence as command
from qms.content.models import BlobFile
from qms.documents.assignment import waiting_for
from qms.documents.services import approval, drafting, statements, timestamping
from qms.documents.services.freezing import local_day
from qms.evidence import services
from qms.evidence.errors import NothingHere
from qms.evidence.scopes import DOCUMENT, PERIOD, PROCESS, Scope
from qms.evidence.sealing import detached
from qms.evidence.verificar import Place, canonical, verify
from qms.kernel import clock
from qms.signing.authority import load_certificate
from qms.signing.services import open_seal, revoke

ORGANISATION, CODE, OTHER = "aexpress", "PRO-AX-SC-01", "INS-AX-SC-01"
PAGE = "/aexpress/documents/evidence"
DRAFTER = "lucia-mora"
REASON = "Falta el responsable de la encuesta."


@pytest.fixture(scope="module")
def built(seeded):
    """A house whose procedure was returned once, released, read, and anchored before and after."""
    made = Fort(seeded)
    with made.copy() as house:
        anchor(house)
        begin(house)
        send_back(house)
        siege.submit(house, CODE, DRAFTER)
        with house.site() as site:
            house.sign_all(site, ORGANISATION, CODE)
        assert reading_house.confirm(house.browser(EMPLOYEE), CODE).status_int == 303
        house.printed = anchor(house, days=1)
        yield house
    made.close()


def anchor(house, days=0):
    """Anchor the trail as the worker does and give the hash that would be mailed."""
    with house.site() as site:
        act = house.act(at=clock.now() + timedelta(days=days), channel="worker")
        return anchor_due(site[ORGANISATION], act=act)["hash"]


def begin(house, code=CODE, person=DRAFTER):
    """Begin a version and submit it."""
    with house.site() as site:
        version = drafting.start_version(
            site[ORGANISATION]["documents"][code], act=house.act(person)
        )
        positions = ["jefe-sac", "asesor-sac"]
        siege.write(version, act=house.act(person), distribution=positions)
    siege.submit(house, code, person)


def send_back(house, code=CODE):
    """Return the version under way, signed, with a reason."""
    with house.site() as site:
        version = site[ORGANISATION]["documents"][code].pending
        day = local_day(site[ORGANISATION], house.act())
        person_id, hands = next(iter(waiting_for(version, day).items()))
        act = house.act(person_id)
        ticket = approval.plan_signature(
            version,
            hands[0].slot.name,
            act=act,
            seen_sha256=version.rendition.sha256,
            reason=REASON,
        )
        signature = approval.make_signature(ticket, PASSPHRASE, secret=house.secret)
        approval.send_back(version, signature, act=act)


def ask(house, email, **values):
    """Give the preview, as a program gets it, whatever its status."""
    headers = {"Accept": "application/json"}
    return house.browser(email).get(PAGE, values, headers=headers, status="*")


def take(house, email, **values):
    """Press the button of the preview and give the answer."""
    page = house.browser(email).get(PAGE, values)
    form = next(one for one in page.forms.values() if one.method == "post" and "kind" in one.fields)
    return form.submit(expect_errors=True)


def order(house, scope, person_id="system", **more):
    """Make a pack without a browser."""
    asked = services.Order(ORGANISATION, scope, person_id, clock.now(), house.secret, **more)
    return services.make(house.db, asked, str)


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def read(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def manifest_of(data):
    return json.loads(read(data, "manifiesto.json"))


@pytest.fixture(scope="module")
def pack(built, tmp_path_factory):
    """The procedure's pack as quality staff take it, unpacked, with what is known from paper."""
    with built.copy() as house:
        answer = take(house, QUALITY, kind="document", code=CODE)
        assert answer.status_int == 200
        folder = tmp_path_factory.mktemp("pack")
        path = folder / "pack.zip"
        path.write_bytes(answer.body)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / "files")
        with house.site() as site:
            certificate = site[ORGANISATION].annexes["signing.authority"].certificate
            whole = to_json_lines(site[ORGANISATION]["trail"], at=clock.now())
            entries = list(in_order(site[ORGANISATION]["trail"]))
        root = hashlib.sha256(certificate).hexdigest()
        (folder / "trail.jsonl").write_bytes(whole)
    return SimpleNamespace(
        zip=path,
        files=folder / "files",
        trail=folder / "trail.jsonl",
        whole=[json.loads(one) for one in whole.splitlines()],
        root=root,
        printed=built.printed,
        answer=answer,
        entries=entries,
    )


def run(folder, *arguments, blocked=()):
    """Run the pack's own program in a bare Python and give status and text."""
    start = f"import sys, runpy; sys.modules.update(dict.fromkeys({list(blocked)!r})); "
    start += "sys.argv[1:] = sys.argv[2:]; sys.argv[0] = 'verificar.py'; "
    program = str(folder / "verificar.py")
    start += f"runpy.run_path({program!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", start, "-", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_c9_a_pack_verifies_in_an_empty_folder_with_a_printed_fingerprint(pack):
    status, told = run(pack.files, "--huella", pack.root.upper(), "--ancla", pack.printed)
    assert status == 0, told
    assert "TODO EN ORDEN" in told
    assert "los 4 registros firmados son de quien dicen" in told
    assert "las 4 firmas del PDF son válidas" in told
    assert "el ancla que usted dio está en la cadena" in told


def test_c9_without_pyhanko_hashes_and_trail_are_checked_and_the_rest_is_named(pack):
    blocked = ["pyhanko", "cryptography", "asn1crypto"]
    status, told = run(pack.files, "--huella", pack.root, blocked=blocked)
    assert status == 3, told
    assert "tienen el SHA-256 del manifiesto" in told
    assert "asientos propios encadenados" in told
    assert "sin pyHanko no se comprobaron el sello del manifiesto, 4 registros" in told
    assert "NADA ESTÁ MAL, pero no se comprobó todo." in told


def test_the_zip_itself_is_checked_too_and_no_fingerprint_is_no_trust(pack):
    status, told = run(pack.files, str(pack.zip), "--bitacora", str(pack.trail))
    assert status == 3, told
    assert "compare con la huella impresa" in told
    assert "bitácora completa" in told
    assert "están solo con su SHA-256" not in told


def test_what_is_no_pack_is_told_apart(tmp_path, pack):
    (tmp_path / "verificar.py").write_bytes((pack.files / "verificar.py").read_bytes())
    status, told = run(tmp_path)
    assert status == 2
    assert "no es un paquete de evidencias" in told


# What is in it


def test_c6_the_pack_holds_the_files_as_they_are_the_acts_and_the_records(house, pack):
    data = pack.zip.read_bytes()
    (document,) = manifest_of(data)["documents"]
    last = document["versions"][-1]
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        assert read(data, last["pdf"]) == version.rendition.read()
        assert read(data, last["frozen"]) == version.frozen.read()
        assert json.loads(read(data, last["acts"])) == [dict(act) for act in version.acts]
    returned = next(act for act in json.loads(read(data, last["acts"])) if "reason" in act)
    assert (returned["kind"], returned["reason"]) == ("returned", REASON)
    assert "proof" in returned
    (read_by,) = json.loads(read(data, last["readings"]))
    assert read_by["person"] == "paola-rincon"
    assert REASON in read(data, "index.html").decode()
    assert b"<script" not in read(data, "index.html")
    assert "EN QUÉ SE CONFÍA" in read(data, "LEEME.txt").decode("utf-8-sig")


def test_the_segment_holds_every_entry_about_the_document_and_nothing_of_others(pack):
    lines = read(pack.zip.read_bytes(), "bitacora/segmento.jsonl").decode().splitlines()
    entries = [json.loads(one) for one in lines]
    shown = [one["hash"] for one in entries if "event" in one]
    path = f"/{ORGANISATION}/documents/{CODE}"
    # The entry about the taking itself came later.
    about = [
        one["hash"]
        for one in pack.entries
        if one["path"].startswith(path) and one["event"] != "EvidenceTaken"
    ]
    assert sorted(shown) == sorted(about)
    assert OTHER not in "\n".join(lines)


def test_that_evidence_was_taken_is_an_entry_with_the_hash_of_the_file(pack):
    (entry,) = (one for one in pack.entries if one["event"] == "EvidenceTaken")
    assert entry["person_id"] == "lucia-mora"
    assert entry["details"]["pack"] == CODE
    assert entry["details"]["sha256"] == hashlib.sha256(pack.answer.body).hexdigest()
    assert entry["details"]["size"] == len(pack.answer.body)
    assert pack.answer.headers["Content-Type"] == "application/zip"
    assert "sandbox" in pack.answer.headers["Content-Security-Policy"]
    assert "no-store" in pack.answer.headers["Cache-Control"], "D4-60"


def test_the_same_pack_twice_is_the_same_but_for_the_seals_own_signature(house, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    packs = []
    for _time in range(2):
        made = order(house, Scope(DOCUMENT, code=CODE))
        with made.stream, zipfile.ZipFile(made.stream) as archive:
            packs.append([(vars_of(one), archive.read(one)) for one in archive.infolist()])
    one, other = packs
    differing = [pair[0][0] for pair, twin in zip(one, other, strict=True) if pair != twin]
    assert set(differing) <= {"manifiesto.p7s"}


def vars_of(entry):
    size = None if entry.filename == "manifiesto.p7s" else entry.file_size
    return (entry.filename, entry.date_time, entry.compress_type, entry.external_attr, size)


def test_one_version_alone_a_process_and_a_period(house):
    made = order(house, Scope(DOCUMENT, code=CODE, order=4))
    with made.stream:
        assert (made.documents, made.versions) == (1, 1)
    made = order(house, Scope(PROCESS, process_id="sc"))
    with made.stream:
        data = made.stream.read()
    codes = [one["code"] for one in manifest_of(data)["documents"]]
    assert {CODE, OTHER} <= set(codes)
    assert "FOR-AX-OP-03" not in codes
    today = clock.now().date()
    span = {"since": today - timedelta(days=1), "until": today + timedelta(days=1)}
    made = order(house, Scope(PERIOD, **span))
    with made.stream:
        assert CODE in [one["code"] for one in manifest_of(made.stream.read())["documents"]]
    far = {"since": today - timedelta(days=90), "until": today - timedelta(days=80)}
    with pytest.raises(NothingHere):
        order(house, Scope(PERIOD, **far))


# Who may, and what of it


def test_who_may_take_evidence_out(house):
    asked = {"kind": "document", "code": CODE}
    found = {email: ask(house, email, **asked).status_int for email in siege.OURS}
    may = {email for email, status in found.items() if status == 200}
    assert may == {QUALITY, AUTHOR, AUDITOR}, "quality, auditor, and who leads the process"
    assert found[EMPLOYEE] == found[ADMINISTRATOR] == 403
    assert found[OPERATIONS] == 404, "the leader of another process"
    for email in STRANGERS.values():
        assert ask(house, email, **asked).status_int == 404


def test_a_reader_cannot_take_by_posting_either(house):
    values = {"kind": "document", "code": CODE}
    for email, status in ((EMPLOYEE, 403), (OPERATIONS, 404)):
        browser = house.browser(email)
        values["csrf_token"] = siege.token_of(browser)
        assert browser.post(PAGE, values, status="*").status_int == status


def test_a_leader_takes_their_own_process_without_the_trail(house):
    seen = ask(house, AUTHOR, kind="process", process="sc").json["pack"]
    assert (seen["trail"], seen["readings"]) == (False, True)
    data = take(house, AUTHOR, kind="document", code=CODE).body
    assert "bitacora/segmento.jsonl" not in names_in(data)
    assert "La bitácora: quien hizo el paquete" in read(data, "LEEME.txt").decode("utf-8-sig")
    page = house.browser(AUTHOR).get(PAGE)
    assert [one["value"] for one in page.html.select("#evidence-process option")] == ["sc"]
    assert "Servicio al Cliente" in page.text


def test_d4_7_a_returned_draft_is_in_no_pack_of_who_may_not_view_it(house):
    begin(house)
    send_back(house)
    packs = {}
    for email in (QUALITY, AUDITOR):
        (document,) = manifest_of(take(house, email, kind="document", code=CODE).body)["documents"]
        packs[email] = [one["order"] for one in document["versions"]]
    assert packs[QUALITY] == [0, 1, 2, 3, 4, 5]
    assert packs[AUDITOR] == [0, 1, 2, 3, 4]


def test_the_page_says_what_a_pack_would_hold_and_what_is_missing(house, pack):
    browser = house.browser(QUALITY)
    assert browser.get("/aexpress/evidence").headers["Location"].endswith(PAGE)
    document = browser.get(f"/aexpress/documents/{CODE}/")
    page = document.click("Paquete de evidencias")
    assert page.html.select_one("#pack") is not None
    assert pack.root in page.html.select_one("#fingerprints").parent.text.replace(" ", "")
    program = hashlib.sha256((pack.files / "verificar.py").read_bytes()).hexdigest()
    assert program in page.text.replace(" ", "")
    seen = ask(house, QUALITY, kind="document", code="pro ax sc 1").json["pack"]
    assert (seen["documents"], seen["versions"]) == (1, 5)
    assert seen["bytes"] > 100_000
    for values, words in (
        ({"kind": "document", "code": "NO-HAY-01"}, "Aquí no hay nada que usted pueda sacar"),
        ({"kind": "period", "since": "31/02/2026", "until": "x"}, "Indique los dos días"),
        ({"kind": "period", "since": "02/02/2026", "until": "01/02/2026"}, "Indique los dos días"),
        ({"kind": "process", "process": "../sc"}, "Indique un documento, un proceso"),
    ):
        assert words in browser.get(PAGE, values, status="*").text


def test_d4_59_a_pack_too_large_for_the_screen_is_refused_before_it_is_made(house, monkeypatch):
    monkeypatch.setattr("qms.evidence.scopes.LARGEST", 1000)
    answer = ask(house, QUALITY, kind="document", code=CODE)
    assert answer.status_int == 422
    assert "elija menos" in answer.json["refusal"]
    made = order(house, Scope(DOCUMENT, code=CODE), bounded=False)
    made.stream.close()


def test_d4_59_only_so_many_packs_are_made_at_once(house, monkeypatch):
    taken = [services._places.acquire() for _place in range(services.AT_ONCE)]
    try:
        answer = take(house, QUALITY, kind="document", code=CODE)
    finally:
        for _one in taken:
            services._places.release()
    assert answer.status_int == 422
    assert "intente de nuevo en un minuto" in answer.text


def test_a_damaged_stored_file_makes_no_pack(house, monkeypatch):
    with house.site() as site:
        site[ORGANISATION]["documents"][CODE].in_force.rendition.sha256 = "0" * 64
    answer = take(house, QUALITY, kind="document", code=CODE)
    assert answer.status_int == 422
    assert "está dañado" in answer.text


def test_d4_38_d4_44_d4_47_names_in_the_zip_stay_inside_and_never_meet(house):
    hostile = ["../../etc/passwd", "CON.pdf", "a\u202efdp.exe", "C:\\x", "Acta.pdf", "ACTA.PDF", ""]
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].versions.at(3)
        for number, name in enumerate(hostile):
            version.files[f"f{number}"] = BlobFile(b"x", name, "application/pdf")
    made = order(house, Scope(DOCUMENT, code=CODE))
    with made.stream:
        data = made.stream.read()
    names = names_in(data)
    assert len({name.casefold() for name in names}) == len(names)
    assert sum("/adjuntos/" in name for name in names) == len(hostile)
    for name in names:
        assert name.isprintable()
        assert not set(name) & set("\\:\u202e")
        assert not {"", ".."} & set(name.split("/"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert all(one.date_time >= (2020, 1, 1, 0, 0, 0) for one in archive.infolist())
        assert all(one.external_attr >> 16 == 0o100644 for one in archive.infolist())


def test_the_command_writes_the_same_pack_and_leaves_an_entry(house, tmp_path, capsys):
    @contextmanager
    def writing():
        with reading_house.working(house) as work:
            yield work

    place = SimpleNamespace(
        writing=writing, database=house.db, settings=house.settings, registry=house.registry
    )
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = tmp_path / "pack.zip"
    asked = [ORGANISATION, "--code", "pro-ax-sc-1", "--version", "4", "--out", str(out)]
    assert command.run(place, parser.parse_args(asked)) == 0
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert digest in capsys.readouterr().out
    with house.site() as site:
        trail = site[ORGANISATION]["trail"]
        (entry,) = (one for one in in_order(trail) if one["event"] == "EvidenceTaken")
    assert entry["details"]["sha256"] == digest
    assert (entry["channel"], entry["person_id"]) == ("cli", "system")


# Packs of later days


def checked(house, pack, tmp_path, scope):
    """Make a pack and give all that the verifier says of it."""
    path = tmp_path / "later.zip"
    made = order(house, scope)
    with made.stream:
        path.write_bytes(made.stream.read())
    return verify(Place(path), pack.root, "", [])


def test_a_time_stamp_of_somebody_else_is_mentioned_and_breaks_nothing(
    house, pack, tmp_path, monkeypatch
):
    stamper = build_tsa().stamper(clock.now())
    monkeypatch.setattr(timestamping, "HttpTimeStamper", lambda _url: stamper)
    with house.site() as site:
        for version in list(timestamping.pending(site[ORGANISATION])):
            plan = timestamping.plan(version)
            stamped = timestamping.make(plan, "https://tsa.example")
            timestamping.store(version, plan, stamped, act=house.act())
    say = checked(house, pack, tmp_path, Scope(DOCUMENT, code=CODE))
    assert say.bad == []
    assert f"{CODE} versión 4: lleva un sello de tiempo ajeno, que aquí no se comprobó" in say.notes


def test_a_signed_review_without_changes_is_checked_like_a_signature(house, pack, tmp_path):
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        act = house.act("andres-pineda")
        record = {
            "kind": "reviewed",
            "meaning": "Lo revisé y sigue vigente sin cambios",
            "document": version.document.uid,
            "order": version.order,
            "frozen_sha256": version.frozen.sha256,
            "pdf_sha256": version.rendition.sha256,
            "note": "Nada cambió.",
            "review_by": None,
        }
        planned = statements.plan(site[ORGANISATION], record, act=act)
        signed = statements.make(planned, PASSPHRASE)
        version.take(statements.accept(site[ORGANISATION], signed, act=act))
    say = checked(house, pack, tmp_path, Scope(DOCUMENT, code=CODE))
    assert say.bad == []
    assert any("los 5 registros firmados" in one for one in say.good)
    assert "Nada cambió." in read((tmp_path / "later.zip").read_bytes(), "index.html").decode()


@pytest.mark.parametrize(
    ("reason", "is_bad"), [("keyCompromise", True), ("affiliationChanged", False)]
)
def test_a_revoked_signer_speaks_against_the_pack_only_where_the_reason_does(
    house, pack, tmp_path, reason, is_bad
):
    with house.site() as site:
        organisation = site[ORGANISATION]
        act = next(
            act for act in organisation["documents"][CODE].in_force.acts if act["kind"] == "signed"
        )
        serial = organisation["people"].person(act["by"]).signing.serial
        authority = organisation.annexes["signing.authority"]
        revoke(authority, serial, reason=reason, secret=house.secret, at=clock.now())
    say = checked(house, pack, tmp_path, Scope(DOCUMENT, code=CODE))
    assert any("su certificado fue revocado" in one for one in say.bad) is is_bad
    assert bool(say.bad) is is_bad


# Tampering: each is named, whatever the hand that did it


@pytest.fixture
def copied(pack, tmp_path):
    shutil.copytree(pack.files, tmp_path / "pack")
    return tmp_path / "pack"


def told(folder, pack, **more):
    """Give what the verifier holds against a pack."""
    given = {"fingerprint": pack.root, "anchor": pack.printed, "whole": []} | more
    return verify(Place(folder), **given).bad


def the(folder, pattern):
    (found,) = folder.glob(pattern)
    return found


def rehashed(folder):
    """Make the manifest agree with the files, as somebody without the seal would."""
    path = folder / "manifiesto.json"
    manifest = json.loads(path.read_bytes())
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    path.write_bytes(canonical(manifest))


FORGED = "el manifiesto fue alterado: su sello no es de él"


def test_nothing_is_held_against_an_untouched_copy(copied, pack):
    assert told(copied, pack) == []


@pytest.mark.parametrize("hides", [False, True])
def test_c7_one_altered_byte_of_a_pdf_is_named(copied, pack, hides):
    path = the(copied, f"documentos/{CODE}/04*/*.pdf")
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    name = path.relative_to(copied).as_posix()
    if hides:
        rehashed(copied)
    bad = told(copied, pack)
    assert f"{name}: no es el PDF que se firmó" in bad
    if hides:
        assert FORGED in bad
    else:
        assert f"archivo alterado, su SHA-256 no es el del manifiesto: {name}" in bad
    assert any("alterado después de la firma drafted-1" in one for one in bad)


def test_an_older_state_of_the_pdf_does_not_pass_for_the_last_one(copied, pack):
    path = the(copied, f"documentos/{CODE}/04*/*.pdf")
    data = path.read_bytes()
    path.write_bytes(data[: data[:-10].rindex(b"%%EOF") + 6])
    rehashed(copied)
    name = path.relative_to(copied).as_posix()
    assert f"{name}: no es el PDF que se firmó" in told(copied, pack)


def test_c7_an_altered_entry_of_the_trail_is_named(copied, pack):
    path = copied / "bitacora/segmento.jsonl"
    text = path.read_text(encoding="utf-8")
    assert REASON in text
    path.write_text(text.replace(REASON, "Está bien."), encoding="utf-8")
    rehashed(copied)
    bad = told(copied, pack)
    assert any("bitácora: el asiento" in one and "fue alterado" in one for one in bad)
    assert FORGED in bad


@pytest.mark.parametrize("what", ["last entry", "last anchor"])
def test_c7_a_truncated_trail_is_named(copied, pack, what):
    path = copied / "bitacora/segmento.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    kind = '"anchor":' if what == "last anchor" else '"event":'
    del lines[max(number for number, line in enumerate(lines) if kind in line)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rehashed(copied)
    bad = told(copied, pack)
    if what == "last anchor":
        assert "bitácora: faltan anclas al final" in bad
        assert f"bitácora: el ancla {pack.printed} no está en este paquete" in bad
    else:
        assert any("asientos y debe haber" in one for one in bad)
        assert any("falta o sobra" in one or "está cortada" in one for one in bad)


def test_a_removed_and_an_added_file_are_named(copied, pack):
    gone = the(copied, f"documentos/{CODE}/04*/lecturas.json")
    gone.unlink()
    (copied / "documentos" / "NUEVO.pdf").write_bytes(b"%PDF-")
    bad = told(copied, pack)
    assert f"falta el archivo: {gone.relative_to(copied).as_posix()}" in bad
    assert "archivo agregado, el manifiesto no lo nombra: documentos/NUEVO.pdf" in bad


def test_c2_a_record_moved_to_another_signature_is_named(copied, pack):
    path = the(copied, f"documentos/{CODE}/04*/actos.json")
    acts = json.loads(path.read_text(encoding="utf-8"))
    one, other = [act for act in acts if act["kind"] == "signed"][:2]
    one["proof"], other["proof"] = other["proof"], one["proof"]
    path.write_text(json.dumps(acts), encoding="utf-8")
    rehashed(copied)
    bad = told(copied, pack)
    wrong = [name for name in bad if "la firma no es de este registro" in name]
    assert len(wrong) == 2
    assert all(f"{CODE} versión 4, firma de" in name for name in wrong)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("document", "0" * 16, "otro documento"), ("frozen_sha256", "0" * 64, "otro contenido")],
)
def test_c2_a_record_of_something_else_is_named(copied, pack, key, value, words):
    path = the(copied, f"documentos/{CODE}/04*/actos.json")
    acts = json.loads(path.read_text(encoding="utf-8"))
    next(act for act in acts if act["kind"] == "signed")[key] = value
    path.write_text(json.dumps(acts), encoding="utf-8")
    rehashed(copied)
    bad = told(copied, pack)
    assert any(f"el registro de drafted-1 es de {words}" in one for one in bad)
    assert any("la firma no es de este registro" in one for one in bad)


def test_frozen_content_that_was_not_signed_is_named(copied, pack):
    path = the(copied, f"documentos/{CODE}/04*/congelado.json")
    path.write_bytes(path.read_bytes().replace(b"Servicio", b"Desorden"))
    rehashed(copied)
    assert any("no es el contenido que se sometió a firma" in one for one in told(copied, pack))


def stranger(house):
    """Give root, seal and empty list of another authority."""
    with house.site() as site:
        authority = site["carrazos"].annexes["signing.authority"]
        return authority.certificate, open_seal(authority, house.secret), authority.crl


def test_c9_a_replaced_root_is_named_by_the_printed_fingerprint(house, copied, pack):
    certificate, key, crl = stranger(house)
    pem = load_certificate(certificate).public_bytes(Encoding.PEM)
    (copied / "certificados/raiz.pem").write_bytes(pem)
    (copied / "certificados/revocados.crl").write_bytes(crl)
    rehashed(copied)
    manifest = (copied / "manifiesto.json").read_bytes()
    (copied / "manifiesto.p7s").write_bytes(detached(manifest, key))
    bad = told(copied, pack)
    seen = hashlib.sha256(certificate).hexdigest()
    assert f"el certificado raíz es otro: su huella es {seen}" in bad
    assert any("firma seal: su certificado no es de la organización" in one for one in bad)


def test_a_list_of_revoked_certificates_of_somebody_else_is_named(house, copied, pack):
    (copied / "certificados/revocados.crl").write_bytes(stranger(house)[2])
    rehashed(copied)
    assert any(
        "la lista de revocados no es de la organización" in one for one in told(copied, pack)
    )


def test_d4_38_links_and_doubled_names_are_no_part_of_a_pack(copied, pack, tmp_path):
    target = tmp_path / "outside"
    target.write_bytes(b"secret")
    (copied / "documentos" / "enlace").symlink_to(target)
    assert any(
        "no puede estar en un paquete: documentos/enlace" in one for one in told(copied, pack)
    )
    twice = tmp_path / "twice.zip"
    shutil.copy(pack.zip, twice)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("index.html", "otra")
    bad = told(twice, pack)
    assert "nombre que no puede estar en un paquete: index.html" in bad


@pytest.mark.parametrize("name", ["manifiesto.p7s", "bitacora/segmento.jsonl"])
def test_rubbish_in_any_place_is_a_finding_and_no_crash(copied, pack, name):
    (copied / name).write_bytes(b"\x00\xff rubbish")
    assert any("no se puede leer" in one for one in told(copied, pack))


def test_a_root_that_cannot_be_read_is_no_pack(copied, pack):
    (copied / "certificados/raiz.pem").write_bytes(b"\x00\xff rubbish")
    assert run(copied, "--huella", pack.root)[0] == 2
