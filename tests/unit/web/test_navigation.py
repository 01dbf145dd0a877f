"""The menu shows what the person may use; crumbs lead home; lists have pages."""

from __future__ import annotations

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError

from qms.web.chips import CHIPS, TONES, chip_of, due_chip


def lines(page):
    return [line.text.strip() for line in page.html.select(".menu-line")]


def test_the_menu_shows_only_what_the_person_may_use(browser):
    page = browser.get("/aexpress")
    assert len(lines(page)) == 3
    assert "Secret" not in page.text


def test_the_menu_marks_the_place_of_the_page(browser):
    for path, address in (
        ("/aexpress", "/aexpress/"),
        ("/aexpress/documents/PRO-AX-SC-01", "/aexpress/documents/"),
    ):
        here = browser.get(path).html.select(".menu-line[aria-current=page]")
        assert [line["href"] for line in here] == [address]


def test_crumbs_lead_from_home_to_the_page_above(browser):
    crumbs = browser.get("/aexpress/documents/PRO-AX-SC-01").html.select(".crumbs li")
    assert [crumb.text for crumb in crumbs] == ["Inicio", "Documentos", "PRO-AX-SC-01"]
    assert [bool(crumb.a) for crumb in crumbs] == [True, True, False]


def test_two_items_of_one_name_are_a_conflict():
    config = Configurator()
    config.include("qms.web.navigation")

    def one(inner):
        inner.add_menu_item("x", title="One", icon="home", context_path="")

    def other(inner):
        inner.add_menu_item("x", title="Other", icon="home", context_path="")

    config.include(one)
    config.include(other)
    with pytest.raises(ConfigurationConflictError):
        config.commit()


def test_a_page_answers_json_to_who_asks_for_it(browser):
    answer = browser.get("/aexpress", headers={"Accept": "application/json"})
    assert answer.json["rows"][0][0] == "PRO-AX-SC-01"
    assert browser.get("/aexpress").content_type == "text/html"
    browser.get("/aexpress/form", headers={"Accept": "application/json"}, status=406)


def test_d4_26_hostile_data_in_a_list_is_inert(browser):
    assert "<script>alert(1)" not in browser.get("/aexpress").text


def test_pages_of_a_list_keep_the_query(browser):
    html = browser.get("/aexpress?sort=code&page=2").html
    links = {link.text.strip(): link["href"] for link in html.select(".pagination-bar a")}
    assert links["12"] == "?sort=code&page=12"


def test_every_chip_has_a_word_a_drawing_and_a_known_tone():
    for chip in CHIPS.values():
        assert chip.word
        assert chip.icon
        assert chip.tone in TONES
    assert chip_of("never-seen").word == "never-seen"


@pytest.mark.parametrize(
    ("days", "tone"),
    [(-5, "bad"), (-1, "bad"), (0, "warn"), (1, "warn"), (3, "warn"), (4, "quiet")],
)
def test_a_term_is_coloured_by_what_is_left(days, tone):
    assert due_chip(days).tone == tone
