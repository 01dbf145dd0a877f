"""ISO 9001 7.5, rows A10 and A16: what comes from outside, and what is open to the outside."""

from __future__ import annotations

import copy

from control_house import CODE, retire
from reading_house import AUTHOR as LEADER
from reading_house import release
from siege import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
    REVIEWER,
    submit,
    write,
)

from qms.audit.models import trail_of
from qms.audit.services import in_order
from qms.documents.services import drafting
from qms.norms import services as norms
from qms.profiles.api import profile_of

DOCUMENTS = f"/{ORGANISATION}/documents"
JSON = {"Accept": "application/json"}
NORM = "Decreto 1 de 1984"


def token_in_force(house):
    """Give the token of the version in force."""
    with house.site() as site:
        return site[ORGANISATION]["documents"][CODE].in_force.token


# Of external origin


def cite(house, text):
    """Put a version in force that cites a norm."""
    with house.site() as site:
        version = drafting.start_version(
            site[ORGANISATION]["documents"][CODE], act=house.act(LEADER)
        )
        types = profile_of(site[ORGANISATION]).document_type(version.document.type_id)
        section = next(one.id for one in types.sections if one.kind == "references")
        data = copy.deepcopy(version.data_of(section))
        data["items"].append({"code": "", "title": text, "note": ""})
        drafting.save_section(
            version,
            section,
            data,
            base_revision=version.sections[section].revision,
            act=house.act(LEADER),
        )
        write(version, act=house.act(LEADER))
    submit(house, CODE, LEADER)
    with house.site() as site:
        house.sign_all(site, ORGANISATION, CODE)


def test_a10_an_overdue_check_is_its_keepers_task_and_a_repealed_norm_flags_who_leans_on_it(fort):
    cite(fort, NORM)
    with fort.site() as site:
        norms.register(
            site[ORGANISATION],
            kind="decree",
            number="1",
            year=1984,
            checked_on="2020-01-15",
            issuer="Presidencia",
            responsible_id="jefe-sac",
            act=fort.act("lucia-mora"),
        )
    tasks = fort.browser(AUTHOR).get(f"/{ORGANISATION}/", headers=JSON).json["norms"]
    assert [one["days_left"] < 0 for one in tasks if one["code"] == NORM] == [True]
    page = fort.browser(EMPLOYEE).get(f"{DOCUMENTS}/{CODE}/").text
    assert NORM in page
    before = page.count(NORM)
    with fort.site() as site:
        norm = next(one for one in site[ORGANISATION]["norms"].values() if one.name == NORM)
        norms.repeal(norm, by="Ley 1437 de 2011", on="2012-07-02", act=fort.act("lucia-mora"))
    page = fort.browser(EMPLOYEE).get(f"{DOCUMENTS}/{CODE}/").text
    assert page.count(NORM) == before + 1, "the warning over it"
    rows = fort.browser(QUALITY).get(f"/{ORGANISATION}/norms/affected", headers=JSON).json["rows"]
    assert CODE in [one["code"] for one in rows]


# In its process


def test_a16_no_document_is_without_a_process_that_is_in_use(fort):
    rows = fort.browser(QUALITY).get(f"{DOCUMENTS}/?size=200", headers=JSON).json["rows"]
    known = {}
    for identifier in {one["process_id"] for one in rows}:
        page = fort.browser(QUALITY).get(f"/{ORGANISATION}/processes/{identifier}/", headers=JSON)
        known[identifier] = {one["code"] for one in page.json["documents"]}
    assert [one["code"] for one in rows if one["code"] not in known[one["process_id"]]] == []


def gone(browser, path):
    """Tell whether there is nothing for strangers, who are asked to sign in as everywhere."""
    return "/login" in browser.get(path, status=303).location


def publish(house, public, email=QUALITY):
    """Open the document to the public, or close it."""
    form = house.browser(email).get(f"{DOCUMENTS}/{CODE}/publish").forms["form"]
    form["public"] = public
    return form.submit(status=303)


def test_a16_a_policy_is_public_by_its_link_and_always_in_the_version_in_force(fort):
    old, stranger = token_in_force(fort), fort.browser()
    assert gone(stranger, f"/p/{old}")
    publish(fort, True)
    assert "Leer la versión vigente" in stranger.get(f"/v/{old}").text
    release(fort)
    new = token_in_force(fort)
    answer = stranger.get(f"/p/{old}")
    with fort.site() as site:
        assert answer.body == site[ORGANISATION]["documents"][CODE].in_force.rendition.read()
    assert answer.headers["Content-Type"] == "application/pdf"
    stranger.get(f"{DOCUMENTS}/{CODE}/pdf", status=303)
    publish(fort, False)
    assert gone(stranger, f"/p/{old}")
    assert "Leer la versión vigente" not in stranger.get(f"/v/{new}").text


def test_a16_only_quality_staff_opens_a_document_and_what_left_service_is_closed(fort):
    for email in (EMPLOYEE, AUTHOR, AUDITOR, ADMINISTRATOR):
        fort.browser(email).get(f"{DOCUMENTS}/{CODE}/publish", status=403)
    publish(fort, True)
    token = token_in_force(fort)
    retire(fort, (AUTHOR, REVIEWER, APPROVER))
    for path in (f"/p/{token}", f"/p/{token}/more", "/p/", "/p/unknown"):
        assert gone(fort.browser(), path)
    with fort.site() as site:
        kinds = [one["event"] for one in in_order(trail_of(site[ORGANISATION]))]
        assert kinds.count("DocumentOpened") == 1
