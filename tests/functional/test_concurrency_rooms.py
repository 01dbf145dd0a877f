"""Fault 14 in the rooms: two clerks at one case, one call, one finding, one list of records."""

from __future__ import annotations

from functools import partial

import pytest
from rooms_siege import season_rooms
from rush import Rush
from siege import AUTHOR, ORGANISATION, QUALITY

from qms.content.models import organisation_of
from qms.documents.records import record_kinds
from qms.improvement.services import actions, findings
from qms.improvement.workflow import findings as finding_workflow
from qms.kernel.errors import Refused
from qms.pqr import answers, rating, rights, workflow
from qms.pqr import services as cases
from qms.pqr.listing import catalogue_of
from qms.retention.services import disposals, holds, transfers
from qms.surveys import personal
from qms.surveys import workflow as survey_workflow
from qms.surveys.choices import choices_of
from qms.surveys.services import answering, calling, campaigns, following, links

CLERKS = ("andres-pineda", "lucia-mora")
BASE = f"/{ORGANISATION}/cases/"


@pytest.fixture(scope="module")
def seasoned_once(besieged):
    """Make a house with one thing of every kind."""
    with besieged.copy() as fort:
        fort.made = season_rooms(fort)
        with fort.site() as site:
            organisation = site[ORGANISATION]
            said = organisation.profile["cases"]
            organisation.profile["cases"] = {**said, "keep_years": 0}
            organisation.profile_revision += 1
        yield fort


@pytest.fixture
def house(seasoned_once):
    with seasoned_once.copy() as fort:
        fort.made = seasoned_once.made
        yield fort


def at_once(house, find, do, kind):
    """Let two clerks do the same in one instant; gives how that ended for each.

    Whatever was done stands in the acts exactly so often, and they fold to a state.
    """

    def doing(clerk):
        return lambda site: do(find(site), house.act(clerk))

    with house.site() as site:
        before = kinds_in(find(site)).count(kind)
    rush = Rush(house, *(doing(one) for one in CLERKS))
    ends = rush.ends
    with house.site() as site:
        thing = find(site)
        done = kinds_in(thing).count(kind) - before
        assert thing.folding.whole(thing.acts) == thing.progress
    assert all(is_end(one) for one in ends), ends
    assert done == ends.count("done") >= 1, ends
    return ends.count("done")


def is_end(one):
    """Tell whether a doing was done, or refused in a sentence."""
    return one == "done" or (isinstance(one, type) and issubclass(one, Refused))


def kinds_in(thing):
    return [one["kind"] for one in thing.acts]


# Cases


def told(case, act):
    cases.take(case, "notified", act, how="phone", proof="Llamada 8812")


def corrected(case, act):
    rights.rectify(case, "address", f"Calle de {act.person_id}", "Se mudó", act=act)


ANSWERED = ("answered", "notified")
CASE = {
    "noted": ((), 2, lambda case, act: cases.add_note(case, "Llamó.", act=act)),
    "assigned": ((), 2, lambda case, act: cases.assign(case, owner=act.person_id, act=act)),
    "asked": ((), 1, lambda case, act: cases.ask_for_more(case, "¿Qué guía?", act=act)),
    "completed": (("asked",), 1, lambda case, act: cases.complete(case, "La 77.", act=act)),
    "extended": ((), 2, lambda case, act: cases.extend(case, 1, "Falta un informe.", act=act)),
    "suspended": ((), 1, lambda case, act: cases.suspend(case, "Se espera.", act=act)),
    "resumed": (("suspended",), 1, lambda case, act: cases.resume(case, act=act)),
    "kind-changed": ((), 2, lambda case, act: cases.change_kind(case, "queja", "Lo es", act=act)),
    "transferred": ((), 1, lambda case, act: cases.transfer(case, "Otra", "Es suyo", act=act)),
    "withdrawn": ((), 1, lambda case, act: cases.withdraw(case, "Ya no.", act=act)),
    "valued": ((), 2, lambda case, act: cases.set_amount(case, "250000", act=act)),
    "rectified": ((), 2, corrected),
    "consent-ended": ((), 2, lambda case, act: rights.end_consent(case, "Lo pidió", act=act)),
    "drafted": ((), 2, lambda case, act: answers.draft(case, f"De {act.person_id}", act=act)),
    "answered": ((), 2, lambda case, act: cases.answer(case, f"De {act.person_id}", act=act)),
    "notified": (("answered",), 1, told),
    "closed": (ANSWERED, 1, lambda case, act: cases.close(case, "confirmed", "Sí", act=act)),
    "rated": (ANSWERED, 1, lambda case, act: rating.rate(case, 4, act=act)),
    "objected": (ANSWERED, 1, lambda case, act: rating.object_to(case, "No.", act=act)),
    "upheld": ((*ANSWERED, "objected"), 1, lambda case, act: rating.uphold(case, "Así", act=act)),
    "reopened": (
        (*ANSWERED, "closed"),
        1,
        lambda case, act: cases.reopen(case, "not-satisfied", "No", act=act),
    ),
    "suppressed": (
        (*ANSWERED, "closed"),
        1,
        lambda case, act: rights.suppress(case, {}, act=act),
    ),
}
"""Each act with what comes before it, and how many of two who do it at once do it."""
ELSEWHERE = {"received", "submitted", "returned", "approved", "lettered", "repeats"}
"""Acts whose collisions stand in the tests of capture, answers and letters."""
OF_THE_WORKER = {"lapsed", "recalculated", "delivered", "undelivered", "escalated", "alerted"}
"""Acts of one job, which a lease gives to one worker."""


