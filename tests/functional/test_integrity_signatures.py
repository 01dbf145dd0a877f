"""C2, C4, C18, C20, C21: what a signature binds, who can give it, and what stays of it for ever."""

import hashlib
import io
from datetime import datetime, timedelta

import pytest
import siege
from house import PASSPHRASE
from pypdf import PdfReader
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    ORGANISATION,
    QUALITY,
    SIGNED,
    sign_all,
    sign_next,
    submit,
    today,
    token_of,
    views,
    write,
)

from qms.documents.assignment import hands_for
from qms.documents.errors import ContentChanged, KeyReplaced, NotYourTurn
from qms.documents.services import approval, drafting, keys
from qms.kernel import clock
from qms.kernel.canonical import canonical_json
from qms.people import services as people
from qms.people.errors import IdTaken
from qms.signing.records import verify_record
from qms.signing.verify import verify_pdf

DOCUMENTS = f"/{ORGANISATION}/documents"


def record_of(act):
    """Give what a signer put their name to, as it was signed."""
    return {name: value for name, value in act.items() if name not in {"proof", "file_sha256"}}


def proved(organisation, act, /, **changed):
    authority = organisation.annexes[keys.AUTHORITY_ROOM]
    report = verify_record(
        canonical_json({**record_of(act), **changed}),
        act["proof"],
        trust=[authority.certificate],
        signed_at=datetime.fromisoformat(act["at"]),
        crls=[authority.crl] if authority.crl else [],
    )
    return report.ok


def test_c02_a_signed_act_proves_itself_and_no_other_one(fort):
    with fort.site() as site:
        organisation = site[ORGANISATION]
        version = organisation["documents"][SIGNED].in_force
        acts = [act for act in version.acts if act["kind"] == "signed"]
        assert len(acts) == 3
        for act in acts:
            assert proved(organisation, act)
            assert act["organisation"] == ORGANISATION
            assert act["document"] == version.document.uid
            for name, value in {
                "document": organisation["documents"][DRAFT].uid,
                "version": "99",
                "order": 0,
                "slot": "approved-1",
                "by": "paola-rincon",
                "name": "Otra",
                "meaning": "Otra cosa",
                "at": clock.now().isoformat(),
                "pdf_sha256": "0" * 64,
                "frozen_sha256": "0" * 64,
                "organisation": "carrazos",
            }.items():
                assert act[name] == value or not proved(organisation, act, **{name: value}), name
            assert not proved(site["carrazos"], act)


def test_c02_a_signature_made_for_one_version_is_not_stored_in_another(fort):
    with fort.site() as site:
        documents = site[ORGANISATION]["documents"]
        version = documents[IN_REVIEW].pending
        act = fort.act("andres-pineda")
        ticket = approval.plan_signature(
            version, "drafted-1", act=act, seen_sha256=version.rendition.sha256
        )
        made = approval.make_signature(ticket, PASSPHRASE, secret=fort.secret)
        other = documents[DRAFT].pending
        write(other, act=fort.act("lucia-mora"))
    submit(fort, DRAFT, "lucia-mora")
    with fort.site() as site, pytest.raises(ContentChanged):
        approval.sign(site[ORGANISATION]["documents"][DRAFT].pending, made, act=act)


def test_c04_no_view_lets_an_administrator_set_a_password_or_sign_as_somebody(fort):
    names = {(view["context"].__name__, view["name"]) for view in views(fort)}
    on_persons = {name for context, name in names if context == "Person"}
    assert not {name for name in on_persons if "password" in name or "sign" in name}
    with fort.site() as site:
        person = site[ORGANISATION]["people"].person("paola-rincon")
        with pytest.raises(PermissionError):
            people.set_password(
                person, "una clave nueva y larga", act=fort.act("tomas-uribe", channel="web")
            )
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        with pytest.raises(NotYourTurn):
            approval.plan_signature(
                version,
                "drafted-1",
                act=fort.act("tomas-uribe"),
                seen_sha256=version.rendition.sha256,
            )


def test_c04_an_invitation_tells_the_administrator_nothing(fort):
    browser = fort.browser(ADMINISTRATOR)
    path = f"/{ORGANISATION}/people/persons/paola-rincon"
    answer = browser.post(f"{path}/invite", {"csrf_token": token_of(browser)}, status=303)
    page = browser.get(path).text + answer.text + browser.get(f"/{ORGANISATION}/trail/").text
    assert "new-password" not in page
    assert "token=" not in page
    outbox = browser.get(f"/{ORGANISATION}/outbox").text
    assert "new-password" not in outbox
    assert "token=" not in outbox


def test_c04_an_id_is_never_given_to_somebody_else(fort):
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.deactivate(room, room.person("yenny-palacio"), act=fort.act("tomas-uribe"))
        with pytest.raises(IdTaken):
            people.add_person(
                room, name="Otra", identifier="yenny-palacio", act=fort.act("tomas-uribe")
            )
        again = people.add_person(room, name="Yenny Palacio", act=fort.act("tomas-uribe"))
        assert again.id != "yenny-palacio"


def next_version(fort, code=SIGNED, author="lucia-mora"):
    """Take the next version of a document through its route, and into force."""
    with fort.site() as site:
        version = drafting.start_version(
            site[ORGANISATION]["documents"][code], act=fort.act(author)
        )
        write(version, act=fort.act(author))
    submit(fort, code, author)
    sign_all(fort, code)


