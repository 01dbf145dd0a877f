"""Pages of the register of cases beside a bare page with the same rows and bytes (``bare.py``).

Measured as ``pages.py`` does: two servers, each kept to a processor, in turn.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from bare import prepare
from pages import CLIENT, HEAD, JSON, PAGE, Client, Server, Side, bound, compared, row

BASE, PORT = "/bench/cases/", 7341
LISTS = {
    "queue": BASE,
    "filtered": f"{BASE}?state=case-open&kind=queja",
    "words": f"{BASE}?q=factura+entrega",
    "drill": f"{BASE}?from=2026-08-01&to=2026-08-31&channel=web&outcome=on-time",
    "report": f"{BASE}report-channels?period=2026-08",
}
NAMES = {
    "queue": "queue, 50 rows, facets",
    "filtered": "queue filtered by state and kind",
    "words": "queue searched by two words",
    "drill": "list behind a figure: a month, a channel, on time",
    "report": "monthly report by channel",
    "case": "case page",
}


def measure(data: Path, times: int, seconds: float, only: list[str]) -> list[str]:
    """Ask both servers the same and give a row a page, and one for the memory."""
    lines, folder = [], data / "bare"
    ours = Server.ours(data, PORT)
    try:
        client = Client.signed_in(ours.port)
        cookie = {"Cookie": client.headers["Cookie"]}
        queue = json.loads(Client(ours.port, cookie | JSON).get(BASE))
        everything = queue["total"]
        paths = {**LISTS, "case": f"{BASE}{queue['rows'][0]['number']}/"}
        chosen = {name: path for name, path in paths.items() if not only or name in only}
        pages = {name: client.get(path).decode() for name, path in chosen.items()}
        prepare(folder, pages, {"queue": queue})
        floor = Server.bare(folder, PORT + 1)
        try:
            asked = [(NAMES[name], path, PAGE, f"/{name}") for name, path in chosen.items()]
            if not only or "json" in only:
                asked.append(("queue as JSON", BASE, JSON, "/json/queue"))
            for name, path, headers, other in asked:
                mine, base = Side(ours, path, cookie | headers), Side(floor, other, {})
                compared(mine, base, times, seconds)
                size = len(mine.client.get(path))
                lines.append(row(everything, name, size, mine, base))
                sys.stderr.write(f"{lines[-1]}\n")
            lines.append(f"\nMemory of the web process after it: {ours.memory():.0f} MB")
        finally:
            floor.stop()
    finally:
        ours.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, nargs="+")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", nargs="+", default=[], help="names of pages, and json")
    arguments = parser.parse_args()
    bound(CLIENT)
    print(HEAD)
    for data in arguments.data:
        print("\n".join(measure(data, arguments.times, arguments.seconds, arguments.only)))


if __name__ == "__main__":
    main()