def test_every_act_of_a_case_is_here_or_elsewhere():
    every = {one for state in workflow.STATES for one in workflow.possible(state)} | {"received"}
    assert every == CASE.keys() | ELSEWHERE | OF_THE_WORKER


@pytest.mark.parametrize("kind", CASE)
def test_fault_14_two_clerks_do_the_same_to_one_case(house, kind):
    before, most, do = CASE[kind]
    number = new_case(house, before)
    assert at_once(house, lambda site: site[ORGANISATION]["cases"][number], do, kind) == most
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        found = catalogue_of(site[ORGANISATION]).query(
            {"state": [case.state]}, order="received", limit=None
        )
        assert [one[0] for one in found.rows].count(number) == 1


def new_case(house, before=()):
    """Register a case and bring it so far; gives its number."""
    with house.site() as site:
        customer = {"name": "Rosa Peña", "phone": "3001234567", "address": "Calle 1"}
        heard = cases.Received("peticion", "telefono", "No llega el envío.", customer)
        act = house.act(CLERKS[0])
        case = cases.register(site[ORGANISATION], heard, act=act).case
        for kind in before:
            CASE[kind][2](case, act)
        return case.number


def test_fault_14_all_that_can_be_done_to_a_case_at_once_leaves_one_history(house):
    number = new_case(house)
    doings = [do for before, _most, do in CASE.values() if not before]
    act = house.act(CLERKS[0])
    rush = Rush(
        house, *(lambda site, do=do: do(site[ORGANISATION]["cases"][number], act) for do in doings)
    )
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        # Changing kind or amount may place the case anew.
        done = [one for one in kinds_in(case)[1:] if one != "assigned"]
        assert workflow.progress(case.acts) == case.progress
    assert not [one for one in rush.ends if not is_end(one)], rush.ends
    asked = [kind for kind, (before, _most, _do) in CASE.items() if not before]
    ended = {kind for kind, end in zip(asked, rush.ends, strict=True) if end == "done"}
    assert set(done) == ended - {"assigned"}


def test_fault_14_who_answers_a_case_that_was_answered_meanwhile_is_told_and_loses_nothing(house):
    number = new_case(house)
    first, second = house.browser(AUTHOR), house.browser(QUALITY)
    forms = [one.get(f"{BASE}{number}/answer").forms["form"] for one in (first, second)]
    for form, text in zip(forms, ("Llega hoy.", "Llega mañana."), strict=True):
        form["text"] = text
    assert forms[0].submit("save", status=303)
    page = forms[1].submit("save", status=409)
    assert "Esto cambió después de que usted abrió la página" in page
    assert page.forms["form"]["text"].value == "Llega mañana."
    with house.site() as site:
        assert site[ORGANISATION]["cases"][number].progress.answer == "Llega hoy."
    # A note of somebody is nothing that one has to look at; pressing again saves.
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        cases.add_note(case, "Llamó otra vez.", act=house.act(CLERKS[0]))
    assert page.forms["form"].submit("save", status=303)
    with house.site() as site:
        assert site[ORGANISATION]["cases"][number].progress.answer == "Llega mañana."


# Calls and what follows them

GIVEN = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 2)


def attempted(contact, act):
    reasons = choices_of(organisation_of(contact)).reasons.items()
    reason = next(name for name, one in reasons if not (one.get("reached") or one.get("ends")))
    calling.note_attempt(contact, reason, act=act)


def stopped(contact, act):
    contact.take(campaigns.act_data("opted-out", act))


def moved(contact, act):
    states = choices_of(organisation_of(contact)).states_for(contact.brand_id)
    plain = next(one["id"] for one in states if not one.get("evidence"))
    following.move(contact, plain, act=act)


