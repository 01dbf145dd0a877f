"""D4-26 to D4-51 in document control's rooms: hostile text goes in everywhere and does nothing."""

import csv
import io
import json
import re
import zipfile

import pytest
from control_siege import COPIES, REQUESTS, ask_questions, season
from hostile import (
    FORMULA,
    MARK,
    PAYLOAD,
    inert,
    inert_pdf,
    inert_sheet,
    sealed_download,
)
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
    SIGNED,
    doors,
    token_of,
)

from qms.notices.services import mails_of

HOME = f"/{ORGANISATION}"
DOCUMENTS = f"{HOME}/documents"
ROOMS = (
    "requests", "copies", "reviews", "past", "evidence", "imports", "processes", "jobs", "norms",
    "renaming", "setup",
)  # fmt: skip
LISTS = (
    REQUESTS, COPIES, f"{DOCUMENTS}/reviews", f"{DOCUMENTS}/lint", f"{HOME}/processes/matrix",
    f"{HOME}/past?rest=1", f"{HOME}/imports/", f"{HOME}/imports/1/",
    f"{HOME}/processes/sc/documents", f"{HOME}/norms/", f"{HOME}/norms/matrix",
    f"{HOME}/norms/affected", f"{HOME}/renaming/",
)  # fmt: skip
"""Every list of the new rooms, which all are taken away as files."""
PAGES = (
    *LISTS, f"{DOCUMENTS}/lint-accepted", f"{DOCUMENTS}/{SIGNED}/", f"{DOCUMENTS}/{SIGNED}/review",
    f"{DOCUMENTS}/{SIGNED}/past", f"{HOME}/past-pending", f"{HOME}/search?q={MARK}", f"{HOME}/",
    f"{HOME}/trail/", f"{DOCUMENTS}/PRO-AX-SC-01/findings", f"{HOME}/outbox",
    f"{DOCUMENTS}/readings-one-by-one",
)  # fmt: skip


@pytest.fixture(scope="module")
def poisoned(besieged):
    with besieged.copy() as fort:
        season(fort, PAYLOAD)
        ask_questions(fort, DRAFT, "lucia-mora", PAYLOAD)
        yield fort


@pytest.fixture(scope="module")
def pages(poisoned):
    with poisoned.site() as site:
        found = [
            path
            for method, path, _one, view in doors(poisoned, site[ORGANISATION], samples=True)
            if method == "GET"
            and view["callable"].__module__.split(".")[1] in ROOMS
            and not (view["name"] or "").endswith("pdf")
        ]
        draft = site[ORGANISATION]["documents"][DRAFT].pending.order
    versions = f"{DOCUMENTS}/{DRAFT}/versions/{draft}"
    return [*dict.fromkeys([*found, *PAGES, f"{versions}/", f"{versions}/edit-details"])]


@pytest.mark.parametrize("email", [QUALITY, EMPLOYEE])
def test_d4_26_hostile_text_is_inert_in_every_page_of_the_rooms(poisoned, pages, email):
    browser = poisoned.browser(email)
    shown = set()
    for path in pages:
        answer = browser.get(path, status="*")
        assert answer.status_int < 500, path
        if answer.content_type == "text/html":
            inert(answer.text, path)
            shown |= {path} if MARK in answer.text else set()
    rooms = ("requests/", "copies/", "/review", "lint-accepted", "imports/1/", "processes/", "past")
    for room in rooms if email == QUALITY else ("requests/", "processes/"):
        assert any(room in path for path in shown), room
    assert len(shown) >= (30 if email == QUALITY else 5)


def test_d4_26_programs_get_hostile_text_as_json_and_nothing_else(poisoned):
    browser = poisoned.browser(QUALITY)
    for path in PAGES:
        answer = browser.get(path, headers={"Accept": "application/json"}, status="*")
        assert answer.content_type in {"application/json", "application/problem+json"}, path
        json.loads(answer.body)


