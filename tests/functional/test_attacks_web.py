"""D4-20 to D4-60, as far as they come over HTTP: forged requests, headers, names, floods."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    ORGANISATION,
    QUALITY,
    SIGNED,
    STRANGERS,
    doors,
    token_of,
    views,
)
from webtest import Upload

from qms.content.models import BlobFile, Site
from qms.documents.services import drafting
from qms.profiles.errors import ProfileMistakes
from qms.profiles.loader import load

DOCUMENTS = f"/{ORGANISATION}/documents"
SITE_VIEWS_THAT_ARE_PUBLIC = {"login", "login-code", "reset", "new-password", "verify"}
XSS = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def doors_of_all(besieged):
    """Give method and path of every view: on the site, and on all content of the organisation."""
    with besieged.site() as site:
        found = [
            (method, path, view["name"])
            for method, path, _one, view in doors(besieged, site[ORGANISATION], samples=True)
        ]
    for view in views(besieged):
        if issubclass(Site, view["context"]):
            methods = view["request_methods"] or ("GET", "POST")
            wanted = (methods,) if isinstance(methods, str) else methods
            found += [(method, f"/{view['name']}", view["name"]) for method in wanted]
    return found


# D4-20


@pytest.mark.parametrize("email", [QUALITY, ADMINISTRATOR, AUTHOR])
def test_d4_20_no_view_takes_a_post_without_the_token(fort, doors_of_all, email):
    browser = fort.browser(email)
    foreign = token_of(fort.browser(STRANGERS["quality"]))
    before = fort.transaction()
    tried = 0
    for method, path, name in doors_of_all:
        # A program that pushes values has no session: its own token is asked for.
        if method != "POST" or name in ("push", "customers"):
            continue
        for body in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": "ñ"}):
            answer = browser.post(path, {"reason": "x", **body}, status="*")
            assert answer.status_int in {403, 404}, (path, answer.status_int)
        assert browser.post(path, status="*", headers={"X-CSRF-Token": foreign}).status_int in {
            403,
            404,
        }
        tried += 1
    assert tried > 60
    assert fort.transaction() == before


def test_d4_20_a_token_in_the_address_counts_for_nothing(fort):
    browser = fort.browser(QUALITY)
    token = token_of(browser)
    before = fort.transaction()
    for path in ("/account-language", f"{DOCUMENTS}/{SIGNED}/revise", "/account-end-sessions"):
        answer = browser.post(f"{path}?csrf_token={token}", {"language": "en"}, status="*")
        assert answer.status_int == 403
    assert fort.transaction() == before


def test_d4_20_a_cookie_alone_made_by_somebody_else_opens_nothing(fort):
    browser = fort.browser()
    for value in ("x", "x.y", "ñandú", "a" * 5000, "gASVCgAAAAAAAACMBnBvc2l4lC4=", "../../secret"):
        browser.reset()
        browser.set_cookie("qms", value.encode("ascii", "replace").decode())
        assert browser.get(f"{DOCUMENTS}/", status="*").status_int == 303


@pytest.mark.parametrize("email", [QUALITY, ADMINISTRATOR, AUTHOR, AUDITOR])
def test_d4_20_looking_at_everything_writes_nothing(fort, doors_of_all, email):
    browser = fort.browser(email)
    before = fort.transaction()
    for method, path, name in doors_of_all:
        # That page makes the secret that its QR shows; it is kept with the browser's session.
        if method != "GET" or name == "account-second-factor":
            continue
        answer = browser.get(path, status="*")
        assert answer.status_int < 500, path
        assert fort.transaction() == before, path


# D4-21, D4-35, D4-60


def test_d4_35_every_answer_carries_the_protecting_headers(fort, doors_of_all):
    for email in (QUALITY, None):
        browser = fort.browser(email)
        extra = [
            ("GET", "/static/dist/app.js", ""),
            ("GET", "/static/nothing.js", ""),
            ("GET", "/favicon.ico", ""),
            ("GET", "/robots.txt", ""),
            ("GET", "/.git/config", ""),
        ]
        for method, path, _name in [*doors_of_all, *extra]:
            answer = browser.request(path, method=method, status="*")
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy, path
            script = re.search(r"script-src ([^;]*)", policy)
            assert script is None or script.group(1).strip() == "'self'", path
            assert "default-src 'none'" in policy, path
            assert "unsafe-eval" not in policy, path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Referrer-Policy"] == "same-origin", path
            assert "Server" not in headers, path
            assert "X-Powered-By" not in headers, path
            if not path.startswith("/static"):
                assert headers["Cache-Control"] == "no-store", path
            for cookie in headers.getall("Set-Cookie"):
                assert "HttpOnly" in cookie, path
                assert "SameSite=Lax" in cookie, path
            if answer.content_type == "text/html":
                check_page(answer.text, path)


def check_page(text, path):
    """Look for what the policy would stop anyway, and for what tells too much."""
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
    assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', text)), path
    assert "javascript:" not in text, path
    assert "<style" not in text, path
    assert not re.search(r'<[^>]+\sstyle="', text), path
    assert "Traceback" not in text, path
    assert "pyramid" not in text.lower(), path


def test_d4_35_cookies_are_secure_over_https(fort):
    browser = fort.browser()
    form = browser.get("/login", extra_environ={"wsgi.url_scheme": "https"})
    for cookie in form.headers.getall("Set-Cookie"):
        assert "; secure" in cookie.lower()
        assert cookie.startswith("__Host-") or "qms_known" in cookie
    assert form.headers["Strict-Transport-Security"]


def test_d4_21_the_signing_page_cannot_be_framed(fort):
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][IN_REVIEW].pending.order
    answer = fort.browser(AUTHOR).get(f"{DOCUMENTS}/{IN_REVIEW}/versions/{order}/sign")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD",
        "/.git/config",
        "/.hg/",
        "/.svn/entries",
        "/development.ini",
        "/setup.cfg",
        "/_debug_toolbar",
        "/sitemap.xml",
        "/server-status",
        "/.env",
        "/static/../setup.cfg",
        "/static/",
        "/static/dist/",
        "/admin",
        "/manage_main",
    ],
)
def test_d4_60_nothing_of_the_house_behind_is_served(fort, path):
    for email in (None, QUALITY):
        answer = fort.browser(email).get(path, status="*")
        assert answer.status_int in {303, 404}
        assert "Index of" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fsetup.cfg",
        "/static/%2e%2e/%2e%2e/setup.cfg",
        "/static/..%5c..%5csetup.cfg",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/static/dist/app.js%00.txt",
        "/static//etc/passwd",
        "/static/dist/..%2f..%2f..%2ftemplates/layout.pt",
        f"{DOCUMENTS}/{SIGNED}/..%2f..%2f..%2fsecret",
        f"{DOCUMENTS}/%2e%2e/%2e%2e/etc/passwd",
        "/static/%252e%252e/setup.cfg",
        "/static/dist%5c..%5c..%5csetup.cfg",
    ],
)
def test_d4_47_no_address_leads_out_of_the_folders(fort, path):
    answer = fort.browser(QUALITY).get(path, status="*")
    assert answer.status_int in {400, 404}
    assert "root:" not in answer.text
    assert "[metadata]" not in answer.text


# D4-32, D4-34: reflected text and where one is sent


@pytest.mark.parametrize(
    "path",
    [
        "/login?came_from={}",
        "/login?signed-out={}",
        "/reset?email={}",
        "/new-password?token={}",
        "/v/{}",
        "/{}",
        "/{}?_LOCALE_={}",
        f"/{ORGANISATION}/search?q={{}}",
        f"{DOCUMENTS}/?type={{}}&process={{}}&state={{}}&pending={{}}&sort={{}}&dir={{}}&page={{}}",
        f"{DOCUMENTS}/?{{}}={{}}",
        f"{DOCUMENTS}/{{}}/",
        f"{DOCUMENTS}/{DRAFT}/versions/{{}}/",
        f"{DOCUMENTS}/{DRAFT}/versions/compare?old={{}}&new={{}}",
        f"{DOCUMENTS}/offer-code?type=procedure&process=sc&code={{}}&offered={{}}",
        f"{DOCUMENTS}/check-code?type=procedure&process=sc&code={{}}",
        f"/{ORGANISATION}/people/?q={{}}&page={{}}&all={{}}",
        f"/{ORGANISATION}/trail/?text={{}}&since={{}}&until={{}}&person={{}}&event={{}}&page={{}}&uid={{}}",
        f"{DOCUMENTS}/{SIGNED}/pdf?show={{}}x&copy={{}}&original={{}}",
    ],
)
def test_d4_32_what_an_address_holds_comes_back_as_text(fort, path):
    for email in (QUALITY, None):
        browser = fort.browser(email)
        url = path.replace(
            "{}",
            "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
        )
        answer = browser.get(url, status="*", headers={"Referer": f"http://localhost/{XSS}"})
        assert answer.status_int < 500
        if answer.content_type == "text/html":
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/\t/evil.example",
        "http://localhost@evil.example/",
        "https://evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\r\nLocation: https://evil.example",
        "//evil.example/%2e%2e",
        "///evil.example",
        "/x\u0000//evil",
        "／／evil.example",
        "http:///evil.example",
        " //evil.example",
    ],
)
def test_d4_34_signing_in_leads_to_this_site_only(fort, where):
    browser = fort.browser(EMPLOYEE)
    answer = browser.get("/login", {"came_from": where}, status="*")
    if answer.status_int == 303:
        assert answer.headers["Location"].startswith("http://localhost/")
        assert "evil.example" not in answer.headers["Location"].partition("?")[0].replace(
            "http://localhost", ""
        ) or answer.headers["Location"].startswith("http://localhost/%")
    else:
        assert answer.status_int == 400


def test_d4_34_a_foreign_place_written_into_the_login_form_is_forgotten(fort):
    browser = fort.browser()
    form = browser.get("/login").forms["form"]
    form["email"], form["password"] = EMPLOYEE, "demo-2026-qms"
    form["came_from"].force_value("https://evil.example/x")
    assert form.submit().headers["Location"] == "http://localhost/"


# D4-27, D4-29, D4-36: files


def version_address(fort, code=DRAFT):
    with fort.site() as site:
        return f"{DOCUMENTS}/{code}/versions/{site[ORGANISATION]['documents'][code].pending.order}"


def send_file(fort, name, data, **more):
    browser = fort.browser(QUALITY)
    base = version_address(fort)
    body = {"csrf_token": token_of(browser), "upload": Upload(name, data), **more}
    return browser.post(f"{base}/edit-file", body, status="*")


HOSTILE_FILES = {
    "page.html": b"<html><script>alert(1)</script>",
    "page.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>",
    "data.xml": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page.mht": b"MIME-Version: 1.0\r\n\r\n<script>",
    "photo.png": b"<html><script>alert(1)</script>",
    "photo.pdf.html": b"%PDF-1.7 <script>",
    "report.pdf": b"<script>alert(1)</script>%PDF-1.7",
    "archive.zip": b"not an archive",
    "run.exe": b"MZ",
    "nothing": b"%PDF-1.7",
    ".pdf": b"",
    "sheet.xlsm": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_d4_29_files_that_are_not_what_they_say_are_not_taken(fort, name):
    before = fort.transaction()
    answer = send_file(fort, name, HOSTILE_FILES[name])
    assert answer.status_int in {400, 422}
    assert fort.transaction() == before


def test_d4_27_whatever_was_stored_leaves_as_a_sealed_download(fort):
    names = {}
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        for name, data in HOSTILE_FILES.items():
            file = BlobFile(data, name, "text/html" if "html" in name else "image/svg+xml")
            names[drafting.attach_file(version, file, main=False, act=fort.act("lucia-mora"))] = (
                name
            )
    browser, base = fort.browser(QUALITY), version_address(fort)
    for file_id in names:
        answer = browser.get(f"{base}/file", {"id": file_id})
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def archive():
    """Make a small proper archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("plan.txt", "texto")
    return stream.getvalue()


