"""An employee with a telephone reads what is new and confirms it with the thumb."""

from __future__ import annotations

import pytest
from live import PHONE, WIDE

CODE = "INS-AX-SC-01"
EMPLOYEE, QUALITY = "paola.rincon@aexpress.example", "calidad@aexpress.example"
THUMB = 44
"""Height in pixels that a thumb hits (WCAG 2.5.5)."""


def test_a_reading_is_confirmed_on_a_telephone(visit, accessible):
    phone = visit(EMPLOYEE, size=PHONE)
    page = phone.go("/aexpress/")
    accessible(page)
    row = page.locator(".work-row", has_text=CODE)
    assert row.get_by_role("button").bounding_box()["height"] >= THUMB
    row.get_by_role("link").first.click()
    page.wait_for_load_state()
    accessible(page)
    page.get_by_role("link", name="Ir a la confirmación").click()
    button = page.get_by_role("button", name="Leí y entendí")
    assert button.bounding_box()["height"] >= THUMB
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button.click()
    page.wait_for_load_state()
    assert page.get_by_text("Usted leyó y entendió esta versión.").first.is_visible()
    page = phone.go("/aexpress/")
    assert CODE not in page.locator("#main").inner_text()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("email", [QUALITY, EMPLOYEE], ids=["quality", "employee"])
def test_who_has_read_is_readable_for_everybody(visit, accessible, email, size):
    visitor = visit(email, size=size, dark=size == PHONE)
    page = visitor.go(f"/aexpress/documents/{CODE}/distribution")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("progressbar").is_visible()
    page = visitor.go("/aexpress/my-letters")
    accessible(page)
