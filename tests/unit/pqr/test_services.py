"""Cases in an organisation: numbers, terms by its profile, and what the services refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qms.content.models import Site
from qms.kernel.acts import Act
from qms.pqr import services
from qms.pqr.choices import choices_of
from qms.pqr.consequences import after_silence, transfer_by
from qms.pqr.errors import (
    BadAddress,
    NameMissing,
    NoExtension,
    NoSuchCase,
    NotInProfile,
    ProofMissing,
    ReceivedLater,
    TextMissing,
    TooLate,
    TooLong,
    TooSoon,
)
from qms.pqr.escalation import escalate
from qms.pqr.listing import Row, catalogue_of, light, share
from qms.pqr.recalculating import changes_to_come, recalculate
from qms.pqr.services import Received
from qms.profiles.loader import apply, load
from qms.profiles.shipped import shipped_organisations

NOW = datetime(2026, 12, 4, 15, tzinfo=UTC)
FOLDERS = {path.name: Path(path) for path in shipped_organisations()}
ANA = {"name": "Ana Rojas", "email": "ana@example.org", "id": "52.000.111"}


class Told(list):
    """Stands for everybody who hears of events."""

    def act(self, at=NOW, by="paola-rincon"):
        return Act(by, at, self.append)


@pytest.fixture
def told():
    return Told()


def organisation(name, told):
    site = Site()
    return apply(site, load(FOLDERS[name]), act=told.act(NOW - timedelta(days=900)))


@pytest.fixture
def aexpress(told):
    made = organisation("aexpress", told)
    services.register_of(made)
    return made


def register(where, told, kind="peticion", at=NOW, **more):
    values = {"channel": "telefono", "text": "No llega mi envío", "customer": ANA, **more}
    return services.register(where, Received(kind, **values), act=told.act(at))


def days(case):
    return None if case.due is None else case.due[:10]


def test_a_case_gets_its_number_its_term_and_a_code_at_once(aexpress, told):
    made = register(aexpress, told)
    case = made.case
    assert case.number == "PQR-2026-00001"
    assert days(case) == "2026-12-23"  # Saturdays count here: the firm works on them
    assert case.state == "case-open"
    assert case.progress.queue == "pqr"
    assert case.calendar_version
    assert services.find_by_code(aexpress, case.number, made.code.lower()) is case
    assert made.code not in case.code_digest
    event = told[-1]
    assert made.code not in str(event.details())
    assert "Ana" not in str(event.details())


def test_numbers_have_no_gaps_and_each_year_its_own(aexpress, told):
    numbers = [register(aexpress, told).case.number for _each in range(3)]
    later = register(aexpress, told, at=NOW + timedelta(days=40)).case.number
    assert numbers == [f"PQR-2026-0000{one}" for one in (1, 2, 3)]
    assert later == "PQR-2027-00001"


def test_kinds_have_the_term_of_their_norm_or_of_the_organisation(aexpress, told):
    assert register(aexpress, told, "reclamo").case.clock.rule.silence == "serious_indication"
    assert register(aexpress, told, "informe").case.due is None
    carrazos = organisation("carrazos", told)
    own = register(carrazos, told, "insatisfaccion").case
    assert own.clock.rule.source == "GSC-PRO-03"
    assert days(own) == "2026-12-07"


def test_the_term_of_a_case_is_the_one_that_held_when_it_came(aexpress, told):
    then = datetime(2021, 3, 1, 15, tzinfo=UTC)
    case = register(aexpress, told, received_at=then).case
    assert case.clock.rule.term.amount == 30
    assert "491" in case.clock.rule.source


def test_a_case_at_a_site_follows_the_holidays_of_its_department(told):
    comteco = organisation("comteco", told)
    at = datetime(2026, 9, 1, 14, tzinfo=UTC)
    site = next(iter(comteco["people"]["sites"].values()))
    found = {}
    for subdivision in ("C", "L"):
        site.subdivision = subdivision
        found[subdivision] = days(register(comteco, told, "reclamo", at, site=site.id).case)
    # The 14th is a holiday of Cochabamba only; the cooperative works on Saturdays.
    assert found == {"C": "2026-09-19", "L": "2026-09-18"}


def test_emergencies_run_at_once_and_are_urgent(told):
    gasandino = organisation("gasandino", told)
    case = register(gasandino, told, "emergencia", channel="linea").case
    assert case.number.startswith("SQR-")
    assert datetime.fromisoformat(case.due) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"text": " \n "}, TextMissing),
        ({"customer": {}}, NameMissing),
        ({"channel": "paloma"}, NotInProfile),
        ({"kind": "paloma"}, NotInProfile),
        ({"reason": "paloma"}, NotInProfile),
        ({"received_at": NOW + timedelta(minutes=1)}, ReceivedLater),
        ({"customer": {"name": "A", "email": "a@b.co, c@d.co"}}, BadAddress),
    ],
)
def test_what_cannot_be_is_refused(aexpress, told, values, refusal):
    with pytest.raises(refusal):
        register(aexpress, told, **values)
    assert len(services.register_of(aexpress)) == 0
    assert register(aexpress, told).case.number.endswith("00001")


def test_anonymous_cases_are_taken_where_the_profile_takes_them(aexpress, told):
    assert register(aexpress, told, customer={}, anonymous=True).case.anonymous
    aexpress.profile["cases"] = {**aexpress.profile["cases"], "anonymous": False}
    aexpress.profile_revision += 1
    with pytest.raises(services.NotAnonymous):
        register(aexpress, told, customer={}, anonymous=True)


def test_d4_11_a_wrong_number_and_a_wrong_code_are_refused_alike(aexpress, told):
    made = register(aexpress, told)
    said = set()
    for number, code in ((made.case.number, "AAAAA-AAAAA"), ("PQR-2026-99999", made.code)):
        with pytest.raises(NoSuchCase) as refused:
            services.find_by_code(aexpress, number, code)
        said.add(str(refused.value))
    assert len(said) == 1


def test_from_receipt_to_effective_closure(aexpress, told):
    case = register(aexpress, told).case
    later = told.act(NOW + timedelta(days=3))
    services.assign(case, owner="paola-rincon", act=later)
    services.add_note(case, "Llamar al centro operativo", act=later)
    services.answer(case, "Su envío llega hoy.", act=later)
    with pytest.raises(ProofMissing):
        services.notify(case, "phone", act=later)
    services.notify(case, "phone", proof="Llamada 3CX 8812", act=later)
    assert not case.clock.late(later.at)
    services.close(case, "confirmed", "Dice que sí", act=later)
    assert case.state == "case-closed"
    assert case.progress.ended_at
    names = [type(event).__name__ for event in told[-6:]]
    assert names == [
        "CaseRegistered",
        "CaseAssigned",
        "CaseNoted",
        "CaseAnswered",
        "CaseNotified",
        "CaseClosed",
    ]


def test_an_extension_is_given_before_the_end_and_within_the_norm_only(aexpress, told):
    case = register(aexpress, told).case
    last = told.act(datetime.fromisoformat(case.due))
    with pytest.raises(TooLong):
        services.extend(case, 16, "Pruebas", act=last)
    services.extend(case, 15, "Pruebas", act=last)
    assert days(case) > "2027-01-10"
    assert days(case) > case.first_due[:10]
    other = register(aexpress, told).case
    with pytest.raises(TooLate):
        services.extend(other, 1, "x", act=told.act(NOW + timedelta(days=60)))
    with pytest.raises(NoExtension):
        services.extend(register(aexpress, told, "reclamo").case, 1, "x", act=told.act())


def test_an_incomplete_case_lapses_after_its_month_only(aexpress, told):
    case = register(aexpress, told).case
    services.ask_for_more(case, "El número de la guía", act=told.act(NOW + timedelta(days=1)))
    assert case.due is None
    with pytest.raises(TooSoon):
        services.lapse(case, "No la trajo", act=told.act(NOW + timedelta(days=20)))
    services.lapse(case, "No la trajo", act=told.act(NOW + timedelta(days=45)))
    assert case.state == "case-lapsed"


def test_typing_a_case_anew_never_hides_that_it_is_overdue(aexpress, told):
    case = register(aexpress, told).case
    late = told.act(NOW + timedelta(days=40))
    services.change_kind(case, "informe", "Era otra cosa", act=late)
    assert case.clock.late(late.at)
    assert case.progress.kind == "informe"


def test_a_decreed_holiday_moves_open_cases_with_a_log_and_closed_ones_never(aexpress, told):
    open_case, closed = register(aexpress, told).case, register(aexpress, told).case
    services.answer(closed, "Sí", act=told.act())
    services.notify(closed, "phone", proof="x", act=told.act())
    services.close(closed, "confirmed", "x", act=told.act())
    before = open_case.due, closed.due
    closure = {"date": date(2026, 12, 10), "reason": "Duelo", "known_from": date(2026, 12, 8)}
    calendar = aexpress.profile["calendar"]
    aexpress.profile["calendar"] = {**calendar, "closures": [closure]}
    aexpress.profile_revision += 1
    assert open_case.clock.due.isoformat() == before[0]
    act = told.act(NOW + timedelta(days=5))
    assert [one.case for one in changes_to_come(aexpress, act=act)] == [open_case]
    recalculate(aexpress, "Decreto de duelo", act=act)
    assert days(open_case) == "2026-12-24"
    assert closed.due == before[1]
    assert told[-2].details()["due_before"] == before[0]
    assert told[-1].details() == {"moved": 1}
    assert changes_to_come(aexpress, act=act) == []


def test_the_light_follows_the_share_of_the_term(aexpress, told):
    case = register(aexpress, told).case
    calendar, zone = case.clock.calendar, case.clock.times.zone
    row = Row(*catalogue_of(aexpress).row(case.uid))
    limits = {"warn": 60, "alert": 85}
    seen = [
        light(row, share(row, NOW + timedelta(days=one), calendar, zone), limits)
        for one in (0, 16, 30)
    ]
    assert seen == ["on-time", "due-soon", "overdue"]
    assert light(row, 85, limits) == "due-urgent"


@pytest.mark.parametrize(
    ("left", "seen"), [(9, "on-time"), (5, "due-soon"), (2, "due-urgent"), (None, "on-time")]
)
def test_the_light_follows_the_days_that_are_left_where_the_profile_says_so(
    aexpress, told, left, seen
):
    register(aexpress, told)
    [row] = [Row(*one) for one in catalogue_of(aexpress).query({}, order="number").rows]
    limits = {"warn": 60, "alert": 85, "warn_days": 5, "alert_days": 2}
    assert light(row, 10, limits, left) == seen
    assert light(row, 90, limits, left) == "due-urgent"


def test_the_stored_term_is_what_the_log_gives(aexpress, told):
    case = register(aexpress, told).case
    services.ask_for_more(case, "x", act=told.act(NOW + timedelta(days=2)))
    services.complete(case, "y", act=told.act(NOW + timedelta(days=9)))
    services.suspend(
        case, "Carta", until=date(2026, 12, 20), act=told.act(NOW + timedelta(days=10))
    )
    assert case.clock.due.isoformat() == case.due


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_every_term_that_a_shipped_profile_names_is_one_of_its_country(name, told):
    where = organisation(name, told)
    choices = choices_of(where)
    for kind in choices.kinds.values():
        assert (choices.rule(kind["id"], NOW) is not None) == bool(
            kind.get("term") or kind.get("own_term")
        ), kind["id"]
    assert choices.queues or name == "hospital"


def test_the_shipped_registers_are_those_of_the_originals(told):
    aexpress = choices_of(organisation("aexpress", told))
    assert len(aexpress.lanes) == 11
    assert len(aexpress.queues) == 3
    assert {one.get("lane") for one in aexpress.kinds.values()} == set(aexpress.lanes)
    assert len(choices_of(organisation("icetex", told)).channels) == 5
    assert len(choices_of(organisation("comteco", told)).data["triage"]) == 12


def test_an_emergency_is_told_in_minutes(told):
    gasandino = organisation("gasandino", told)
    register(gasandino, told, "emergencia", channel="linea")
    assert escalate(gasandino, act=told.act(NOW + timedelta(minutes=4))) == 0
    assert escalate(gasandino, act=told.act(NOW + timedelta(minutes=6))) == 1
    first = told[-1].people
    assert escalate(gasandino, act=told.act(NOW + timedelta(minutes=7))) == 0
    assert escalate(gasandino, act=told.act(NOW + timedelta(minutes=31))) == 2
    assert set(first) < set(told[-1].people)


def test_silence_and_lack_of_competence_have_terms_of_their_own(aexpress, told):
    kinds = [dict(one) for one in aexpress.profile["cases"]["kinds"]]
    kinds[0]["term"], kinds[1]["term"], kinds[2]["term"] = (
        "utilities-answer",
        "documents",
        "data-claim",
    )
    aexpress.profile["cases"] = {**aexpress.profile["cases"], "kinds": kinds}
    aexpress.profile_revision += 1
    names = [one["id"] for one in kinds[:3]]
    water, papers, data = (register(aexpress, told, kind=one).case for one in names)
    later = NOW + timedelta(days=40)
    assert after_silence(water, NOW) is None
    assert after_silence(water, later).at - water.clock.due == timedelta(hours=72)
    assert after_silence(papers, later).source.startswith("Ley 1437 de 2011, art. 14")
    assert after_silence(data, later) is None
    # Five business days in general, two for personal data.
    assert transfer_by(papers).at > transfer_by(data).at
    assert "1581" in transfer_by(data).source
    services.answer(water, "Sí", act=told.act())
    services.notify(water, "phone", proof="x", act=told.act())
    assert after_silence(water, later) is None
