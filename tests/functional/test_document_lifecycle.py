"""The main story: a new version of a real procedure goes from draft through three signatures."""

import subprocess

from house import PASSPHRASE
from tools import program

from qms.documents.services import drafting
from qms.kernel import clock
from qms.signing.verify import verify_pdf

CODE = "PRO-AX-SC-01"
QUALITY = "calidad@aexpress.example"
SIGNERS = (
    "jefe.sac@aexpress.example",
    "comercial@aexpress.example",
    "vicepresidencia@aexpress.example",
)
EMPLOYEE = "paola.rincon@aexpress.example"


def start_version(house) -> str:
    """Begin version 4 on screen as quality staff and give its address."""
    page = house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/")
    form = next(one for one in page.forms.values() if one.action.endswith("/revise"))
    answer = form.submit()
    assert answer.status_int == 303
    return answer.headers["Location"].removeprefix("http://localhost").removesuffix("edit")


def write(house, code=CODE) -> None:
    """Write the reason and a change, as the editor does."""
    with house.site() as site:
        document = site["aexpress"]["documents"][code]
        version = document.pending
        act = house.act(version.author_id)
        drafting.save_details(
            version,
            act=act,
            reason="Se ajusta la frecuencia de la encuesta.",
            changes=[{"kind": "changed", "subject": "5.2", "text": "La encuesta es trimestral."}],
            distribution=["jefe-sac", "asesor-sac"],
        )


def submit(house, version_url) -> None:
    answer = house.browser(QUALITY).get(version_url + "submit").forms
    form = next(one for one in answer.values() if one.action.endswith("/submit"))
    assert form.submit().status_int == 303


def sign(house, email, version_url, passphrase=PASSPHRASE):
    """Sign on screen and give the answer."""
    browser = house.browser(email)
    page = browser.get("/aexpress/")
    assert CODE in page.text
    form = next(
        one
        for one in browser.get(version_url + "sign").forms.values()
        if "passphrase" in one.fields
    )
    form["passphrase"] = passphrase
    return form.submit("sign", expect_errors=True)


def test_three_signatures_put_a_new_version_in_force_and_the_old_one_out(house, tmp_path):
    url = start_version(house)
    write(house)
    submit(house, url)
    for email in SIGNERS:
        assert sign(house, email, url).status_int == 303

    employee = house.browser(EMPLOYEE)
    rows = {
        row["code"]: row
        for row in employee.get(
            "/aexpress/documents/", headers={"Accept": "application/json"}
        ).json["rows"]
    }
    assert rows[CODE]["version"] == "4"
    assert rows[CODE]["state"] == "in-force"
    assert rows[CODE]["signed"] is True
    assert employee.get(f"/aexpress/documents/{CODE}/versions/3/", status="*").status_int == 404

    pdf = employee.get(f"/aexpress/documents/{CODE}/pdf").body
    with house.site() as site:
        authority = site["aexpress"].annexes["signing.authority"]
        trust, crl = authority.certificate, authority.crl
        document = site["aexpress"]["documents"][CODE]
        assert document.in_force.label == "4"
        assert [one.state for one in document.versions] == ["obsolete"] * 4 + ["in-force"]
        old, new = document.versions.at(3).token, document.in_force.token
    report = verify_pdf(pdf, [trust], crls=[crl], at=clock.now())
    assert report.ok
    assert [one.field for one in report.signatures] == [
        "drafted-1", "reviewed-1", "approved-1", "seal",
    ]  # fmt: skip

    anybody = house.browser()
    assert anybody.get(f"/v/{new}", headers={"Accept": "application/json"}).json["state"] == (
        "in-force"
    )
    replaced = anybody.get(f"/v/{old}", headers={"Accept": "application/json"}).json
    assert (replaced["state"], replaced["current_version"]) == ("replaced", "4")

    path = tmp_path / "signed.pdf"
    path.write_bytes(pdf)
    tool = program("pdfsig", "poppler-utils")
    seen = subprocess.run([tool, str(path)], capture_output=True, text=True, check=False).stdout
    assert seen.count("Signature is Valid") == 4