def asked_to_go(registry, contact, act):
    personal.suppress(registry, contact, {}, act=act)


def messaged(contact, act):
    calling.message_done(contact, "mail", act=act)


CONTACT = {
    "attempted": ((), 2, attempted),
    "answered": ((), 1, lambda one, act: answering.answer(one, GIVEN, act=act)),
    "opted-out": ((), 1, stopped),
    "suppressed": ((), 1, None),
    "messaged": (
        ("attempted", "attempted"),
        1,
        messaged,
    ),
    "linked": ((), 2, lambda one, act: links.issue(one, act=act)),
    "annulled": (("answered",), 1, lambda one, act: answering.annul(one, "Era otro.", act=act)),
    "assigned": (("answered",), 2, lambda one, act: following.assign(one, ["jefe-sac"], act=act)),
    "moved": (("answered",), 2, moved),
}


def test_every_act_of_a_customer_of_a_survey_is_here():
    every = set(survey_workflow._STEPS)
    assert every == CONTACT.keys() | {"loaded"}


@pytest.mark.parametrize("kind", CONTACT)
def test_fault_14_two_agents_do_the_same_with_one_customer(house, kind):
    before, most, do = CONTACT[kind]
    if kind == "suppressed":
        # Repeating it changes nothing; asking for it twice is refused.
        do = partial(asked_to_go, house.registry)
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"]["ENC-2026-001"]
        act = house.act(CLERKS[0])
        known = {"name": "Luz", "phone": "3017778899", "email": "luz@example.org"}
        contact = campaigns.add_customer(campaign, known, act=act)
        for one in before:
            CONTACT[one][2](contact, act)
        if kind == "messaged":
            # This survey asks for no message; others do after some attempts.
            contact.take({**campaigns.act_data("attempted", act), "message": True})
        number = contact.number

    def find(site):
        return site[ORGANISATION]["surveys"]["ENC-2026-001"][number]

    assert at_once(house, find, do, kind) == most


# Findings

OUTPUT = {"kind": "salida-no-conforme", "severity": "mayor", "process": "sc"}
OUTPUT |= {"responsible": "oscar-beltran"}
PREPARER = "paola-rincon"
DONE = ("accepted", "disposed", "corrected")


def mended(finding, act):
    findings.correct(finding, "Se corrigió.", record="R1", act=act)


FINDING = {
    "accepted": ((), 1, lambda one, act: findings.accept(one, OUTPUT, act=act)),
    "rejected": ((), 1, lambda one, act: findings.reject(one, "No lo es.", act=act)),
    "merged": ((), 1, lambda one, act: findings.merge(one, "HAL-2026-0001", "Igual", act=act)),
    "noted": ((), 2, lambda one, act: findings.note(one, "Se vio.", act=act)),
    "corrected": (("accepted",), 2, mended),
    "disposed": (
        ("accepted",),
        2,
        lambda one, act: findings.dispose(one, "correct", "Sí", act=act),
    ),
    "analysed": (("accepted",), 2, lambda one, act: findings.analyse(one, WHYS, act=act)),
    "reclassified": (
        ("accepted",),
        2,
        lambda one, act: findings.reclassify(one, OUTPUT, "Lo es.", act=act),
    ),
    "reassigned": (
        ("accepted",),
        2,
        lambda one, act: findings.reassign(one, "oscar-beltran", "Es suyo.", act=act),
    ),
    "risk-answered": (
        ("accepted",),
        2,
        lambda one, act: findings.answer_risks(one, "Cambian.", needed=True, act=act),
    ),
    "risk-updated": (
        ("accepted", "risk-answered"),
        2,
        lambda one, act: findings.update_risks(one, "PRO-AX-SC-01", act=act),
    ),
    "cancelled": (("accepted",), 1, lambda one, act: actions.cancel_finding(one, "No", act=act)),
    "planned": (DONE, 1, lambda one, act: findings.finish_plan(one, act=act)),
    "reverified": (
        DONE,
        2,
        lambda one, act: findings.reverify(one, "Sí", passed=True, record="R1", act=act),
    ),
    "checked": (
        (*DONE, "planned"),
        1,
        lambda one, act: findings.check(one, "Sí", effective=True, record="R1", act=act),
    ),
    "closed": ((*DONE, "planned"), 1, lambda one, act: findings.close(one, "Fin.", act=act)),
    "reopened": ((*DONE, "planned"), 1, lambda one, act: findings.reopen(one, "Otra vez", act=act)),
}
WHYS = {"whys": ["Uno", "Dos"], "root": "Dos", "similar": "no"}


