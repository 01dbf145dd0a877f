"""What registering a case costs, committed; eight clerks at once; and the worker's escalation.

Works on a copy of the corpus, which is removed at the end, as ``acts.py`` does.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pages
from acts import stored_bytes
from cases import customer
from corpus import WORDS
from pages import Client, Server, bound
from timing import Taken

from qms.cli.place import Place, Work, data_values
from qms.pqr import services
from qms.pqr.escalation import escalate
from qms.pqr.services import Received

CLIENTS = 8
BASE = "/bench/cases/"


def received(source: random.Random) -> Received:
    """Make what a clerk types."""
    text = " ".join(source.choice(WORDS) for _each in range(20))
    return Received("queja", "telefono", text, customer(source), reason="motivo-1")


def registering(work: Work, folder: Path, times: int) -> str:
    """Register so many cases, each in a commit of its own."""
    source, taken, kept = random.Random(7), Taken(), work.site["bench"]

    def once() -> None:
        services.register(kept, received(source), act=work.act("clerk1"))
        work.commit()

    for _each in range(10):
        once()
    before = stored_bytes(folder)
    for _each in range(times):
        taken.once(once)
    grown = (stored_bytes(folder) - before) / times / 1024
    return (
        f"| a case registered, one commit | {taken.wall_ms:.1f} | {taken.processor_ms:.1f} |"
        f" {grown:.1f} kB of database |"
    )


def escalating(work: Work) -> str:
    """Let the worker look for levels that were passed: the first time, and a minute later."""
    kept, lines = work.site["bench"], []
    while escalate(kept, act=work.act("system", channel="worker")):
        work.commit()
    for name in ("again, nothing to tell", "a minute later"):
        taken = Taken()
        taken.once(lambda: escalate(kept, act=work.act("system", channel="worker")))
        lines.append(f"| escalation, {name} | {taken.wall_ms:.1f} | {taken.processor_ms:.1f} | |")
    return "\n".join(lines)


def rush(client: Client, name: str, each: int, answers: Counter[str], waits: list[float]) -> None:
    """Register cases by the line of quick entry, one after the other."""
    source = random.Random(name)
    token = client.token(BASE)
    for _each in range(each):
        one = received(source)
        fields = [
            ("csrf_token", token),
            ("name", one.customer["name"]),
            ("text", one.text),
            ("channel", one.channel),
            ("kind", one.kind),
        ]
        began = time.perf_counter()
        status, _headers, _body = client.post(f"{BASE}quick", fields)
        waits.append(time.perf_counter() - began)
        answers[f"{status}"] += 1


def at_once(folder: Path, each: int) -> str:
    """Let eight clerks register at the same moment through a real server."""
    server = Server.ours(folder, 7343)
    answers: Counter[str] = Counter()
    waits: list[float] = []
    try:
        clients = []
        for n in range(CLIENTS):
            pages.EMAIL = f"clerk{n}@bench.example"
            clients.append(Client.signed_in(server.port))
        threads = [
            threading.Thread(target=rush, args=(client, f"clerk{n}", each, answers, waits))
            for n, client in enumerate(clients)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        repeated = server.errors().count("ConflictError")
    finally:
        server.stop()
    waits.sort()
    failed = {status: n for status, n in answers.items() if status != "303"}
    return (
        f"| {CLIENTS} clerks at once, {each} cases each | {waits[len(waits) // 2] * 1000:.0f} |"
        f" | {len(waits) / took:.0f} cases/s, longest wait {waits[-1] * 1000:.0f} ms;"
        f" seen by clerks: {failed or 'nothing'}; conflicts told in the log: {repeated} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--each", type=int, default=15, help="cases of each of eight clerks")
    parser.add_argument("--escalation", action="store_true", help="measure the worker's round too")
    arguments = parser.parse_args()
    bound(0)
    copy = arguments.data.with_name(f"{arguments.data.name}-acts")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(arguments.data, copy)
    try:
        print("| what | ms | processor ms | |\n|---|---|---|---|")
        place = Place(data_values(copy))
        with place.writing() as work:
            print(registering(work, copy, arguments.times), flush=True)
            if arguments.escalation:
                print(escalating(work), flush=True)
        place.close()
        print(at_once(copy, arguments.each), flush=True)
        place = Place(data_values(copy))
        with place.reading() as site:
            numbers = [name for name in site["bench"]["cases"] if "-2026-" in name]
            whole = int(numbers[-1][-6:]) == len(numbers)
            print(f"\nNumbers of the year without a gap: {'yes' if whole else 'no'}.")
        place.close()
    finally:
        shutil.rmtree(copy, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
