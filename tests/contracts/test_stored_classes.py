"""The pickle contract: the classes found in a worked-through database are the ones agreed on.

A line here is a promise: that class stays importable at that path, as long as any database may
hold it. A new line means a new promise; a missing one wants a migration and an alias. Nothing but
builtins, dates, BTrees, persistent classes and our own models may ever appear.
"""

from __future__ import annotations

import pickle
import pickletools
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from improvement_house import one_of_each
from persistent.list import PersistentList
from retention_house import one_of_each_record
from survey_house import one_of_each_survey
from webtest import TestApp

import qms
from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.content.models import BlobFile
from qms.copies.services import issue
from qms.documents.lint.services import accept, review
from qms.imports.services.runs import receive
from qms.indicators.models import Analysis
from qms.indicators.objectives.services import set_objective
from qms.indicators.services.sources import declare
from qms.jobs.models import book_of
from qms.norms.services import add_edition, add_requirement, register
from qms.people import services
from qms.people.models import people_of
from qms.pqr import services as cases
from qms.pqr.bulk.services import receive as receive_cases
from qms.pqr.contingency.services import reserve
from qms.pqr.intake.reading import Mail
from qms.pqr.intake.services import Counter, take_in
from qms.pqr.models import Letter
from qms.renaming.services.planning import plan
from qms.requests.services import ask
from qms.security.permissions import Permission
from qms.sheets.tables import Table, Tables
from qms.upgrade.archive import restore
from qms.upgrade.premises import records

ROOT = Path(__file__).resolve().parents[2]
AGREED = ROOT / "tests" / "stored_classes.txt"
BUCKET = re.compile(r"BTrees\.\w+\.[A-Z]{2}(Bucket|Set)$")
ALLOWED = re.compile(
    r"builtins\.|datetime\.(date|datetime|timezone|timedelta)$|copyreg\._reconstructor$"
    r"|copy_reg\._reconstructor$|BTrees\.\w+\.\w+$|persistent\.(list|mapping)\.\w+$"
    r"|ZODB\.blob\.Blob$|qms\.(\w+\.)*models\.\w+$|qms\.search\.catalogue\.Catalogue$"
)


def globals_in(data: bytes) -> set[str]:
    """Give every global that a record's pickles name, without loading any."""
    found, strings, position = set(), [], 0
    while position < len(data):
        end = position
        for opcode, argument, offset in pickletools.genops(data[position:]):
            if "UNICODE" in opcode.name or "STRING" in opcode.name:
                strings.append(argument)
            elif opcode.name == "GLOBAL":
                found.add(argument.replace(" ", "."))
            elif opcode.name == "STACK_GLOBAL":
                found.add(f"{strings[-2]}.{strings[-1]}")
            end = position + offset + 1
        position = end
    return found


def globals_of(found: Iterable[tuple[int, bytes]]) -> list[str]:
    """Give the globals of all records; a tree's buckets come and go with its size."""
    names = set().union(*(globals_in(data) for _oid, data in found))
    return sorted(name for name in names if not BUCKET.match(name))


def one_of_each_indicator(organisation, act) -> None:
    """Declare a system that pushes values, begin an analysis, set an objective."""
    declare(organisation["indicators"], "Consola", act=act)
    organisation["indicators"]["IND-001"].analyses["2026-03-31 4"] = Analysis("2026-Q1")
    facts = {"text": "Responder a tiempo", "target": "97 %", "indicators": [], "plan": ""}
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    set_objective(organisation, {**facts, **days, "owner": "jefe-sac"}, act=act)


