"""The editor by keyboard alone: writing, activities, two at once, files, new codes, comparing."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfWriter

QUALITY = "calidad@aexpress.example"
CODE = "PRO-AX-SC-01"
FOLDER = "/aexpress/documents/"
SAVED = re.compile(r"Guardado \d\d:\d\d")
BRANCHES = "fieldset[data-prototype*='name%3D%22to%22']"
LONG = 20_000
"""Milliseconds: on a busy machine the pause of the editor and a commit take their time."""


def tab_to(page, selector, most=400, key="Tab"):
    """Press Tab until the focus is on what is wanted, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("css => document.activeElement.matches(css)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by {key}")


def go_to_part(page, part):
    """Leap by the outline; the next Tab goes on from there."""
    link = f'.editor-outline a[href="#s-{part}"]'
    page.focus(".skip-link")
    tab_to(page, link)
    page.keyboard.press("Enter")


def saved(page, part):
    expect(page.locator(f"#s-{part} .saved-state")).to_have_text(SAVED, timeout=LONG)


@pytest.fixture
def stored(live):
    """Give what the draft under way has in a section."""

    def read(part, code=CODE):
        with live.house.site() as site:
            return site["aexpress"]["documents"][code].pending.sections[part].data

    return read


@pytest.fixture
def editor(visit):
    """Open the next version as quality staff, with keys only."""
    visitor = visit(QUALITY)
    page = visitor.go(FOLDER + CODE + "/")
    tab_to(page, 'form[action$="/revise"] button')
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    return visitor


def test_text_is_written_and_set_bold_by_key_and_saves_itself(editor, stored):
    page = editor.page
    go_to_part(page, "objective")
    tab_to(page, "#s-objective .ProseMirror")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Esto es ")
    page.keyboard.press("Control+b")
    page.keyboard.type("importante")
    page.keyboard.press("Control+b")
    page.keyboard.type(" siempre.")
    saved(page, "objective")
    assert "Esto es <strong>importante</strong> siempre." in stored("objective")["html"]
    page.reload()
    assert "importante" in page.inner_text("#s-objective .ProseMirror strong")


def test_the_tools_of_the_text_are_one_stop_with_arrows_inside(editor):
    page = editor.page
    go_to_part(page, "objective")
    tab_to(page, "#s-objective .rich-tools button")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel") == "Negrita"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.ProseMirror')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Negrita"


def test_the_list_of_what_is_missing_follows_the_writing(editor):
    page = editor.page
    panel = page.locator("#completeness")
    expect(panel).to_contain_text("Falta 1 cosa")
    tab_to(page, "#s-details [name=reason]")
    page.keyboard.type("Se ajusta la frecuencia de la encuesta.")
    page.keyboard.press("Tab")
    saved(page, "details")
    expect(panel).not_to_contain_text("Falta 1 cosa", timeout=LONG)


def test_an_activity_is_added_moved_up_and_led_on_by_key(editor, stored):
    page = editor.page
    before = [row["id"] for row in stored("activities")["rows"]]
    rows = "#f-activities > fieldset.sequence > ol > li"
    own = f"{rows}:last-child"
    page.focus("#s-activities button[type=submit]")
    tab_to(page, "#f-activities > fieldset.sequence > .sequence-add", most=3, key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(rows)).to_have_count(len(before) + 1)
    assert page.evaluate("css => document.activeElement.matches(css)", f"{own} input")
    page.keyboard.type("99")
    tab_to(page, f"{own} [name=title]")
    page.keyboard.type("Avisar al cliente")
    tab_to(page, f"{own} {BRANCHES} > .sequence-add")
    page.keyboard.press("Enter")
    page.keyboard.type("Sí")
    tab_to(page, f"{own} select[name=to]", most=5)
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.value")
    assert chosen in {*before, "end"}
    tab_to(page, f"{own} > .sequence-tools .sequence-up")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.sequence-up')"), "the focus stays"
    saved(page, "activities")
    found = stored("activities")["rows"]
    assert [row["id"] for row in found if row["id"] in before] == before
    assert found[-2]["title"] == "Avisar al cliente"
    assert found[-2]["branches"] == [{"condition": "Sí", "to": chosen}]


