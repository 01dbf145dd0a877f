"""A real Chromium before a served house; skipped with a reason where Chromium is missing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from live import Live, Visitor, chromium
from tools import program

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items):
    for item in items:
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


@pytest.fixture
def live(house):
    served = Live(house)
    yield served
    served.close()


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
def accessible():
    """Check a page with axe; any violation fails with what and where."""
    axe = Axe()

    def check(page, rules=WCAG):
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found = axe.run(page, options=options).response["violations"]
        told = [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found
        ]
        assert told == [], page.url

    return check