def test_c18_the_signed_original_stays_byte_for_byte_after_it_was_superseded(fort):
    with fort.site() as site:
        old = site[ORGANISATION]["documents"][SIGNED].in_force
        before, order, sha256 = old.rendition.read(), old.order, old.rendition.sha256
        frozen = old.frozen.read()
    next_version(fort)
    with fort.site() as site:
        organisation = site[ORGANISATION]
        old = organisation["documents"][SIGNED].versions.at(order)
        assert old.state == "obsolete"
        assert old.rendition.read() == before
        assert old.frozen.read() == frozen
        assert old.rendition.sha256 == sha256 == hashlib.sha256(before).hexdigest()
        authority = organisation.annexes[keys.AUTHORITY_ROOM]
        trust, crls = [authority.certificate], [authority.crl]
    original = fort.browser(AUDITOR).get(f"{DOCUMENTS}/{SIGNED}/versions/{order}/pdf?original=1")
    assert original.body == before
    assert verify_pdf(original.body, trust, crls=crls, at=clock.now()).ok


def test_a12_every_page_of_an_obsolete_copy_says_so(fort):
    next_version(fort)
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][SIGNED].in_force.order - 1
    copy = fort.browser(AUDITOR).get(f"{DOCUMENTS}/{SIGNED}/versions/{order}/pdf")
    pages = PdfReader(io.BytesIO(copy.body)).pages
    assert len(pages) > 1
    for page in pages:
        assert "OBSOLETO" in page.extract_text()


def test_c21_a_delegate_signs_by_delegation_in_the_act_on_screen_and_in_the_pdf(fort):
    sign_next(fort, IN_REVIEW)
    with fort.site() as site:
        organisation = site[ORGANISATION]
        first = today(fort, organisation)
        people.delegate(
            organisation["people"],
            from_person="lucia-mora",
            to_person="oscar-beltran",
            starts=first,
            ends=first + timedelta(days=3),
            reason="Vacaciones",
            act=fort.act("lucia-mora"),
        )
        version = organisation["documents"][IN_REVIEW].pending
        hand = hands_for(version, "oscar-beltran", first)[0]
        assert hand.on_behalf_of == "lucia-mora"
        siege.sign_as(fort, version, hand)
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        act = version.acts[-1]
        assert (act["by"], act["on_behalf_of"]) == ("oscar-beltran", "lucia-mora")
        assert act["on_behalf_of_name"] == "Lucía Mora Ardila"
        assert act["delegation"]
        assert proved(site[ORGANISATION], act)
        text = signature_text(version.rendition.read())
        order = version.order
    assert "por delegación de" in text
    page = fort.browser(QUALITY).get(f"{DOCUMENTS}/{IN_REVIEW}/versions/{order}/approval").text
    assert "Óscar Beltrán" in page
    assert "Lucía Mora Ardila" in page
    assert "delegación" in page


def signature_text(data):
    """Read what the visible signatures of a PDF say."""
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        for note in page.get("/Annots", []):
            stream = note.get_object().get("/AP", {}).get("/N")
            if stream is not None:
                found.append(_text_of(stream.get_object(), page))
    return " ".join(" ".join(found).split())


def _text_of(form, page):
    writer = PdfReader(io.BytesIO(_as_page(form, page)))
    return writer.pages[0].extract_text()


def _as_page(form, page):
    """Wrap an appearance as a page of its own, so that its text can be read."""
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    made = PdfWriter()
    sheet = made.add_blank_page(600, 300)
    copied = form.clone(made)
    stream = StreamObject()
    stream.set_data(b"/A Do")
    sheet[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/A"): copied.indirect_reference})}
    )
    sheet[NameObject("/Contents")] = made._add_object(stream)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def test_c20_a_return_is_signed_and_its_reason_cannot_be_changed(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        act = fort.act("andres-pineda")
        ticket = approval.plan_signature(
            version,
            "drafted-1",
            act=act,
            seen_sha256=version.rendition.sha256,
            reason="Falta el anexo.",
        )
        made = approval.make_signature(ticket, PASSPHRASE, secret=fort.secret)
        approval.send_back(version, made, act=act)
        returned = version.acts[-1]
        assert proved(site[ORGANISATION], returned)
        assert not proved(site[ORGANISATION], returned, reason="Está muy bien.")
        assert not proved(site[ORGANISATION], returned, kind="signed")


def test_c05_nobody_signs_with_a_key_that_was_replaced(fort):
    with fort.site() as site:
        organisation = site[ORGANISATION]
        version = organisation["documents"][IN_REVIEW].pending
        act = fort.act("andres-pineda")
        ticket = approval.plan_signature(
            version, "drafted-1", act=act, seen_sha256=version.rendition.sha256
        )
        person = organisation["people"].person("andres-pineda")
        keys.enrol(
            organisation, person, passphrase="otra frase muy distinta", secret=fort.secret, act=act
        )
        again = approval.plan_signature(
            version, "drafted-1", act=act, seen_sha256=version.rendition.sha256
        )
        assert approval.make_signature(again, PASSPHRASE, secret=fort.secret) is None
        made = approval.make_signature(ticket, PASSPHRASE, secret=fort.secret)
        with pytest.raises(KeyReplaced):
            approval.sign(version, made, act=act)


def test_readers_get_the_signed_file_and_nothing_older(fort):
    next_version(fort)
    browser = fort.browser(EMPLOYEE)
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][SIGNED]
        current, sha256 = document.in_force.order, document.in_force.rendition.sha256
    data = browser.get(f"{DOCUMENTS}/{SIGNED}/pdf").body
    assert hashlib.sha256(data).hexdigest() == sha256
    for query in ("", "?original=1", "?copy=uncontrolled", "?show=1"):
        path = f"{DOCUMENTS}/{SIGNED}/versions/{current - 1}/pdf{query}"
        browser.get(path, status=404)