def test_every_act_of_a_finding_is_here():
    assert set(finding_workflow.STEPS) == FINDING.keys() | {
        "reported",
        "action-added",
        "action-moved",
    }


@pytest.mark.parametrize("kind", FINDING)
def test_fault_14_two_do_the_same_with_one_finding(house, kind):
    before, most, do = FINDING[kind]
    with house.site() as site:
        reported = findings.Reported("Salió mal impreso.", "Mal impreso", process="sc")
        finding = findings.report(site[ORGANISATION], reported, act=house.act(PREPARER))
        for one in before:
            FINDING[one][2](finding, house.act(PREPARER))
        if kind in ("closed", "reopened"):
            checker = house.act("marcela-quiroga")
            FINDING["reverified"][2](finding, checker)
            findings.answer_risks(finding, "No cambian.", needed=False, act=checker)
            FINDING["checked"][2](finding, checker)
        if kind == "reopened":
            findings.close(finding, "Fin.", act=checker)
        number = finding.number
    assert at_once(house, lambda site: site[ORGANISATION]["findings"][number], do, kind) == most


def test_fault_14_a_second_analysis_of_one_finding_does_not_cover_the_first_unseen(house):
    first, second = house.browser(AUTHOR), house.browser(QUALITY)
    path = f"/{ORGANISATION}/findings/HAL-2026-0001/"
    forms = [one.get(f"{path}analyse").forms["form"] for one in (first, second)]
    for form, root in zip(forms, ("Falta una guía.", "Falta capacitación."), strict=True):
        form["root"] = root
    # A note in between is nothing that one has to look at.
    note = second.get(f"{path}note").forms["form"]
    note["text"] = "Se vio otra vez."
    note.submit(status=303)
    forms[0].submit(status=303)
    page = forms[1].submit(status=409)
    assert "Esto cambió después de que usted abrió la página" in page
    assert page.forms["form"]["root"].value == "Falta capacitación."
    with house.site() as site:
        kept = site[ORGANISATION]["findings"]["HAL-2026-0001"].progress.cause
    assert kept["root"] == "Falta una guía."


def test_fault_15_two_findings_are_not_merged_into_each_other(house):
    with house.site() as site:
        numbers = [
            findings.report(
                site[ORGANISATION], findings.Reported("Igual.", "Igual"), act=house.act(PREPARER)
            ).number
            for _one in range(2)
        ]

    def merging(one, other):
        return lambda site: findings.merge(
            site[ORGANISATION]["findings"][one], other, "Es lo mismo.", act=house.act(CLERKS[0])
        )

    rush = Rush(house, merging(*numbers), merging(*reversed(numbers)))
    assert sorted(one == "done" for one in rush.ends) == [False, True], rush.ends
    with house.site() as site:
        states = [site[ORGANISATION]["findings"][one].state for one in numbers]
    assert sorted(states) == ["finding-merged", "finding-reported"]


# Lists of records

DISPOSAL = {
    "objected": ("ELIM-1", 2, lambda one, act: disposals.object_to(one, text="Se cita.", act=act)),
    "answered": (
        "ELIM-1",
        1,
        lambda one, act: disposals.answer(one, 0, upheld=False, text="No.", act=act),
    ),
    "withdrawn": (
        "ELIM-1",
        1,
        lambda one, act: disposals.withdraw(one, {}, reason="Se repite.", act=act),
    ),
}


@pytest.mark.parametrize("kind", DISPOSAL)
def test_fault_14_two_do_the_same_with_one_list_of_records(house, kind):
    number, most, do = DISPOSAL[kind]

    def find(site):
        return site[ORGANISATION]["retention"]["disposals"][number]

    assert at_once(house, find, do, kind) == most


def test_fault_14_one_of_two_receives_a_list_and_lifts_a_hold(house):
    kinds = record_kinds(house.registry)

    def receive(site, person):
        transfer = site[ORGANISATION]["retention"]["transfers"]["TRP-1"]
        transfers.receive(transfer, kinds, place="Bodega 2", act=house.act(person))

    def lift(site, person):
        hold = next(iter(site[ORGANISATION]["retention"]["holds"].values()))
        holds.release(hold, reason="Se falló.", act=house.act(person))

    for do, people in ((receive, ("paola-rincon", "andres-pineda")), (lift, CLERKS)):
        rush = Rush(house, *(lambda site, one=one, do=do: do(site, one) for one in people))
        assert sorted(one == "done" for one in rush.ends) == [False, True], rush.ends
        assert all(is_end(one) for one in rush.ends), rush.ends
