"""D4-26, 30, 31, 33, 44, 48: hostile text in every field, seen in every view and in the PDF."""

import io
import re

import pytest
import siege
from hostile import MARK, PAYLOAD, inert
from house import PASSPHRASE
from pypdf import PdfReader
from siege import (
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    ORGANISATION,
    QUALITY,
    SIGNED,
    doors,
    sign_all,
    submit,
    token_of,
    write,
)

from qms.content.models import BlobFile
from qms.documents.errors import CodeTaken
from qms.documents.lint import services as lint
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.documents.services import approval, drafting, submitting
from qms.kernel.codes import BadCode
from qms.people import services as people
from qms.profiles.api import profile_of

DOCUMENTS = f"/{ORGANISATION}/documents"
HTML = (
    f"<p>{MARK} <script>alert(1)</script><a href='javascript:alert(1)'>a</a>"
    "<a href='data:text/html,x'>b</a><a href='file:///etc/passwd'>c</a>"
    "<img src='file:///etc/passwd'><img src='http://169.254.169.254/'><style>*{}</style>"
    "<p onclick='x()' style='color:red'>d</p><base href='//evil.example/'><form action=x><input>"
    "</form><svg><style><img src=x onerror=alert(1)></style></svg><math><mtext><table><mglyph>"
    "<style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    "<para><font color='[1]'>e</font><onDraw name='x'/>${7*7} {{7*7}}</p>"
)


