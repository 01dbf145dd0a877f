"""Boards, list and page of 200 indicators of five years beside bare pages (``bare.py``).

``--make`` first makes the organisation: a document and an indicator each, measured every month
through the real service. With ``--beside`` they are made in a folder that ``cases.py`` filled, and
every fourth is counted from its cases. Measured as ``pages.py`` does: two servers, each kept to a processor.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from bare import prepare
from corpus import add_documents, build
from pages import CLIENT, HEAD, JSON, PAGE, Client, Server, Side, bound, compared, row

from qms.cli.place import Place, Work, data_values
from qms.indicators.figuring import Figures
from qms.indicators.listing import put
from qms.indicators.models import Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services import measuring
from qms.indicators.services.closing import close_due
from qms.indicators.services.following import follow_profile, indicators_of

YEARS = 5
TODAY = date(2026, 11, 22)
BATCH = 20
BASE = "/bench/indicators/"
PAGES = {
    "list": (BASE, "list, 50 rows, facets, a small line each"),
    "dashboard": (f"{BASE}dashboard?process=p3", "board of a process"),
    "management": (f"{BASE}management", "matrix of all indicators, twelve months"),
    "indicator": (f"{BASE}IND-100/", "page of an indicator with its chart"),
    "sheet": (f"{BASE}IND-100/sheet", "technical sheet"),
}
CARD = {
    "name": "Cierre efectivo",
    "objective": "Cerrar a tiempo.",
    "kind": "efficacy",
    "expression": "hechos / todos * 100",
    "variables": [{"name": "hechos"}, {"name": "todos"}],
    "unit": "%",
    "target": {"direction": ">=", "value": "90"},
    "capture_frequency": "monthly",
    "analysis_frequency": "monthly",
    "responsible_analysis": "leader",
    "weight": "1",
}
COUNTED = 4
"""Where there is a register of cases, every so many an indicator is counted from it."""
KINDS = ("peticion", "queja", "reclamo", "sugerencia")
CHANNELS = ("telefono", "correo", "web", "presencial", "escrito")


def make(data: Path, number: int, *, beside: bool) -> None:
    """Measure so many indicators for five years: in a fresh folder, or beside the cases of one."""
    if not beside:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
    place = Place(data_values(data))
    if not beside:
        build(place, number)
    began = time.perf_counter()
    with place.writing() as work:
        if beside:
            add_documents(work, number)
        folder = indicators_of(work.site["bench"])
        follow_profile(work.site["bench"])
        source = random.Random(number)
        documents = list(work.site["bench"]["documents"].values())[:number]
        for n, document in enumerate(documents):
            is_counted = beside and n % COUNTED == 0
            indicator = declared(folder, n, document.uid, is_counted=is_counted)
            if is_counted:
                close_due(indicator, figures(place, work), act=work.act())
                put(indicator, TODAY, figures(place, work))
            else:
                given = typed(source)
                measuring.capture_many(indicator, given, confirmed=True, act=work.act("ana"))
            if n % BATCH == BATCH - 1:
                work.commit()
                sys.stderr.write(f"\r{n + 1}")
        work.commit()
    place.close()
    took = time.perf_counter() - began
    print(f"\n{number} indicators of {YEARS} years in {took:.0f} s")


def figures(place: Place, work: Work) -> Figures:
    """Count as the worker does."""
    return Figures.of(place.registry, work.site["bench"], work.act().at)


def declared(folder: Indicators, n: int, document_uid: str, *, is_counted: bool) -> Indicator:
    """Make an indicator that is measured since five years."""
    starts = date(TODAY.year - YEARS, TODAY.month, 1).isoformat()
    indicator = Indicator(f"IND-{n + 1:03}", document_uid, "c", starts)
    indicator.title = f"{CARD['name']} {n}"
    folder.add(indicator.number, indicator)
    folder.by_card[f"{document_uid}/c"] = indicator.number
    chosen = f"kind={KINDS[n % len(KINDS)]}&channel={CHANNELS[n % len(CHANNELS)]}"
    bindings = {"hechos": f"cases.closed?{chosen}", "todos": f"cases.received?{chosen}"}
    indicator.defined.append(
        {
            "starts": starts,
            "ends": "",
            "version": 0,
            "label": "1",
            "card": {**CARD, "name": indicator.title},
            "bindings": bindings if is_counted else {},
        }
    )
    return indicator


def typed(source: random.Random) -> dict[Period, dict[str, Decimal | None]]:
    """Give the numbers of every month that is over."""
    period = Period.of("monthly", date(TODAY.year - YEARS, TODAY.month, 1))
    given: dict[Period, dict[str, Decimal | None]] = {}
    while period.last < TODAY:
        everything = source.randint(50, 400)
        done = round(everything * source.uniform(0.8, 1))
        given[period] = {"hechos": Decimal(done), "todos": Decimal(everything)}
        period = period.next()
    return given


def measure(data: Path, times: int, seconds: float, only: list[str]) -> list[str]:
    """Ask both servers the same and give a row a page."""
    lines, folder = [], data / "bare"
    ours = Server.ours(data, 7331)
    try:
        client = Client.signed_in(ours.port)
        cookie = {"Cookie": client.headers["Cookie"]}
        chosen = {name: one for name, one in PAGES.items() if not only or name in only}
        pages = {name: client.get(path).decode() for name, (path, _title) in chosen.items()}
        prepare(folder, pages, {})
        floor = Server.bare(folder, 7332)
        try:
            for name, (path, title) in chosen.items():
                mine, base = Side(ours, path, cookie | PAGE), Side(floor, f"/{name}", {})
                compared(mine, base, times, seconds)
                lines.append(row(200, title, len(mine.client.get(path)), mine, base))
                sys.stderr.write(f"{lines[-1]}\n")
            told = Client(ours.port, cookie | JSON).get(PAGES["management"][0])
            lines.append(f"\n{len(told):,} bytes of the matrix as JSON; {ours.memory():.0f} MB")
        finally:
            floor.stop()
    finally:
        ours.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def main() -> None:
    """Make, or measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--make", type=int, default=0, metavar="N", help="make N indicators first")
    parser.add_argument("--beside", action="store_true", help="keep the folder with its cases")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", nargs="+", default=[], choices=list(PAGES))
    arguments = parser.parse_args()
    if arguments.make:
        make(arguments.data, arguments.make, beside=arguments.beside)
    bound(CLIENT)
    print(HEAD)
    print("\n".join(measure(arguments.data, arguments.times, arguments.seconds, arguments.only)))


if __name__ == "__main__":
    main()
