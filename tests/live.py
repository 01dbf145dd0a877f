"""A house behind a real web server, and a real browser in front of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from house import PASSWORD, House
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import create_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without these Chromium, as root and without a network, waits for what never comes."""
WIDE, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)


class Live:
    """The served house and its address."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.server = create_server(house.app, host="127.0.0.1", port=0, threads=4)
        self.url = f"http://localhost:{self.server.effective_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.close()
        self.thread.join(timeout=5)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, headless=True
        )
        yield browser
        browser.close()


class Visitor:
    """One person at one screen; every console error and failed policy is remembered."""

    def __init__(self, browser: Browser, live: Live, *, size=WIDE, dark=False) -> None:
        self.live = live
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="es-CO",
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        self.go("/login")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("form#form button[type=submit]")
        self.page.wait_for_load_state()
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.live.url + path)
        return self.page

    def close(self) -> None:
        self.context.close()
