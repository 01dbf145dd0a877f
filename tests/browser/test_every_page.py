"""Every page that somebody can reach by links, at every width, read by a machine that knows WCAG.

The house is served once for the module and only looked at; a page kind is the class of what it
shows, its state, and the name of the view.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pyotp
import pytest
from control_siege import season
from house import PASSPHRASE, PASSWORD, House
from live import PHONE, WIDE, Live, Visitor
from pyramid.traversal import traverse
from rooms_siege import season_rooms

from qms.content.models import Site
from qms.documents.assignment import waiting_for
from qms.documents.services.publishing import set_public
from qms.people.services import access, delegations
from qms.pqr import services as cases

AEXPRESS = "/aexpress"
DOCUMENTS = f"{AEXPRESS}/documents"
DRAFT, REVIEW, RETURNED = "PRO-AX-SC-01", "FOR-AX-SC-03", "FOR-AX-SC-02"
QUALITY = "calidad@aexpress.example"
SECOND_FACTOR = "recolecciones@aexpress.example"
ROLES = {
    "quality": QUALITY,
    "administrator": "admin@aexpress.example",
    "auditor": "auditoria@aexpress.example",
    "employee": "paola.rincon@aexpress.example",
    "signer": "jefe.sac@aexpress.example",
    "rooms": QUALITY,
}
ROOMS = {"cases", "retention", "record-series", "indicators", "objectives", "surveys"}
ROOMS |= {"findings", "actions", "audits", "management-reviews", "risks", "improvement-board"}
"""What stands below an organisation of the rooms that one crawl of their own looks at: there are
as many pages in them as in all the others, and each role would look at most of them again."""
ZOOMED = (320, 256)
"""A window of 1280 x 1024 at 400 %."""
MOST_PAGES = 200
"""A crawl that meets more kinds than this has lost its way."""

NO_PAGES = {"pdf", "file", "logo", "formula-preview", "edit-gaps", "offer-code", "check-code"}
NO_PAGES |= {"search-suggest", "map.pdf", "setup-profile.yaml", "case-receipt-pdf", "source"}
NO_PAGES |= {"progress", "lint-progress", "edit-findings", "copy", "p"}
NO_PAGES |= {"sheet-pdf", "report-pdf", "report-sent", "bulk-template", "bulk-source"}
NO_PAGES |= {"record", "contingency-sheet", "mail-file", "letter-preview", "letter-file"}
"""Views that answer files, data and fragments."""
STATEFUL = {"", "approval", "sign"}
"""Views that look different in each state."""
FORWARDERS = {("Site", ""), ("PeopleFolder", "")}
FORWARDERS |= {
    ("Indicators", "objectives"),
    ("Organisation", "imports"),
    ("Organisation", "evidence"),
}
"""Views that only lead to another page."""
AFTER_OTHERS = {
    ("Organisation", "case-receipt"),
    ("RenamePackage", "sign"),
    ("ChangeRequest", "sign"),
    ("Norm", "restore"),
    ("Audit", "answer"),
    ("Audit", "conclude"),
    ("Case", "approve"),
    ("Case", "letter"),
    ("Campaign", "load"),
    ("Case", "amount"),
    ("Case", "end-consent"),
    ("CaseRegister", "bulk-columns"),
    ("CaseRegister", "mail-add"),
    ("CaseRegister", "mail-discard"),
    ("Contact", "message"),
    ("Indicator", "upload"),
    ("Objective", "judge"),
    ("Disposal", "approve"),
    ("ImprovementAction", "verify"),
    ("ManagementReview", "approve"),
    ("Organisation", "case-complete"),
    ("Organisation", "case-letter-check"),
    ("Organisation", "case-object"),
    ("Organisation", "case-rate"),
    ("Retention", "hold-record"),
    ("Transfer", "receive"),
}
AFTER_OTHERS |= {
    ("Finding", view)
    for view in ("accept", "check", "close", "dispose", "reject", "reopen", "reverify")
} | {("Finding", "risk-document"), ("Indicator", "note"), ("Indicator", "restate")}
"""Pages that only come after an act of the same visitor; functional tests go there."""

LOOK = """() => {
  const told = [];
  const named = (one) => (one.labels?.length && [...one.labels].some((l) => l.textContent.trim()))
    || one.getAttribute("aria-label")?.trim() || one.title?.trim() || one.textContent.trim()
    || (one.getAttribute("aria-labelledby") ?? "").split(" ").some(
      (id) => id && document.getElementById(id)?.textContent.trim());
  if (!/^(es|en)$/.test(document.documentElement.lang)) told.push("lang");
  const headings = document.querySelectorAll("h1");
  if (headings.length !== 1) told.push(`${headings.length} h1`);
  if (!headings[0]?.textContent.trim()) told.push("empty h1");
  if (!document.title.trim()) told.push("no title");
  const controls = "input, select, textarea, button, [role=textbox]";
  for (const one of document.querySelectorAll(controls)) {
    if (one.type === "hidden" || one.closest("[hidden], [aria-hidden=true]")) continue;
    if (one.matches("textarea, select") ? !(one.labels?.length || one.ariaLabel) : !named(one))
      told.push(`no label: ${one.outerHTML.slice(0, 120)}`);
  }
  const first = document.querySelector("a[href], button, input:not([type=hidden]), [tabindex='0']");
  if (!first?.matches("a.skip-link")) told.push("the skip link is not first");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) told.push(`ids used twice: ${twice.slice(0, 3)}`);
  return told;
}"""
SIDEWAYS = """() => new Promise((done) => requestAnimationFrame(() => {
  const wide = window.innerWidth;
  const page = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
  if (page <= wide) return done([]);
  const over = [...document.body.querySelectorAll("*")].filter((one) =>
    one.getBoundingClientRect().right > wide + 1).slice(0, 3);
  done([`${page} px wide in ${wide}`, ...over.map((one) => one.outerHTML.slice(0, 100))]);
}))"""
MADE_OF = """() => [...new Set([...document.body.querySelectorAll("*")].map(
  (one) => `${one.localName}.${one.getAttribute("class") ?? ""}.${one.getAttribute("role") ?? ""}`
))]"""
LINKS = """() => [...document.querySelectorAll("a[href]")]
  .filter((one) => one.origin === location.origin).map((one) => one.pathname + one.search)"""


# --- The house ------------------------------------------------------------------------------------


def pressed(browser, path, action, button="", **fields):
    """Send the form of a page whose address ends so."""
    page = browser.get(path)
    form = next(one for one in page.forms.values() if one.action.endswith(action))
    for name, value in fields.items():
        form[name] = value
    answer = form.submit(button or None)
    assert answer.status_int == 303
    return urlsplit(answer.location).path


def make_cases(house: House) -> None:
    """Leave a case of a customer at each station of its way."""
    act = house.act("paola-rincon")
    with house.site() as site:
        made = [
            cases.register(
                site["aexpress"],
                cases.Received("peticion", "telefono", "No llega el envío.", {"name": "Rosa Peña"}),
                act=act,
            ).case
            for _station in range(6)
        ]
        _open, asked, answered, notified, closed, suspended = made
        cases.ask_for_more(asked, "Falta el número de la guía.", act=act)
        cases.suspend(suspended, "Se espera el informe de la bodega.", act=act)
        for case in (answered, notified, closed):
            cases.answer(case, "Su envío llega hoy.", act=act)
        for case in (notified, closed):
            cases.notify(case, "phone", proof="Llamada 8812", act=act)
        cases.close(closed, "confirmed", "Dijo que ya lo tiene.", act=act)


def make_versions(house: House) -> None:
    """Leave a draft, a version that waits for its signers, and one that was returned."""
    quality = house.browser(QUALITY)
    for code in (DRAFT, REVIEW, RETURNED):
        edit = pressed(quality, f"{DOCUMENTS}/{code}/", "/revise")
        version = edit.removesuffix("edit")
        pressed(quality, edit, "/edit-details", "save", reason="Se ajusta la frecuencia.")
        if code != DRAFT:
            pressed(quality, version + "submit", "/submit")
    with house.site() as site:
        returned = site["aexpress"]["documents"][RETURNED].pending
        path = f"{DOCUMENTS}/{RETURNED}/versions/{returned.order}/sign"
    for email in (ROLES["signer"], "comercial@aexpress.example", QUALITY):
        signer = house.browser(email)
        page = signer.get(path, expect_errors=True)
        if page.status_int == 200 and "passphrase" in page.text:
            fields = {"passphrase": PASSPHRASE, "reason": "Falta el apartado 5.2."}
            pressed(signer, path, "/sign", "return", **fields)
            return
    raise AssertionError("nobody could return it")


def make_people(house: House) -> None:
    """Let one person stand in for another, and give one a second factor."""
    people_of_one = house.browser(SECOND_FACTOR)
    page = people_of_one.get("/account-second-factor")
    secret = page.html.find("code").get_text().replace(" ", "")
    form = page.forms["form"]
    form["code"], form["present"] = pyotp.TOTP(secret).now(), PASSWORD
    assert form.submit("save").status_int == 303
    with house.site() as site:
        act = house.act("lucia-mora")
        day = act.at.date() + timedelta(days=1)
        delegations.delegate(
            site["aexpress"]["people"],
            from_person="lucia-mora",
            to_person="andres-pineda",
            starts=day,
            ends=day,
            reason="Vacaciones",
            act=act,
        )


@pytest.fixture(scope="module")
def prepared(seeded, apart):
    """Make one house with something of everything."""

    def make():
        house = House(seeded)
        season(house)
        make_cases(house)
        house.made = season_rooms(house)
        make_versions(house)
        make_people(house)
        return house

    house = apart(make)
    served = Live(house)
    yield served
    served.close()
    house.close()


class Inspector:
    """Checks pages, each kind in full once; remembers what was seen."""

    def __init__(self, live: Live, barriers) -> None:
        self.live, self.barriers = live, barriers
        self.seen: set[tuple[str, ...]] = set()
        self.made_of: dict[tuple[str, ...], set[str]] = {}
        self.crawled: set[str] = set()

    def kind(self, path: str) -> tuple[str, ...]:
        """Say what a path shows: class, view, state."""
        with self.live.house.site() as site:
            found = traverse(site, unquote(urlsplit(path).path))
            context, view = found["context"], found["view_name"]
            shown = getattr(context, "in_force", None) or context
            state = getattr(shown, "state", "") if view in STATEFUL else None
            return (type(context).__name__, view, state or "")

    def next_signer(self) -> str:
        """Give the address of somebody for whom a signature waits."""
        with self.live.house.site() as site:
            version = site["aexpress"]["documents"][REVIEW].pending
            waiting = waiting_for(version, self.live.house.act().at.date())
            person = site["aexpress"]["people"].person(next(iter(waiting)))
            return str(person.email)

    def check(self, visitor: Visitor, kind: tuple[str, ...]) -> list[str]:
        """Look at the page that is open; the expensive readings only where something is new."""
        page = visitor.page
        told = page.evaluate(LOOK) + visitor.errors
        visitor.errors.clear()
        parts = set(page.evaluate(MADE_OF))
        known = self.made_of.setdefault(kind[:2], set())
        is_new_kind, is_new = not known, bool(parts - known)
        known |= parts
        if is_new:
            told += self.barriers(page)
        if is_new_kind:
            page.emulate_media(color_scheme="dark")
            told += self.barriers(page, ["color-contrast"])
            page.emulate_media(color_scheme="light")
        for width, height in (PHONE, ZOOMED):
            page.set_viewport_size({"width": width, "height": height})
            told += page.evaluate(SIDEWAYS)
            if is_new_kind and width == PHONE[0]:
                told += self.barriers(page)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        return told

    def crawl(
        self, visitor: Visitor, *starts: str, rooms: bool | None = None
    ) -> set[tuple[str, ...]]:
        """Follow every link to a kind of page that this visitor has not seen.

        ``rooms`` says whether links into the rooms that have a crawl of their own are followed, or
        none but those.
        """
        queue, found, visited, told = deque(starts), set(), set(), {}
        while queue:
            path = queue.popleft()
            if rooms is not None and path not in starts and is_in_rooms(path) != rooms:
                continue
            kind = self.kind(path)
            new = kind not in found or (path in starts and path not in visited)
            if kind[1] in NO_PAGES or not new:
                continue
            visited.add(path)
            found.add(kind)
            assert len(found) < MOST_PAGES
            answer = visitor.page.goto(self.live.url + path)
            wrong = self.check(visitor, kind) if answer.status == 200 else [f"{answer.status}"]
            visitor.errors.clear()
            if wrong:
                told[path] = wrong
            queue.extend(visitor.page.evaluate(LINKS))
        self.seen |= found
        assert told == {}
        return found


def is_in_rooms(path: str) -> bool:
    """Tell whether a page belongs to the rooms that have a crawl of their own."""
    parts = urlsplit(path).path.split("/")
    return len(parts) > 2 and parts[2] in ROOMS


@pytest.fixture(scope="module")
def inspector(prepared, barriers):
    return Inspector(prepared, barriers)


@pytest.fixture
def guest(prepared, browser):
    """Give a maker of visitors to the one house."""
    made = []

    def make(email=None, **options):
        visitor = Visitor(browser, prepared, **options)
        made.append(visitor)
        return visitor.sign_in(email) if email else visitor

    yield make
    for visitor in made:
        visitor.close()


# --- Signed in ------------------------------------------------------------------------------------

EVERYBODY = {
    ("Organisation", "", ""),
    ("DocumentFolder", "", ""),
    ("Document", "", "in-force"),
    ("Document", "approval", "in-force"),
    ("Site", "account", ""),
}
MUST_MEET = {
    "quality": {
        ("Version", "edit", ""),
        ("Version", "", "obsolete"),
        ("Version", "approval", "in-review"),
        ("Version", "withdraw", ""),
        ("DocumentFolder", "add", ""),
    },
    "administrator": {("People", "add-person", ""), ("Organisation", "outbox", "")},
    "auditor": {("Trail", "", ""), ("Trail", "check", ""), ("Version", "", "obsolete")},
    "employee": {("Site", "account-second-factor", "")},
    "signer": {("Version", "sign", "in-review")},
    "rooms": {
        ("Case", "", "case-objected"),
        ("Finding", "analyse", ""),
        ("Indicator", "sheet", ""),
    },
}
BY_FORM = (
    f"{AEXPRESS}/search?q=servicio",
    f"{AEXPRESS}/search?q=zzzzzz",
    f"{DOCUMENTS}/?q=zzzzzz&state=obsolete",
    "/account-second-factor-off",
)
"""Pages that no link leads to here: a form does, or a link that only some people see."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_links_lead_to_is_without_barrier(role, inspector, guest):
    starts = [f"{AEXPRESS}/", *BY_FORM]
    if role == "rooms":
        starts = [f"{AEXPRESS}/{room}" for room in sorted(ROOMS)]
        starts += [f"{AEXPRESS}/cases/{one}" for one in ("desk", "quick", "matrix")]
        starts += [f"{AEXPRESS}/findings/quick", f"{AEXPRESS}/surveys/open"]
    if role in ("quality", "auditor"):
        starts.append(f"{DOCUMENTS}/{DRAFT}/versions/compare?old=2&new=3")
    email = inspector.next_signer() if role == "signer" else ROLES[role]
    found = inspector.crawl(guest(email), *starts, rooms=role == "rooms")
    wanted = MUST_MEET[role] | (EVERYBODY if role != "rooms" else set())
    assert {kind for kind in wanted if not any(kind == one[:3] for one in found)} == set()
    inspector.crawled.add(role)


