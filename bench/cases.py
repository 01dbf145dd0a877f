"""Makes an organisation with N cases over five years, the same for the same N.

Each case is built as the services build it, act by act, but its clock is folded and its lines are
indexed once at the end instead of after every act; ``tests/unit/pqr/test_bulk_cases.py`` holds
the two ways against each other.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from corpus import PASSWORD, WORDS

from qms.cli.place import Place, data_values
from qms.content.models import Organisation, numbers_of
from qms.documents.folder import documents_of
from qms.documents.services.keys import found_authority
from qms.people import services as people_services
from qms.people.models import people_of
from qms.pqr import services
from qms.pqr.choices import choices_of
from qms.pqr.listing import index
from qms.pqr.models import Case
from qms.profiles.loader import apply, load_text
from qms.search.docids import spread
from qms.security.secrets import secret_at

LAST = datetime(2026, 11, 20, 22, tzinfo=UTC)
"""The newest case comes just before it."""
YEARS, PROCESSES, CLERKS, PENDING, BATCH = 5, 12, 8, 3000, 1000
NAMES = (
    "Ana Luz Sol Leo Rita Hugo Nora Iván Elsa Juan Mara Noé Alba Raúl Inés Tomás Vera Joel".split()
)
FAMILIES = "Rojas Peña Díaz Mora Vega Lara Soto Ríos Cano Paz Gil Luna Mesa Ruiz Sáenz Toro".split()
KINDS = (("peticion", 45), ("queja", 20), ("reclamo", 25), ("sugerencia", 5), ("emergencia", 5))
CHANNELS = (("telefono", 40), ("correo", 25), ("web", 20), ("presencial", 10), ("escrito", 5))
REASONS = tuple(f"motivo-{n}" for n in range(8))
PRODUCTS = tuple(f"producto-{n}" for n in range(6))
SITES = tuple(f"sede-{n}" for n in range(4))


def entries(what: str, ids: Any) -> str:
    """Write the entries of one list of the profile."""
    return "\n".join(f"    - {{id: {one}, name: {what} {one}}}" for one in ids)


def profile() -> str:
    """Write the profile of the measured organisation."""
    processes = "\n".join(
        f"  - {{id: p{n}, acronym: P{n:02}, name: Proceso {n}, macroprocess: Macro, kind: core, leader: leader}}"
        for n in range(PROCESSES)
    )
    kinds = "\n".join(
        f"    - {{id: {kind}, name: Tipo {kind}, term: {'consumer-claim' if kind == 'reclamo' else 'petition'},"
        f" queue: cola-{n % 3}, process: p{n}}}"
        for n, (kind, _share) in enumerate(KINDS)
    )
    clerks = "\n".join(
        f"  - {{id: clerk{n}, name: Asesor {n}, email: clerk{n}@bench.example, positions: [clerk], roles: []}}"
        for n in range(CLERKS)
    )
    return f"""
organisation: {{id: bench, name: Banco, country: CO, language: es-CO, timezone: America/Bogota,
  colour: "#0b5fa5", system_name: SISTEMA, case_acronym: PQR}}
units: [{{id: u, name: Unidad, parent: null}}]
sites: [{", ".join(f"{{id: {one}, name: Sede {one}, city: Bogotá, subdivision: null}}" for one in SITES)}]
positions:
  - {{id: leader, name: Líder, superior: null, unit: u}}
  - {{id: clerk, name: Asesor, superior: leader, unit: u}}
persons:
  - {{id: ana, name: Ana Ruiz, email: ana@bench.example, positions: [leader], roles: [quality, administrator]}}
{clerks}
processes:
{processes}
codes: {{company: BN, types: {{PRO: t0}}, processes: {{P00: p0}}, patterns: ["{{type}}-{{company}}-{{process}}-{{number:5}}"]}}
versions: {{kind: integer, start: 0}}
document_types:
  - id: t0
    name: Procedimiento
    plural: Procedimientos
    acronym: PRO
    family: null
    content: structured
    review_months: 24
    route: standard
    sections: [{{id: objective, kind: text, title: OBJETIVO, number: "1", required: true, print: {{mode: heading}}}}]
routes:
  - {{id: standard, name: Ruta, separation_of_duties: false, steps: [{{id: approved, label: APROBÓ,
     meaning: Apruebo, rule: all, count: null, term_days: 3, assignees: [{{position: leader}}]}}]}}
cases:
  number: "{{acronym}}-{{year}}-{{n:06}}"
  kinds:
{kinds}
  channels:
{entries("Canal", [one for one, _share in CHANNELS])}
  reasons:
{entries("Motivo", REASONS)}
  products:
{entries("Producto", PRODUCTS)}
  queues:
{chr(10).join(f"    - {{id: cola-{n}, name: Cola {n}, positions: [clerk]}}" for n in range(3))}
  escalation:
    - {{percent: 60, to: [owner]}}
    - {{percent: 85, to: [owner, superior]}}
    - {{percent: 101, to: [owner, superior, quality]}}
