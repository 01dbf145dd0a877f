"""Whoever holds a position on the distribution list reads the version in force and confirms it."""

from __future__ import annotations

import pytest
import siege
from reading_house import (
    CODE,
    JULIAN,
    ORGANISATION,
    OTHER,
    PAOLA,
    confirm,
    release,
    shared,
    to_read,
)
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, OPERATIONS, QUALITY, REVIEWER

from qms.audit.services import in_order, trail_of
from qms.documents.errors import BadQuestion
from qms.documents.services import drafting
from qms.documents.services.reading import (
    ROOM,
    pending_positions,
    reading_room,
    reindex_readings,
)
from qms.people import services as people


def entries(house, event):
    with house.site() as site:
        return [one for one in in_order(trail_of(site[ORGANISATION])) if one["event"] == event]


def test_an_employee_confirms_once_on_the_page_and_the_reading_is_gone(house):
    (task,) = to_read(house, EMPLOYEE)
    assert (task["code"], task["version"], task["days_left"]) == (CODE, "1", 5)
    assert task["position"] == "Asesor de Servicio al Cliente"
    browser = house.browser(EMPLOYEE)
    home = browser.get("/aexpress/")
    assert "Leí y entendí" in home.text
    assert home.html.select_one(".bell-count").text == "1"
    assert confirm(browser).status_int == 303
    page = browser.get(f"/aexpress/documents/{CODE}/")
    assert "Usted leyó y entendió esta versión." in page.text
    assert "Leí y entendí" not in page.text
    assert to_read(house, EMPLOYEE) == []
    assert browser.get("/aexpress/").html.select_one(".bell-count") is None
    (entry,) = entries(house, "ReadingAcknowledged")
    assert entry["person_id"] == "paola-rincon"
    assert entry["details"] == {"code": CODE, "version": "1", "position": "asesor-sac"}


def test_pressing_twice_from_two_windows_is_one_acknowledgement(house):
    one, other = house.browser(EMPLOYEE), house.browser(EMPLOYEE)
    form = next(
        one for one in other.get("/aexpress/").forms.values() if one.action.endswith("/acknowledge")
    )
    assert confirm(one).status_int == 303
    answer = form.submit()
    assert answer.headers["Location"].endswith("/aexpress/")
    assert len(entries(house, "ReadingAcknowledged")) == 1


def test_the_bell_counts_what_is_to_sign_and_what_is_to_read(house):
    before = house.browser(AUTHOR).get("/aexpress/").html.select_one(".bell-count").text
    assert before == "1"
    release_one_step(house)
    page = house.browser(AUTHOR).get("/aexpress/")
    assert page.html.select_one(".bell-count").text == "2"
    assert [one.text for one in page.html.select("h2 span:first-child")][:2] == [
        "Por firmar",
        "Por leer",
    ]


def release_one_step(house):
    """Leave a form waiting for its first signature, that of the head of customer service."""

    with house.site() as site:
        document = site[ORGANISATION]["documents"][OTHER]
        version = drafting.start_version(document, act=house.act("andres-pineda"))
        siege.write(version, act=house.act("andres-pineda"))
    siege.submit(house, OTHER, "andres-pineda")


def test_a6_a_new_holder_gets_the_reading_and_a_leavers_goes_while_history_stays(house, days):
    assert confirm(house.browser(EMPLOYEE)).status_int == 303
    days.go(20)
    with house.site() as site:
        folder = site[ORGANISATION]["people"]
        act = house.act("tomas-uribe")
        people.change_positions(folder, folder.person("oscar-beltran"), ["asesor-sac"], act=act)
        for leaver in ("paola-rincon", "julian-cardenas"):
            people.change_positions(folder, folder.person(leaver), ["auditor-interno"], act=act)
    assert to_read(house, JULIAN) == []
    readings = {task["code"]: task for task in to_read(house, OPERATIONS)}
    assert readings[CODE]["days_left"] == 5, "the term runs from the day they came"
    seen = shared(house, QUALITY)
    by_person = {one["person"]: one for one in seen["readers"]}
    assert set(by_person) == {"andres-pineda", "oscar-beltran", "paola-rincon"}
    assert by_person["paola-rincon"]["read_at"] is not None
    assert by_person["andres-pineda"]["days_left"] < 0
    assert (seen["read"], seen["asked"]) == (0, 2)
    assert "(antes)" in house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/distribution").text


