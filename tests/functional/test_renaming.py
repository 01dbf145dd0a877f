"""Renaming once: every place is shown, drafts follow, one wave of signatures puts them in force."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
from pypdf import PdfReader
from siege import (
    ADMINISTRATOR,
    AUTHOR,
    EMPLOYEE,
    ORGANISATION,
    PASSPHRASE,
    QUALITY,
    Fort,
    enrol,
    sign_all,
    submit,
    token_of,
    write,
)
from ZODB.POSException import ConflictError

from qms.audit.services import in_order
from qms.content.models import BlobFile
from qms.documents.comparison import compare
from qms.documents.listing import catalogue_of, entry_of
from qms.documents.services import drafting as drafts
from qms.documents.services.release import retire
from qms.kernel import clock
from qms.renaming.errors import NameMoved, NotThatFar
from qms.renaming.in_files import look_in_files
from qms.renaming.services import drafting, planning
from qms.renaming.services.waves import to_sign
from qms.search.entries import Found, Hit, Piece
from qms.signing.verify import verify_pdf

OLD, NEW = "Asesor de Servicio al Cliente", "Analista de Experiencia"
POSITION = "/aexpress/people/positions/asesor-sac/rename"
INS, FOR2, FOR3, PRO = "INS-AX-SC-01", "FOR-AX-SC-02", "FOR-AX-SC-03", "PRO-AX-SC-01"
JSON = {"Accept": "application/json"}
REASON = "La estructura aprobada en junio cambia el nombre del cargo."


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        documents = site[ORGANISATION]["documents"]
        # One document names the position in its text, in bold and in capitals too.
        data = documents[INS].in_force.data_of("considerations")
        data["html"] += (
            "<p>El <strong>asesor de servicio al cliente</strong> responde. El Asesor de "
            "<em>Servicio al Cliente</em> firma. ASESOR DE SERVICIO AL CLIENTE.</p>"
        )
        documents[INS].in_force.sections["considerations"]._p_changed = True
        enrol(made, site, "lucia-mora", "tomas-uribe")
    yield made
    made.close()


def begin(house, email=QUALITY, name=NEW, url=POSITION):
    form = house.browser(email).get(url).forms["form"]
    form["name"], form["reason"] = name, REASON
    return form.submit(status="*")


def package_of(house, number="REN-1"):
    return f"/aexpress/renaming/{number}/"


def shown(house, email=QUALITY, number="REN-1"):
    return house.browser(email).get(package_of(house, number), headers=JSON).json


def by_code(answer):
    return {one["code"]: one for one in answer["documents"]}


def form_to(page, view):
    return next(one for one in page.forms.values() if one.action.endswith(f"/{view}"))


def confirm(house, email=QUALITY, **choices):
    """Confirm what is proposed, with other choices by code (dashes as underscores)."""
    browser = house.browser(email)
    found = by_code(shown(house, email))
    form = form_to(browser.get(package_of(house)), "confirm")
    for code, choice in choices.items():
        form[f"choice-{found[code.replace('_', '-')]['uid']}"] = choice
    return form.submit(status=303)


ONLY_THREE = {"FOR_AX_OP_03": "flag", "PRO_AX_SC_01": "nothing"}


def pending(site, code):
    return site[ORGANISATION]["documents"][code].pending


def test_everything_that_depends_on_it_is_shown_before_anything_is_written(house):
    assert begin(house).status_int == 303
    answer = shown(house)
    assert answer["state"] == "rename-planned"
    assert answer["complete"]
    found = by_code(answer)
    assert {INS, FOR2, FOR3, PRO, "FOR-AX-OP-03"} <= set(found)
    kinds = {code: {one["kind"] for one in item["places"]} for code, item in found.items()}
    assert {"text", "responsible", "distribution"} <= kinds[INS]
    assert kinds[FOR2] == {"distribution"}
    assert {code: item["choice"] for code, item in found.items()}[INS] == "redraft"
    texts = [one for one in found[INS]["places"] if one["kind"] == "text"]
    assert [one["by_hand"] for one in texts] == [False, True, False]
    assert texts[0]["excerpt"][1] == "asesor de servicio al cliente"
    page = house.browser(QUALITY).get(package_of(house))
    assert "<mark>asesor de servicio al cliente</mark>" in page.text
    with house.site() as site:
        organisation = site[ORGANISATION]
        assert organisation["people"].position("asesor-sac").name == OLD
        assert pending(site, INS) is None


def test_a_renaming_goes_through_one_wave_with_a_signature_for_each_version(house):
    begin(house)
    assert "no podría firmar «REVISÓ»" in house.browser(QUALITY).get(package_of(house)).text
    confirm(house, ADMINISTRATOR, **ONLY_THREE)
    with house.site() as site:
        organisation = site[ORGANISATION]
        assert organisation["people"].position("asesor-sac").name == NEW
        draft = pending(site, INS)
        assert draft.reason == REASON
        assert {"kind": "renamed", "subject": OLD, "text": f"{OLD} → {NEW}"} in list(draft.changes)
        assert draft.minor_reason == f"Solo cambia el nombre de «{OLD}» a «{NEW}»."
        html = draft.data_of("considerations")["html"]
        assert "<strong>analista de experiencia</strong> responde" in html
        assert "ANALISTA DE EXPERIENCIA." in html
        assert "Asesor de <em>Servicio al Cliente</em> firma" in html
        differences = compare(draft.document.in_force, draft)
        assert [one.id for one in differences] == ["considerations"]
    page = house.browser(ADMINISTRATOR).get(package_of(house))
    assert "Para corregir a mano" in page.text
    sent = form_to(page, "send").submit(status=303).follow()
    assert "Enviados a sus firmantes: 3." in sent.text
    assert shown(house)["state"] == "rename-in-approval"
    signers = sign_everything(house)
    assert len(signers) >= 3
    assert shown(house)["state"] == "done"
    with house.site() as site:
        organisation = site[ORGANISATION]
        package = organisation["renaming"]["REN-1"]
        root = organisation.annexes["signing.authority"].certificate
        for code in (INS, FOR2, FOR3):
            version = organisation["documents"][code].in_force
            assert version is package.version(version.document.uid)
            assert version.is_signed
            report = verify_pdf(version.file.read(), [root], at=clock.now())
            assert len(report.signatures) == 4
            assert all(one.intact for one in report.signatures)
            text = "".join(
                one.extract_text() for one in PdfReader(io.BytesIO(version.file.read())).pages
            )
            assert NEW in " ".join(text.split())
    assert (
        "REN-1" not in house.browser(QUALITY).get("/aexpress/renaming/?state=rename-planned").text
    )


def sign_everything(house, passphrase=PASSPHRASE):
    """Let each signer sign all that waits for them on the package's page; gives who signed."""
    signed = []
    for _round in range(6):
        for email in signers(house):
            page = house.browser(email).get(package_of(house) + "sign")
            form = next(one for one in page.forms.values() if "passphrase" in one.fields)
            form["passphrase"] = passphrase
            answer = form.submit(status=303)
            assert "Firmadas" in answer.follow(status="*").text
            signed.append(email)
    return signed