def hostile(value):
    """Put hostile text in the place of every text of some section data, keeping its shape."""
    if isinstance(value, dict):
        return {
            key: HTML if key == "html" else item if key in KEPT else hostile(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return PAYLOAD[:190] if isinstance(value, str) else value


KEPT = {
    "id",
    "to",
    "kind",
    "responsible",
    "code",
    "expression",
    "variables",
    "target",
    "bands",
    "unit",
    "capture_frequency",
    "analysis_frequency",
    "responsible_capture",
    "responsible_analysis",
    "file",
    "phase",
    "number",
}
"""Values that are chosen from a list, or that other values refer to."""


@pytest.fixture(scope="module")
def poisoned(besieged):
    """Write hostile text into every field of a draft, of persons and of the structure."""
    with besieged.copy() as fort:
        with fort.site() as site:
            organisation = site[ORGANISATION]
            room = organisation["people"]
            admin, lucia = fort.act("tomas-uribe"), fort.act("lucia-mora")
            for name in ("paola-rincon", "lucia-mora", "marcela-quiroga"):
                person = room.person(name)
                called = f"{name} {PAYLOAD}"
                people.change_person(room, person, name=called, email=person.email, act=admin)
            for add in (people.add_position, people.add_unit):
                add(room, name=PAYLOAD, act=admin)
            people.add_site_place(room, name=PAYLOAD, city=PAYLOAD, act=admin)
            position = room.position("directora-comercial")
            people.change_position(
                room,
                position,
                name=PAYLOAD,
                superior_id=position.superior_id,
                unit_id=position.unit_id,
                site_id=position.site_id,
                act=admin,
            )
            people.delegate(
                room,
                from_person="oscar-beltran",
                to_person="yenny-palacio",
                starts=siege.today(fort, organisation),
                ends=siege.today(fort, organisation),
                reason=PAYLOAD,
                act=fort.act("oscar-beltran"),
            )
            version = organisation["documents"][DRAFT].pending
            scope = LiveScope(version)
            type_ = profile_of(organisation).document_type("procedure")
            for spec in type_.sections:
                stored = version.sections[spec.id]
                data = kind_of(spec.kind).schema(scope).deserialize(hostile(stored.data))
                drafting.save_section(
                    version, spec.id, data, base_revision=stored.revision, act=lucia
                )
            drafting.save_details(
                version,
                act=lucia,
                title=PAYLOAD[:300],
                reason=PAYLOAD,
                changes=[{"kind": "changed", "subject": PAYLOAD, "text": PAYLOAD}],
                distribution=["directora-comercial"],
            )
            named = BlobFile(b"PK\x05\x06" + b"\0" * 18, f"{PAYLOAD}.zip", "application/zip")
            drafting.attach_file(version, named, main=False, act=lucia)
        yield fort


@pytest.mark.parametrize("email", [QUALITY, "admin@aexpress.example", EMPLOYEE, AUTHOR])
def test_d4_26_hostile_text_stays_text_in_every_view(poisoned, email):
    with poisoned.site() as site:
        paths = [
            path
            for method, path, _one, view in doors(poisoned, site[ORGANISATION], samples=True)
            if method == "GET" and view["name"] != "pdf"
        ]
        order = site[ORGANISATION]["documents"][DRAFT].pending.order
    version = f"{DOCUMENTS}/{DRAFT}/versions"
    paths += [
        f"{version}/{order}/{tail}"
        for tail in (
            "",
            "edit",
            "approval",
            "history",
            "related",
            "distribution",
            "submit",
            "withdraw",
        )
    ]
    paths += [f"{version}/compare?old=3&new={order}", f"{version}/", "/account", f"{DOCUMENTS}/"]
    paths += [f"/{ORGANISATION}/people/persons/{one}" for one in ("paola-rincon", "lucia-mora")]
    browser = poisoned.browser(email)
    shown = 0
    for path in paths:
        answer = browser.get(path, status="*")
        assert answer.status_int < 500, path
        if answer.content_type == "text/html":
            inert(answer.text, path)
            shown += MARK in answer.text
    assert shown >= (10 if email == QUALITY else 1)


def test_d4_31_compared_versions_show_marked_text_and_no_markup(poisoned):
    with poisoned.site() as site:
        order = site[ORGANISATION]["documents"][DRAFT].pending.order
    page = poisoned.browser(QUALITY).get(f"{DOCUMENTS}/{DRAFT}/versions/compare?old=3&new={order}")
    assert MARK in page.text
    inert(page.text, "compare")


def test_d4_30_what_was_cleaned_stays_the_same_when_it_is_cleaned_again(poisoned):
    with poisoned.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        scope = LiveScope(version)
        type_ = profile_of(site[ORGANISATION]).document_type("procedure")
        for spec in type_.sections:
            data = version.data_of(spec.id)
            again = kind_of(spec.kind).schema(scope).deserialize(data)
            assert again == data, spec.id
            inert(str(data.get("html", "")), spec.id)


def test_d4_33_and_d4_48_the_pdf_is_made_and_prints_the_payload_letter_by_letter(poisoned):
    with poisoned.copy() as fort:
        with fort.site() as site:
            siege.enrol(fort, site, "lucia-mora")
            document = site[ORGANISATION]["documents"][DRAFT]
            act = fort.act("lucia-mora")
            # The same term twice, and so on: what the review of the content objects to is accepted.
            for one in lint.review(document.pending, siege.today(fort, site[ORGANISATION])).errors:
                lint.accept(document, one, reason=PAYLOAD, act=act)
        submit(fort, DRAFT, "lucia-mora")
        sign_all(fort, DRAFT)
        browser = fort.browser(EMPLOYEE)
        data = browser.get(f"{DOCUMENTS}/{DRAFT}/pdf").body
        reader = PdfReader(io.BytesIO(data))
        text = "".join(page.extract_text() for page in reader.pages)
        flat = re.sub(r"\s", "", text)
        assert MARK in flat
        assert "${7*7}" in flat
        assert "{{7*7}}" in flat
        assert "<para>" in flat
        links = [
            str(note.get_object().get("/A", {}).get("/URI", ""))
            for page in reader.pages
            for note in page.get("/Annots", [])
        ]
        assert not [one for one in links if re.match(r"(?i)(javascript|data|file):", one)]
        for name in (b"/JavaScript", b"/Launch", b"root:x:0"):
            assert name not in data
        assert browser.get(f"{DOCUMENTS}/{DRAFT}/").text.count(MARK)
        inert(browser.get(f"{DOCUMENTS}/{DRAFT}/").text, "in force")
        with fort.site() as site:
            token = site[ORGANISATION]["documents"][DRAFT].in_force.token
        inert(fort.browser().get(f"/v/{token}").text, "check page")


def test_d4_26_reasons_of_signers_and_withdrawals_stay_text(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        path = f"{DOCUMENTS}/{IN_REVIEW}/versions/{version.order}"
        seen = version.rendition.sha256
    browser = fort.browser(AUTHOR)
    body = {
        "csrf_token": token_of(browser),
        "hand": "drafted-1",
        "seen": seen,
        "nonce": PAYLOAD,
        "passphrase": PASSPHRASE,
        "reason": PAYLOAD,
        "return": "return",
    }
    assert browser.post(f"{path}/sign", body, status="*").status_int == 303
    quality = fort.browser(QUALITY)
    answer = quality.post(
        f"{path}/abort", {"csrf_token": token_of(quality), "reason": PAYLOAD}, status="*"
    )
    assert answer.status_int == 303
    for page in (
        f"{path}/history",
        f"{path}/approval",
        f"{path}/",
        f"/{ORGANISATION}/trail/",
        f"/{ORGANISATION}/",
    ):
        inert(quality.get(page, status="*").text, page)


# D4-44: twins of codes


TWINS = (
    "pro-ax-sc-01",
    "PRO-AX-SC-01 ",
    " PRO - AX - SC - 01",
    "PRO–AX–SC–01",
    "PRО-AX-SC-01",
    "PRO-AX-SC-01\u200b",
    "PRO-AX-SC-０１",
    "ＰＲＯ-AX-SC-01",
    "PRO\u00adAX-SC-01",
    "PRO-AX-SС-01",
    "PRO\u2212AX-SC-01",
    "P\u202eRO-AX-SC-01",
    "PRO-AX-SC-01\x00",
    "PRΟ-AX-SC-01",
)
"""Case, blanks, dashes, Cyrillic and Greek letters, full width, invisible marks."""


@pytest.mark.parametrize("code", TWINS)
def test_d4_44_no_twin_of_a_code_is_given_to_another_document(fort, code):
    before = fort.transaction()
    with pytest.raises((CodeTaken, BadCode)), fort.site() as site:
        drafting.create_document(
            site[ORGANISATION]["documents"],
            type_id="procedure",
            process_id="sc",
            title="Gemelo",
            code=code,
            act=fort.act("lucia-mora"),
        )
    assert fort.transaction() == before


def test_a1_a_code_that_was_given_up_is_never_given_again(fort):
    for code in (siege.ABORTED, SIGNED, siege.SECRET):
        with fort.site() as site:
            document = site[ORGANISATION]["documents"][code]
            if document.pending is not None:
                approval.abort(document.pending, reason="No va.", act=fort.act("lucia-mora"))
            again = {"type_id": document.type_id, "process_id": "sc", "code": code.lower()}
            act = fort.act("lucia-mora")
            with pytest.raises(CodeTaken):
                drafting.create_document(
                    site[ORGANISATION]["documents"], title="Otra vez", act=act, **again
                )


@pytest.mark.parametrize(
    "blank", ["", " ", "\u200b", "\u00a0", "\u2800", "\u202e\u200f", "\ufeff\n"]
)
def test_a8_a_reason_that_shows_nothing_is_none(fort, blank):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        write(version, act=fort.act("lucia-mora"), reason=blank)
        with pytest.raises(Exception, match=r"reason|complete"):
            submitting.plan_submission(
                version, act=fort.act("lucia-mora"), check_url="http://x/v/y"
            )
        with pytest.raises(Exception, match="reason"):
            approval.abort(version, reason=blank, act=fort.act("lucia-mora"))


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u2800"])
def test_c20_a_return_without_a_readable_reason_is_refused(fort, blank):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        with pytest.raises(Exception, match="reason"):
            approval.plan_signature(
                version,
                "drafted-1",
                act=fort.act("andres-pineda"),
                seen_sha256=version.rendition.sha256,
                reason=blank,
            )
