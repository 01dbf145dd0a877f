"""A real Chromium before a served house; skipped with a reason where Chromium is missing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from live import Live, Visitor, chromium
from tools import program


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser(seeded):
    """Start Chromium for one module.

    Playwright keeps an event loop running in this thread, in which signing cannot run its own: so
    the seed, which signs, comes first, and the loop ends with the module.
    """
    program("chromium", "chromium")
    with chromium() as started:
        yield started


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


@pytest.fixture
def accessible():
    """Check a page with axe; any violation fails with what and where."""
    axe = Axe()

    def check(page):
        found = axe.run(
            page,
            options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
        ).response["violations"]
        told = [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found
        ]
        assert told == [], page.url

    return check
