"""Boards, list and page of 200 indicators of five years beside bare pages (``bare.py``).

``--make`` first makes the organisation: a document and an indicator each, measured every month
through the real service. Measured as ``pages.py`` does: two servers, each kept to a processor.
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
from corpus import build
from pages import CLIENT, HEAD, JSON, PAGE, Client, Server, Side, bound, compared, row

from qms.cli.place import Place, data_values
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.services import measuring
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


def make(data: Path, number: int) -> None:
    """Make the organisation in a fresh folder and measure every indicator for five years."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    place = Place(data_values(data))
    build(place, number)
    source, began = random.Random(number), time.perf_counter()
    starts = date(TODAY.year - YEARS, TODAY.month, 1)
    with place.writing() as work:
        organisation = work.site["bench"]
        follow_profile(organisation)
        folder = indicators_of(organisation)
        for n, document in enumerate(list(organisation["documents"].values())[:number]):
            indicator = Indicator(f"IND-{n + 1:03}", document.uid, "c", starts.isoformat())
            indicator.title = f"{CARD['name']} {n}"
            folder.add(indicator.number, indicator)
            folder.by_card[f"{document.uid}/c"] = indicator.number
            card = {**CARD, "name": indicator.title}
            facts = {"version": 0, "label": "1", "card": card, "bindings": {}}
            indicator.defined.append({"starts": starts.isoformat(), "ends": "", **facts})
            period, given = Period.of("monthly", starts), {}
            while period.last < TODAY:
                everything = source.randint(50, 400)
                done = round(everything * source.uniform(0.8, 1))
                given[period] = {"hechos": Decimal(done), "todos": Decimal(everything)}
                period = period.next()
            measuring.capture_many(indicator, given, confirmed=True, act=work.act("ana"))
            if n % BATCH == BATCH - 1:
                work.commit()
                sys.stderr.write(f"\r{n + 1}")
        work.commit()
    place.close()
    took = time.perf_counter() - began
    print(f"\n{number} indicators of {YEARS} years in {took:.0f} s")


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
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", nargs="+", default=[], choices=list(PAGES))
    arguments = parser.parse_args()
    if arguments.make:
        make(arguments.data, arguments.make)
    bound(CLIENT)
    print(HEAD)
    print("\n".join(measure(arguments.data, arguments.times, arguments.seconds, arguments.only)))


if __name__ == "__main__":
    main()
