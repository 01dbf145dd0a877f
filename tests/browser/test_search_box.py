"""The box in the frame: what it offers while somebody types, in which order, all by keyboard."""

from __future__ import annotations

import pytest
from live import PHONE, WIDE

EMPLOYEE = "paola.rincon@aexpress.example"


def offered(page, words):
    """Type slowly enough for the box to ask, and give headings and codes in their order."""
    page.locator("#search").press("Control+a")
    page.locator("#search").press("Delete")
    with page.expect_response("**/search-suggest**"):
        page.locator("#search").press_sequentially(words, delay=20)
    page.wait_for_timeout(400)
    page.locator("#suggestions").wait_for(state="visible")
    return page.evaluate(
        """() => [...document.querySelectorAll("#suggestions .group, #suggestions [role=option]")]
          .map((one) => one.matches(".group") ? one.textContent.trim()
            : (one.querySelector(".code")?.textContent ?? one.textContent).trim())"""
    )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_while_typing_the_code_comes_first_then_titles_then_text_each_in_its_group(
    visit, accessible, indexed, size
):
    page = visit(EMPLOYEE, size=size).page
    assert offered(page, "pro ax sc1")[:2] == ["Códigos", "PRO-AX-SC-01"]
    found = offered(page, "servicio")
    assert found[0] == "Títulos"
    assert found.index("Títulos") < found.index("En el texto")
    codes = [one for one in found if one.count("-") >= 3]
    assert len(codes) == len(set(codes)), "nothing is offered twice"
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#suggestions").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]


def test_by_keyboard_alone_from_the_slash_to_the_document(visit, indexed):
    page = visit(EMPLOYEE).page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    box = page.locator("#search")
    assert box.get_attribute("aria-expanded") == "false"
    offered(page, "bitacora")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#suggestions [aria-selected=true]")
    assert chosen.count() == 1
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert "FOR-AX-SC-03" in chosen.inner_text()
    page.keyboard.press("ArrowUp")
    assert "FOR-AX-SC-03" not in page.locator("#suggestions [aria-selected=true]").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/FOR-AX-SC-03/")


def test_escape_closes_and_enter_without_a_choice_asks_for_everything(visit, indexed):
    page = visit(EMPLOYEE).page
    page.keyboard.press("/")
    offered(page, "servicio")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()
    assert page.locator("#search").input_value() == "servicio", "what was typed stays"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=servicio")
    assert page.locator("#main .work-row").count() >= 2


def test_what_is_answered_late_does_not_replace_what_was_asked_last(visit, indexed):
    page = visit(EMPLOYEE).page
    page.keyboard.press("/")
    offered(page, "bitacora")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.wait_for_timeout(500)
    assert page.locator("#suggestions").is_hidden(), "nothing is offered for nothing"