def test_the_menu_of_a_telephone_opens_and_closes_by_key(guest, accessible):
    page = guest(ROLES["employee"], size=PHONE).page
    page.focus(".drawer-open")
    page.keyboard.press("Enter")
    page.wait_for_url("**#menu")
    accessible(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#menu') !== null")
    page.keyboard.press("Escape")
    page.wait_for_url("**#main")
    assert page.evaluate("document.activeElement.matches('.drawer-open')")
    page.focus("details.popup summary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".popup-panel", state="visible")
    accessible(page)


@pytest.mark.parametrize("path", [f"{AEXPRESS}/", "/verify"])
def test_the_skip_link_is_first_seen_when_focused_and_leads_into_the_content(path, guest):
    page = guest(ROLES["auditor"]).go(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip-link')")
    box = page.locator(".skip-link").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    assert page.evaluate("document.activeElement.id") == "main"


# --- Everybody ------------------------------------------------------------------------------------


def test_every_public_page_is_without_barrier(inspector, guest):
    visitor = guest()
    with inspector.live.house.site() as site:
        document = site["aexpress"]["documents"][DRAFT]
        tokens = [document.in_force.token, document.versions.at(2).token, document.pending.token]
        copy = next(iter(site["aexpress"]["copies"].values())).token
        quality = inspector.live.house.act("lucia-mora")
        set_public(document, public=True, act=quality)
        sent = []
        act = dataclasses.replace(inspector.live.house.act(), notify=sent.append)
        access.request_reset(site, ROLES["employee"], act=act)
    starts = ["/login", "/reset", "/reset-sent", "/verify", f"/new-password?token={sent[0].token}"]
    starts += [f"/c/{copy}", f"{AEXPRESS}/new-case", f"{AEXPRESS}/case-status"]
    starts += [f"{AEXPRESS}/{one}" for one in ("case-figures", "case-notices", "survey-thanks")]
    survey = inspector.live.house.made.token
    starts += [f"{AEXPRESS}/{one}?token={survey}" for one in ("survey", "survey-stop")]
    inspector.crawl(visitor, *starts, *(f"/v/{token}" for token in tokens))
    said = [visitor.go(f"/v/{token}").inner_text(".glance") for token in tokens]
    assert [one.strip() for one in said] == [
        "Vigente",
        "Reemplazada por la versión 3",
        "Todavía no vigente",
    ]


def test_the_answers_to_mistakes_at_the_door_are_without_barrier(inspector, guest):
    visitor = guest()
    visitor.sign_in(ROLES["employee"], "no-es-esta")
    assert visitor.page.locator("[role=alert]").is_visible()
    forgive(visitor, "422")
    inspector.made_of.pop(("Site", "login"), None)
    assert inspector.check(visitor, ("Site", "login", "refused")) == []
    visitor.sign_in(SECOND_FACTOR)
    assert visitor.page.url.endswith("/login-code")
    assert inspector.check(visitor, ("Site", "login-code", "")) == []
    inspector.seen.add(("Site", "login-code", ""))
    for path in ("/nothing", "/v/nothing"):
        assert visitor.page.goto(inspector.live.url + path).status in (200, 404)
        forgive(visitor, "404")
        assert inspector.check(visitor, ("error", path, "")) == []


def forgive(visitor: Visitor, status: str) -> None:
    """Forget what Chromium itself writes for a page of this status."""
    visitor.errors[:] = [one for one in visitor.errors if f"status of {status}" not in one]


def test_the_check_of_a_pdf_says_good_and_altered_without_barrier(inspector, guest):
    with inspector.live.house.site() as site:
        document = site["aexpress"]["documents"]["INS-AX-SC-01"]
        good = document.in_force.rendition.read()
    altered = good.replace(b"%%EOF", b"%%E0F", 1)
    visitor = guest()
    page = visitor.page
    for data, word in ((good, "válid"), (altered, "No confíe")):
        visitor.go("/verify")
        page.set_input_files(
            "#file", {"name": "documento.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        page.click("main button[type=submit]")
        page.wait_for_selector(".glance")
        assert word in page.inner_text(".glance")
        assert inspector.check(visitor, ("Site", "verify", word)) == []


# --- All of them ----------------------------------------------------------------------------------


def test_no_page_of_the_application_was_left_out(inspector):
    if inspector.crawled != set(ROLES):
        pytest.skip("the crawls above have not all run in this process")
    pages = set()
    for view in inspector.live.house.registry.introspector.get_category("views"):
        told = view["introspectable"]
        context, name = told["context"], told["name"]
        methods = told["request_methods"] or ("GET",)
        if context is None or "GET" not in methods or not is_content(context):
            continue
        kind = (context.__name__, name)
        if name not in NO_PAGES and kind not in FORWARDERS | AFTER_OTHERS:
            pages.add(kind)
    assert pages - {kind[:2] for kind in inspector.seen} == set()


def is_content(context) -> bool:
    """Tell whether a view's context is something of the tree, no error."""
    return (
        isinstance(context, type)
        and (issubclass(context, Site) or context.__module__.startswith("qms."))
        and not issubclass(context, Exception)
    )
