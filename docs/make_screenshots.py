"""Makes the pictures of the guide anew; call it by ``python3 dev.py docs``.

A demonstration in a folder that is thrown away is walked by people with a real Chromium.
The pictures are the same but for days, hours, hashes and what has changed on the screens.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from room_pictures import PLAYED, STORIES

from qms.cli.demo import PASSPHRASE, PASSWORD

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "guia" / "img"
QMS = Path(sys.executable).with_name("qms")
LARGEST, LARGEST_ALTOGETHER = 120_000, 2_500_000
WIDE, PHONE = (1200, 800), (390, 780)
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
CODE, SIGNED = "PRO-AX-SC-01", "INS-AX-SC-01"
DOCUMENTS = "/aexpress/documents/"
QUALITY, ADMINISTRATOR = "calidad@aexpress.example", "admin@aexpress.example"
AUDITOR, EMPLOYEE = "auditoria@aexpress.example", "paola.rincon@aexpress.example"
SIGNERS = (
    "jefe.sac@aexpress.example",
    "comercial@aexpress.example",
    "vicepresidencia@aexpress.example",
)


class Walker:
    """One person at one screen, who photographs what they see."""

    def __init__(
        self, browser: Browser, base: str, email: str | None, size: tuple[int, int] = WIDE
    ) -> None:
        """Open a screen of ``size`` and sign in, unless ``email`` is None."""
        self.base = base
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="light",
            locale="es-CO",
            timezone_id="America/Bogota",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        if email is not None:
            self.go("/login")
            self.page.fill("input[name=email]", email)
            self.page.fill("input[name=password]", PASSWORD)
            self.page.click("form#form button[type=submit]")
            self.page.wait_for_load_state()

    def go(self, path: str) -> Page:
        """Open an address of the site; a page that is not there ends the whole walk."""
        answer = self.page.goto(path if "://" in path else self.base + path)
        if answer is not None and answer.status >= 400:
            raise SystemExit(f"{path} answers {answer.status}")
        return self.page

    def shoot(self, name: str, *, part: Locator | None = None, height: int | None = None) -> None:
        """Write the picture ``name`` of the window, of its first ``height`` px, or of a part."""
        self.page.wait_for_load_state("networkidle")
        if part is not None:
            part.scroll_into_view_if_needed()
            picture = part.screenshot(animations="disabled")
        elif height is not None:
            width = self.page.viewport_size["width"]
            clip = {"x": 0, "y": 0, "width": width, "height": height}
            picture = self.page.screenshot(animations="disabled", full_page=True, clip=clip)
        else:
            picture = self.page.screenshot(animations="disabled")
        keep(name, Image.open(BytesIO(picture)))

    def fetch(self, path: str) -> bytes:
        """Get the bytes behind an address as this person."""
        return self.context.request.get(self.base + path).body()

    def close(self) -> None:
        """Shut the screen."""
        self.context.close()


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture with as many colours as its size allows; refuse one that stays too large."""
    for colours in (128, 64, 32, 16):
        small = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        small.save(PICTURES / f"{name}.png", optimize=True)
        if (PICTURES / f"{name}.png").stat().st_size <= LARGEST:
            break
    else:
        raise SystemExit(f"{name}.png is larger than {LARGEST} bytes")
    print(f"{name}.png  {(PICTURES / f'{name}.png').stat().st_size // 1024} kB", flush=True)


# --- The stories ----------------------------------------------------------------------------


def first_steps(browser: Browser, base: str) -> None:
    """Sign in, look at one's own account, make a signing key."""
    anybody = Walker(browser, base, None)
    anybody.go("/login")
    anybody.shoot("ingreso", height=520)
    anybody.close()
    employee = Walker(browser, base, EMPLOYEE)
    employee.go("/account")
    employee.shoot("cuenta")
    employee.go("/aexpress/my-signature")
    employee.shoot("mi-firma", height=620)
    employee.close()


