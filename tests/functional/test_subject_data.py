"""Everything that any room holds of a person is found, told to them, and goes when they ask."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from cases_house import BASE, JSON, do
from openpyxl import load_workbook
from reading_house import ORGANISATION
from siege import PASSPHRASE, QUALITY, Fort, enrol
from survey_house import one_of_each_survey

from qms.audit.models import trail_of
from qms.content.models import BlobFile
from qms.documents.figures import Span
from qms.documents.records import UnderHold
from qms.documents.subject_data import Erasing, erase_subject, find_subject, subject_sources
from qms.people.wishes import refuses_contact
from qms.pqr import services as cases
from qms.pqr.intake.models import DISCARDED, look
from qms.pqr.intake.reading import Mail
from qms.pqr.intake.services import Counter, take_in
from qms.retention.services import holds
from qms.surveys import figures
from qms.surveys.services import following
from qms.surveys.services.answering import record_answer
from qms.surveys.services.calling import next_in
from qms.surveys.services.campaigns import add_customer, opt_out
from qms.surveys.services.links import issue

ROSA = {"id": "52.000.222", "email": "rosa@example.org", "phone": "+57 300 123 4567", "name": ""}
WORDS = ("Rosa", "rosa@example.org", "3001234567", "52000222", "grosero", "foto-rosa")


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        enrol(made, site, "lucia-mora")
        organisation, act = site[ORGANISATION], made.act("andres-pineda")
        organisation.profile["cases"] = {**organisation.profile["cases"], "keep_years": 0}
        organisation.profile_revision += 1
        one_of_each_survey(organisation, act)
        fill(organisation, act)
    yield made
    made.close()


def fill(organisation, act):
    """Let Rosa be in a closed case, two surveys, a kept mail and on the list of who opted out."""
    customer = {"name": "Rosa Peña", "email": ROSA["email"], "id": ROSA["id"]}
    customer["phone"] = ROSA["phone"]
    heard = cases.Received("queja", "telefono", "No llega", customer)
    case = cases.register(organisation, heard, act=act).case
    cases.answer(case, "Llega hoy.", act=act)
    cases.notify(case, "phone", proof="Llamada", act=act)
    cases.close(case, "confirmed", "Sí", act=act)
    campaign = organisation["surveys"]["ENC-2026-001"]
    values = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 2)
    values["voice"] = "El mensajero Florentino es grosero"
    rosa = {"name": "Rosa Peña", "phone": "3001234567", "document": "52000222"}
    answered = record_answer(campaign, rosa, values, act=act)
    proof = BlobFile(b"foto", "foto-rosa.jpg", "image/jpeg")
    following.move(answered, "gestionado", note="Llamé a Rosa", files=[proof], act=act)
    waiting = add_customer(campaign, {"name": "Rosa P.", "email": ROSA["email"]}, act=act)
    issue(waiting, act=act)
    again = record_answer(campaign, {"name": "Rosa Peña", "phone": "3009998877"}, values, act=act)
    assert again.progress.is_open
    written = Mail(
        b"soy rosa", act.at, address=ROSA["email"], senders=1, text="Soy Rosa", spam=True
    )
    take_in(Counter(organisation, (), str, act), written)


def found(house, site, **asked):
    asked = {"id": "", "email": "", "phone": "", "name": "", **asked}
    return find_subject(house.registry, site[ORGANISATION], asked)


def names(pairs):
    return sorted((source.name, "+".join(item.matched)) for source, item in pairs)


def settled(organisation):
    """Discard the kept mail, as a clerk does."""
    (mail,) = look(organisation).kept.values()
    mail.state = DISCARDED
    return mail


def erasing(house):
    return Erasing("SUP-1", "22/11/2026", "Suprimido", house.act("lucia-mora"))


def test_what_other_rooms_hold_is_found_by_each_key(house):
    with house.site() as site:
        opt_out(
            site[ORGANISATION],
            {"phone": "3001234567"},
            channel="staff",
            act=house.act("lucia-mora"),
        )
        assert names(found(house, site, phone=ROSA["phone"])) == [
            ("surveys", "phone"),
            ("surveys", "phone"),
        ]
        assert names(found(house, site, email="ROSA@example.org")) == [
            ("mails", "email"),
            ("surveys", "email"),
        ]
        assert names(found(house, site, id=ROSA["id"])) == [("surveys", "id")]
        assert names(found(house, site, name="rosa  peña")) == [("surveys", "name")] * 2
        assert found(house, site, email="otra@example.org") == []
        told = " ".join(item.text for _source, item in found(house, site, id=ROSA["id"]))
    assert "Florentino" in told


def test_the_page_and_the_report_to_the_person_tell_of_all_rooms(house):
    quality = house.browser(QUALITY)
    form = quality.get(f"{BASE}person").forms["form"]
    form["email"], form["phone"] = ROSA["email"], ROSA["phone"]
    page = form.submit()
    assert "En otras partes del sistema" in page.text
    with house.site() as site:
        (uid,) = look(site[ORGANISATION]).kept
    assert quality.get(f"{BASE}mail/{uid}").status_int == 200
    assert f"/cases/mail/{uid}" in page.text
    report = next(one for one in page.forms.values() if "formaction" in one.text)
    values = dict(report.submit_fields())
    data = quality.post(f"{BASE}person?download=xlsx", values).body
    cells = " ".join(
        str(cell.value)
        for row in load_workbook(io.BytesIO(data)).active.iter_rows()
        for cell in row
    )
    for said in ("Florentino", "Soy Rosa", "foto-rosa.jpg", "Correos que no abrieron caso"):
        assert said in cells, said
    listed = quality.post(f"{BASE}person", {**values, "save": "save"}, headers=JSON).json
    assert {one["where"] for one in listed["others"]} == {"mails", "surveys"}


def test_a_suppression_covers_what_other_rooms_hold_and_the_figures_stay(house):
    with house.site() as site:
        mail = settled(site[ORGANISATION])
        opt_out(
            site[ORGANISATION],
            {"email": ROSA["email"]},
            channel="staff",
            act=house.act("lucia-mora"),
        )
        number = next(iter(site[ORGANISATION]["cases"]))
        uid, before = mail.uid, numbers(house, site)
    quality = house.browser(QUALITY)
    answer = do(quality, number, "suppress", reason="Lo pidió", passphrase=PASSPHRASE)
    assert "se suprimieron también 4 registros" in answer.follow().text
    with house.site() as site:
        organisation = site[ORGANISATION]
        folder, mail = organisation["surveys"], look(organisation).kept[uid]
        campaign = folder["ENC-2026-001"]
        gone = [one for one in campaign.values() if one.disposed is not None]
        assert len(gone) == 2
        kept = [(one.customer, one.extra, one.acts, one.disposed) for one in gone]
        kept += [mail.facts, mail.reason, list(folder.opt_outs)]
        for word in WORDS:
            assert word not in str(kept), word
        assert mail.original.disposed is not None
        assert all(file.disposed for one in gone for file in one.files)
        assert numbers(house, site) == before
        assert not found(house, site, id=ROSA["id"], email=ROSA["email"], phone=ROSA["phone"])
        # Who is not to be called any more is still known, as a digest.
        assert refuses_contact(organisation, {"email": ROSA["email"]})
        assert refuses_contact(organisation, {"phone": "3001234567"})
        links = [act["digest"] for one in gone for act in one.acts if act["kind"] == "linked"]
        assert links
        assert not [one for one in links if one in folder.links]
        told = str([one for one in trail_of(organisation).chain() if "Suppressed" in one["event"]])
        for word in WORDS:
            assert word not in told, word
        seen = f"/aexpress/surveys/ENC-2026-001/{gone[0].number}/"
        # Whoever only has the same name is somebody else.
        assert any(one.customer["name"] == "Rosa Peña" for one in campaign.values())
    page = house.browser("jefe.sac@aexpress.example").get(seen, status="*")
    assert page.status_int in (200, 403, 404)
    for word in WORDS:
        assert word not in page.text, word


def numbers(house, site):
    today = house.act().at.date()
    span = Span(today - timedelta(days=3), today + timedelta(days=1))
    made = figures._numbers(site[ORGANISATION], span, {})
    return made.to_data()


def test_what_still_waits_or_is_kept_by_law_is_refused_with_the_reason(house):
    with house.site() as site:
        outcome = erase_subject(
            house.registry,
            site[ORGANISATION],
            {"id": "", "email": ROSA["email"], "phone": "300 999 8877", "name": "Rosa Peña"},
            erasing(house),
        )
        refused = sorted(type(one[2]).__name__ for one in outcome if one[2] is not None)
        assert refused == ["MailWaits", "StillFollowed"]
        assert len(outcome) == 3
        mail = settled(site[ORGANISATION])
        mail.number = next(iter(site[ORGANISATION]["cases"]))
        again = erase_subject(house.registry, site[ORGANISATION], ROSA, erasing(house))
        kept = {source.name: type(why).__name__ for source, _item, why in again if why is not None}
        assert kept == {"mails": "MailOfCase"}


def test_nothing_of_a_person_under_legal_hold_goes(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        scope = (f"customer:{ROSA['email']}", "Rosa")
        holds.place(
            organisation, [scope], title="Demanda", reason="Ya.", act=house.act("lucia-mora")
        )
        with pytest.raises(UnderHold):
            erase_subject(house.registry, organisation, ROSA, erasing(house))
        assert not [one for one in organisation["surveys"]["ENC-2026-001"].values() if one.disposed]


# Somebody who is known from a survey alone


@pytest.fixture
def listed(house):
    """Leave a customer who only ever was on a list; gives the address of their page."""
    with house.site() as site:
        campaign, act = site[ORGANISATION]["surveys"]["ENC-2026-001"], house.act("andres-pineda")
        made = add_customer(campaign, {"name": "Nadia Torres", "phone": "3005556677"}, act=act)
        return f"/aexpress/surveys/ENC-2026-001/{made.number}/"


def suppress(house, path, status=303, passphrase=PASSPHRASE):
    form = house.browser(QUALITY).get(f"{path}suppress").forms["form"]
    form["reason"], form["passphrase"] = "Lo pidió por escrito", passphrase
    return form.submit(status=status)


def test_a_customer_of_a_list_alone_is_taken_out_by_a_signed_act(house, listed):
    assert f"{listed}suppress" in house.browser(QUALITY).get(listed).text
    assert "intentos" in suppress(house, listed, 422, "no es esta")
    assert "Nadia Torres" in house.browser(QUALITY).get(listed)
    page = suppress(house, listed).follow()
    assert "SUP-" in page
    with house.site() as site:
        organisation = site[ORGANISATION]
        campaign = organisation["surveys"]["ENC-2026-001"]
        contact = campaign[listed.split("/")[-2]]
        last = contact.acts[-1]
        assert (last["kind"], last["by"]) == ("suppressed", "lucia-mora")
        assert last["statement"]["proof"]
        assert last["statement"]["number"] == contact.crumb
        assert refuses_contact(organisation, {"phone": "3005556677"})
        # Nobody is left whom one could call, and a name is nowhere.
        assert contact.state == "call-opted-out"
        assert "Nadia" not in str((contact.customer, contact.extra, contact.acts))
        assert next_in(campaign, house.act("julian-cardenas")) != contact.number
        told = [one["event"] for one in trail_of(organisation).chain()]
    assert told.count("CustomerSuppressed") == 1
    assert "Nadia" not in page
    assert f"{listed}suppress" not in page
    assert "se suprimieron para siempre" in suppress(house, listed, 422)


def test_a_second_one_gets_the_next_number_of_the_same_series(house, listed):
    with house.site() as site:
        number = next(iter(site[ORGANISATION]["cases"]))
        settled(site[ORGANISATION])
    do(house.browser(QUALITY), number, "suppress", reason="Lo pidió", passphrase=PASSPHRASE)
    suppress(house, listed)
    with house.site() as site:
        contact = site[ORGANISATION]["surveys"]["ENC-2026-001"][listed.split("/")[-2]]
        assert contact.disposed["record"].endswith("-0002")


def test_d4_04_who_only_calls_takes_nobody_out(house, listed):
    for email in ("julian.cardenas@aexpress.example", "auditoria@aexpress.example"):
        house.browser(email).get(f"{listed}suppress", status=(403, 404))


def test_a_customer_who_waits_or_is_under_hold_stays(house, listed):
    with house.site() as site:
        organisation, act = site[ORGANISATION], house.act("lucia-mora")
        campaign = organisation["surveys"]["ENC-2026-001"]
        waiting = next(one.number for one in campaign.values() if one.progress.is_open)
        scope = ("customer:3005556677", "Nadia")
        holds.place(organisation, [scope], title="Demanda", reason="Ya.", act=act)
    refused = suppress(house, f"/aexpress/surveys/ENC-2026-001/{waiting}/", 422)
    assert "todavía espera una respuesta" in refused
    assert "retención legal" in suppress(house, listed, 422)
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"]["ENC-2026-001"]
        assert [one for one in campaign.values() if one.disposed] == []


def test_a_name_alone_erases_nothing(house):
    with house.site() as site:
        asked = {"id": "", "email": "", "phone": "", "name": "Rosa Peña"}
        assert erase_subject(house.registry, site[ORGANISATION], asked, erasing(house)) == []
    assert [one.name for one in subject_sources(house.registry)] == ["mails", "surveys"]