"""


def chosen(source: random.Random, weighted: Any) -> str:
    """Choose one by its share."""
    names, shares = zip(*weighted, strict=True)
    return str(source.choices(names, shares)[0])


def moments(source: random.Random, number: int) -> Iterator[datetime]:
    """Give the moments of receipt, ascending, in office hours of the five years."""
    first = LAST - timedelta(days=365 * YEARS)
    seconds = sorted(source.random() for _each in range(number))
    for one in seconds:
        at = first + (LAST - first) * one
        # Between eight and six in Bogotá.
        yield at.replace(hour=13 + int(one * 1e7) % 10, minute=int(one * 1e9) % 60, microsecond=0)


def customer(source: random.Random) -> dict[str, str]:
    """Make a customer; every one of thirty thousand comes about three times."""
    n = source.randrange(30_000)
    name = f"{NAMES[n % 18]} {FAMILIES[n // 18 % 16]} {FAMILIES[n // 288 % 16]}"
    email = f"cliente{n}@example.org" if n % 3 else ""
    return {"name": name, "id": str(50_000_000 + n), "email": email, "phone": f"300{n:07}"}


def acts_of(source: random.Random, first: dict[str, Any], at: datetime, *, ended: bool) -> list:
    """Give the acts of a case: received, given to somebody, answered, notified, closed."""
    clerk = f"clerk{source.randrange(CLERKS)}"
    acts = [first]

    def then(kind: str, hours: float, **values: Any) -> None:
        moment = datetime.fromisoformat(acts[-1]["at"]) + timedelta(hours=hours)
        acts.append({"kind": kind, "by": clerk, "at": moment.isoformat(), **values})

    then("assigned", source.random() * 4, owner=clerk, queue=first["queue"])
    if not ended:
        return acts
    if source.random() < 0.03:
        then("transferred", 30, to="Otra entidad", reason="No somos competentes.")
        return acts
    then("answered", 24 * source.choice((1, 2, 4, 7, 9, 12, 16, 24)), text="Le respondemos así.")
    then("notified", 2, how="phone", proof="Llamada 1")
    if source.random() < 0.3:
        then("rated", 20, score=source.randint(1, 5), comment="")
    if source.random() < 0.05:
        then("reopened", 40, ground="not-satisfied", reason="No está de acuerdo.")
        then("answered", 50, text="Le respondemos de nuevo.")
        then("notified", 2, how="phone", proof="Llamada 2")
    if source.random() < 0.96:
        then("closed", 48, ground="confirmed", note="De acuerdo.")
    return acts


def build_case(
    organisation: Organisation,
    source: random.Random,
    number: str,
    at: datetime,
    *,
    ended: bool,
    docid: int | None = None,
) -> Case:
    """Make and index one case with everything that happened to it."""
    choices = choices_of(organisation)
    kind_id, channel = chosen(source, KINDS), chosen(source, CHANNELS)
    kind, rule = choices.kinds[kind_id], choices.rule(kind_id, at)
    case = Case(
        number,
        text=" ".join(source.choice(WORDS) for _each in range(20)).capitalize() + ".",
        customer=customer(source),
        channel_id=channel,
        received_at=at,
        registered_by=f"clerk{source.randrange(CLERKS)}",
        code_digest=services.code_digest(number, "ABCDE-FGHJK"),
        reason_id=source.choice(("", *REASONS)),
        product_id=source.choice(("", *PRODUCTS)),
        site_id=source.choice(SITES),
        process_id=str(kind.get("process") or ""),
    )
    organisation[services.NAME].add(number, case)
    first = {
        "kind": "received",
        "by": case.registered_by,
        "at": at.isoformat(),
        "when": at.isoformat(),
        "case_kind": kind_id,
        "rule": rule.to_data() if rule is not None else None,
        "queue": str(kind.get("queue") or ""),
    }
    case.take(first)
    case.acts.extend(acts_of(source, first, at, ended=ended)[1:])
    clock = case.clock
    case.due = None if clock.due is None else clock.due.isoformat()
    case.calendar_version = clock.calendar.version if clock.rule is not None else ""
    index(case, docid)
    return case


def build(place: Place, number: int) -> float:
    """Make the corpus and give how many cases a second were stored."""
    source = random.Random(number)
    with place.writing() as work:
        organisation = apply(work.site, load_text(profile(), "bench.yaml"), work.act())
        found_authority(organisation, secret=secret_at(place.settings.secret_file), act=work.act())
        for person in people_of(organisation).persons():
            people_services.set_password(person, PASSWORD, act=work.act(person.id))
        services.register_of(organisation)
        documents_of(organisation)
        work.commit()
        began = time.perf_counter()
        zone, numbers = choices_of(organisation).profile.zone, numbers_of(organisation)
        pending, docids = min(PENDING, number // 10), spread(number)
        for n, at in enumerate(moments(source, number), 1):
            year = at.astimezone(zone).year
            running = numbers.take(f"cases {year}")
            build_case(
                organisation,
                source,
                f"PQR-{year}-{running:06}",
                at,
                ended=n <= number - pending,
                docid=docids[n - 1],
            )
            if n % BATCH == 0:
                work.commit()
                work.site._p_jar.cacheGC()
                told(n, number, began)
        work.commit()
    return number / (time.perf_counter() - began)


def told(done: int, number: int, began: float) -> None:
    """Show how far it is, and how long it will take."""
    part = done / number
    left = (time.perf_counter() - began) * (1 - part) / part
    sys.stderr.write(f"\r[{'#' * int(part * 40):40}] {done:,} of {number:,}, {left:.0f} s left ")
    sys.stderr.flush()


def main() -> None:
    """Make the corpus in a fresh folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.data.exists():
        shutil.rmtree(arguments.data)
    arguments.data.mkdir(parents=True)
    place = Place(data_values(arguments.data))
    rate = build(place, arguments.cases)
    place.close()
    size = sum(one.stat().st_size for one in arguments.data.rglob("*") if one.is_file())
    print(f"\n{arguments.cases} cases: {rate:.0f}/s, {size / arguments.cases / 1024:.1f} kB each")


if __name__ == "__main__":
    main()