def finding(browser: Browser, base: str) -> None:
    """Search and read, at a desk and on a phone."""
    employee = Walker(browser, base, EMPLOYEE)
    page = employee.go("/aexpress/")
    page.locator("#search").press_sequentially("pro ax", delay=30)
    page.locator("#suggestions a, #suggestions [role=option]").first.wait_for()
    employee.shoot("buscar", height=380)
    page.fill("#search", "recolecciones")
    page.press("#search", "Enter")
    page.wait_for_url("**/search*")
    until_text_is_ready(page)
    employee.shoot("resultados", height=560)
    employee.go(f"{DOCUMENTS}{SIGNED}/distribution")
    employee.shoot("lectura", height=620)
    employee.go(f"{DOCUMENTS}{CODE}/")
    employee.shoot("documento")
    employee.go(f"{DOCUMENTS}{CODE}/related")
    employee.shoot("relacionados", height=640)
    employee.close()
    phone = Walker(browser, base, EMPLOYEE, PHONE)
    phone.go(f"{DOCUMENTS}{CODE}/")
    phone.shoot("documento-telefono")
    phone.close()


def until_text_is_ready(page: Page) -> None:
    """Wait up to a minute for the worker to have read the text of all documents."""
    for _ in range(60):
        if not page.locator("main .banner-warn").count():
            return
        page.wait_for_timeout(1000)
        page.reload()


def master_list(browser: Browser, base: str) -> None:
    """Look at the list of all documents."""
    quality = Walker(browser, base, QUALITY)
    quality.go(DOCUMENTS)
    quality.shoot("listado-maestro", height=620)
    quality.go(f"{DOCUMENTS}{CODE}/versions/")
    quality.shoot("versiones")
    quality.go(f"{DOCUMENTS}{SIGNED}/approval")
    quality.shoot("aprobacion")
    quality.close()


def drafting(browser: Browser, base: str) -> str:
    """Write version 4 and send it to its signers; give its address."""
    quality = Walker(browser, base, QUALITY)
    quality.go(f"{DOCUMENTS}add")
    quality.shoot("documento-nuevo", height=560)
    page = quality.go(f"{DOCUMENTS}{CODE}/")
    page.locator("form[action$='/revise'] button").click()
    page.wait_for_url("**/edit")
    version = page.url.removeprefix(base).removesuffix("edit")
    quality.shoot("redactar")
    reason = page.locator("textarea[name=reason]")
    reason.fill("Se ajusta la frecuencia de la encuesta de satisfacción.")
    reason.blur()
    change(page, "Objetivo y alcance", "Se incluyen las solicitudes de la página web.")
    scope = page.locator("#s-scope [contenteditable=true]")
    scope.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Incluye las solicitudes que llegan por la página web.")
    reason.click()
    page.wait_for_timeout(3000)
    quality.shoot("guardado")
    page.locator("#s-activities").evaluate("part => part.scrollIntoView({block: 'start'})")
    page.mouse.wheel(0, -60)
    page.wait_for_timeout(500)
    quality.shoot("actividades")
    page = quality.go(f"{DOCUMENTS}{CODE}/versions/")
    page.locator("form", has=page.locator("input[type=radio]")).locator("[type=submit]").click()
    quality.shoot("comparar", height=680)
    quality.go(version + "submit")
    quality.shoot("enviar")
    page.locator("form[action$='/submit'] button[type=submit]").click()
    page.wait_for_url("**/approval")
    quality.close()
    return version


def change(page: Page, subject: str, text: str) -> None:
    """Note one change of the version in the editor."""
    page.locator("#s-details .sequence-add").first.click()
    row = page.locator("#s-details .sequence-item").last
    row.locator("input[name=subject]").fill(subject)
    row.locator("textarea[name=text], input[name=text]").fill(text)


def signing(browser: Browser, base: str, version: str) -> None:
    """Let the second signer return it once, send it again, and let all three sign."""
    first = Walker(browser, base, SIGNERS[0])
    first.shoot("mi-trabajo", height=520)
    page = first.go(version + "sign")
    page.wait_for_timeout(1500)
    first.shoot("firmar")
    give(page, "sign")
    first.close()
    second = Walker(browser, base, SIGNERS[1])
    page = second.go(version + "sign")
    page.locator(".sign-return summary").click()
    page.fill("textarea[name=reason]", "En 5.2 falta decir quién calcula la muestra.")
    second.shoot("devolver", part=page.locator(".sign-panel"))
    give(page, "return")
    second.close()
    quality = Walker(browser, base, QUALITY)
    quality.shoot("devuelto", height=520)
    page = quality.go(version + "submit")
    page.locator("form[action$='/submit'] button[type=submit]").click()
    page.wait_for_url("**/approval")
    quality.close()
    for email in SIGNERS:
        signer = Walker(browser, base, email)
        give(signer.go(version + "sign"), "sign")
        if email == SIGNERS[-1]:
            signer.shoot("vigente")
        signer.close()


