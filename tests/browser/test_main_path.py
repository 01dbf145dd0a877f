"""The main path in a real browser: quality staff, three signers, an employee on a phone."""

from house import PASSPHRASE
from live import PHONE

CODE = "PRO-AX-SC-01"
SIGNERS = (
    "jefe.sac@aexpress.example",
    "comercial@aexpress.example",
    "vicepresidencia@aexpress.example",
)


def test_from_draft_through_three_signatures_to_the_employees_phone(visit, accessible, live):
    quality = visit("calidad@aexpress.example")
    accessible(quality.page)
    page = quality.go("/aexpress/documents/")
    accessible(page)
    page.click(f"text={CODE}")
    accessible(page)
    page.click("text=Nueva versión")
    page.wait_for_url("**/edit")
    accessible(page)
    reason = page.locator("textarea[name=reason]")
    reason.fill("Se ajusta la frecuencia de la encuesta.")
    reason.blur()
    page.wait_for_timeout(2500)
    address = page.url.removesuffix("edit")
    page.goto(address + "submit")
    accessible(page)
    page.click("text=Enviar a firma")
    page.wait_for_url("**/approval")
    accessible(page)

    for email in SIGNERS:
        signer = visit(email)
        assert CODE in signer.page.content()
        accessible(signer.page)
        page = signer.page
        page.goto(address + "sign")
        accessible(page)
        page.fill("input[name=passphrase]", PASSPHRASE)
        page.click("button[name=sign]")
        page.wait_for_url("**/approval")
    accessible(page)
    assert "Vigente" in page.content()

    employee = visit("paola.rincon@aexpress.example", size=PHONE)
    employee.page.fill("#search", "pro ax sc 01")
    employee.page.press("#search", "Enter")
    employee.page.wait_for_url(f"**/{CODE}/")
    page = employee.page
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    with live.house.site() as site:
        token = site["aexpress"]["documents"][CODE].in_force.token
    anybody = visit(size=PHONE)
    page = anybody.go(f"/v/{token}")
    accessible(page)
    assert "Vigente" in page.content()
