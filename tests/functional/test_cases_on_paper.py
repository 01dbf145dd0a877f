"""Numbers for paper: set aside, entered later with their true moment, or annulled: all of them."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import transaction
from pypdf import PdfReader
from reading_house import ORGANISATION, mails
from siege import AUDITOR, EMPLOYEE, QUALITY
from ZODB.POSException import ConflictError

from qms.audit.models import trail_of
from qms.content.root import get_site
from qms.pqr import services as cases
from qms.pqr.contingency import services
from qms.pqr.contingency.errors import NumberGone
from qms.pqr.contingency.models import look
from qms.pqr.services import Received

BASE, LIST = "/aexpress/cases/", "/aexpress/cases/contingency"
JSON = {"Accept": "application/json"}


def reserve(browser, count=3):
    form = browser.get(f"{BASE}contingency-add").forms["form"]
    form["count"], form["reason"] = str(count), "Mantenimiento"
    form.submit(status=303)
    return [one["number"] for one in browser.get(LIST, headers=JSON).json["rows"]]


def enter(browser, number, received, status=303, **more):
    form = browser.get(f"{BASE}contingency-enter/{number}").forms["form"]
    given = {
        "kind": "reclamo",
        "channel": "fisico",
        "text": "Llegó roto",
        "name": "Ana",
        "email": "ana@example.org",
        "later": "No había red",
        **more,
    }
    for name, value in given.items():
        form[name] = value
    form["received"] = received
    return form.submit(status=status)


def local(days, moment):
    return f"{moment.astimezone(days.zone):%d/%m/%Y %H:%M}"


def test_after_an_outage_everything_on_paper_gets_its_number_and_its_true_clock(house, days):
    boss = house.browser(QUALITY)
    numbers = reserve(boss)
    assert [one[-5:] for one in numbers] == ["00001", "00002", "00003"]
    page = boss.get(f"{BASE}contingency-sheet/1")
    sheet = PdfReader(io.BytesIO(page.body))
    assert len(sheet.pages) == 4
    text = sheet.pages[1].extract_text()
    assert numbers[0] in text
    assert "Doble y corte" in text
    received = days.now + timedelta(hours=2)
    days.go(2)
    clerk = house.browser(EMPLOYEE)
    answer = enter(clerk, numbers[0], local(days, received))
    assert numbers[0] in answer.location
    with house.site() as site:
        case = site[ORGANISATION]["cases"][numbers[0]]
        assert case.received_at == received
        assert case.clock.received == received
        assert "registrado después" in case.acts[0]["note"]
        assert "No había red" in case.acts[0]["note"]
        # The code on the customer's part of the paper opens the case.
        block = look(site[ORGANISATION]).blocks[1]
        code = services.code_of(block, numbers[0], house.secret)
        assert cases.find_by_code(site[ORGANISATION], numbers[0], code) is case
        entry = next(
            one for one in trail_of(site[ORGANISATION]).chain() if one["event"] == "CaseRegistered"
        )
        assert entry["details"]["entered_later"] == "No había red"
    assert code in text
    assert ("ana@example.org", f"[{numbers[0]}] Recibimos su caso") in mails(house)
    # What is registered meanwhile and afterwards goes on behind the block.
    with house.site() as site:
        assert cases.next_number(site[ORGANISATION], house.act()).endswith("00004")


def test_every_number_ends_up_used_or_annulled_and_the_list_shows_which_did_not(house, days):
    boss = house.browser(QUALITY)
    first, second, third = reserve(boss)
    enter(boss, first, local(days, days.now))
    form = boss.get(f"{BASE}contingency-annul/{second}").forms["form"]
    form["reason"] = " "
    form.submit(status=422)
    form["reason"] = "El formato se rompió"
    form.submit(status=303)
    rows = boss.get(LIST, headers=JSON).json["rows"]
    assert [one["state_word"] for one in rows] == ["Usado", "Anulado", "Sin usar"]
    assert rows[1]["reason"] == "El formato se rompió"
    assert boss.get(f"{LIST}?state=number-open", headers=JSON).json["total"] == 1
    for gone in (first, second):
        assert "ya se usó o se anuló" in boss.get(
            f"{BASE}contingency-enter/{gone}", expect_errors=True
        ).text  # fmt: skip
    # The codes of numbers that are used are printed no more.
    page = PdfReader(io.BytesIO(boss.get(f"{BASE}contingency-sheet/1").body))
    assert len(page.pages) == 2
    assert third in page.pages[1].extract_text()


def test_the_moment_of_receipt_lies_between_the_block_and_now_and_has_a_reason(house, days):
    boss = house.browser(QUALITY)
    number = reserve(boss)[0]
    early, late = days.now - timedelta(hours=3), days.now + timedelta(hours=3)
    assert "se reservaron el" in enter(boss, number, local(days, early), status=422).text
    assert enter(boss, number, local(days, late), status=422)
    assert enter(boss, number, "ayer", status=422)
    assert enter(boss, number, local(days, days.now), status=422, later="")
    assert enter(boss, number, local(days, days.now))


def test_two_clerks_who_enter_the_same_number_at_once_make_one_case(house, days):
    number = reserve(house.browser(QUALITY))[0]
    at = days.now
    barrier, outcomes = threading.Barrier(2), []

    def work(name):
        manager = transaction.TransactionManager(explicit=True)
        connection = house.db.open(manager)
        try:
            for attempt in range(5):
                manager.begin()
                organisation = get_site(connection)[ORGANISATION]
                try:
                    services.enter(
                        organisation,
                        number,
                        Received("queja", "fisico", name, {"name": name}, received_at=at),
                        reason="x",
                        secret=house.secret,
                        say=str,
                        act=house.act("paola-rincon"),
                    )
                    if attempt == 0:
                        barrier.wait(10)
                    manager.commit()
                    outcomes.append(name)
                    return
                except ConflictError:
                    manager.abort()
                except NumberGone:
                    manager.abort()
                    outcomes.append("told")
                    return
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ana", "Luis")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) in (["Ana", "told"], ["Luis", "told"])
    with house.site() as site:
        winner = next(one for one in outcomes if one != "told")
        assert site[ORGANISATION]["cases"][number].customer["name"] == winner
        assert len(site[ORGANISATION]["cases"]) == 1


def test_d4_04_who_may_set_aside_print_and_annul(house):
    number = reserve(house.browser(QUALITY))[0]
    for email in (EMPLOYEE, AUDITOR):
        browser = house.browser(email)
        browser.get(f"{BASE}contingency-add", status=403)
        browser.get(f"{BASE}contingency-sheet/1", status=403)
        browser.get(f"{BASE}contingency-annul/{number}", status=403)
    stranger = house.browser("calidad@carrazos.example")
    for view in ("contingency", f"contingency-enter/{number}", "contingency-sheet/1"):
        stranger.get(f"{BASE}{view}", status=404)
    boss = house.browser(QUALITY)
    for view in ("contingency-enter", "contingency-enter/PQR-1", "contingency-sheet/x"):
        boss.get(f"{BASE}{view}", status=404)


def test_the_codes_are_kept_nowhere_and_depend_on_the_servers_secret(house):
    number = reserve(house.browser(QUALITY))[0]
    with house.site() as site:
        block = look(site[ORGANISATION]).blocks[1]
        code = services.code_of(block, number, house.secret)
        assert services.code_of(block, number, b"x" * 32) != code
        state = block.__getstate__()
        assert code not in repr(state)
        assert code not in repr(dict(block.states))