def give(page: Page, deed: str) -> None:
    """Sign or return with the passphrase of the demonstration."""
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.locator(f"button[name={deed}]").click()
    page.wait_for_url(lambda address: not address.endswith("/sign"))


def checking(browser: Browser, base: str) -> None:
    """Scan the QR, check the signed file, look at its first page."""
    employee = Walker(browser, base, EMPLOYEE)
    pdf = employee.fetch(f"{DOCUMENTS}{CODE}/pdf")
    page = employee.go(f"{DOCUMENTS}{CODE}/approval")
    check = page.locator("a[href*='/v/']").first.get_attribute("href")
    employee.close()
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()  # without it the signatures are not drawn
    keep("pdf", opened[0].render(scale=1.25).to_pil())
    phone = Walker(browser, base, None, PHONE)
    phone.go("/v/" + check.rsplit("/", 1)[1])
    phone.shoot("codigo-qr")
    phone.close()
    anybody = Walker(browser, base, None)
    middle = len(pdf) // 3
    altered = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    for name, content in (("verificado", pdf), ("alterado", altered)):
        page = anybody.go("/verify")
        file = {"name": f"{CODE}.pdf", "mimeType": "application/pdf", "buffer": content}
        page.set_input_files("input[type=file]", file)
        page.locator("form[action$='/verify'] button[type=submit]").click()
        anybody.shoot(name, height=760)
    anybody.close()


def people(browser: Browser, base: str) -> None:
    """Look after persons, positions and delegations."""
    administrator = Walker(browser, base, ADMINISTRATOR)
    administrator.go("/aexpress/people/")
    administrator.shoot("personas", height=640)
    administrator.go("/aexpress/people/add-person")
    administrator.shoot("persona-nueva")
    administrator.go("/aexpress/people/persons/paola-rincon/")
    administrator.shoot("persona", height=640)
    administrator.go("/aexpress/people/structure")
    administrator.shoot("cargos")
    administrator.go("/aexpress/people/delegate-for")
    administrator.shoot("delegacion")
    administrator.close()


def trail(browser: Browser, base: str) -> None:
    """Read the trail and check that nobody touched it."""
    auditor = Walker(browser, base, AUDITOR)
    auditor.go("/aexpress/trail/")
    auditor.shoot("bitacora")
    auditor.go("/aexpress/trail/check")
    auditor.shoot("bitacora-verificada", height=520)
    auditor.close()


# --- Around them ----------------------------------------------------------------------------


@contextmanager
def demonstration(*organisations: str, year: bool = False) -> Iterator[str]:
    """Serve a new demonstration, with its played year where asked for, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="qms-docs-") as folder:
        command = [str(QMS), "--data", folder]
        played = ["--year"] if year else []
        make = [*command, "demo", "--quiet", *played, *organisations]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        serve = [*command, "serve", "--port", str(port)]
        server = subprocess.Popen(serve, stdout=subprocess.DEVNULL)
        try:
            base = f"http://localhost:{port}"
            wait_for(base + "/login")
            yield base
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(address: str) -> None:
    """Wait up to a minute until the server answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"{address} does not answer")


def rooms(chromium: str) -> None:
    """Walk through the rooms that are only worth a picture when much has happened in them."""
    with demonstration(*PLAYED, year=True) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for story in STORIES:
            story(partial(Walker, browser, base))
        browser.close()


def main() -> int:
    """Walk all stories; a picture that no story makes any more is removed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is missing: `sudo apt-get install chromium`.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    # Pictures that are taken elsewhere stay; the contract test names those that nobody shows.
    with demonstration("aexpress") as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        first_steps(browser, base)
        finding(browser, base)
        master_list(browser, base)
        version = drafting(browser, base)
        signing(browser, base, version)
        checking(browser, base)
        people(browser, base)
        trail(browser, base)
        browser.close()
    rooms(chromium)
    size = sum(one.stat().st_size for one in PICTURES.glob("*.png"))
    print(f"{size / 1e6:.2f} MB altogether")
    if size > LARGEST_ALTOGETHER:
        raise SystemExit(f"that is more than {LARGEST_ALTOGETHER / 1e6} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