def test_a_signer_returns_it_with_a_signed_reason_and_it_is_a_draft_again(house):
    url = start_version(house)
    write(house)
    submit(house, url)
    assert sign(house, SIGNERS[0], url).status_int == 303
    browser = house.browser(SIGNERS[1])
    form = next(
        one for one in browser.get(url + "sign").forms.values() if "passphrase" in one.fields
    )
    form["passphrase"] = PASSPHRASE
    refused = form.submit("return", expect_errors=True)
    assert refused.status_int == 422
    form = next(one for one in refused.forms.values() if "passphrase" in one.fields)
    form["passphrase"], form["reason"] = PASSPHRASE, "Falta el anexo de horarios."
    assert form.submit("return").status_int == 303

    page = house.browser(QUALITY).get("/aexpress/")
    assert "Falta el anexo de horarios." in page.text
    with house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        assert version.state == "draft"
        returned = next(act for act in version.acts if act["kind"] == "returned")
        assert returned["proof"]["signature"]


def test_d4_24_a_wrong_passphrase_signs_nothing_and_is_counted(house):
    url = start_version(house)
    write(house)
    submit(house, url)
    answer = sign(house, SIGNERS[0], url, "no es esta")
    assert answer.status_int == 422
    with house.site() as site:
        person = site["aexpress"]["people"].by_email(SIGNERS[0])
        assert person.signing.failed_attempts == 1
        assert site["aexpress"]["documents"][CODE].pending.state == "in-review"
    for _ in range(4):
        answer = sign(house, SIGNERS[0], url, "no es esta")
    with house.site() as site:
        assert site["aexpress"]["people"].by_email(SIGNERS[0]).signing.locked
    assert sign(house, SIGNERS[0], url).status_int == 422


def test_d4_23_a_captured_signing_form_is_good_once(house):
    url = start_version(house)
    write(house)
    submit(house, url)
    browser = house.browser(SIGNERS[0])
    form = next(
        one for one in browser.get(url + "sign").forms.values() if "passphrase" in one.fields
    )
    form["passphrase"] = PASSPHRASE
    fields = form.submit_fields("sign")
    assert browser.post(url + "sign", fields).status_int == 303
    again = browser.post(url + "sign", fields, status="*")
    assert again.status_int in {403, 422}
    with house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        assert len(version.standing.signed_slots) == 1


def test_d4_25_nobody_signs_a_file_other_than_the_one_they_saw(house):
    url = start_version(house)
    write(house)
    submit(house, url)
    browser = house.browser(SIGNERS[0])
    form = next(
        one for one in browser.get(url + "sign").forms.values() if "passphrase" in one.fields
    )
    form["passphrase"], form["seen"] = PASSPHRASE, "0" * 64
    answer = form.submit("sign", expect_errors=True)
    assert answer.status_int == 422
    with house.site() as site:
        assert not site["aexpress"]["documents"][CODE].pending.standing.signed_slots


def test_d4_05_and_d4_06_nobody_skips_the_route_or_approves_their_own_work(house):
    url = start_version(house)
    write(house)
    assert house.browser(QUALITY).get(url + "sign", status="*").status_int in {403, 404}
    submit(house, url)
    for outsider in (QUALITY, EMPLOYEE, SIGNERS[2]):
        assert house.browser(outsider).get(url + "sign", status="*").status_int in {403, 404}


def test_d4_01_another_organisations_document_answers_like_none(house):
    stranger = house.browser("calidad@carrazos.example")
    there = stranger.get(f"/aexpress/documents/{CODE}/", status=404)
    nowhere = stranger.get("/nobody/documents/XX-1/", status=404)
    assert there.text == nowhere.text