BAD_NAMES = (
    'a"; filename="evil.html.zip',
    "fdp.cod\u202egpj.zip",
    "x" * 300 + ".zip",
    "../../etc/passwd.zip",
    "C:\\windows\\x.zip",
    "CON.zip",
    "<script>alert(1)</script>.zip",
    "ñandú «uno».zip",
    "a%0d%0aX: y.zip",
    "a;b=c.zip",
    ".zip.zip",
)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_d4_36_a_hostile_name_of_a_file_does_no_harm(fort, name):
    answer = send_file(fort, name, archive())
    if answer.status_int == 422:
        return
    assert answer.status_int in {200, 303}
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        ((file_id, stored),) = [
            one for one in version.files.items() if one[1].media_type == "application/zip"
        ]
        assert len(stored.filename) <= 150
        assert not set(stored.filename) & set('/\\:*?"<>|\r\n\u202e\x00')
    browser, base = fort.browser(QUALITY), version_address(fort)
    head = browser.get(f"{base}/file", {"id": file_id}).headers["Content-Disposition"]
    assert head.isascii()
    assert re.fullmatch(
        r"attachment; filename=\"[^\"\\;\r\n]*\"; filename\*=UTF-8''[A-Za-z0-9._~%\-]+", head
    )
    for page in ("", "edit"):
        assert "<script>alert" not in browser.get(f"{base}/{page}").text