def test_somebody_who_was_away_reads_from_the_day_of_their_return(house, days):
    with house.site() as site:
        folder = site[ORGANISATION]["people"]
        people.deactivate(folder, folder.person("julian-cardenas"), act=house.act("tomas-uribe"))
    assert "julian-cardenas" not in {one["person"] for one in shared(house, QUALITY)["readers"]}
    days.go(30)
    with house.site() as site:
        folder = site[ORGANISATION]["people"]
        people.reactivate(folder, folder.person("julian-cardenas"), act=house.act("tomas-uribe"))
    by_person = {one["person"]: one for one in shared(house, QUALITY)["readers"]}
    assert by_person["julian-cardenas"]["days_left"] == 5
    assert by_person["paola-rincon"]["days_left"] < 0


def test_a18_a_new_version_is_unread_by_all_and_the_old_confirmations_stay(house):
    assert confirm(house.browser(EMPLOYEE)).status_int == 303
    assert shared(house, QUALITY)["read"] == 1
    release(house)
    now = shared(house, QUALITY)
    assert (now["read"], now["asked"], now["percent"]) == (0, 3, 0)
    assert [task["version"] for task in to_read(house, EMPLOYEE)] == ["2"]
    old = shared(house, QUALITY, version="versions/1/")
    assert [one["person"] for one in old["readers"] if one["read_at"]] == ["paola-rincon"]
    assert old["asked"] == 1
    for email in (EMPLOYEE, JULIAN, AUTHOR):
        assert confirm(house.browser(email)).status_int == 303
    done = shared(house, QUALITY)
    assert (done["read"], done["asked"], done["percent"]) == (3, 3, 100)
    assert "3 de 3 la han leído" in " ".join(
        house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/distribution").html.text.split()
    )


def test_a_page_left_open_over_a_release_confirms_nothing(house):
    browser = house.browser(EMPLOYEE)
    form = next(
        one
        for one in browser.get(f"/aexpress/documents/{CODE}/").forms.values()
        if one.action.endswith("/acknowledge")
    )
    release(house)
    answer = form.submit(expect_errors=True)
    assert answer.status_int == 409
    assert "Entretanto entró en vigencia otra versión" in answer.text
    assert shared(house, QUALITY)["read"] == 0
    assert entries(house, "ReadingAcknowledged") == []


@pytest.mark.parametrize("order", ["", "0", "99", "-1", "¹", "1" * 9, "x"])
def test_only_the_version_in_force_can_be_confirmed(house, order):
    assert confirm(house.browser(EMPLOYEE), version=order).status_int == 409
    assert entries(house, "ReadingAcknowledged") == []


def test_whoever_is_not_on_the_list_has_nothing_to_confirm(house):
    browser = house.browser(REVIEWER)
    page = browser.get(f"/aexpress/documents/{CODE}/")
    assert "acknowledge" not in page.text
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    answer = browser.post(
        f"/aexpress/documents/{CODE}/acknowledge",
        {"version": "1", "csrf_token": token},
        status=422,
    )
    assert "lista de distribución" in answer.text
    assert entries(house, "ReadingAcknowledged") == []