def signers(house):
    """Give who has something to sign in the package now."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        package = organisation["renaming"]["REN-1"]
        people = organisation["people"]
        return [
            person.email
            for person in people.persons()
            if person.signing and to_sign(package, person, house.act(person.id))
        ]


def test_nobody_has_to_read_anew_unless_somebody_wants_it(house):
    begin(house)
    form = form_to(house.browser(QUALITY).get(package_of(house)), "confirm")
    form["minor"] = False
    form.submit(status=303)
    with house.site() as site:
        assert pending(site, INS).minor_reason == ""


def test_a_wrong_passphrase_counts_once_for_the_whole_series(house):
    wave(house)
    email = signers(house)[0]
    page = house.browser(email).get(package_of(house) + "sign")
    form = next(one for one in page.forms.values() if "passphrase" in one.fields)
    form["passphrase"] = "no-es-esta-frase"
    answer = form.submit(status=422)
    assert "No se firmó nada" in answer.text
    with house.site() as site:
        person = next(one for one in site[ORGANISATION]["people"].persons() if one.email == email)
        assert person.signing.failed_attempts == 1
        package = site[ORGANISATION]["renaming"]["REN-1"]
        assert not any(one.standing.signed_slots for one in package.versions())


def wave(house):
    begin(house)
    confirm(house, ADMINISTRATOR, **ONLY_THREE)
    form_to(house.browser(ADMINISTRATOR).get(package_of(house)), "send").submit(status=303)


def test_d4_25_bytes_that_were_not_shown_are_not_signed_and_the_others_are(house):
    wave(house)
    page = house.browser(ADMINISTRATOR).get(package_of(house) + "sign")
    form = next(one for one in page.forms.values() if "passphrase" in one.fields)
    seen = [name for name in form.fields if name and name.startswith("seen-")]
    assert len(seen) >= 2
    form[seen[0]] = "0" * 64
    form["passphrase"] = PASSPHRASE
    answer = form.submit(status=303).follow()
    assert f"Firmadas: {len(seen) - 1}." in answer.text
    assert "Sin firmar:" in answer.text
    assert "El documento cambió" in answer.text


def test_one_draft_that_cannot_be_sent_does_not_stop_the_others(house):
    begin(house)
    confirm(house, **ONLY_THREE)
    with house.site() as site:
        act = house.acting(QUALITY)
        drafts.save_section(pending(site, INS), "objective", {"html": ""}, base_revision=1, act=act)
    answer = form_to(house.browser(QUALITY).get(package_of(house)), "send").submit().follow()
    assert "Enviados a sus firmantes: 2." in answer.text
    assert f"Sin enviar: {INS}" in answer.text
    assert {one["code"]: one["status"] for one in shown(house)["documents"]}[INS] == "drafted"


def test_a_draft_under_way_is_corrected_and_keeps_what_its_author_wrote(house):
    with house.site() as site:
        act = house.acting(AUTHOR)
        version = drafts.start_version(site[ORGANISATION]["documents"][INS], act=act)
        drafts.save_details(
            version,
            act=act,
            reason="Motivo propio.",
            changes=[{"kind": "changed", "subject": "1", "text": "Algo."}],
        )
    begin(house)
    assert by_code(shown(house))[INS]["choice"] == "correct"
    confirm(house)
    with house.site() as site:
        draft = pending(site, INS)
        assert draft.reason == "Motivo propio."
        assert draft.minor_reason == ""
        assert [one["kind"] for one in draft.changes] == ["changed", "renamed"]
        assert "analista de experiencia" in draft.data_of("considerations")["html"]


def test_a_draft_that_an_administrator_may_not_see_is_neither_shown_nor_changed(house):
    with house.site() as site:
        act = house.acting(AUTHOR)
        version = drafts.start_version(site[ORGANISATION]["documents"][INS], act=act)
        drafts.save_details(version, act=act, title="Secreto de un Asesor de Servicio al Cliente")
    begin(house, ADMINISTRATOR)
    answer = shown(house, ADMINISTRATOR)
    item = by_code(answer)[INS]
    assert item["choice"] == "flag"
    assert item["places"] == []
    assert "Secreto" not in house.browser(ADMINISTRATOR).get(package_of(house)).text
    confirm(house, ADMINISTRATOR)
    with house.site() as site:
        assert pending(site, INS).title.startswith("Secreto de un Asesor")


def test_a_flagged_document_bears_a_notice_until_its_next_version(house):
    begin(house)
    confirm(house, INS_AX_SC_01="flag", **ONLY_THREE)
    page = f"/aexpress/documents/{INS}/"
    said = f"Lo que aquí se llama «{OLD}» ahora se llama «{NEW}»."
    assert said in house.browser(EMPLOYEE).get(page).text
    with house.site() as site:
        document = site[ORGANISATION]["documents"][INS]
        act = house.acting(AUTHOR)
        write(drafts.start_version(document, act=act), act=act)
        document_uid = document.uid
        assert document_uid in site[ORGANISATION]["renaming"].flags
    submit(house, INS, act.person_id)
    assert said in house.browser(EMPLOYEE).get(page).text
    sign_all(house, INS)
    with house.site() as site:
        assert document_uid not in site[ORGANISATION]["renaming"].flags
    assert said not in house.browser(EMPLOYEE).get(page).text


def test_two_who_rename_the_same_thing_meet(house):
    assert begin(house).status_int == 303
    answer = begin(house, ADMINISTRATOR, name="Otro Nombre")
    assert answer.status_int == 422
    assert "REN-1" in answer.text
    again = begin(house)
    assert again.status_int == 303
    assert again.location.endswith("/REN-1/")


def together(house, *doings):
    """Do several things in one moment: each in a snapshot of its own, before any is committed."""
    barrier, results = threading.Barrier(len(doings), timeout=20), []

    def one(do):
        try:
            with house.site() as site:
                do(site[ORGANISATION])
                barrier.wait()
            results.append("done")
        except ConflictError:
            results.append("conflict")

    threads = [threading.Thread(target=one, args=(do,)) for do in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_two_at_the_very_same_moment_make_one_renaming(house):
    def planning_as(person, name):
        return lambda organisation: planning.plan(
            organisation, "position", "asesor-sac", new=name, reason=REASON, act=house.act(person)
        )

    doings = (planning_as("tomas-uribe", "Uno"), planning_as("lucia-mora", "Dos"))
    assert together(house, *doings) == ["conflict", "done"]
    with house.site() as site:
        assert list(site[ORGANISATION]["renaming"]) == ["REN-1"]


def test_two_who_confirm_at_the_very_same_moment_rename_once(house):
    begin(house)

    def confirming_as(person):
        return lambda organisation: planning.confirm(
            organisation["renaming"]["REN-1"], {}, act=house.act(person)
        )

    doings = (confirming_as("tomas-uribe"), confirming_as("lucia-mora"))
    assert together(house, *doings) == ["conflict", "done"]
    with house.site() as site:
        package = site[ORGANISATION]["renaming"]["REN-1"]
        assert [one["kind"] for one in package.acts] == ["planned", "confirmed"]
        assert planning.confirm(package, {}, act=house.act("lucia-mora")) is None
        assert len(package.acts) == 2


def test_settings_that_name_it_are_told_and_the_signer_gets_json(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        organisation.profile["routes"][0]["steps"][0]["label"] = (
            "ELABORÓ (Asesor de servicio al cliente)"
        )
        organisation.profile._p_changed = True
    begin(house)
    page = house.browser(QUALITY).get(package_of(house)).text
    assert "ELABORÓ (Asesor de servicio al cliente)" in page
    confirm(house, ADMINISTRATOR, **ONLY_THREE)
    form_to(house.browser(ADMINISTRATOR).get(package_of(house)), "send").submit(status=303)
    told = house.browser(ADMINISTRATOR).get(package_of(house) + "sign", headers=JSON).json
    assert [one["code"] for one in told["waiting"]] == [FOR2, FOR3]
    assert all(len(one["sha256"]) == 64 for one in told["waiting"])
    house.browser(EMPLOYEE).get(package_of(house) + "sign", status=404)
    work = house.browser(ADMINISTRATOR).get("/aexpress/", headers=JSON).json
    assert [one["code"] for one in work["renaming"]] == ["REN-1"]


class Index:
    """An index that knows of one file, and of one that names something longer."""

    def __init__(self, hits):
        self.hits = hits

    def search(self, wanted, **_where):
        assert wanted
        return Found(self.hits, len(self.hits), complete=True)


def test_a_document_whose_file_names_it_is_proposed_to_be_flagged(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        act = house.acting(QUALITY)
        document = organisation["documents"]["FOR-AX-OP-03"]
        file = BlobFile(b"%PDF", "flujo.pdf", "application/pdf")
        version = document.in_force
        version.files[file.uid] = file
        package = planning.plan(
            organisation, "position", "vicepresidente-ejecutivo", new=NEW, reason=REASON, act=act
        )
        assert planning.look(package, act=act, seconds=0)
        assert (package.looked, package.complete) == (1, False)
        while planning.look(package, act=act):
            pass
        assert document.uid not in package.found
        kept = {"order": version.order, "state": "in-force"}
        said = (Piece("el ", False), Piece("Vicepresidente Ejecutivo", True))
        plural = (Piece("los Vicepresidentes Ejecutivos", True),)
        hits = [
            Hit("documents", document.uid, "0", kept, "flujo.pdf", plural),
            Hit("documents", document.uid, "0", kept, "OBJETIVO", said),
        ]
        look_in_files(package, Index(hits), organisation["people"].person(act.person_id), act=act)
        assert document.uid not in package.found
        package.files_searched = False
        hits = [Hit("documents", document.uid, "0", kept, "flujo.pdf", said)]
        look_in_files(package, Index(hits), organisation["people"].person(act.person_id), act=act)
        found = package.found[document.uid]
        assert found["choice"] == "flag"
        assert found["places"][0]["row"] == "flujo.pdf"


def looked(site):
    """Count how often the trail says that documents were looked at."""
    told = [one["event"] for one in in_order(site[ORGANISATION]["trail"])]
    return told.count("RenamingLooked")


def test_looking_into_the_files_later_leaves_a_line_in_the_trail(house, monkeypatch):
    """The text index may be ready only after everything else was looked at."""
    browser = house.browser(QUALITY)
    begin(house)
    with house.site() as site:
        package = next(iter(site[ORGANISATION]["renaming"].values()))
        package.files_searched = False
        before = looked(site)
    monkeypatch.setattr(house.app.registry, "qms_replica", Index([]))
    token = token_of(browser)
    browser.post(f"{package_of(house)}look", {"csrf_token": token}, status=303)
    with house.site() as site:
        package = next(iter(site[ORGANISATION]["renaming"].values()))
        assert package.files_searched
        assert looked(site) == before + 1


def test_an_unfinished_look_is_carried_on_from_the_page(house):
    with house.site() as site:
        act = house.acting(QUALITY)
        package = planning.plan(
            site[ORGANISATION], "position", "asesor-sac", new=NEW, reason=REASON,
            from_on=act.at.date() + timedelta(days=9), act=act,
        )  # fmt: skip
        planning.look(package, act=act, seconds=0)
    page = house.browser(QUALITY).get(package_of(house))
    assert "Documentos revisados hasta ahora" in page.text
    page = form_to(page, "look").submit(status=303).follow()
    assert "Documentos revisados hasta ahora" not in page.text
    with house.site() as site:
        searched = next(iter(site[ORGANISATION]["renaming"].values())).files_searched
    # Whether the files could be looked into depends on the text index of this node.
    assert ("dentro de los archivos adjuntos" in page.text) != searched
    confirm(house)
    with house.site() as site:
        assert pending(site, INS).release_on == house.act().at.date() + timedelta(days=9)


class Killed(Exception):
    """The process ended here."""


def test_a_crash_between_two_drafts_is_carried_on_and_nothing_happens_twice(house, monkeypatch):
    begin(house)
    genuine, calls = drafting.step, []
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        before = {code: len(documents[code].versions) for code in (INS, FOR2, FOR3)}

    def dies(package, uid, **more):
        if len(calls) == 2:
            raise Killed
        calls.append(uid)
        genuine(package, uid, **more)

    monkeypatch.setattr(drafting, "step", dies)
    form = form_to(house.browser(QUALITY).get(package_of(house)), "confirm")
    assert form.submit(status=500)
    monkeypatch.undo()
    answer = shown(house)
    assert answer["state"] == "rename-drafting"
    with house.site() as site:
        assert site[ORGANISATION]["people"].position("asesor-sac").name == NEW
    page = house.browser(QUALITY).get(package_of(house))
    form_to(page, "carry-on").submit(status=303)
    assert shown(house)["state"] == "rename-drafted"
    with house.site() as site:
        package = site[ORGANISATION]["renaming"]["REN-1"]
        drafted = [one["document"] for one in package.acts if one["kind"] == "drafted"]
        assert len(drafted) == len(set(drafted)) == 5
        assert sum(one["kind"] == "confirmed" for one in package.acts) == 1
        for code in (INS, FOR2, FOR3):
            versions = list(site[ORGANISATION]["documents"][code].versions)
            assert len(versions) == before[code] + 1


def test_a_draft_that_somebody_began_meanwhile_is_told_and_can_be_flagged(house):
    begin(house)
    with house.site() as site:
        drafts.start_version(site[ORGANISATION]["documents"][INS], act=house.acting(AUTHOR))
    confirm(house, **ONLY_THREE)
    item = by_code(shown(house))[INS]
    assert item["status"] == "failed"
    assert "en curso" in item["why"]
    page = house.browser(QUALITY).get(package_of(house))
    form_to(page, "flag").submit(status=303)
    assert by_code(shown(house))[INS]["status"] == "settled"


def test_a_renaming_that_is_given_up_frees_the_thing(house):
    begin(house)
    form = form_to(house.browser(QUALITY).get(package_of(house)), "give-up")
    form["reason"] = "Se decidió otro nombre."
    form.submit(status=303)
    assert shown(house)["state"] == "rename-given-up"
    assert begin(house, name="Otro Nombre").location.endswith("/REN-2/")
    with house.site() as site, pytest.raises(NotThatFar):
        planning.confirm(site[ORGANISATION]["renaming"]["REN-1"], {}, act=house.acting(QUALITY))


def test_a_name_that_was_changed_elsewhere_is_looked_for_again(house):
    begin(house)
    with house.site() as site:
        position = site[ORGANISATION]["people"].position("asesor-sac")
        position.title = "Asesor"
        package = site[ORGANISATION]["renaming"]["REN-1"]
        with pytest.raises(NameMoved):
            planning.confirm(package, {}, act=house.acting(QUALITY))
        planning.look_again(package, act=house.acting(QUALITY))
        assert (package.old, package.complete) == ("Asesor", False)


def test_only_administration_and_quality_rename_and_former_names_are_found(house):
    for email in (EMPLOYEE, AUTHOR):
        house.browser(email).get(POSITION, status=(403, 404))
        house.browser(email).get("/aexpress/renaming/", status=404)
    begin(house)
    house.browser(EMPLOYEE).get(package_of(house), status=404)
    confirm(house, **ONLY_THREE)
    found = house.browser(EMPLOYEE).get("/aexpress/search?q=asesor+de+servicio").text
    assert f"antes «{OLD}»" in found
    listed = house.browser(QUALITY).get("/aexpress/renaming/?q=analista", headers=JSON).json
    assert [one["number"] for one in listed["rows"]] == ["REN-1"]
    sheet = house.browser(QUALITY).get("/aexpress/renaming/?download=csv")
    assert NEW in sheet.body.decode("utf-8-sig")


def test_renaming_a_process_leaves_positions_alone_and_a_unit_too(house):
    begin(house, name="Experiencia del Cliente", url="/aexpress/processes/sc/rename")
    found = by_code(shown(house))
    texts = [
        place["excerpt"]
        for item in found.values()
        for place in item["places"]
        if place["kind"] == "text"
    ]
    assert all("asesor de" not in before.lower()[-12:] for before, _hit, _after in texts)
    confirm(house)
    with house.site() as site:
        organisation = site[ORGANISATION]
        assert organisation["processes"]["sc"].name == "Experiencia del Cliente"
        assert organisation["people"].position("asesor-sac").name == OLD


def test_the_master_list_is_never_stale_after_a_renaming(house):
    with house.site() as site:
        document = site[ORGANISATION]["documents"][PRO]
        retire(document, reason="Ya no se usa.", act=house.acting(QUALITY))
    begin(house, name="Líder de Experiencia", url="/aexpress/people/positions/jefe-sac/rename")
    confirm(house)
    with house.site() as site:
        organisation = site[ORGANISATION]
        catalogue = catalogue_of(organisation)
        for document in organisation["documents"].values():
            assert catalogue.row(document.uid) == entry_of(document).row
