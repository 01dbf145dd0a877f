"""The search box, from the sloppy code to the words inside an attached file."""

import pytest
from following import follow
from siege import AUTHOR, DRAFT, EMPLOYEE, ORGANISATION, QUALITY, SECRET, SECRET_TITLE, STRANGERS

from qms.documents.listing import catalogue_of, entry_of
from qms.documents.search_text import note_change
from qms.search.follower import Replica

JSON = {"Accept": "application/json"}


def ask(house, email, words, organisation=ORGANISATION):
    return house.browser(email).get(f"/{organisation}/search", {"q": words}, headers=JSON).json


def test_a_sloppy_code_leads_straight_to_the_document(followed):
    answer = followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/search", {"q": "pro ax sc 1"})
    assert answer.headers["Location"].endswith(f"/{ORGANISATION}/documents/PRO-AX-SC-01/")


def test_an_accentless_word_is_found_marked_in_the_text(followed):
    found = ask(followed, EMPLOYEE, "satisfaccion")
    marked = {p["text"] for one in found["texts"] for p in one["fragment"] if p["marked"]}
    assert {one.casefold() for one in marked} >= {"satisfacción"}
    page = followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/search", {"q": "satisfaccion"})
    assert page.html.select("mark")


@pytest.mark.parametrize("typed", ["vitacora de peqeerre", "serbisio al clente", "vitakora"])
def test_misspelt_words_lead_to_what_comes_nearest_or_to_nothing(followed, typed):
    found = ask(followed, EMPLOYEE, typed)
    if "peq" in typed:
        assert not found["rows"]
        return
    assert found["instead"]
    assert {"FOR-AX-SC-03", "PRO-AX-SC-01"} & {one["code"] for one in found["rows"]}
    page = followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/search", {"q": typed})
    assert "esto es lo que más se parece" in page.text
    options = followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/search-suggest", {"q": typed})
    assert "Lo que más se parece" in options.text


def test_d4_03_a_misspelt_word_of_a_draft_is_corrected_for_its_people_only(followed):
    typed = " ".join(one.replace("c", "k") for one in SECRET_TITLE.split()[1:])
    assert ask(followed, QUALITY, typed)["instead"]
    assert not ask(followed, EMPLOYEE, typed)["instead"]


def test_codes_and_titles_are_found_without_any_index(fort, tmp_path):
    before, fort.registry.qms_replica = fort.registry.qms_replica, Replica(tmp_path / "none")
    try:
        found = ask(fort, EMPLOYEE, "bitacora")
        assert not found["text_ready"]
        assert [one["code"] for one in found["rows"]] == ["FOR-AX-SC-03"]
        page = fort.browser(EMPLOYEE).get(f"/{ORGANISATION}/search", {"q": "zzzz"})
        assert "no se puede buscar en el texto" in page.text
    finally:
        fort.registry.qms_replica = before


def test_d4_03_a_draft_is_found_by_its_people_only_and_says_so(followed):
    words = " ".join(SECRET_TITLE.split()[1:])
    theirs = ask(followed, QUALITY, words)
    assert {one["state"] for one in theirs["texts"] if one["code"] == SECRET} <= {"draft"}
    assert SECRET in {one["code"] for one in theirs["rows"] + theirs["texts"]}
    ours = ask(followed, EMPLOYEE, words)
    assert SECRET not in {one["code"] for one in ours["rows"] + ours["texts"]}
    assert SECRET_TITLE not in str(ours)


def test_d4_03_the_text_of_one_organisation_is_nothing_to_another(followed):
    for email in STRANGERS.values():
        found = ask(followed, email, "bitacora consola PQR", organisation="carrazos")
        assert "AX-" not in str(found)


def test_d4_03_an_index_that_is_behind_shows_nothing_that_is_gone(followed):
    with followed.site() as site:
        document = site[ORGANISATION]["documents"]["INS-AX-SC-01"]
        order = document.in_force_order
        document.in_force_order = None
        version = document.versions.at(order)
        version.take({"kind": "superseded", "by": "system", "at": "2026-11-22T00:00:00+00:00"})
        catalogue_of(site[ORGANISATION]).put(document.uid, entry_of(document))
    found = ask(followed, EMPLOYEE, "consola")
    assert "INS-AX-SC-01" not in {one["code"] for one in found["rows"] + found["texts"]}


def retired(house, code):
    """Take a document out of service, and let the index follow."""
    with house.site() as site:
        document = site[ORGANISATION]["documents"][code]
        version = document.in_force
        document.in_force_order = None
        version.take({"kind": "retired", "by": "system", "at": "2026-11-22T00:00:00+00:00"})
        catalogue_of(site[ORGANISATION]).put(document.uid, entry_of(document))
        note_change(document)
    follow(house)


@pytest.mark.parametrize("words", ["ins ax sc 01", "consola"])
def test_d4_03_what_is_out_of_service_is_found_by_who_may_and_says_so(followed, words):
    retired(followed, "INS-AX-SC-01")
    for path in ("search", "search-suggest"):
        address = f"/{ORGANISATION}/{path}"
        theirs = followed.browser(EMPLOYEE).get(address, {"q": words}, headers=JSON).json
        assert "INS-AX-SC-01" not in {one["code"] for one in theirs["rows"] + theirs["texts"]}
        ours = followed.browser(QUALITY).get(address, {"q": words}, headers=JSON).json
        states = {
            one["state"] for one in ours["rows"] + ours["texts"] if one["code"] == "INS-AX-SC-01"
        }
        assert states == {"obsolete"}
    page = followed.browser(QUALITY).get(f"/{ORGANISATION}/search-suggest", {"q": words})
    option = next(one for one in page.html.select("[role=option]") if "INS-AX-SC-01" in one.text)
    assert "Obsoleto" in option.text
    page = followed.browser(QUALITY).get(f"/{ORGANISATION}/search", {"q": words}).maybe_follow()
    assert "Obsoleto" in page.html.select_one("#main").text
    path = f"/{ORGANISATION}/documents/INS-AX-SC-01/"
    assert followed.browser(EMPLOYEE).get(path, status="*").status_int in {403, 404}


def test_d4_32_what_is_typed_is_escaped(followed):
    for path in ("search", "search-suggest"):
        attack = '"><script>alert(1)</script>'
        page = followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/{path}", {"q": attack})
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("words", ["(((", "*", '"', "a" * 5000, "audience:role", "-", "[a TO"])
def test_d4_56_no_query_fails(followed, words):
    for path in ("search", "search-suggest"):
        followed.browser(EMPLOYEE).get(f"/{ORGANISATION}/{path}", {"q": words}, status=200)


def test_suggestions_are_options_in_groups(followed):
    page = followed.browser(AUTHOR).get(f"/{ORGANISATION}/search-suggest", {"q": "for ax"})
    options = page.html.select('[role="group"] a[role="option"]')
    assert [one["href"].rstrip("/").rpartition("/")[2] for one in options][:1] == ["FOR-AX-OP-03"]
    assert DRAFT not in options[0].text