def test_d4_confirming_needs_the_token_a_post_and_ones_own_organisation(house):
    path = f"/aexpress/documents/{CODE}/acknowledge"
    browser = house.browser(EMPLOYEE)
    assert browser.post(path, {"version": "1"}, status="*").status_int == 403
    assert browser.get(path, status="*").status_int == 404
    assert house.browser().post(path, {"version": "1"}, status="*").status_int in {303, 403}
    stranger = house.browser("brayan.cifuentes@carrazos.example")
    page = stranger.get("/carrazos/")
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    answer = stranger.post(path, {"version": "1", "csrf_token": token}, status="*")
    assert answer.status_int == 404
    assert entries(house, "ReadingAcknowledged") == []


@pytest.mark.parametrize("email", [QUALITY, AUDITOR, ADMINISTRATOR, AUTHOR])
def test_who_answers_for_it_sees_by_name_who_has_read(house, email):
    assert confirm(house.browser(EMPLOYEE)).status_int == 303
    text = house.browser(email).get(f"/aexpress/documents/{CODE}/distribution").text
    assert "Julián Cárdenas Oviedo" in text
    assert "1 de 3 la han leído" in " ".join(text.split())
    assert "(33,3\u00a0%)" in text


def test_others_see_their_own_reading_and_the_count_but_no_names(house):
    assert confirm(house.browser(JULIAN)).status_int == 303
    browser = house.browser(EMPLOYEE)
    page = browser.get(f"/aexpress/documents/{CODE}/distribution")
    assert "Cárdenas" not in page.text
    assert "Pineda" not in page.text
    assert "1 de 3 la han leído" in " ".join(page.html.text.split())
    assert "Usted debe leer esta versión" in page.text
    assert "readers" not in shared(house, EMPLOYEE)
    assert set(shared(house, EMPLOYEE)) == {"read", "asked", "percent", "positions"}


def test_a_version_taken_over_asks_only_those_who_come_later(house, days):
    assert OTHER not in {task["code"] for task in to_read(house, EMPLOYEE)}
    days.go(10)
    with house.site() as site:
        folder = site[ORGANISATION]["people"]
        act = house.act("tomas-uribe")
        people.change_positions(folder, folder.person("oscar-beltran"), ["asesor-sac"], act=act)
    tasks = {task["code"]: task["days_left"] for task in to_read(house, OPERATIONS)}
    assert tasks[OTHER] == 5
    # Who held it before may still confirm it of their own accord.
    assert confirm(house.browser(EMPLOYEE), OTHER).status_int == 303
    assert shared(house, QUALITY, OTHER)["read"] == 1


