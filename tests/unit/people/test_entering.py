"""Signing in and out through the real pages."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pyotp
import pytest
from people_house import PASSWORD, House, furnish, press, sign_in

from qms.people import services
from qms.people.events import LinkSent, SignedIn, SignInBlocked
from qms.people.models import doors_of
from qms.people.sessions import IDLE, LONGEST, TOUCH


@pytest.fixture
def house(tmp_path, monkeypatch):
    house = House(tmp_path, [], monkeypatch)
    house.events = []
    house.config.add_subscriber(house.events.append, "qms.kernel.acts.DomainEvent")
    house.config.commit()
    furnish(house)
    house.events.clear()
    yield house
    house.db.close()


def links(house):
    return [event for event in house.events if isinstance(event, LinkSent)]


def test_the_right_password_leads_into_the_own_organisation(house):
    app = house.browser()
    answer = sign_in(app, " ANA@aexpress.example", PASSWORD)
    assert answer.status_int == 303
    assert answer.location.endswith("/")
    assert app.get("/").location.endswith("/aexpress/")
    assert [type(event) for event in house.events] == [SignedIn]
    assert app.get("/account").status_int == 200


def test_d4_16_login_does_not_tell_who_exists(house):
    with house.site() as site:
        people = site["aexpress"]["people"]
        services.deactivate(people, people.person("luis-gil"), act=house.act())
        services.add_person(people, name="Sin Clave", email="sin@aexpress.example", act=house.act())
    bodies = set()
    for email in (
        "ana@aexpress.example",
        "nobody@x.example",
        "luis@aexpress.example",
        "sin@aexpress.example",
        "zoe@boreal.example",
    ):
        answer = sign_in(house.browser(), email, "wrong password")
        assert answer.status_int == 422
        bodies.add(answer.html.find(class_="error-summary").get_text())
    assert len(bodies) == 1


@pytest.mark.usefixtures("dear_secrets")
def test_d4_16_login_takes_as_long_for_nobody_as_for_somebody(house):
    times = {"ana@aexpress.example": [], "nobody@x.example": []}
    for round_ in range(5):
        for email, taken in times.items():
            app = house.browser(REMOTE_ADDR=f"10.1.{round_}.1")
            form = app.get("/login").forms["form"]
            form["email"], form["password"] = email, "wrong password"
            start = time.process_time()
            form.submit("save", status=422)
            taken.append(time.process_time() - start)
            house.registry.qms_throttle.__init__()
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert abs(known - unknown) < 0.05


def test_d4_16_the_reset_page_answers_the_same_for_anybody(house):
    answers = []
    for email in ("ana@aexpress.example", "nobody@x.example"):
        form = house.browser().get("/reset").forms["form"]
        form["email"] = email
        answers.append(form.submit("save", status=303).follow().html.main.get_text())
    assert len(set(answers)) == 1
    assert len(links(house)) == 1


def test_d4_14_guessing_at_an_account_waits_from_every_address_but_not_for_its_owner(house):
    owner = house.browser("ana@aexpress.example")
    press(owner, owner.get("/account"), "/logout")
    for number in range(5):
        sign_in(house.browser(REMOTE_ADDR=f"10.2.0.{number}"), "ana@aexpress.example", "wrong")
    blocked = sign_in(house.browser(REMOTE_ADDR="10.3.0.1"), "ana@aexpress.example", PASSWORD)
    assert blocked.status_int == 422
    assert "1" in blocked.html.find(class_="error-summary").get_text()
    assert sign_in(owner, "ana@aexpress.example", PASSWORD).status_int == 303
    assert [type(one) for one in house.events].count(SignInBlocked) == 1
    house.now += timedelta(minutes=2)
    assert sign_in(house.browser(), "ana@aexpress.example", PASSWORD).status_int == 303


def test_d4_14_a_wait_holds_in_another_process(house):
    for _ in range(5):
        sign_in(house.browser(), "nobody@x.example", "wrong password")
    house.registry.qms_throttle.__init__()
    answer = sign_in(house.browser(REMOTE_ADDR="10.9.9.9"), "nobody@x.example", "wrong password")
    with house.site() as site:
        assert len(doors_of(site).waits) == 1
    assert answer.status_int == 422
    assert sign_in(house.browser(), "eva@aexpress.example", PASSWORD).status_int == 303


def test_d4_15_many_accounts_from_one_address_wait(house):
    app = house.browser(REMOTE_ADDR="10.4.0.1")
    for number in range(20):
        sign_in(app, f"user{number}@x.example", "wrong password")
    assert sign_in(app, "ana@aexpress.example", PASSWORD).status_int == 422
    assert sign_in(house.browser(), "ana@aexpress.example", PASSWORD).status_int == 303


def test_d4_17_the_session_id_changes_at_login_and_the_old_one_is_dead(house):
    app = house.browser()
    app.get("/login")
    planted = app.cookies["qms"]
    sign_in(app, "ana@aexpress.example", PASSWORD)
    assert app.cookies["qms"] != planted
    thief = house.browser()
    thief.set_cookie("qms", planted)
    assert "/login" in thief.get("/account", status=303).location


@pytest.mark.parametrize("how", ["logout", "password", "deactivation", "idle", "age", "roles"])
def test_d4_18_an_ended_session_opens_nothing(house, how):
    app = house.browser("eva@aexpress.example")
    stolen = app.cookies["qms"]
    thief = house.browser()
    thief.set_cookie("qms", stolen)
    assert thief.get("/account").status_int == 200
    if how == "logout":
        press(app, app.get("/account"), "/logout")
    elif how == "idle":
        house.now += IDLE + timedelta(seconds=1)
    elif how == "age":
        for _ in range(int(LONGEST / (IDLE / 2)) + 1):
            house.now += IDLE / 2
            app.get("/account", status="*")
    else:
        with house.site() as site:
            people = site["aexpress"]["people"]
            eva = people.person("eva-soto")
            if how == "deactivation":
                services.deactivate(people, eva, act=house.act())
            elif how == "password":
                services.set_password(eva, "otra frase larga", act=house.act())
            else:
                services.end_sessions(eva)
    assert "/login" in thief.get("/account", status=303).location
    assert thief.get("/account", headers={"Accept": "application/json"}, status=401)


def test_d4_09_a_deactivated_person_is_nobody_at_the_very_next_request(house):
    app = house.browser("eva@aexpress.example")
    with house.site() as site:
        people = site["aexpress"]["people"]
        people.person("eva-soto").active = False
    assert "/login" in app.get("/account", status=303).location


def test_d4_20_a_form_without_its_token_changes_nothing(house):
    app = house.browser("ana@aexpress.example")
    before = house.last_transaction()
    for path in (
        "/logout",
        "/aexpress/people/persons/eva-soto/deactivate",
        "/account-password",
        "/account-end-sessions",
        "/aexpress/people/add-person",
    ):
        assert app.post(path, {"name": "x"}, status=403)
        assert app.post(path, {"csrf_token": "guess"}, status=403)
    assert house.last_transaction() == before


def test_d4_20_looking_around_writes_nothing(house):
    app = house.browser("ana@aexpress.example")
    before = house.last_transaction()
    for path in (
        "/account",
        "/aexpress/people",
        "/aexpress/people/structure",
        "/",
        "/aexpress/people/persons/eva-soto",
        "/account-password",
        "/login",
    ):
        app.get(path)
    for path in ("/logout", "/aexpress/people/persons/eva-soto/deactivate"):
        app.get(path, status=404)
    assert house.last_transaction() == before
    house.now += TOUCH + timedelta(seconds=1)
    app.get("/account")
    assert house.last_transaction() != before


@pytest.mark.parametrize(
    "bad", ["//evil.example", "\\\\evil", "https:evil.example", "/\tx", "http://u@h/"]
)
def test_d4_34_came_from_never_leads_away(house, bad):
    app = house.browser()
    form = app.get("/login", {"came_from": bad}).forms["form"]
    form["email"], form["password"] = "ana@aexpress.example", PASSWORD
    form["came_from"].force_value(bad)
    assert form.submit("save", status=303).location == "http://localhost/"


def test_came_from_leads_back(house):
    app = house.browser()
    login = app.get("/aexpress/people", status=303)
    form = login.follow().forms["form"]
    form["email"], form["password"] = "ana@aexpress.example", PASSWORD
    assert form.submit("save", status=303).location.endswith("/aexpress/people")


def test_d4_35_the_cookies_are_closed_to_scripts_and_other_sites(house):
    answer = sign_in(house.browser(), "ana@aexpress.example", PASSWORD)
    cookies = answer.headers.getall("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"qms", "qms_known"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    secure = house.browser(**{"wsgi.url_scheme": "https"}).get("/login")
    (cookie,) = secure.headers.getall("Set-Cookie")
    assert cookie.startswith("__Host-qms=")
    assert "secure" in cookie.lower()


def test_d4_54_a_forged_cookie_is_no_session(house):
    for forged in ("gASVCgAAAAAAAACMBnN5c3RlbZQu", "a.b", ".", "é", "x" * 5000):
        app = house.browser()
        app.set_cookie("qms", forged.encode("ascii", "replace").decode())
        assert "/login" in app.get("/account", status=303).location


def reset_path(event):
    return f"/new-password?token={event.token}"


def ask_for_link(house, email="ana@aexpress.example"):
    form = house.browser().get("/reset").forms["form"]
    form["email"] = email
    form.submit("save", status=303)
    return links(house)[-1]


def set_new(page, password, status="*"):
    form = page.forms["form"]
    form["password"] = form["again"] = password
    return form.submit("save", status=status)


def test_d4_19_a_reset_link_works_once_and_only_for_its_person(house):
    link = ask_for_link(house)
    assert "token" not in link.details()
    app = house.browser()
    assert set_new(app.get(reset_path(link)), "corta").status_int == 422
    assert set_new(app.get(reset_path(link)), "otra frase larga").status_int == 303
    assert app.get("/account").status_int == 200
    assert "no longer" in ask(house, link)
    assert sign_in(house.browser(), "ana@aexpress.example", PASSWORD).status_int == 422
    assert sign_in(house.browser(), "ana@aexpress.example", "otra frase larga").status_int == 303


def ask(house, link):
    page = house.browser().get(reset_path(link) + "&_LOCALE_=en", status="*")
    assert page.status_int != 200
    return page.text


def test_d4_19_a_reset_link_dies_with_time_a_newer_one_a_password_and_deactivation(house):
    link = ask_for_link(house)
    house.now += timedelta(hours=1)
    assert "no longer" in ask(house, link)
    older, newer = ask_for_link(house), ask_for_link(house)
    assert "no longer" in ask(house, older)
    house.browser().get(reset_path(newer), status=200)
    with house.site() as site:
        services.set_password(
            site["aexpress"]["people"].person("ana-ruiz"), "otra frase larga", act=house.act()
        )
    assert "no longer" in ask(house, newer)
    link = ask_for_link(house, "eva@aexpress.example")
    with house.site() as site:
        people = site["aexpress"]["people"]
        services.deactivate(people, people.person("eva-soto"), act=house.act())
    assert "no longer" in ask(house, link)


def test_the_database_holds_no_token_and_no_session_id(house):
    link = ask_for_link(house)
    app = house.browser("eva@aexpress.example")
    session_id = app.cookies["qms"].strip('"').split(".")[0]
    stored = b"".join(record.data for txn in house.db.storage.iterator() for record in txn)
    for secret in (link.token, session_id, PASSWORD):
        assert secret.encode() not in stored


def enable_totp(house):
    app = house.browser("ana@aexpress.example")
    page = app.get("/account-second-factor")
    secret = page.html.find("code").get_text().replace(" ", "")
    assert page.html.find("svg") is not None
    form = page.forms["form"]
    form["code"], form["present"] = pyotp.TOTP(secret).at(house.now), PASSWORD
    assert form.submit("save", status=303)
    return secret


def test_d4_22_a_second_factor_is_asked_for_and_a_code_is_good_once(house):
    secret = enable_totp(house)
    house.now += timedelta(seconds=60)
    code = pyotp.TOTP(secret).at(house.now)
    app = house.browser()
    step = sign_in(app, "ana@aexpress.example", PASSWORD)
    assert step.location.endswith("/login-code")
    assert "/login" in app.get("/account", status=303).location
    form = step.follow().forms["form"]
    form["code"] = code
    assert form.submit("save", status=303)
    assert app.get("/account").status_int == 200
    other = house.browser()
    form = sign_in(other, "ana@aexpress.example", PASSWORD).follow().forms["form"]
    form["code"] = code
    assert form.submit("save", status=422)


def test_d4_22_after_five_wrong_codes_the_right_one_waits_too(house):
    secret = enable_totp(house)
    house.now += timedelta(seconds=60)
    app = house.browser()
    form = sign_in(app, "ana@aexpress.example", PASSWORD).follow().forms["form"]
    for _ in range(5):
        form["code"] = "000000"
        form.submit("save", status=422)
    form["code"] = pyotp.TOTP(secret).at(house.now)
    assert form.submit("save", status=422)
    house.now += timedelta(minutes=2)
    form["code"] = pyotp.TOTP(secret).at(house.now)
    assert form.submit("save", status=303)


def test_d4_22_the_code_step_needs_a_fresh_password(house):
    secret = enable_totp(house)
    app = house.browser()
    form = sign_in(app, "ana@aexpress.example", PASSWORD).follow().forms["form"]
    house.now += timedelta(minutes=6)
    form["code"] = pyotp.TOTP(secret).at(house.now)
    assert form.submit("save", status=303).location.endswith("/login")
    assert "/login" in app.get("/account", status=303).location


def test_the_second_factors_secret_is_sealed_in_the_database(house):
    secret = enable_totp(house)
    with house.site() as site:
        stored = site["aexpress"]["people"].person("ana-ruiz").totp_secret
    assert secret not in stored


def test_ended_sessions_links_and_waits_are_forgotten(house):
    house.browser("ana@aexpress.example")
    ask_for_link(house)
    house.now += timedelta(days=2)
    with house.site() as site:
        assert services.purge(site, at=house.now, idle=LONGEST) >= 2
        doors = doors_of(site)
        assert [len(doors.sessions), len(doors.tokens), len(doors.waits)] == [0, 0, 0]


def test_d4_18_a_changed_password_ends_every_other_session(house):
    here, there = house.browser("eva@aexpress.example"), house.browser("eva@aexpress.example")
    form = here.get("/account-password").forms["form"]
    form["present"], form["password"], form["again"] = "wrong", *["cuatro gatos verdes"] * 2
    assert form.submit("save", status=422)
    form["present"], form["again"] = PASSWORD, "another one"
    assert form.submit("save", status=422)
    form["again"] = "cuatro gatos verdes"
    assert form.submit("save", status=303)
    assert here.get("/account").status_int == 200
    assert "/login" in there.get("/account", status=303).location


def test_the_other_sessions_end_by_button(house):
    here, there = house.browser("eva@aexpress.example"), house.browser("eva@aexpress.example")
    press(here, here.get("/account"), "/account-end-sessions")
    assert here.get("/account").status_int == 200
    assert "/login" in there.get("/account", status=303).location


def test_d4_24_the_second_factor_goes_off_only_with_the_password(house):
    enable_totp(house)
    house.now += timedelta(seconds=60)
    with house.site() as site:
        secret = site["aexpress"]["people"].person("ana-ruiz").totp_secret
        code = pyotp.TOTP(house.registry.qms_vault.open(secret, "aexpress/ana-ruiz").decode()).at(
            house.now
        )
    app = house.browser()
    form = sign_in(app, "ana@aexpress.example", PASSWORD).follow().forms["form"]
    form["code"] = code
    form.submit("save", status=303)
    form = app.get("/account-second-factor-off").forms["form"]
    form["present"] = "wrong password"
    assert form.submit("save", status=422)
    form["present"] = PASSWORD
    assert form.submit("save", status=303)
    assert sign_in(house.browser(), "ana@aexpress.example", PASSWORD).location.endswith("/")
