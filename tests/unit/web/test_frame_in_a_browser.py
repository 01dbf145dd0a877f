"""The frame in a real browser: no word from the policy, no barrier, everything by keyboard."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from waitress.server import create_server

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "qms" / "web" / "static" / "dist"
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium not found"),
    pytest.mark.skipif(not (DIST / "app.js").exists(), reason="run python3 dev.py assets first"),
]


@pytest.fixture(scope="module")
def address(application):
    server = create_server(application, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


def open_page(chromium, address, path, *, scheme="light", width=1440, scripted=True):
    context = chromium.new_context(
        extra_http_headers={"X-Test-Person": "aexpress"},
        color_scheme=scheme,
        java_script_enabled=scripted,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.words = []
    page.on("console", lambda word: page.words.append(word.text))
    page.on("pageerror", lambda error: page.words.append(str(error)))
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def form(chromium, address):
    page = open_page(chromium, address, "/aexpress/form")
    yield page
    assert page.words == []
    page.context.close()


def test_no_page_has_a_barrier_a_console_word_or_a_sideways_scroll(chromium, address, scheme):
    from axe_playwright_python.sync_playwright import Axe

    for path in ("/aexpress", "/aexpress/form", "/login"):
        for width in (1440, 1024, 390, 320):
            page = open_page(chromium, address, path, scheme=scheme, width=width)
            if width in (1440, 390):
                found = Axe().run(page).response["violations"]
                assert [rule["id"] for rule in found] == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.words == []
            page.context.close()


def test_slash_goes_to_the_search_and_escape_closes_menus(chromium, address):
    page = open_page(chromium, address, "/aexpress")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.input_value("#search") == ""
    page.click("summary.person")
    assert page.is_visible("text=Salir")
    page.keyboard.press("Escape")
    assert page.is_hidden("text=Salir")
    page.context.close()


def test_the_drawer_opens_on_a_phone_without_script(chromium, address):
    page = open_page(chromium, address, "/aexpress", width=390, scripted=False)
    assert page.is_hidden(".menu-line >> nth=0")
    page.click(".drawer-open")
    assert page.is_visible(".menu-line >> nth=0")
    page.click(".drawer-close")
    assert page.is_hidden(".menu-line >> nth=0")
    page.context.close()


def test_rows_are_added_moved_and_removed_by_keyboard(form, saved):
    form.focus(".sequence-add")
    form.keyboard.press("Enter")
    form.keyboard.type("2")
    form.keyboard.press("Tab")
    form.keyboard.type("Entregar")
    second = form.locator(".sequence-item >> nth=1")
    second.locator(".sequence-up").focus()
    form.keyboard.press("Enter")
    numbers = [one.input_value() for one in form.locator("input[name=number]").all()]
    assert numbers == ["2", "1"]
    ids = form.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    form.locator(".sequence-item >> nth=1").locator(".sequence-remove").press("Enter")
    fill(form)
    form.click("#form-save")
    form.wait_for_load_state("networkidle")
    assert saved[0]["steps"] == [{"number": "2", "title": "Entregar"}]


PRESSED = """() => {
  let sent = 0;
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent += 1;
    event.preventDefault();
  });
  const button = document.querySelector("#form-save");
  for (let press = 0; press < 2; press++) button.click();
  return sent;
}"""


def test_a_button_that_is_pressed_twice_sends_once(form):
    for name in ("number", "title"):
        form.fill(f"input[name={name}]", "1")
    fill(form)
    assert form.evaluate(PRESSED) == 1


def fill(page):
    page.fill("input[name=code]", "PRO-7")
    page.select_option("select[name=kind]", "a")
    page.check("text=Corta")
    page.fill("input[name=target]", "97,5")


def test_the_editor_writes_what_the_server_keeps(form, saved):
    editor = form.locator(".ProseMirror")
    editor.click()
    form.keyboard.type("Recibir el ")
    form.click("button[aria-label=Negrita]")
    form.wait_for_selector("button[aria-label=Negrita][aria-pressed=true]")
    form.keyboard.type("pedido")
    form.click("button[aria-label=Tabla]")
    form.wait_for_selector(".ProseMirror th")
    form.keyboard.type("Celda")
    fill(form)
    form.click("#form-save")
    form.wait_for_load_state("networkidle")
    kept = saved[0]["body"]
    assert kept.startswith("<p>Recibir el <strong>pedido</strong></p><table>")
    assert "<p>Celda</p></th>" in kept
    assert "style" not in kept


def test_the_calendar_writes_the_date_in_our_order(form):
    form.evaluate(
        """() => { const picker = document.querySelector('.day-picker');
        picker.value = '2026-11-22'; picker.dispatchEvent(new Event('change')); }"""
    )
    assert form.input_value("input[name=starts]") == "22/11/2026"
    assert form.get_attribute(".day button", "aria-label") == "Calendario: Starts"


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(chromium, address):
    page = open_page(chromium, address, "/aexpress/form")
    page.click("#form-save")
    page.wait_for_load_state("networkidle")
    assert "error-summary" in page.evaluate("document.activeElement.className")
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.name") == "code"
    page.context.close()


def test_a_form_without_script_is_a_form(chromium, address, saved):
    page = open_page(chromium, address, "/aexpress/form", scripted=False)
    fill(page)
    page.fill("textarea[name=body]", "Uno\n\nDos")
    page.click("#form-save")
    page.wait_for_load_state("networkidle")
    assert saved[0]["body"] == "<p>Uno</p><p>Dos</p>"
    page.context.close()
