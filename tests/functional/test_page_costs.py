"""What pages may cost, counted and not timed, so that speed once gained is not lost unnoticed."""

from collections import Counter

import pytest
from pyramid.i18n import Localizer
from ZODB.Connection import Connection

from qms.documents.models import Document, Version
from qms.documents.views import kept_sections, master_list
from qms.search.catalogue import Catalogue
from qms.security.policy import SecurityPolicy
from qms.web import parts

QUALITY = "calidad@aexpress.example"
LIST = "/aexpress/documents/?sort=code"
DOCUMENT = "/aexpress/documents/PRO-AX-SC-01/"


@pytest.fixture
def browser(house):
    return house.browser(QUALITY)


@pytest.fixture
def counted(monkeypatch):
    """Count the calls of what costs most."""
    calls = Counter()

    def count(owner, name):
        real = getattr(owner, name)

        def counting(self, *given, **more):
            calls[name] += 1
            return real(self, *given, **more)

        monkeypatch.setattr(owner, name, counting)

    count(SecurityPolicy, "permits")
    count(Localizer, "translate")
    count(Catalogue, "_counted")
    count(Catalogue, "_matching")
    return calls


def again(browser, calls, path):
    """Ask for a page that was asked for before, and give what the second time cost."""
    browser.get(path)
    calls.clear()
    browser.get(path)
    return calls


@pytest.mark.parametrize("path", [LIST, DOCUMENT])
def test_a_page_looks_no_sentence_up_twice(browser, counted, path):
    # Sentences with numbers in them are filled in anew each time.
    assert again(browser, counted, path)["translate"] <= 6


@pytest.mark.parametrize(("path", "most"), [(LIST, 14), (DOCUMENT, 30)])
def test_a_page_asks_for_few_permissions(browser, counted, path, most):
    # The menu asks for all of its lines at once (``permits_each``), which is not counted here.
    assert 1 <= again(browser, counted, path)["permits"] <= most


@pytest.mark.parametrize("path", [LIST, DOCUMENT])
def test_a_page_renders_no_part_that_is_kept(browser, monkeypatch, path):
    made = Counter()
    for room, name in ((parts, "rendered"), (kept_sections, "rendered"), (master_list, "filled")):
        real = getattr(room, name)

        def counting(*given, real=real, name=name, **more):
            made[name] += 1
            return real(*given, **more)

        monkeypatch.setattr(room, name, counting)
    browser.get(f"{path}{'&' if '?' in path else '?'}first=1")
    assert browser.app.registry[parts.KEPT]
    made.clear()
    browser.get(path)
    assert not made


def test_programs_are_not_written_the_same_rows_again(browser, monkeypatch):
    programs = {"Accept": "application/json"}
    first = browser.get(LIST, headers=programs).json
    written = Counter()
    real = master_list.as_json
    monkeypatch.setattr(master_list, "as_json", lambda row: written.update([row.code]) or real(row))
    assert browser.get(LIST, headers=programs).json == first
    assert not written


def test_what_a_list_found_and_counted_is_not_worked_out_again(browser, counted):
    again(browser, counted, f"{LIST}&rest=1")
    assert counted["_counted"] == counted["_matching"] == 0


def test_a_list_loads_no_document(house, browser, monkeypatch):
    browser.get(LIST)
    loaded = Counter()
    real = Connection.setstate
    monkeypatch.setattr(
        Connection, "setstate", lambda self, one: loaded.update([type(one)]) or real(self, one)
    )
    house.db.cacheMinimize()
    rows = browser.get(LIST, headers={"Accept": "application/json"}).json["rows"]
    assert rows
    assert loaded, "nothing at all was loaded: the cache was not emptied"
    assert not loaded[Document] + loaded[Version]


def test_programs_pay_for_no_counts(browser, counted):
    counted.clear()
    assert browser.get(LIST, headers={"Accept": "application/json"}).json["rows"]
    assert counted["_counted"] == 0
