"""Requests, copies, reviews, waivers, an import: one thing of each of document control's rooms."""

from __future__ import annotations

from typing import Any

from house import PASSPHRASE
from siege import ORGANISATION, SIGNED, Fort, enrol, write

from qms.content.models import BlobFile
from qms.copies.services import issue, note
from qms.documents.lint import services as lint
from qms.documents.services import statements
from qms.imports.services import runs
from qms.norms import services as norms
from qms.people.moments import local_day
from qms.profiles.processes import change_process
from qms.renaming.services import planning
from qms.requests import services as requests
from qms.reviews import services as reviews
from qms.sheets.tables import CSV, Table, Tables

REQUESTS, COPIES = f"/{ORGANISATION}/requests/", f"/{ORGANISATION}/copies/"
RETIRED = "FOR-AX-OP-03"


def ask(fort: Fort, kind: str, person: str = "paola-rincon", code: str = SIGNED, **values: Any):
    """Ask for something by the service that the screen uses; gives the request's number."""
    with fort.site() as site:
        organisation = site[ORGANISATION]
        if kind != requests.CREATE:
            values["document"] = organisation["documents"][code]
        values.setdefault("reason", "Falta un paso.")
        return requests.ask(organisation, kind, act=fort.act(person), **values).number


def the_request(site: Any, number: str) -> Any:
    """Give a request by its number."""
    return site[ORGANISATION]["requests"][number]


def accept(fort: Fort, number: str, person: str = "lucia-mora", note: str = "") -> None:
    """Accept a request."""
    with fort.site() as site:
        requests.accept(the_request(site, number), note=note, act=fort.act(person))


def signed(fort: Fort, organisation: Any, record: Any, person: str) -> dict[str, Any]:
    """Sign a statement as its form does between its two transactions."""
    act = fort.act(person)
    made = statements.make(statements.plan(organisation, record, act=act), PASSPHRASE)
    return statements.accept(organisation, made, act=act)


def issue_copies(fort: Fort, count: int = 1, holder: str = "Asesor", place: str = "Ventanilla"):
    """Number copies of the signed document; gives their addresses."""
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][SIGNED]
        made = issue(document, count=count, holder=holder, place=place, act=fort.act("lucia-mora"))
        return [f"{COPIES}{one.__name__}/" for one in made]


def season(fort: Fort, text: str = "Un texto cualquiera.") -> dict[str, str]:
    """Put one thing of every kind into the rooms, ``text`` in all of their fields.

    Gives the numbers of the requests by their kind.
    """
    line = text[:190]
    numbers = {
        "modify": ask(fort, "modify", reason=text),
        "create": ask(fort, "create", title=line, process_id="sc", type_id="instruction"),
        "copy": ask(fort, "copy", copies={"count": 2, "place": line, "holder": "paola-rincon"}),
        "eliminate": ask(fort, "eliminate", reason=text),
        "rejected": ask(fort, "modify", reason=text),
    }
    for kind in ("copy", "eliminate"):
        accept(fort, numbers[kind], note=text)
    with fort.site() as site:
        organisation, lucia = site[ORGANISATION], fort.act("lucia-mora")
        requests.reject(the_request(site, numbers["rejected"]), reason=text, act=lucia)
        document = organisation["documents"][SIGNED]
        copies = issue(document, count=4, holder=line, place=line, act=lucia)
        for copy, kinds in zip(
            copies,
            (["delivered"], ["recalled", "recovered", "destroyed"], ["lost"], []),
            strict=True,
        ):
            for kind in kinds:
                note(copy, kind, text=text, act=lucia)
        enrol(fort, site, "lucia-mora")
        _review(fort, organisation, document, text)
        _waive(fort, organisation, text)
        change_process(
            organisation, "sc", name=f"Servicio {line[:150]}", act=fort.act("tomas-uribe")
        )
        _import(fort, organisation, text)
        _norm(fort, organisation, text)
        _renaming(fort, organisation, text)
    return numbers


def _review(fort: Fort, organisation: Any, document: Any, text: str) -> None:
    version = reviews.check(
        document,
        seen=document.in_force.order,
        note=text,
        next_day=None,
        act=fort.act("lucia-mora"),
    )
    record = reviews.statement(version, note=text, next_day=None)
    reviews.confirm(
        document, signed(fort, organisation, record, "lucia-mora"), act=fort.act("lucia-mora")
    )


def _waive(fort: Fort, organisation: Any, text: str) -> None:
    document = organisation["documents"]["PRO-AX-SC-01"]
    act = fort.act("lucia-mora")
    found = lint.review(document.in_force, local_day(organisation, act.at)).findings
    lint.accept(document, found[0], reason=text, act=act)


def _import(fort: Fort, organisation: Any, text: str) -> None:
    heads = ["Código", "Título", "Tipo", "Proceso", "Versión", "Estado", "Responsable"]
    rows = [heads, ["INS-AX-SC-77", text, text, text, "1", text, text], [text] * len(heads)]
    tables = Tables([Table(text[:31], rows, cut=False)], "utf-8", ";")
    source = BlobFile(b"x", f"{text[:60]}.csv", CSV)
    run = runs.receive(organisation, source, tables, act=fort.act("lucia-mora"))
    runs.choose_columns(run, {"code": 0, "title": 1, "type": 2, "process": 3, "version": 4})


def _norm(fort: Fort, organisation: Any, text: str) -> None:
    act = fort.act("lucia-mora")
    norm = norms.register(
        organisation, kind="ley", number="9999", year=2001, title=text[:190], issuer=text[:190],
        notes=text, act=act,
    )  # fmt: skip
    norms.verify(norm, note=text, act=act)
    norms.add_requirement(norm, number=text[:60], text=text[:190], act=act)
    norms.add_edition(norm, label=text[:90], on="2026-01-01", note=text, act=act)
    norms.repeal(norm, by=text[:190], on="2026-02-01", note=text, act=act)


def _renaming(fort: Fort, organisation: Any, text: str) -> None:
    act = fort.act("lucia-mora")
    package = planning.plan(
        organisation, "position", "asesor-sac", new=text[:190], reason=text, act=act
    )
    planning.look(package, act=act)


def ask_questions(fort: Fort, code: str, person: str, text: str) -> None:
    """Write questions to readers into a draft, and that its change is minor."""
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][code].pending
        line = text[:190]
        questions = [{"text": line, "answers": f"* {line}\n{line} no"}]
        write(version, act=fort.act(person), minor_reason=text, questions=questions)