def test_a_profile_may_have_everybody_read_what_was_taken_over(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        organisation.profile["reading"] = {"term_days": 8, "migrated": True}
        organisation.profile_revision += 1
    tasks = {task["code"]: task["days_left"] for task in to_read(house, PAOLA)}
    assert tasks[OTHER] == 8
    assert tasks[CODE] == 8


def test_a_lost_index_is_made_anew_from_the_documents_and_no_confirmation_is_lost(house):
    assert confirm(house.browser(EMPLOYEE)).status_int == 303
    before = shared(house, QUALITY)
    with house.site() as site:
        organisation = site[ORGANISATION]
        room = reading_room(organisation)
        wanted = dict(room.demands)
        room.demands.clear()
        room.asked.clear()
        assert shared_is_empty(organisation)
        assert reindex_readings(organisation) == len(wanted)
        assert dict(room.demands) == wanted
    assert shared(house, QUALITY) == before


def shared_is_empty(organisation):
    persons = organisation["people"].persons()
    return not any(pending_positions(organisation, person) for person in persons)


def test_a_database_from_before_readings_is_read_without_writing_and_filled_at_first_use(house):
    with house.site() as site:
        del site[ORGANISATION].annexes[ROOM]
    browser = house.browser(EMPLOYEE)
    before = house.transaction()
    assert [task["code"] for task in to_read(house, EMPLOYEE)] == [CODE]
    assert house.transaction() == before
    assert confirm(browser).status_int == 303
    assert to_read(house, EMPLOYEE) == []
    assert [task["code"] for task in to_read(house, JULIAN)] == [CODE]


def test_what_is_due_first_stands_first(house, days):
    release(house, OTHER)
    days.go(2)
    release(house, CODE)
    assert [task["code"] for task in to_read(house, EMPLOYEE)] == [OTHER, CODE]
    assert [task["days_left"] for task in to_read(house, EMPLOYEE)] == [3, 5]


QUESTION = {
    "text": "¿Dónde queda el reclamo?",
    "answers": "En un correo\n* En FOR-AX-SC-03\nEn papel",
}


def release_with(house, **details):
    """Put a new version in force whose details say more than usual."""
    with house.site() as site:
        version = drafting.start_version(
            site[ORGANISATION]["documents"][CODE], act=house.act("andres-pineda")
        )
        siege.write(version, act=house.act("andres-pineda"), **details)
    siege.submit(house, CODE, "andres-pineda")
    with house.site() as site:
        house.sign_all(site, ORGANISATION, CODE)
        return site[ORGANISATION]["documents"][CODE].in_force


def test_a_minor_change_keeps_who_has_read_it_and_still_asks_the_others(house, days):
    confirm(house.browser(EMPLOYEE))
    release_with(house, minor_reason="Solo se corrige un número de teléfono.")
    assert to_read(house, EMPLOYEE) == []
    page = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/")
    assert "Usted leyó y entendió esta versión." in page.text
    assert shared(house, QUALITY)["read"] == 1
    (task,) = to_read(house, AUTHOR)
    assert task["version"] == "2"
    assert confirm(house.browser(AUTHOR)).status_int == 303
    assert shared(house, QUALITY)["read"] == 2
    release_with(house)
    assert [one["version"] for one in to_read(house, EMPLOYEE)] == ["3"]


def test_the_signers_put_their_name_to_the_reason_of_a_minor_change(house):
    version = release_with(house, minor_reason="Solo se corrige un número de teléfono.")
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        assert b'"minor_reason":"Solo se corrige un n' in version.frozen.read()


def test_a_reader_answers_the_questions_and_a_wrong_answer_keeps_nothing(house):
    release_with(house, questions=[QUESTION])
    browser = house.browser(EMPLOYEE)
    answer = confirm(browser, **{"answer-0": "0"}).follow()
    assert "pregunta 1" in answer.text
    assert shared(house, QUALITY)["read"] == 0
    home = browser.get("/aexpress/")
    form = next(one for one in home.forms.values() if one.action.endswith("/acknowledge"))
    assert "Este documento tiene preguntas" in form.submit().follow().text
    confirm(browser, **{"answer-0": "1"})
    assert to_read(house, EMPLOYEE) == []
    assert shared(house, QUALITY)["read"] == 1


@pytest.mark.parametrize(
    "answers", ["", "una sola", "* una\n* otra", "una\notra", "* sola", "\n \n*\n"]
)
def test_a_question_without_one_right_answer_of_two_is_refused(house, answers):
    with house.site() as site:
        act = house.act("andres-pineda")
        version = drafting.start_version(site[ORGANISATION]["documents"][CODE], act=act)
        with pytest.raises(BadQuestion):
            siege.write(version, act=act, questions=[{"text": "¿Qué?", "answers": answers}])


def test_the_editor_takes_questions_and_the_reason_of_a_minor_change(house):
    with house.site() as site:
        act = house.act("andres-pineda")
        version = drafting.start_version(site[ORGANISATION]["documents"][CODE], act=act)
        siege.write(version, act=act, questions=[QUESTION], minor_reason="Un número.")
        order = version.order
    page = house.browser(AUTHOR).get(f"/aexpress/documents/{CODE}/versions/{order}/edit")
    assert "* En FOR-AX-SC-03" in page.text
    form = page.forms["f-details"]
    form["minor_reason"] = "Dos números."
    assert form.submit().status_int == 303
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].pending
        assert version.minor_reason == "Dos números."
        assert version.questions[0]["right"] == 1
