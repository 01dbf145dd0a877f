"""Makes an organisation with N documents of three versions each, the same for the same N."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from pathlib import Path

from qms.cli.place import Place, Work, data_values
from qms.documents.events import DocumentCreated
from qms.documents.folder import documents_of
from qms.documents.models import Document, SectionContent, Version
from qms.documents.services.keys import found_authority
from qms.documents.subscribers import keep_the_master_list
from qms.people import services as people_services
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.profiles.loader import apply, load_text
from qms.security.secrets import secret_at

WORDS = (
    "cliente servicio queja reclamo respuesta término procedimiento registro formato proceso cargo "
    "responsable actividad indicador meta seguimiento acción mejora control documento versión "
    "aprobación firma vigencia lectura distribución calidad auditoría hallazgo riesgo requisito "
    "norma ley decreto entrega recolección bodega ruta conductor factura cartera pago crédito "
    "solicitud trámite oficina sede canal teléfono correo chat llamada encuesta satisfacción "
    "muestra resultado análisis causa plan revisión dirección gerencia comité acta compromiso fecha "
    "plazo día hábil semana mes trimestre informe reporte tabla gráfica dato fuente sistema equipo "
    "planta producto cilindro vehículo taller garantía repuesto inspección medición calibración "
    "proveedor compra contrato orden inventario despacho devolución residuo ambiente seguridad salud"
).split()
LINKS = "el la los las de del en con para por que se y o al un una cada según cuando si no".split()
TYPES, PROCESSES, VERSIONS, BATCH = 6, 12, 3, 500
PASSWORD = "banco-de-pruebas-9"


def profile() -> str:
    """Write the profile of the measured organisation."""
    types = "\n".join(
        f"""  - id: t{n}
    name: Tipo {n}
    plural: Tipos {n}
    acronym: T{n}
    family: null
    content: structured
    review_months: 24
    route: standard
    sections:
      - {{id: objective, kind: text, title: OBJETIVO, number: "1", required: true, print: {{mode: heading}}}}
      - {{id: body, kind: text, title: DESARROLLO, number: "2", required: true, print: {{mode: heading}}}}"""
        for n in range(TYPES)
    )
    processes = "\n".join(
        f"  - {{id: p{n}, acronym: P{n:02}, name: Proceso {n}, macroprocess: Macro, kind: core, leader: leader}}"
        for n in range(PROCESSES)
    )
    names = ", ".join(f"T{n}: t{n}" for n in range(TYPES))
    areas = ", ".join(f"P{n:02}: p{n}" for n in range(PROCESSES))
    return f"""
organisation: {{id: bench, name: Banco, country: CO, language: es-CO, timezone: America/Bogota,
  colour: "#0b5fa5", system_name: SISTEMA, case_acronym: PQR}}
units: [{{id: u, name: Unidad, parent: null}}]
positions:
  - {{id: leader, name: Líder, superior: null, unit: u}}
  - {{id: reader, name: Lector, superior: leader, unit: u}}
persons:
  - {{id: ana, name: Ana Ruiz, email: ana@bench.example, positions: [leader], roles: [quality, administrator]}}
  - {{id: leo, name: Leo Paz, email: leo@bench.example, positions: [reader], roles: []}}
processes:
{processes}
codes: {{company: BN, types: {{{names}}}, processes: {{{areas}}}, patterns: ["{{type}}-{{company}}-{{process}}-{{number:5}}"]}}
versions: {{kind: integer, start: 0}}
document_types:
{types}
routes:
  - {{id: standard, name: Ruta, separation_of_duties: false, steps: [{{id: approved, label: APROBÓ,
     meaning: Apruebo, rule: all, count: null, term_days: 3, assignees: [{{position: leader}}]}}]}}
"""


def text(source: random.Random, words: int) -> str:
    """Write sentences of about twelve words that read like Spanish."""
    sentences = []
    while words > 0:
        length = source.randint(8, 16)
        chosen = [source.choice(WORDS if n % 2 else LINKS) for n in range(length)]
        sentences.append(" ".join(chosen).capitalize() + ".")
        words -= length
    return "<p>" + "</p><p>".join(sentences) + "</p>"


def fill(made: Document, source: random.Random, moment: str, *, in_force: bool) -> None:
    """Give the document its three versions."""
    for order in range(VERSIONS):
        version = Version(made.title, str(order), author_id="ana", author="Ana Ruiz")
        version.migrated = True
        version.code = made.code
        version.reason = "Se revisa."
        version.distribution.append("reader")
        version.dates["in_force_from"] = f"20{20 + order}-0{1 + order}-15"
        for name, words in (("objective", 60), ("body", 540)):
            version.sections[name] = content = SectionContent()
            content.put({"html": text(source, words)}, by="ana", at=moment)
        made.versions.add(version)
        last = order == VERSIONS - 1
        state = "in-force" if last and in_force else "obsolete"
        version.take({"kind": "migrated", "by": "ana", "at": moment, "state": state})
        if last and in_force:
            made.in_force_order = version.order


def build(place: Place, number: int) -> float:
    """Make the corpus and give how many documents a second were stored."""
    with place.writing() as work:
        organisation = apply(work.site, load_text(profile(), "bench.yaml"), work.act())
        found_authority(organisation, secret=secret_at(place.settings.secret_file), act=work.act())
        for person in people_of(organisation).persons():
            people_services.set_password(person, PASSWORD, act=work.act(person.id))
        work.commit()
        began = time.perf_counter()
        add_documents(work, number)
    return number / (time.perf_counter() - began)


def add_documents(work: Work, number: int) -> None:
    """Make so many documents in the organisation that there is, and store them."""
    source, act = random.Random(number), work.act()
    organisation = work.site["bench"]
    folder = documents_of(organisation)
    types = len(profile_of(organisation).document_types)
    for n in range(number):
        moment = act.at.isoformat()
        made = folder.add(plain_document(source, n, types))
        fill(made, source, moment, in_force=source.random() < 0.85)
        keep_the_master_list(DocumentCreated(made, act))
        if n % BATCH == BATCH - 1:
            work.commit()
            work.site._p_jar.cacheMinimize()
            sys.stderr.write(f"\r{n + 1}")
    work.commit()


def plain_document(source: random.Random, number: int, types: int = TYPES) -> Document:
    """Make the document itself, of one of so many types."""
    process = number % PROCESSES
    return Document(
        f"T{number % types}-BN-P{process:02}-{number:05}",
        " ".join(source.choice(WORDS) for _ in range(5)).capitalize(),
        type_id=f"t{number % types}",
        process_id=f"p{process}",
        owner_process_id=None,
    )


def main() -> None:
    """Make the corpus in a fresh folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.data.exists():
        shutil.rmtree(arguments.data)
    arguments.data.mkdir(parents=True)
    place = Place(data_values(arguments.data))
    rate = build(place, arguments.documents)
    place.close()
    size = sum(one.stat().st_size for one in arguments.data.rglob("*") if one.is_file())
    print(
        f"\n{arguments.documents} documents: {rate:.0f}/s, "
        f"{size / arguments.documents / 1024:.1f} kB of database each"
    )


if __name__ == "__main__":
    main()
