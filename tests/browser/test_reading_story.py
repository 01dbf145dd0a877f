"""The whole reading story on telephones: asked sloppily, found, released, read by all, told of."""

from __future__ import annotations

from live import PHONE, WIDE
from reading_house import release

CODE = "INS-AX-SC-01"
HOLDERS = (
    "jefe.sac@aexpress.example",
    "paola.rincon@aexpress.example",
    "julian.cardenas@aexpress.example",
)
EMPLOYEE, QUALITY = HOLDERS[1], "calidad@aexpress.example"


def fits(page):
    """Tell that nothing has to be pushed sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def typed(page, words):
    """Type into the box of the frame and send it."""
    page.fill("#search", words)
    page.press("#search", "Enter")
    page.wait_for_load_state()


def test_a_sloppy_code_and_words_without_accents_lead_to_the_document_on_a_telephone(
    visit, accessible, indexed
):
    phone = visit(EMPLOYEE, size=PHONE)
    typed(phone.page, "pro ax sc1")
    phone.page.wait_for_url("**/documents/PRO-AX-SC-01/")
    assert fits(phone.page)
    # A word of a title.
    typed(phone.page, "bitacora")
    accessible(phone.page)
    assert fits(phone.page)
    phone.page.locator("#main .work-row a", has_text="FOR-AX-SC-03").first.click()
    phone.page.wait_for_url("**/documents/FOR-AX-SC-03/")
    # A word that only stands in the text.
    typed(phone.page, "satisfaccion")
    accessible(phone.page)
    hit = phone.page.locator("#main .work-row", has=phone.page.locator("mark")).first
    assert "satisfacción" in hit.locator("mark").first.inner_text().casefold()
    hit.locator("a").first.click()
    phone.page.wait_for_url("**/documents/*/")
    assert "Vigente" in phone.page.locator("#main").inner_text()
    assert fits(phone.page)


def test_from_the_release_over_every_holders_telephone_to_all_have_read(
    visit, accessible, apart, live
):
    label = apart(release, live.house)
    for email in HOLDERS:
        phone = visit(email, size=PHONE)
        row = phone.page.locator(".work-row", has_text=CODE)
        assert f"versión {label}" in row.inner_text()
        assert int(phone.page.locator(".bell-count").inner_text()) >= 1
        assert fits(phone.page)
        row.get_by_role("link").first.click()
        phone.page.wait_for_url(f"**/documents/{CODE}/")
        phone.page.get_by_role("link", name="Ir a la confirmación").click()
        phone.page.get_by_role("button", name="Leí y entendí").click()
        phone.page.wait_for_load_state()
        assert phone.page.get_by_text("Usted leyó y entendió esta versión.").first.is_visible()
        page = phone.go("/aexpress/")
        assert CODE not in page.locator("#main").inner_text()
    quality = visit(QUALITY, size=WIDE)
    page = quality.go(f"/aexpress/documents/{CODE}/distribution")
    accessible(page)
    text = " ".join(page.locator("#main").inner_text().split())
    assert "3 de 3 la han leído" in text
    assert page.get_by_role("progressbar").get_attribute("value") == "3"
