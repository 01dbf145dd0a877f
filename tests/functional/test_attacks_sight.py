"""D4-1 to D4-4 in mails, lists, holds and the outbox: who has no business there sees nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rooms_siege import season_rooms
from siege import ADMINISTRATOR, APPROVED, AUDITOR, EMPLOYEE, ORGANISATION, QUALITY, token_of
from webtest import Upload
from webtest.forms import Radio

from qms.kernel import clock
from qms.notices.services import mails_of
from qms.pqr.intake.models import look as mails_of_house

HOME, BASE = f"/{ORGANISATION}", f"/{ORGANISATION}/cases/"
JSON = {"Accept": "application/json"}
COLLECTIONS = "recolecciones@aexpress.example"
"""Works a queue, but not that of the kind that mails become."""
WHO = {
    "name": "Zulema Quintanar", "email": "zulema.q@example.org", "phone": "3109998877",
    "id": "52999111", "address": "Calle Zulema 77",
}  # fmt: skip
KNOWN_BY = ("zulema", "quintanar", "3109998877", "52999111")


def tells_nobody(answer, *more):
    """Look for the customer and for what they wrote, in whatever was answered."""
    said = answer.body.decode("utf-8", "replace").lower()
    assert not [one for one in (*KNOWN_BY, *more) if one in said], answer.request.path


def listed(browser, text):
    """Upload a list of cases, take the columns as they were guessed, give its preview's address."""
    form = browser.get(f"{BASE}bulk-add").forms["form"]
    radio = [one for ones in form.fields.values() for one in ones if isinstance(one, Radio)]
    radio[0].value = "new"
    form["upload"] = Upload("planilla.csv", text.encode())
    return form.submit(status=303).follow().forms["form"].submit(status=303).location


@pytest.fixture(scope="module")
def seasoned_once(besieged):
    with besieged.copy() as made:
        made.made = season_rooms(made, "Un texto cualquiera.", WHO)
        yield made


@pytest.fixture
def seasoned(seasoned_once):
    with seasoned_once.copy() as made:
        made.made = seasoned_once.made
        yield made


def test_d4_04_a_clerk_of_another_queue_reads_no_mail_and_decides_about_none(seasoned):
    clerk, boss = seasoned.browser(COLLECTIONS), seasoned.browser(QUALITY)
    with seasoned.site() as site:
        uid, mail = next(
            (uid, one)
            for uid, one in mails_of_house(site[ORGANISATION]).kept.items()
            if one.state == "mail-waiting"
        )
        file = mail.original.uid
    tells_nobody(clerk.get(f"{BASE}mail"), "un texto cualquiera")
    tells_nobody(clerk.get(f"{BASE}mail", headers=JSON), "un texto cualquiera")
    assert clerk.get(f"{BASE}mail", headers=JSON).json["rows"]
    tells_nobody(clerk.get(f"{BASE}mail?download=csv", status="*"))
    token, before = token_of(clerk), seasoned.transaction()
    for path in (
        f"mail/{uid}",
        f"mail-file/{uid}/{file}",
        f"mail-add/{uid}",
        f"mail-discard/{uid}",
    ):
        tells_nobody(clerk.get(f"{BASE}{path}", status=403))
    body = {"csrf_token": token, "reason": "x", "number": seasoned.made.cases["open"]}
    for path in (f"mail-register/{uid}", f"mail-add/{uid}", f"mail-discard/{uid}"):
        clerk.post(f"{BASE}{path}", body, status=403)
    assert seasoned.transaction() == before
    for reader in (boss, seasoned.browser(EMPLOYEE)):
        assert "Zulema Quintanar" in reader.get(f"{BASE}mail/{uid}").text
    assert boss.post(f"{BASE}mail-register/{uid}", {"csrf_token": token_of(boss)}, status=303)


def test_d4_04_of_a_list_of_cases_others_see_initials_and_decide_nothing(seasoned):
    owner, other = seasoned.browser(EMPLOYEE), seasoned.browser(COLLECTIONS)
    day = f"{clock.now() - timedelta(days=3):%d/%m/%Y}"
    row = f"1;{day};;Queja;celular;Zulema Quintanar;zulema.q@;Perdieron mi anillo"
    where = listed(owner, f"Número;Fecha;Hora;Clase;Canal;Cliente;Correo;Descripción\n{row}\n")
    number = where.rstrip("/").rpartition("/")[2]
    assert "Zulema Quintanar" in owner.get(where).text
    for path in ("bulk", f"bulk/{number}", "bulk/1", "bulk/2"):
        tells_nobody(other.get(f"{BASE}{path}"), "zulema.q@", "anillo")
        tells_nobody(other.get(f"{BASE}{path}", headers=JSON), "zulema.q@", "anillo")
    body = {"csrf_token": token_of(other)}
    taken = other.post(f"{BASE}bulk/{number}?download=csv", body)
    assert "Z•••" in taken.body.decode("utf-8-sig")
    tells_nobody(taken, "zulema.q@", "anillo")
    before = seasoned.transaction()
    other.get(f"{BASE}bulk-source/{number}", status=403)
    other.get(f"{BASE}bulk-columns/{number}", status=403)
    for view in ("bulk-start", "bulk-carry", "bulk-give-up", "bulk-columns"):
        other.post(f"{BASE}{view}/{number}", body, status=403)
    assert seasoned.transaction() == before
    assert owner.get(f"{BASE}bulk-source/{number}").body
    owner.post(f"{BASE}bulk-give-up/{number}", {"csrf_token": token_of(owner)}, status=303)


