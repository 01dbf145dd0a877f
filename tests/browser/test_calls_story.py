"""A day of satisfaction calls before a real screen: list, call, detractor, answered with proof."""

from live import PHONE

BASE = "/carrazos/surveys/"
AGENT, ADVISER = "callcenter@carrazos.example", "natalia.berrio@carrazos.example"
LIST = b"""Cliente;Celular;Correo;Placa;Marca
Rosa Lara;300 111 2233;rosa@example.org;ABC123;Volkswagen
Rosa Lara;+57 300 111 2233;;ABC123;Volkswagen
"""
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def fits(page):
    """Tell that nothing has to be pushed sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def campaign_of(page, accessible):
    """Open a campaign and load a list of which one line can be called; gives its address."""
    accessible(page)
    page.select_option("select[name=survey]", "posventa")
    page.fill("input[name=title]", "Posventa de hoy")
    page.click("form#form button[type=submit]")
    page.click("text=Cargar lista")
    page.set_input_files(
        "input[type=file]", {"name": "spiga.csv", "mimeType": "text/csv", "buffer": LIST}
    )
    page.click("form#form button[type=submit]")
    page.wait_for_url("**/preview")
    accessible(page)
    assert "Dos veces en esta lista" in page.content()
    page.click("text=Cargar estos clientes")
    page.wait_for_selector("text=Siguiente llamada")
    return page.url


def call(page, accessible):
    """Take the next call and write down what a displeased customer says."""
    page.click("text=Siguiente llamada")
    page.wait_for_url("**/call")
    accessible(page)
    assert "Buenos días, Rosa Lara" in page.content()
    for radio in page.query_selector_all("form#form input[type=radio][value='4'], [value=no]"):
        radio.check()
    page.fill("textarea[name=voice]", "Llevo tres días esperando el carro")
    page.click("form#form button[type=submit]")
    page.wait_for_load_state()


def test_from_the_list_to_a_detractor_answered_with_proof_on_a_phone(visit, accessible, live):
    agent = visit(AGENT).go(f"{BASE}add")
    address = campaign_of(agent, accessible)
    call(agent, accessible)
    agent.goto(address)
    accessible(agent)

    adviser = visit(ADVISER, size=PHONE).go("/carrazos/")
    assert "Llevo tres días" in adviser.content()
    adviser.goto(f"{live.url}{BASE}board")
    accessible(adviser)
    assert fits(adviser)
    adviser.click("text=ENC-")
    adviser.click("text=Registrar la gestión")
    accessible(adviser)
    assert fits(adviser)
    adviser.check("input[type=radio][value=verde]")
    adviser.fill("textarea[name=note]", "Se le entregó hoy")
    adviser.set_input_files(
        "input[type=file] >> nth=0",
        {"name": "acta.png", "mimeType": "image/png", "buffer": PHOTO},
    )
    adviser.click("form#form button[type=submit]")
    adviser.wait_for_selector("text=acta.png")
    accessible(adviser)
    assert fits(adviser)
    adviser.goto(f"{live.url}{BASE}board")
    assert "Nadie espera respuesta" in adviser.content()