@pytest.fixture
def place(tmp_path: Path):  # noqa: PLR0915 - a line for each kind of thing that is stored
    """Give the first release's site, and let more happen in it: a visitor, a delegate, a link."""
    restore(
        ROOT / "tests/databases/v0_1.zip", tmp_path / "d", secret=None, watch=lambda _size: None
    )
    assert main(["--data", str(tmp_path / "d"), "upgrade"]) == 0
    place = Place(data_values(tmp_path / "d"))
    with place.writing() as work:
        book_of(work.site)
        people = people_of(work.site["aexpress"])
        first, second = list(people.persons())[:2]
        act = work.act()
        day = act.at.date() + timedelta(days=2)
        services.delegate(
            people,
            from_person=first.id,
            to_person=second.id,
            starts=day,
            ends=day,
            reason="Vacaciones",
            act=act,
        )
        services.end_delegation(next(iter(people["delegations"].values())), act=act)
        services.invite(first, act=act)
        services.add_unit(people, name="Unidad", act=act)
        services.add_site_place(people, name="Sede", city="Bogotá", act=act)
        organisation = work.site["aexpress"]
        document = organisation["documents"]["PRO-AX-SC-01"]
        norm = register(organisation, kind="law", number="962", year=2005, act=act)
        add_requirement(norm, number="1", text="Simplificar.", act=act)
        add_edition(norm, label="Compilada", on="2026-01-01", act=act)
        ask(organisation, "modify", reason="Falta.", document=document, act=work.act(first.id))
        issue(document, count=1, holder="Jefe", place="Sede", act=act)
        called = {"name": "Ana", "email": "ana@example.org"}
        heard = cases.Received("queja", "correo", "No llega.", called, consented=True)
        case = cases.register(organisation, heard, act=act).case
        paper = BlobFile(b"%PDF", "c.pdf", "application/pdf")
        case.letters = PersistentList(
            [Letter("C-1", "answer", paper, level="none", token="t", place=0, at="")]
        )
        one_of_each(organisation, act)
        one_of_each_survey(organisation, act)
        one_of_each_record(organisation, act)
        one_of_each_indicator(organisation, act)
        written = Mail(b"x", act.at, address="a@example.org", senders=1, text="Hola", spam=True)
        take_in(Counter(organisation, (), str, act), written)
        cells = Tables([Table("", [["Fecha"], ["1"]], cut=False)])
        receive_cases(organisation, BlobFile(b"F", "a.csv", "text/csv"), cells, mode="new", act=act)
        reserve(organisation, 1, "Mantenimiento", act=act)
        finding = review(document.in_force, act.at.date()).findings[0]
        accept(document, finding, reason="Se sabe.", act=act)
        source, table = BlobFile(b"C", "a.csv", "text/csv"), Table("", [["C"]], cut=False)
        receive(organisation, source, Tables([table]), act=act)
        plan(organisation, "position", "asesor-sac", new="Otro", reason="Cambia.", act=act)
        services.deactivate(people, second, act=act)
        email = first.email
    place.close()
    browser = TestApp(qms.main(None, **place.values))
    form = browser.get("/login").forms["form"]
    form["email"], form["password"] = email, "demo-2026-qms"
    assert form.submit("save").status_int == 303
    browser.app.registry._zodb_databases[""].close()
    place = Place(place.values)
    yield place
    place.close()


def test_the_classes_in_a_worked_through_database_are_the_agreed_ones(place: Place):
    found = globals_of(records(place.database))
    agreed = AGREED.read_text(encoding="utf-8").split()
    assert found == agreed, (
        f"new: {sorted(set(found) - set(agreed))}, gone: {sorted(set(agreed) - set(found))}"
    )


def test_nothing_but_plain_data_and_models_is_ever_agreed_on():
    wrong = [name for name in AGREED.read_text(encoding="utf-8").split() if not ALLOWED.match(name)]
    assert wrong == []


def test_every_agreed_class_can_be_imported():
    for name in AGREED.read_text(encoding="utf-8").split():
        module, _dot, attribute = name.rpartition(".")
        module = module.replace("copy_reg", "copyreg").replace("__builtin__", "builtins")
        imported = __import__(module, fromlist=[attribute])
        assert hasattr(imported, attribute), name


def test_the_reader_of_pickles_sees_dates_enumerations_and_everything_else():
    record = pickle.dumps(date, protocol=3) + pickle.dumps(
        {"day": date(2026, 11, 22), "kind": Permission.VIEW}, protocol=3
    )
    assert globals_in(record) == {"datetime.date", "qms.security.permissions.Permission"}
    assert not ALLOWED.match("qms.security.permissions.Permission")
