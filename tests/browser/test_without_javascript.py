"""Reading, finding and signing without any script: what has to work on the oldest browser."""

import re

import pytest
from house import PASSPHRASE, PASSWORD
from live import WIDE, Visitor

from qms.documents.services import drafting

CODE = "PRO-AX-SC-01"
FOLDER = "/aexpress/documents/"
QUALITY = "calidad@aexpress.example"
LEADER = "jefe.sac@aexpress.example"


class Plain(Visitor):
    """A visitor whose browser runs no script."""

    def __init__(self, browser, live):
        super().__init__(browser, live)
        self.context.close()
        self.context = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, java_script_enabled=False
        )
        self.page = self.context.new_page()


@pytest.fixture
def plain(browser, live):
    """Give a maker of visitors without scripts."""
    made = []

    def make(email):
        made.append(Plain(browser, live))
        return made[-1].sign_in(email).page

    yield make
    for visitor in made:
        visitor.close()


@pytest.fixture
def in_review(live, apart):
    """Send version 4 to its signers and give its address."""

    def send():
        browser = live.house.browser(QUALITY)
        forms = browser.get(f"{FOLDER}{CODE}/").forms.values()
        edit = next(one for one in forms if one.action.endswith("/revise")).submit().follow()
        details = edit.forms["f-details"]
        details["reason"] = "Se ajusta la frecuencia de la encuesta."
        assert details.submit("save").status_int == 303
        address = edit.request.path.removesuffix("edit")
        forms = browser.get(address + "submit").forms.values()
        sent = next(one for one in forms if one.action.endswith("/submit")).submit()
        assert sent.status_int == 303
        return address

    return apart(send)


def test_a_document_is_found_read_and_left_without_script(plain, live):
    page = plain("paola.rincon@aexpress.example")
    page.fill("#search", "pro ax sc 01")
    page.press("#search", "Enter")
    page.wait_for_url(f"**/{CODE}/")
    assert "OBJETIVO" in page.inner_text("main")
    page.goto(live.url + FOLDER)
    page.click("details.popup-end summary.person")
    page.click("form[action$=logout] button")
    page.wait_for_url("**/login*")
    page.goto(live.url + FOLDER)
    assert page.locator("input[name=password]").is_visible(), "the session has ended"
    page.fill("input[name=email]", "paola.rincon@aexpress.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("form#form button[type=submit]")
    page.wait_for_url(f"**{FOLDER}")


def test_the_master_list_is_filtered_and_turned_over_without_script(plain, live):
    with live.house.site() as site:
        act = live.house.act("lucia-mora")
        process = site["aexpress"]["documents"][CODE].process_id
        for number in range(50):
            drafting.create_document(
                site["aexpress"]["documents"],
                type_id="instruction",
                process_id=process,
                title=f"Instructivo de prueba {number}",
                act=act,
            )
    page = plain(QUALITY)
    page.goto(live.url + FOLDER)
    with page.expect_navigation():
        page.click("text=Mostrar también borradores y obsoletos")
    rows = page.locator(".master-list tbody tr")
    everything = rows.count()
    choice = page.locator(".facets a", has_text="Formato").first
    count = int(choice.locator(".count").inner_text())
    with page.expect_navigation():
        choice.click()
    assert 0 < rows.count() == count < everything
    assert {code[:3] for code in page.locator(".master-list td.code").all_inner_texts()} == {"FOR"}
    with page.expect_navigation():
        page.click("text=Quitar los filtros")
    assert rows.count() == everything
    codes = page.locator(".master-list td.code")
    first = codes.all_inner_texts()
    with page.expect_navigation():
        page.click(".pagination-bar a[rel=next]")
    rest = codes.all_inner_texts()
    assert len(first) == 50
    assert rest
    assert set(rest).isdisjoint(first)
    with page.expect_navigation():
        page.click(".master-list th a >> nth=0")
    assert codes.all_inner_texts()[0] == "PRO-AX-SC-01"
    assert page.locator(".master-list th >> nth=0").get_attribute("aria-sort") == "descending"


def test_a_version_is_signed_without_script(plain, live, in_review):
    page = plain(LEADER)
    page.goto(live.url + in_review + "sign")
    page.fill("input[name=passphrase]", "no-es-esta")
    page.click("button[name=sign]")
    assert page.locator(".error-summary").is_visible()
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("button[name=sign]")
    page.wait_for_url("**/approval")
    assert re.search(r"Andrés Pineda", page.inner_text(".chain-done"))


def test_a_version_is_returned_with_a_reason_without_script(plain, live, in_review):
    page = plain(LEADER)
    page.goto(live.url + in_review + "sign")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click(".sign-return summary")
    page.fill("textarea[name=reason]", "Falta el apartado 5.2.")
    with page.expect_navigation():
        page.click("button[name=return]")
    with live.house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        assert version.state == "draft"
        assert version.standing.returned["reason"] == "Falta el apartado 5.2."