# D4-54 to D4-56, D4-59


@pytest.mark.parametrize(
    "query",
    [
        "sort=__class__",
        "sort=",
        "sort=code&sort=title",
        "sort=uid&dir=sideways",
        "page=0",
        "page=-1",
        "page=999999",
        "page=99999999999999999999",
        "page=%D9%A3",
        "page=1e3",
        "type=*",
        "type=.*",
        "state=" + "(a%2B)%2B" * 300,
        "type=" + "&type=".join("abcdefgh" * 100),
        "process=%00x",
        "state=draft&state=in-force&state=obsolete",
        "pending=draft&pending=..",
        "audience=staff",
        "waits=person:lucia-mora",
        "limit=100000000",
        "start=-5",
        "q=" + "a" * 20000,
    ],
)
def test_d4_56_no_query_of_the_list_breaks_or_slows_it(fort, query):
    browser = fort.browser(EMPLOYEE)
    answer = browser.get(
        f"{DOCUMENTS}/?{query}", headers={"Accept": "application/json"}, status="*"
    )
    assert answer.status_int in {200, 400}
    if answer.status_int == 200:
        assert len(answer.json["rows"]) <= 50
        assert {row["state"] for row in answer.json["rows"]} <= {"in-force"}


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "%",
        "*",
        "(((((",
        "a" * 20000,
        "ñ" * 5000,
        "\\",
        "' OR 1=1 --",
        "\u202e",
        "-",
        "for ax",
    ],
)
def test_d4_56_no_search_breaks_the_search(fort, query):
    answer = fort.browser(EMPLOYEE).get(f"/{ORGANISATION}/search", {"q": query}, status="*")
    assert answer.status_int in {200, 303}


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-13-45",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=9999-12-31&until=0001-01-01",
        "page=0",
        "page=-1",
        "page=999999",
        "page=x",
        "since=abc",
        "person=%F0%9F%98%80",
        "event=*",
        "uid=../..",
        "since=31/12/9999",
        "until=01/01/0001",
        "page=%D9%A3",
    ],
)
def test_d4_56_no_query_of_the_trail_breaks_it(fort, query):
    answer = fort.browser(QUALITY).get(f"/{ORGANISATION}/trail/?{query}", status="*")
    assert answer.status_int in {200, 400, 422}


