"""What a browser leaves behind in its process: nothing that would keep somebody from signing."""

import asyncio

import pytest
from house import House
from live import chromium
from tools import program


@pytest.fixture
def waiting(house: House):
    """Give a house in which a version waits for a signature, made before any browser."""
    quality = house.browser("calidad@aexpress.example")
    page = quality.get("/aexpress/documents/FOR-AX-SC-03/")
    form = next(one for one in page.forms.values() if one.action.endswith("/revise"))
    edit = form.submit().follow()
    edit.forms["f-details"]["reason"] = "Se ajusta el formato."
    assert edit.forms["f-details"].submit("save").status_int == 303
    submit = quality.get(edit.request.path.removesuffix("edit") + "submit")
    form = next(one for one in submit.forms.values() if one.action.endswith("/submit"))
    assert form.submit().status_int == 303
    return house


def test_a_process_that_had_a_browser_can_sign_afterwards(waiting):
    program("chromium", "chromium")
    with chromium() as browser:
        assert browser.is_connected()
        assert asyncio.get_running_loop() is not None, "the trap is still there; see conftest"
    with waiting.site() as site:
        assert waiting.sign_next(site["aexpress"]["documents"]["FOR-AX-SC-03"].pending)
