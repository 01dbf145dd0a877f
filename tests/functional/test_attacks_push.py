"""Attacks on the address where systems outside push values: tokens, bodies, other organisations."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from siege import QUALITY

from qms.indicators.entries import UNCONFIRMED
from qms.indicators.figuring import Figures
from qms.indicators.periods import Period
from qms.indicators.services.closing import close_period
from qms.indicators.services.following import begin, indicators_of
from qms.indicators.services.sources import declare, new_token
from qms.indicators.totals import entry_of
from qms.indicators.views.push import LARGEST

URL = "/aexpress/indicators/push"
PERSON = "lucia-mora"


@pytest.fixture
def day(house, days):
    """Give a working day that is over, and measure from then on."""
    with house.site() as site:
        for number in ("IND-001", "IND-002"):
            indicator = indicators_of(site["aexpress"])[number]
            begin(indicator, days.first, reason="Empieza", act=house.act(PERSON))
    days.now = days.at(days.first + timedelta(days=1))
    return days.first.isoformat()


def token_for(house, organisation="aexpress", external="3cphone"):
    with house.site() as site:
        folder = indicators_of(site[organisation])
        known = folder.externals.get(external) or declare(folder, external, act=house.act(PERSON))
        return new_token(folder, known, act=house.act(PERSON))


def body(period, number="IND-002", handled=90, received=100):
    values = {"llamadas_atendidas": handled, "llamadas_recibidas": received}
    return {"indicator": number, "period": period, "values": values}


def send(house, data, token, url=URL, **headers):
    browser = house.browser()
    given = {"Authorization": f"Bearer {token}"} if token else {}
    text = data if isinstance(data, str | bytes) else json.dumps(data)
    return browser.post(
        url, text, {**given, **headers}, content_type="application/json", status="*"
    )


def kept(house, period):
    with house.site() as site:
        indicator = indicators_of(site["aexpress"])["IND-002"]
        found = entry_of(indicator, Period.parse(period))
        return None if found is None else {one.name: one.value for one in found.values}


def test_a_pushed_value_is_kept_once_and_tells_where_it_came_from(house, day):
    token = token_for(house)
    answer = send(house, body(day), token)
    assert (answer.status_int, answer.json) == (200, {"kept": 1, "unchanged": 0})
    before = house.transaction()
    assert send(house, body(day), token).json == {"kept": 0, "unchanged": 1}, "idempotent"
    assert house.transaction() == before
    assert send(house, body(day, handled="91.5"), token).json["kept"] == 1
    assert kept(house, day) == {"llamadas_atendidas": "91.5", "llamadas_recibidas": "100"}
    page = house.browser(QUALITY).get("/aexpress/indicators/externals")
    assert "3CPHONE" in page
    assert token not in page
    with house.site() as site:
        indicator = indicators_of(site["aexpress"])["IND-002"]
        found = entry_of(indicator, Period.parse(day))
        assert {(one.how, one.by) for one in found.values} == {("pushed", "3cphone")}
        assert token not in repr(
            dict(indicators_of(site["aexpress"]).externals["3cphone"].__dict__)
        )


def test_an_unusual_pushed_value_is_kept_and_waits_for_a_person(house, day):
    assert send(house, body(day, handled=150), token_for(house)).status_int == 200
    with house.site() as site:
        indicator = indicators_of(site["aexpress"])["IND-002"]
        assert entry_of(indicator, Period.parse(day)).doubt == UNCONFIRMED
    browser = house.browser("jefe.sac@aexpress.example")
    page = browser.get("/aexpress/indicators/IND-002/period/" + quarter_of(day))
    form = next(one for one in page.forms.values() if one.action.endswith(f"confirm/{day}"))
    assert "El valor se confirmó" in form.submit().follow()


def quarter_of(day):
    return Period.of("quarterly", Period.parse(day).first).key


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "Ñandú", "' OR 1=1 --", "A" * 5000])
def test_a_wrong_token_is_told_nothing_and_keeps_nothing(house, day, token):
    token_for(house)
    for data in (body(day), "no json", {"indicator": "IND-999"}):
        answer = send(house, data, token.encode().decode("latin-1"))
        assert answer.status_int == 401
        assert "IND" not in answer
    assert kept(house, day) is None


def test_guessing_tokens_has_to_wait(house, day):
    token = token_for(house)
    found = [send(house, body(day), "B" * 43).status_int for _turn in range(14)]
    assert found[0] == 401
    assert found[-1] == 429
    answer = send(house, body(day), token)
    assert answer.status_int == 429, "the whole address waits"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_rotated_or_revoked_token_is_good_no_longer(house, day):
    old = token_for(house)
    new = token_for(house)
    assert send(house, body(day), old).status_int == 401
    assert send(house, body(day), new).status_int == 200
    browser = house.browser(QUALITY)
    page = browser.get("/aexpress/indicators/externals")
    form = next(one for one in page.forms.values() if one.action.endswith("externals-revoke"))
    assert form.submit().status_int == 303
    assert send(house, body(day, handled=80), new).status_int == 401


def test_the_token_of_another_organisation_opens_nothing(house, day):
    stranger = token_for(house, "carrazos", "otra")
    assert send(house, body(day), stranger).status_int == 401
    own = token_for(house)
    answer = send(house, body(day, number="IND-001"), own, "/carrazos/indicators/push")
    assert answer.status_int == 401
    assert kept(house, day) is None


def test_a_system_fills_only_the_variables_that_are_its_own(house, day):
    other = token_for(house, external="otra-consola")
    assert send(house, body(day), other).status_int == 422
    token = token_for(house)
    counted = {"indicator": "IND-001", "period": day, "values": {"recibidas": 5}}
    assert send(house, counted, token).status_int == 422
    assert send(house, body(day, number="IND-777"), token).status_int == 404
    assert send(house, body("2199-01-04"), token).status_int == 422, "not over yet"
    assert send(house, body(quarter_of(day)), token).status_int == 422
    assert kept(house, day) is None


def test_all_of_a_body_is_kept_or_nothing(house, day):
    data = {"measurements": [body(day), body("2199-01-04")]}
    assert send(house, data, token_for(house)).status_int == 422
    assert kept(house, day) is None


def test_a_closed_period_answers_409_and_stays(house, days, day):
    token = token_for(house)
    assert send(house, body(day), token).status_int == 200
    quarter = Period.parse(quarter_of(day))
    days.now = days.at(quarter.last + timedelta(days=3))
    with house.site() as site:
        organisation = site["aexpress"]
        figures = Figures.of(house.registry, organisation, days.now)
        indicator = indicators_of(organisation)["IND-002"]
        close_period(indicator, quarter, figures, act=house.act(PERSON))
    assert send(house, body(day, handled=1), token).status_int == 409
    assert Decimal(kept(house, day)["llamadas_atendidas"]) == 90


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        '{"measurements": []}',
        '{"measurements": [1]}',
        "[" * 10_000,
        '{"indicator": "IND-002", "period": "2026-01-05", "values": {}}',
        '{"indicator": ["IND-002"], "period": "2026-01-05", "values": {"llamadas_recibidas": 1}}',
        '{"indicator": "IND-002", "period": "x", "values": {"llamadas_recibidas": 1}}',
        '{"indicator": "../IND-002", "period": "2026-01-05", "values": {"x": 1}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"llamadas_recibidas": true}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"llamadas_recibidas": NaN}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"llamadas_recibidas": 1e400}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"llamadas_recibidas": "1.234,5"}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"__class__": 1}}',
        '{"indicator": "IND-002", "period": "DAY", "values": {"llamadas_recibidas": {"a": 1}}}',
    ],
)
def test_a_strange_body_is_refused_in_a_sentence(house, day, data):
    answer = send(house, data.replace("DAY", day), token_for(house))
    assert answer.status_int in (404, 422)
    assert answer.content_type == "application/problem+json"
    assert kept(house, day) is None


def test_a_huge_body_is_not_read(house, day):
    token = token_for(house)
    answer = send(house, b"[" + b" " * LARGEST + b"]", token)
    assert answer.status_int == 413
    values = {f"v{place}": 1 for place in range(60)}
    data = {"indicator": "IND-002", "period": day, "values": values}
    assert send(house, data, token).status_int == 422
    many = {"measurements": [body(day)] * 501}
    assert send(house, many, token).status_int in (413, 422)


def test_a_signed_in_browser_cannot_be_made_to_push(house, day):
    browser = house.browser("jefe.sac@aexpress.example")
    answer = browser.post(URL, json.dumps(body(day)), content_type="text/plain", status="*")
    assert answer.status_int == 401
    assert browser.get(URL, status="*").status_int in (404, 405)


def test_the_command_on_screen_works_as_it_is_printed_until_its_token_is_made_anew(house, day):
    browser = house.browser(QUALITY)

    def command():
        page = browser.get("/aexpress/indicators/externals")
        forms = (one for one in page.forms.values() if one.action.endswith("externals-token"))
        words = shlex.split(next(forms).submit().html.select_one("pre").text.replace("\\\n", " "))
        headers = {
            name: value
            for flag, one in pairwise(words)
            for name, _colon, value in [one.partition(": ")]
            if flag == "-H"
        }
        return urlsplit(words[3]).path, words[words.index("-d") + 1], headers

    path, body, headers = command()
    assert house.browser().post(path, body, headers=headers).status_int == 200
    told = json.loads(body)
    with house.site() as site:
        indicator = indicators_of(site["aexpress"])[told["indicator"]]
        kept = indicator.captures[Period.parse(told["period"]).place]
        assert {one[0]: float(one[1]) for one in kept[2]} == told["values"]
    assert "SU-CLAVE" in browser.get("/aexpress/indicators/externals")
    path, body, fresh = command()
    assert house.browser().post(path, body, headers=headers, status=401), "rotated"
    assert house.browser().post(path, body, headers=fresh).status_int == 200
