"""Customers of surveys are records: a series rules them, a hold keeps them, eliminated they go."""

from __future__ import annotations

import pytest
from survey_house import one_of_each_survey

from qms.content.models import BlobFile
from qms.documents.records import Disposing, UnderHold, record_kinds, refuse_held
from qms.kernel import clock
from qms.profiles.api import profile_of
from qms.retention.services import holds
from qms.retention.services.keeping import take_from_profile
from qms.retention.services.rooms import retention_of
from qms.retention.table import Table
from qms.surveys.choices import choices_of
from qms.surveys.cut import figures_at
from qms.surveys.services import following
from qms.surveys.services.answering import record_answer
from qms.surveys.services.campaigns import shut

ORG, KIND = "aexpress", "survey-customer"


@pytest.fixture
def place(house):
    """Give the house with one campaign: one customer answered, another one was only written to."""
    with house.site() as site:
        act = house.act("lucia-mora")
        one_of_each_survey(site[ORG], act)
        yield house, site[ORG], record_kinds(house.registry)[KIND], act


def campaign_of(organisation):
    (campaign,) = organisation["surveys"].values()
    return campaign


def test_who_was_answered_is_closed_and_belongs_to_the_series_of_its_survey(place):
    _house, organisation, kind, act = place
    (row,) = kind.records(organisation)
    assert row == kind.find(organisation, row.key)
    day = clock.now().astimezone(profile_of(organisation).zone).date().isoformat()
    assert (row.open, row.closed_on, row.key) == (False, day, f"ENC-{day[:4]}-001-000001")
    assert row.path == f"surveys/ENC-{day[:4]}-001/000001/"
    take_from_profile(organisation, act=act)
    table = Table(retention_of(organisation)["series"].values())
    assert table.of(row).code == "SC-05"
    assert "Ana" not in f"{row.title} {row.code}", "lists that everybody reads name nobody"


def test_who_waits_is_open_until_answered_or_until_the_campaign_closes(place):
    _house, organisation, kind, act = place
    campaign = campaign_of(organisation)
    values = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 1)
    waits = record_answer(campaign, {"name": "Eva", "phone": "3001112299"}, values, act=act)
    key = f"{campaign.number}-{waits.number}"
    assert kind.find(organisation, key).open, "a detractor waits for an answer"
    assert len(list(kind.records(organisation))) == 1
    shut(campaign, is_open=False, act=act)
    assert len(list(kind.records(organisation))) == 2, "whom nobody calls any more"
    assert kind.find(organisation, key).open
    files = [BlobFile(b"x", "a.pdf", "a/b")]
    following.move(waits, "gestionado", note="Listo", files=files, act=act)
    assert not kind.find(organisation, key).open


def test_a_legal_hold_on_the_customer_keeps_what_the_survey_knows(place):
    house, organisation, kind, act = place
    (row,) = kind.records(organisation)
    refuse_held(house.registry, organisation, KIND, row.key)
    scope = ("customer:3001112233", "300 111 2233")
    holds.place(organisation, [scope], title="Proceso", reason="Demanda", act=act)
    with pytest.raises(UnderHold):
        refuse_held(house.registry, organisation, KIND, row.key)


def test_elimination_takes_the_person_out_and_every_figure_stays(place):
    _house, organisation, kind, act = place
    (row,) = kind.records(organisation)
    campaign = campaign_of(organisation)
    contact = next(one for one in campaign.values() if one.customer["name"] == "Ana")
    survey = choices_of(organisation).survey("percepcion")
    day = choices_of(organisation).day(act.at)
    before = figures_at(organisation, survey, day, day)
    how = Disposing("ELIM-1", "22/11/2026", act)
    kept = kind.dispose(organisation, row.key, how)
    assert [len(one["sha256"]) for one in kept] == [64]
    assert kind.dispose(organisation, row.key, how) == kept, "twice changes nothing"
    assert set(contact.customer.values()) == {""}
    assert "Ana" not in repr(contact.acts)
    assert kind.find(organisation, row.key).disposed == "ELIM-1"
    assert figures_at(organisation, survey, day, day) == before
    values = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 5)
    again = record_answer(campaign, {"name": "Ana", "phone": "3001112233"}, values, act=act)
    assert again.state == "call-answered", "who went by retention may be asked again"
