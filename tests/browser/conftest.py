"""A real Chromium before a served house; skipped with a reason where Chromium is missing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import ZODB
from axe_playwright_python.sync_playwright import Axe
from following import indexed_in
from house import House
from live import Live, Visitor, chromium
from tools import program
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
READ = """options => axe.run(options).then(({ violations }) => violations.map((one) =>
  `${one.id}: ${one.help}: ${JSON.stringify(one.nodes.slice(0, 3).map((node) => node.target))}`))"""


def pytest_itemcollected(item):
    """Mark each test of this folder as soon as it is found, before xdist reads the groups."""
    if "/browser/" in str(item.path):
        item.add_marker(pytest.mark.browser)
        # One Chromium at a time: two would halve each other's speed and meet the time limits.
        item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def browser(seeded):
    """Start Chromium for one module.

    Playwright keeps an event loop running in this thread, in which signing cannot run its own: so
    the seed, which signs, comes first, and the loop ends with the module.
    """
    program("chromium", "chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def apart():
    """Give a way to call something in a thread of its own.

    Playwright's event loop runs in this thread, and signing wants to start one: it cannot here.
    """

    def call(work, *args):
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(work, *args).result()

    return call


@pytest.fixture(scope="module")
def served(seeded):
    """Serve one application for the module: compiling its templates takes seconds."""
    house = House(seeded)
    live = Live(house)
    yield live
    live.close()
    house.close()


@pytest.fixture
def live(served, seeded):
    """Give the served application a fresh copy of the demonstration."""
    house = served.house
    house.db.close()
    base = FileStorage(str(seeded / "data.fs"), blob_dir=str(seeded / "blobs"), read_only=True)
    house.db = house.registry._zodb_databases[""] = ZODB.DB(DemoStorage(base=base))
    return served


@pytest.fixture
def visit(browser, live):
    """Give a maker of visitors; at the end nobody may have seen an error in the console."""
    visitors = []

    def make(email=None, **options):
        visitor = Visitor(browser, live, **options)
        visitors.append(visitor)
        return visitor.sign_in(email) if email else visitor

    yield make
    for visitor in visitors:
        visitor.close()
    assert [error for visitor in visitors for error in visitor.errors] == []


@pytest.fixture(scope="session")
def barriers():
    """Read a page with axe and give a line for each violation: what and where."""
    axe = Axe()

    def read(page, rules=WCAG):
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        return page.evaluate(READ, {"runOnly": rules, "resultTypes": ["violations"]})

    return read


@pytest.fixture(scope="session")
def accessible(barriers):
    """Check a page with axe; any violation fails."""

    def check(page):
        assert barriers(page) == [], page.url

    return check


@pytest.fixture
def indexed(live: Any, tmp_path: Path) -> Iterator[Any]:
    """Give the served house a text index of its own."""
    with indexed_in(live.house, tmp_path / "search"):
        yield live.house