def nested(depth):
    """Write form fields that open ``depth`` mappings and never close them."""
    return [("__start__", f"a{level}:mapping") for level in range(depth)]


@pytest.mark.parametrize(
    "body",
    [
        nested(10_000),
        [("__start__", "rows:sequence")] * 5000 + [("__end__", "rows:sequence")] * 5000,
        [("__end__", "x:mapping")] * 100,
        [("__start__", "changes:sequence")]
        + [("x", "y")] * 20_000
        + [("__end__", "changes:sequence")],
        [("title", "x" * 10_000_000)],
        [("__start__", "title:mapping"), ("html", "x"), ("__end__", "title:mapping")],
        [("__start__", "reason:rename"), ("a", "b"), ("__end__", "reason:rename")],
        [("__start__", ":"), ("__start__", "ñ:mapping")],
        [("reason", "\x00\x01\ud7ff")],
        [("base_revision", "9" * 5000)],
        [("base_revision", "-1")],
        [("review_by", "99/99/9999")],
        [("release_on", "0000-00-00")],
    ],
    ids=[
        "deep",
        "deep pairs",
        "ends",
        "long",
        "big",
        "mapping for text",
        "rename",
        "odd marks",
        "controls",
        "huge number",
        "negative",
        "no date",
        "zero date",
    ],
)
def test_d4_59_no_form_body_breaks_the_editor(fort, body):
    browser, base = fort.browser(QUALITY), version_address(fort)
    before = fort.transaction()
    fields = [("csrf_token", token_of(browser)), *body]
    for part in ("edit-details", "edit-section?id=objective", "edit-section?id=activities"):
        answer = browser.post(f"{base}/{part}", fields, status="*")
        assert answer.status_int in {400, 409, 413, 422}, (part, answer.status_int)
        sent = sum(len(name) + len(value) for name, value in fields)
        # A list is cut at its thousandth row, so that a short body makes no endless page.
        assert len(answer.body) < 3_000_000 + 2 * sent
    assert fort.transaction() == before