@pytest.mark.parametrize("path", LISTS)
def test_d4_26_d4_48_d4_51_lists_with_hostile_text_leave_as_harmless_files(poisoned, path):
    browser = poisoned.browser(QUALITY)
    joint = "&" if "?" in path else "?"
    answers = {
        form: browser.get(f"{path}{joint}download={form}") for form in ("csv", "xlsx", "pdf")
    }
    for answer in answers.values():
        sealed_download(answer, path)
    rows = list(csv.reader(io.StringIO(answers["csv"].body.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1, path
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t" and cell]
    texts = inert_sheet(answers["xlsx"].body, path)
    text = inert_pdf(answers["pdf"].body, path)
    if MARK in answers["csv"].text:
        assert any(MARK in one for one in texts), path
        assert MARK in text, path


def test_d4_48_d4_50_prints_of_copies_and_the_map_print_the_payload_letter_by_letter(poisoned):
    browser = poisoned.browser(QUALITY)
    with poisoned.site() as site:
        (name,) = [
            one.__name__
            for one in site[ORGANISATION]["copies"].values()
            if one.state == "copy-issued"
        ]
    for path in (f"{COPIES}{name}/pdf", f"{HOME}/processes/map.pdf"):
        answer = browser.get(path)
        sealed_download(answer, path)
        text = inert_pdf(answer.body, path)
        assert MARK in text, path
        assert "${7*7}" in text or "…" in text, path


def test_d4_26_the_public_page_of_a_copy_shows_nothing_of_what_was_typed(poisoned):
    with poisoned.site() as site:
        copies = [(one.token, one.state) for one in site[ORGANISATION]["copies"].values()]
    for token, _state in copies:
        page = poisoned.browser().get(f"/c/{token}")
        inert(page.text, "public")
        told = poisoned.browser().get(f"/c/{token}", headers={"Accept": "application/json"})
        assert set(told.json) == {"code", "version", "copy", "in_force", "current_version"}
        for text in (page.text, told.text):
            assert MARK not in text, "neither holder nor place nor notes are for everybody"


def test_d4_26_an_evidence_pack_of_hostile_records_is_inert(poisoned):
    browser = poisoned.browser(QUALITY)
    body = {"csrf_token": token_of(browser), "kind": "document", "code": SIGNED}
    answer = browser.post(f"{DOCUMENTS}/evidence", body)
    sealed_download(answer, "evidence")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as pack:
        shown = 0
        for name in pack.namelist():
            assert re.fullmatch(r"[\w .()-]+(/[\w .()-]+)*", name), name
            data = pack.read(name)
            if name.endswith(".html"):
                # The page's own style, which its policy allows and which holds no data.
                inert(re.sub(r"<style>[^<]*</style>", "", data.decode(), count=1), name)
                assert b"Content-Security-Policy" in data, name
            if name.endswith(".json"):
                json.loads(data)
            shown += MARK.encode() in data
        assert shown


def test_d4_26_d4_37_letters_about_hostile_requests_are_plain(poisoned):
    with poisoned.site() as site:
        letters = list(mails_of(site, ORGANISATION, most=10_000))
    assert any(MARK in mail.text for mail in letters)
    for mail in letters:
        assert not set(mail.subject) & set("\r\n\x00"), mail.subject
        assert re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", mail.to), mail.to
        assert not re.search(rf"{MARK}[^$]{{0,60}}\b49\b", mail.text), mail.text
        for address in re.findall(r"https?://[^\s<>\"']+", mail.text):
            assert address.startswith("http://localhost/"), address


# D4-32: what an address holds


@pytest.mark.parametrize(
    "path",
    [
        f"{REQUESTS}?q={{}}&kind={{}}&state={{}}&sort={{}}&dir={{}}&page={{}}&download=",
        f"{REQUESTS}ask-modify?document={{}}",
        f"{REQUESTS}ask-copy?document={{}}&count={{}}&place={{}}",
        f"{COPIES}{{copy}}/pdf?to={{}}",
        f"{COPIES}?q={{}}&place={{}}&holder={{}}&state={{}}",
        f"{DOCUMENTS}/{SIGNED}/print-copies?count={{}}&place={{}}&request={{}}",
        f"{DOCUMENTS}/reviews?q={{}}&standing={{}}&process={{}}&responsible={{}}",
        f"{DOCUMENTS}/readings-one-by-one?q={{}}&name={{}}&position={{}}&code={{}}&standing={{}}",
        f"{DOCUMENTS}/lint?q={{}}&rule={{}}&severity={{}}&process={{}}",
        f"{DOCUMENTS}/PRO-AX-SC-01/accept-finding?key={{}}&order={{}}&back={{}}",
        f"{DOCUMENTS}/evidence?kind=document&code={{}}&order={{}}",
        f"{DOCUMENTS}/evidence?kind={{}}&process={{}}&since={{}}&until={{}}",
        f"{HOME}/past?on={{}}&at={{}}&q={{}}&type={{}}&person={{}}&{{}}={{}}",
        f"{HOME}/past-pending?on={{}}&at={{}}&person={{}}",
        f"{DOCUMENTS}/{SIGNED}/past?on={{}}&at={{}}",
        f"{HOME}/processes/sc/past?on={{}}&at={{}}",
        f"{HOME}/processes/macroprocess?name={{}}",
        f"{HOME}/processes/sc/?q={{}}&type_name={{}}&download={{}}",
        f"{HOME}/imports/?q={{}}&stage={{}}&sort={{}}",
        f"{HOME}/imports/1/?q={{}}&kinds={{}}&what={{}}&weight={{}}",
        f"{HOME}/imports/{{}}/",
        f"{HOME}/norms/?q={{}}&kind={{}}&state={{}}&sort={{}}",
        f"{HOME}/norms/affected?norm={{}}&q={{}}",
        f"{HOME}/norms/matrix?process={{}}&norm={{}}&q={{}}",
        f"{HOME}/setup-looks?look={{}}",
        f"{HOME}/setup-type?type={{}}&id={{}}",
        f"{HOME}/setup-route?route={{}}&id={{}}",
        "/p/{}",
        "/p?token={}",
        "/c/{}",
        "/c/{}/{}",
        "/c?token={}",
        f"{REQUESTS}?download={{}}",
    ],
)
def test_d4_32_d4_56_what_an_address_holds_is_text_and_breaks_nothing(poisoned, path):
    poisoned.browser(QUALITY)
    before = poisoned.transaction()
    with poisoned.site() as site:
        path = path.replace("{copy}", next(iter(site[ORGANISATION]["copies"])))
    for email in (QUALITY, None):
        browser = poisoned.browser(email)
        for value in HOSTILE_VALUES:
            answer = browser.get(path.replace("{}", value), status="*")
            assert answer.status_int < 500, (path, value)
            if answer.content_type == "text/html":
                inert(answer.text, path)
    assert poisoned.transaction() == before


HOSTILE_VALUES = (
    "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "%C2%B2",  # a digit that is no number
    "%D9%A3",
    "-1",
    "99999999999999999999",
    "%00",
    "%E2%80%AE%0D%0AX:%20y",
    "../../carrazos",
    "9999-12-31",
    "99999999",
)


def test_d4_51_formulas_typed_into_the_rooms_stay_text(fort):
    season(fort, FORMULA)
    browser = fort.browser(AUDITOR)
    found = 0
    for path in (REQUESTS, COPIES):
        sheet = browser.get(f"{path}?download=xlsx").body
        found += any(one == FORMULA for one in inert_sheet(sheet, path))
        rows = browser.get(f"{path}?download=csv").body.decode("utf-8-sig")
        for row in csv.reader(io.StringIO(rows), delimiter=";"):
            assert not [cell for cell in row if cell.startswith("=")], path
    assert found == 2


def test_d4_36_names_of_downloads_hold_what_a_disk_can_hold(poisoned):
    for email, path in (
        (ADMINISTRATOR, f"{HOME}/processes/matrix?download=csv"),
        (AUTHOR, LISTS[0]),
    ):
        joint = "&" if "?" in path else "?"
        answer = poisoned.browser(email).get(f"{path}{joint}download=xlsx")
        sealed_download(answer, path)
