"""What tests of surveys share: the dealer's people, and buttons that are forms of their own."""

from __future__ import annotations

from pathlib import Path

from siege import token_of

from qms.content.models import BlobFile
from qms.profiles import loader
from qms.surveys.choices import choices_of
from qms.surveys.services import feeding, following, links, loading, reporting
from qms.surveys.services.answering import record_answer
from qms.surveys.services.campaigns import add_customer, open_campaign

ORGANISATION = "carrazos"
BASE = "/carrazos/surveys/"
AGENT, COLLEAGUE = "callcenter@carrazos.example", "brayan.cifuentes@carrazos.example"
ADVISER = "natalia.berrio@carrazos.example"
DIRECTOR = "director.posventa@carrazos.example"
WORKSHOP = "taller@carrazos.example"
AUDITOR = "auditoria@carrazos.example"
ADMINISTRATOR = "admin@carrazos.example"
JSON = {"Accept": "application/json"}


def press(browser, address, status="*", **values):
    """Press a button that is a form of its own."""
    answer = browser.post(address, {"csrf_token": token_of(browser), **values}, status=status)
    assert status != "*" or answer.status_int == 303, answer.text
    return answer


def one_of_each_survey(organisation, act):
    """Leave one campaign, customer, list, link and report in an organisation of the courier."""
    shipped = Path(loader.__file__).parent / "data" / "organisations" / "aexpress"
    organisation.profile["surveys"] = loader.load(shipped).data["surveys"]
    organisation.profile_revision += 1
    campaign = open_campaign(organisation, "percepcion", "Semestre", act=act)
    values = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 2)
    contact = record_answer(campaign, {"name": "Ana", "phone": "3001112233"}, values, act=act)
    links.issue(add_customer(campaign, {"name": "Eva", "email": "e@b.co"}, act=act), act=act)
    following.move(
        contact, "gestionado", note="Listo", files=[BlobFile(b"x", "a.pdf", "a/b")], act=act
    )
    rows = [["Cliente", "Celular"], ["Leo", "3001112244"]]
    loading.receive(campaign, BlobFile(b"C", "a.csv", "text/csv"), rows, act=act)
    feeding.declare(campaign.__parent__, "SPIGA", act=act)
    due = reporting.Due(choices_of(organisation).survey("percepcion"), "2026-10", act.at.date())
    facts = {"answers": 1, "csat": None, "nps": None}
    facts |= {"detractors": 1, "detractors_answered_in_time": 1}
    reporting.keep(organisation, due, b"%PDF-", facts, act=act)