@pytest.mark.parametrize("path", ["/login", "/reset", "/verify", "/account-language", "/logout"])
def test_d4_59_json_and_other_bodies_are_no_forms(fort, path):
    big = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    bodies = {
        "application/json": [
            big,
            b"[" * 100_000,
            b'{"csrf_token": 1}',
            b"\xff\xfe",
            b"x" * 10_000_000,
        ],
        "application/xml": [b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
        "application/x-yaml": [b"!!python/object/apply:os.system ['true']"],
        "application/octet-stream": [b"\x80\x04cposix\nsystem\n(S'true'\ntR."],
        "multipart/form-data; boundary=x": [b"--x\r\nbroken", b"", b"--y--"],
        "multipart/form-data": [b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--"],
        "application/x-www-form-urlencoded; charset=utf-7": [b"a=b"],
        "application/x-www-form-urlencoded": [b"%ff=%fe", b"&" * 100_000, b"a=1&" * 50_000],
    }
    browser = fort.browser(QUALITY)
    before = fort.transaction()
    for kind, several in bodies.items():
        for body in several:
            answer = browser.post(path, body, content_type=kind, status="*")
            assert 400 <= answer.status_int < 500, (kind, body[:20], answer.status_int)
    assert fort.transaction() == before


@pytest.mark.parametrize(
    "path",
    [
        "/" + "a/" * 20_000,
        "/" + "a" * 100_000,
        f"/{ORGANISATION}" * 500,
        f"{DOCUMENTS}/{DRAFT}" + "/versions/0" * 2000,
        f"{DOCUMENTS}/" + "PRO-AX-SC-01" * 5000,
        f"{DOCUMENTS}/" + "%F0%9F%98%80" * 3000,
        f"{DOCUMENTS}/" + "-" * 50_000,
        "/v/" + "a" * 50_000,
    ],
)
def test_d4_59_no_long_address_takes_long(fort, path):
    for email in (QUALITY, None):
        answer = fort.browser(email).get(path, status="*")
        assert answer.status_int in {303, 400, 404, 414}


def test_d4_55_a_profile_with_type_tags_is_refused(fort, tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text("organisation: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(ProfileMistakes):
        load(path)


def test_d4_54_nothing_of_ours_unpickles_what_comes_from_outside():
    source = Path(__file__).parents[2] / "qms"
    wrong = re.compile(
        r"\b(?:pickle|cPickle|shelve|marshal|dill)\b|yaml\.(?:load|unsafe_load|full_load)\("
    )
    for path in source.rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            code = line.partition("#")[0]
            if "import" in code or "(" in code:
                assert not wrong.search(code) or code.strip().startswith('"'), f"{path}:{number}"


def test_d4_60_a_failure_shows_a_number_and_no_traceback(fort, monkeypatch):
    monkeypatch.setattr("qms.documents.views.master_list.stored_rows", lambda *_a, **_k: 1 / 0)
    for accept in ("text/html", "application/json"):
        answer = fort.browser(QUALITY).get(f"{DOCUMENTS}/", headers={"Accept": accept}, status=500)
        for word in ("Zero", "division", "File ", "line ", "qms/", ".py"):
            assert word not in answer.text
        assert re.search(r"[0-9A-F]{8}", answer.text)


def test_d4_60_after_signing_out_the_back_button_finds_nothing(fort):
    browser = fort.browser(EMPLOYEE)
    page = browser.get(f"{DOCUMENTS}/")
    assert page.headers["Cache-Control"] == "no-store"
    cookies = dict(browser.cookies)
    browser.post("/logout", {"csrf_token": token_of(browser)}, status=303)
    for name, value in cookies.items():
        browser.set_cookie(name, value.strip('"'))
    assert browser.get(f"{DOCUMENTS}/", status="*").status_int == 303


def test_d4_60_an_answer_for_programs_is_as_careful(fort):
    answer = fort.browser().get(f"{DOCUMENTS}/", headers={"Accept": "application/json"}, status=401)
    assert json.loads(answer.text)["status"] == 401
    assert "Set-Cookie" not in answer.headers or "HttpOnly" in answer.headers["Set-Cookie"]
