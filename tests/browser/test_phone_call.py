"""A telephone call at the desk, by keyboard: from the line at the top to effective closure."""

import re

from cases_house import letters, says
from live import PHONE

BASE = "/aexpress/cases/"


def choose(page, *words):
    """Open the menu of more actions and follow one of them."""
    page.click("details.popup summary[aria-label='Más acciones']")
    page.click(f"a.popup-item:has-text('{words[0]}')")
    page.wait_for_load_state()


def test_a_telephone_call_is_registered_by_keyboard_and_worked_to_its_closure(
    visit, accessible, live
):
    says(live.house, letters=letters("answer", signed="seal"))
    page = visit("paola.rincon@aexpress.example").go(BASE)
    accessible(page)
    # Who, what, channel as it stands, Enter: no mouse is needed.
    page.focus("#quick-name")
    page.keyboard.type("Rosa Peña")
    page.keyboard.press("Tab")
    page.keyboard.type("No ha llegado mi envío a Cali")
    page.keyboard.press("Enter")
    page.wait_for_url("**again=*")
    number = re.search(r"PQR-\d{4}-\d{5}", page.inner_text("main")).group()
    assert page.evaluate("document.activeElement.name") == "name", "the next call can begin"
    page.goto(f"{live.url}{BASE}{number}/")
    accessible(page)
    said = page.inner_text("main")
    assert "15 días hábiles" in said
    assert "Ley 1437" in said
    page.click("details.case-days summary")
    assert page.locator("details.case-days tbody tr").count() >= 15
    page.fill("#note", "Se llamó al centro de Cali")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    choose(page, "Escalar")
    accessible(page)
    page.select_option("select[name=queue]", "recolectores")
    page.fill("textarea[name=reason]", "Lo sabe el centro de Cali")
    page.click("#form-save")
    page.wait_for_url(f"**/cases/{number}/")
    accessible(page)
    assert "Notificación de escalonamiento" in page.inner_text("main")
    with page.expect_download() as notice:
        page.click("a[href*=letter-file]")
    assert notice.value.suggested_filename.startswith("PQR-E-")
    page.click("a.btn-primary:has-text('Escribir la respuesta')")
    page.fill("textarea[name=text]", "Señora Peña: su envío llega hoy.")
    page.click("#form-save")
    page.wait_for_url(f"**/cases/{number}/")
    close(page, accessible, number)
    look_around(visit, accessible, number)


def close(page, accessible, number):
    """Notify the answer by telephone and close the case effectively."""
    page.click("a.btn-primary:has-text('Notificar la respuesta')")
    page.check("input[value=phone]")
    page.fill("input[name=proof]", "Llamada 8812")
    page.click("#form-save")
    page.wait_for_url(f"**/cases/{number}/")
    page.click("a.btn-primary:has-text('Hacer el cierre efectivo')")
    accessible(page)
    page.check("input[value=confirmed]")
    page.fill("[name=note]", "Dijo que ya lo tiene")
    page.click("#form-save")
    page.wait_for_url(f"**/cases/{number}/")
    accessible(page)
    said = page.inner_text("main")
    assert "Cierre efectivo" in said
    assert "Dijo que ya lo tiene" in said


def look_around(visit, accessible, number):
    """See the pages beside the case on a telephone, as who looks after the register does."""
    page = visit("calidad@aexpress.example", size=PHONE).go(f"{BASE}{number}/")
    for where in ("log", "terms", ""):
        page.goto(page.url.partition(BASE)[0] + BASE + where)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], where