def test_of_two_in_one_part_both_texts_are_shown_and_none_is_lost(editor, visit, stored):
    mine, other = editor.page, visit(QUALITY).page
    other.goto(mine.url)
    for page, text in ((other, "Texto de ella. "), (mine, "Texto mío. ")):
        page.focus("#s-scope .ProseMirror")
        page.keyboard.press("Control+Home")
        page.keyboard.type(text)
        if page is other:
            saved(other, "scope")
    box = mine.locator("#s-scope .conflict-box")
    expect(box).to_be_visible(timeout=LONG)
    assert "ella" in " ".join(box.locator("del").all_inner_texts())
    assert "mío" in " ".join(box.locator("ins").all_inner_texts())
    assert "Texto de ella." in stored("scope")["html"]
    tab_to(mine, ".conflict-decide", key="Shift+Tab")
    mine.keyboard.press("Enter")
    mine.wait_for_selector("main .banner-warn[role=alert]")
    assert "ella" in " ".join(mine.locator(".differences del").all_inner_texts())
    editing = mine.locator("#f-scope .ProseMirror")
    expect(editing).to_contain_text("Texto mío.")
    editing.focus()
    mine.keyboard.press("Control+Home")
    mine.keyboard.type("Texto de ella. ")
    tab_to(mine, "#f-scope button[type=submit]")
    mine.keyboard.press("Enter")
    mine.wait_for_url(re.compile(r"/edit(#.*)?$"))
    assert "Texto de ella. Texto mío." in stored("scope")["html"]
    # Chromium itself writes both refusals into the console.
    assert [one for one in editor.errors if "409" not in one] == []
    editor.errors.clear()


def test_a_new_document_of_a_file_type_takes_its_offered_code_and_its_file(visit, live):
    with live.house.site() as site:
        profile = site["aexpress"].profile
        types = [dict(one) for one in profile["document_types"]]
        next(one for one in types if one["id"] == "form")["content"] = "file"
        site["aexpress"].profile = {**profile, "document_types": types}
    visitor = visit(QUALITY)
    page = visitor.go(FOLDER + "add")
    tab_to(page, "select[name=type]")
    choose(page, "form")
    tab_to(page, "select[name=process]", most=4)
    choose(page, "sc")
    page.keyboard.press("Tab")
    code = page.locator("input[name=code]")
    expect(code).to_have_value("FOR-AX-SC-04", timeout=LONG)
    tab_to(page, "input[name=title]")
    page.keyboard.type("Encuesta de satisfacción")
    page.keyboard.press("Enter")
    page.wait_for_url("**/FOR-AX-SC-04/versions/0/edit")
    tab_to(page, "#main-file")
    page.set_input_files("#main-file", upload(b"<script>"))
    tab_to(page, ".file-form button", most=2)
    page.keyboard.press("Enter")
    page.wait_for_selector("#file-error")
    assert page.evaluate("document.activeElement.id") == "file-error"
    visitor.errors.remove(next(one for one in visitor.errors if "status of 422" in one))
    page.set_input_files("#main-file", upload(a_pdf()))
    page.focus("#main-file")
    tab_to(page, ".file-form button", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit#files")
    assert "encuesta.pdf" in page.inner_text("#files .annex-file")
    with live.house.site() as site:
        version = site["aexpress"]["documents"]["FOR-AX-SC-04"].pending
        assert version.files[version.main_file].read() == a_pdf()


def upload(data):
    return {"name": "encuesta.pdf", "mimeType": "application/pdf", "buffer": data}


def a_pdf():
    writer, data = PdfWriter(), io.BytesIO()
    writer.add_blank_page(612, 792)
    writer.write(data)
    return data.getvalue()


def choose(page, value):
    """Go down a list by key until the value is chosen."""
    for _ in range(30):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not offered")


def test_two_versions_are_chosen_and_compared(editor, accessible):
    page = editor.page
    page.focus("#s-objective .ProseMirror")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Palabra añadida.")
    saved(page, "objective")
    page = editor.go(FOLDER + CODE + "/versions/")
    tab_to(page, "form[action$=compare] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?*")
    accessible(page)
    assert "añadida" in " ".join(page.locator(".differences ins").all_inner_texts())
    assert page.locator(".differences del").count() == 0