# Holds, mails that went out, and links


def held(browser, *customers):
    """Put customers under hold, each by what is typed; gives the page of the hold."""
    body = [("csrf_token", token_of(browser)), ("title", "Tutela"), ("reason", "Orden del juez")]
    body += [("__start__", "scopes:sequence")]
    for one in customers:
        row = [("what", "customer"), ("text", one)]
        body += [("__start__", "line:mapping"), *row, ("__end__", "line:mapping")]
    body += [("__end__", "scopes:sequence")]
    return browser.post(f"{HOME}/retention/holds/add", body, status=303).location


def test_d4_03_a_hold_on_a_customer_names_them_to_nobody_but_who_places_holds(seasoned):
    boss = seasoned.browser(QUALITY)
    where = held(boss, WHO["id"], WHO["name"], WHO["email"])
    assert "Zulema Quintanar" in boss.get(where).text
    seen = 0
    for email in (AUDITOR, "jefe.sac@aexpress.example", ADMINISTRATOR, COLLECTIONS):
        browser = seasoned.browser(email)
        for path in (where, f"{HOME}/retention/holds/", f"{HOME}/trail/", f"{HOME}/retention/"):
            for headers in ({}, JSON):
                answer = browser.get(path, headers=headers, status="*")
                seen += path == where and answer.status_int == 200
                tells_nobody(answer)
        for word in ("zulema", "52999111"):
            answer = browser.get(f"{HOME}/retention/holds/?q={word}", status="*")
            assert "RL-" not in answer.text, "what is masked is not searched either"
        token = {"csrf_token": token_of(browser)}
        tells_nobody(browser.post(f"{HOME}/retention/holds/?download=csv", token, status="*"))
    assert seen, "somebody else sees the hold"


def test_d4_03_the_outbox_shows_whole_addresses_of_staff_alone(seasoned):
    with seasoned.site() as site:
        for mail in mails_of(site, ORGANISATION, most=1000):
            mail.error = f"550 5.1.1 <{mail.to}>: Recipient address rejected"
        customers = {one.to for one in mails_of(site, ORGANISATION, most=100)} & {WHO["email"]}
    assert customers, "a customer was written to"
    browser = seasoned.browser(ADMINISTRATOR)
    for answer in (browser.get(f"{HOME}/outbox"), browser.get(f"{HOME}/outbox", headers=JSON)):
        tells_nobody(answer, WHO["email"])
        assert "z•••@e•••" in answer.text or "z\\u2022" in answer.text
        assert "@aexpress.example" in answer.text
    tells_nobody(browser.get(f"{HOME}/worker"), WHO["email"])


def test_d4_04_a_link_whose_other_end_one_may_not_see_stays(seasoned):
    boss, leader = seasoned.browser(QUALITY), seasoned.browser("operaciones@aexpress.example")
    with seasoned.site() as site:
        own = f"document:{site[ORGANISATION]['documents'][APPROVED].uid}"
    case = f"case:{seasoned.made.cases['open']}"
    boss.post(f"{HOME}/link", {"csrf_token": token_of(boss), "from": own, "to": case}, status=303)
    token = token_of(leader)
    for view in ("link", "unlink"):
        seen = {"csrf_token": token, "from": own, "to": "indicator:IND-002"}
        leader.post(f"{HOME}/{view}", seen, status=303)
    before = seasoned.transaction()
    for one, other in ((own, case), (case, own)):
        for number in (other, f"{other}0"):
            body = {"csrf_token": token, "from": one, "to": number}
            nothing = leader.post(f"{HOME}/unlink", body, status=404)
            assert case.partition(":")[2] not in nothing.text
    assert seasoned.transaction() == before
    boss.post(f"{HOME}/unlink", {"csrf_token": token_of(boss), "from": own, "to": case}, status=303)


def test_d4_03_linking_with_what_one_may_not_see_answers_like_linking_with_nothing(seasoned):
    leader = seasoned.browser("operaciones@aexpress.example")
    with seasoned.site() as site:
        own = f"document:{site[ORGANISATION]['documents'][APPROVED].uid}"
    number, token = seasoned.made.cases["open"], token_of(leader)
    before, said = seasoned.transaction(), []
    for typed in (number, f"case:{number}", f"{number}0", f"case:{number}0", "Zulema Quintanar"):
        body = {"csrf_token": token, "from": own, "to": typed}
        page = leader.post(f"{HOME}/link", body, status=200)
        said.append(page.text.replace(typed, ""))
    # What was typed is all in which the answers differ.
    assert len(set(said)) == 1
    assert "quintanar" not in said[0].lower()
    assert seasoned.transaction() == before
