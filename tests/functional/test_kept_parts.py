"""What is kept of a page shows every change at once, and nobody what another one sees."""

import copy
import re

import pytest
from persistent.list import PersistentList

from qms.people.events import PersonChanged
from qms.people.models import people_of
from qms.web.parts import KEPT

ORGANISATION = "aexpress"
QUALITY = "calidad@aexpress.example"
EMPLOYEE = "paola.rincon@aexpress.example"
LIST = "/aexpress/documents/?sort=code"
DOCUMENT = "/aexpress/documents/PRO-AX-SC-01/"
REFERRED = "FOR-AX-SC-02"


@pytest.fixture
def person(house):
    """Change somebody, found by their address; as all changes, it leaves its line in the trail."""

    def change(email, make):
        with house.site() as site:
            one = people_of(site[ORGANISATION]).by_email(email)
            make(one)
            act = house.act()
            act.notify(PersonChanged(one, act))

    return change


def frame(browser, path=DOCUMENT):
    html = browser.get(path).html
    return html.select_one("header.topbar"), html.select_one("#menu")


def menu(browser, path=DOCUMENT):
    return [one["href"] for one in frame(browser, path)[1].select("a.menu-line")]


def test_another_name_stands_in_the_bar_at_once(house, person):
    browser = house.browser(QUALITY)
    frame(browser)
    person(QUALITY, lambda one: setattr(one, "title", "Zoila <b>Nueva</b>"))
    bar = frame(browser)[0]
    assert bar.select_one(".popup-title").text == "Zoila <b>Nueva</b>"
    assert bar.select_one(".avatar").text == "Z<"


def test_d4_1_a_role_that_is_taken_takes_its_menu_along_at_once(house, person):
    browser = house.browser(QUALITY)
    before = menu(browser)
    person(QUALITY, lambda one: setattr(one, "granted", PersistentList()))
    after = menu(browser)
    assert set(after) < set(before)
    assert "/aexpress/setup" not in "".join(after)
    person(QUALITY, lambda one: setattr(one, "granted", PersistentList(["quality"])))
    assert set(menu(browser)) <= set(before)
    assert len(menu(browser)) > len(after)


def test_a_profile_that_changes_changes_name_and_colour_at_once(house):
    browser = house.browser(QUALITY)
    assert "Casa Nueva" not in browser.get(DOCUMENT)
    with house.site() as site:
        organisation = site[ORGANISATION]
        profile = copy.deepcopy(organisation.profile)
        profile["organisation"]["name"] = "Casa Nueva"
        profile["organisation"]["colour"] = "#123456"
        organisation.profile = profile
        organisation.profile_revision += 1
    page = browser.get(DOCUMENT)
    assert page.html.select_one(".brand-name").text == "Casa Nueva"
    assert page.html.select("link[href*='123456']")


def test_the_language_is_that_of_each_answer(house):
    browser = house.browser(QUALITY)
    spanish = frame(browser)[1].text
    english = frame(browser, f"{DOCUMENT}?_LOCALE_=en")[1].text
    assert "Documentos" in spanish
    assert "Documents" in english
    assert frame(browser, f"{DOCUMENT}?_LOCALE_=es")[1].text == spanish


def test_the_bell_counts_what_waits_now(house, person):
    browser = house.browser(EMPLOYEE)

    def bell():
        found = frame(browser)[0].select_one(".bell-count")
        return int(found.text) if found else 0

    assert bell() > 0
    person(EMPLOYEE, lambda one: setattr(one, "held", PersistentList()))
    without = bell()
    assert without == 0
    with house.site() as site:
        positions = [one.id for one in people_of(site[ORGANISATION])["positions"].values()]
    person(EMPLOYEE, lambda one: setattr(one, "held", PersistentList(positions)))
    assert bell() > without


def test_the_line_that_is_here_is_marked_on_each_page(house):
    browser = house.browser(QUALITY)
    here = [
        [one["href"] for one in frame(browser, path)[1].select("[aria-current]")]
        for path in ("/aexpress/", LIST, DOCUMENT, "/aexpress/processes/")
    ]
    documents = ["/aexpress/documents/"]
    assert here == [["/aexpress/"], documents, documents, ["/aexpress/processes/"]]


@pytest.mark.parametrize("path", [LIST, DOCUMENT])
def test_nobody_is_shown_the_bar_of_another(house, path):
    quality, employee = house.browser(QUALITY), house.browser(EMPLOYEE)
    for _ in range(2):
        pages = [browser.get(path) for browser in (quality, employee)]
        names = [page.html.select_one("header .popup-title").text for page in pages]
        tokens = [re.findall(r'csrf[-_]token" (?:value|content)="([^"]*)"', p.text) for p in pages]
        assert names[0] != names[1]
        assert names[0] not in pages[1]
        assert names[1] not in pages[0]
        assert [len(set(one)) for one in tokens] == [1, 1]
        assert tokens[0][0] != tokens[1][0]


def test_d4_3_a_reader_is_not_shown_the_rows_that_staff_saw(house):
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        under_way = {one.code for one in documents.values() if one.in_force and one.pending}
    for email, sees in ((QUALITY, True), (EMPLOYEE, False), (QUALITY, True)):
        browser = house.browser(email)
        rows = browser.get(LIST, headers={"Accept": "application/json"}).json["rows"]
        assert all((row["pending"] is not None) == sees for row in rows if row["code"] in under_way)
        if not sees:
            assert all(row["pending"] is None and row["pending_version"] is None for row in rows)


def test_programs_get_the_same_rows_again_and_those_of_now(house):
    browser = house.browser(QUALITY)
    programs = {"Accept": "application/json"}
    first = browser.get(LIST, headers=programs).json
    assert browser.get(LIST, headers=programs).json == first
    assert first["total"] >= len(first["rows"]) > 1
    assert (first["page"], type(first["pages"])) == (1, int)


def test_a_document_that_is_referred_to_is_shown_under_its_present_title(house):
    browser = house.browser(QUALITY)
    browser.get(DOCUMENT)
    with house.site() as site:
        site[ORGANISATION]["documents"][REFERRED].title = "Encuesta <i>renovada</i>"
    page = browser.get(DOCUMENT)
    assert "Encuesta &lt;i&gt;renovada&lt;/i&gt;" in page.text
    assert "Encuesta &lt;i&gt;renovada" in browser.get(DOCUMENT).text


def test_d4_3_a_reference_that_a_reader_may_not_know_of_is_not_kept_for_them(house):
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        documents[REFERRED].title = "Borrador secreto"
        documents[REFERRED].in_force_order = None
    quality, employee = house.browser(QUALITY), house.browser(EMPLOYEE)
    for _ in range(2):
        assert "Borrador secreto" in quality.get(DOCUMENT)
        assert "Borrador secreto" not in employee.get(DOCUMENT)


def test_the_text_of_a_section_is_never_that_of_before(house):
    browser = house.browser(QUALITY)
    browser.get(DOCUMENT)
    with house.site() as site:
        version = site[ORGANISATION]["documents"]["PRO-AX-SC-01"].in_force
        for content in version.sections.values():
            if "html" in content.data:
                content.data = {**content.data, "html": "<p>Texto de ahora mismo</p>"}
    assert "Texto de ahora mismo" in browser.get(DOCUMENT)


def test_what_is_kept_serves_the_next_page(house):
    browser = house.browser(QUALITY)
    kept = house.app.registry[KEPT] if hasattr(house.app, "registry") else house.registry[KEPT]
    browser.get(DOCUMENT)
    number = len(kept)
    browser.get(DOCUMENT)
    assert len(kept) == number > 3
