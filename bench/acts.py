"""What writing costs: acts of approval and new versions, committed; and eight clients at once.

Works on a copy of the corpus, which is removed at the end. The single acts are timed inside one
process, services and commit together, without the bytes of PDF and signature, which the house makes
outside of transactions. The eight clients talk to a real server; every answer is looked at.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pages import ROOT, Client, Server, bound
from timing import Taken

from qms.cli.place import Place, Work, data_values
from qms.documents.models import Document, Version
from qms.documents.services import approval, drafting, keys, submitting
from qms.kernel.clock import now
from qms.security.secrets import secret_at

PASSPHRASE = "firma-de-pruebas-9"
CLIENTS = 8


def documents(work: Work) -> Iterator[Document]:
    """Walk documents in force, wherever in the folder they are."""
    folder = work.site["bench"]["documents"]
    return (one for one in folder.values() if one.in_force_order is not None)


def stored_bytes(folder: Path) -> int:
    """Add up what the database holds, current states and stored files."""
    with closing(sqlite3.connect(folder / "db" / "main.sqlite3")) as database:
        tables = [("object_state", "state"), ("blob_chunk", "chunk")]
        sums = [
            f"(SELECT coalesce(sum(length({column})), 0) FROM {table})" for table, column in tables
        ]
        return int(database.execute(f"SELECT {' + '.join(sums)}").fetchone()[0])


class Acts:
    """The single acts on one copy of the corpus."""

    def __init__(self, place: Place, folder: Path, times: int) -> None:
        self.place, self.folder, self.times = place, folder, times
        self.secret = secret_at(place.settings.secret_file)
        self.results: list[tuple[str, Taken, str]] = []

    def all(self) -> None:
        """Measure each kind of act."""
        with self.place.writing() as work:
            self.fresh = documents(work)
            self._enrol(work)
            self._new_versions(work)
            self._withdrawals(work)
            self._signatures(work)

    def _enrol(self, work: Work) -> None:
        ana = work.site["bench"]["people"].person("ana")
        keys.enrol(
            work.site["bench"], ana, passphrase=PASSPHRASE, secret=self.secret, act=work.act("ana")
        )
        work.commit()

    def _timed(self, name: str, work: Work, doings: list[Any], note: str = "") -> None:
        taken = Taken()
        for doing in doings:
            taken.once(lambda doing=doing: (doing(), work.commit()))
        self.results.append((name, taken, note))

    def _new_versions(self, work: Work) -> None:
        chosen = list(itertools.islice(self.fresh, self.times))
        before = stored_bytes(self.folder)
        self._timed("a new version saved", work, [lambda d=d: _revised(d, work) for d in chosen])
        grown = (stored_bytes(self.folder) - before) / len(chosen) / 1024
        name, taken, _note = self.results.pop()
        self.results.append((name, taken, f"{grown:.1f} kB of database"))
        self.drafts = [one.pending for one in chosen]

    def _withdrawals(self, work: Work) -> None:
        half, self.drafts = self.drafts[::2], self.drafts[1::2]
        self._timed(
            "a draft withdrawn",
            work,
            [
                lambda v=v: approval.abort(v, reason="No hace falta.", act=work.act("ana"))
                for v in half
            ],
        )

    def _signatures(self, work: Work) -> None:
        submitted, signed = [], []
        for version in self.drafts[: self.times // 2]:
            drafting.save_details(
                version,
                act=work.act("ana"),
                title=version.title,
                reason="Se revisa.",
                changes=[{"kind": "changed", "subject": "Desarrollo", "text": "Se ajusta."}],
                distribution=["reader"],
            )
            work.commit()
            act = work.act("ana")
            plan = submitting.plan_submission(version, act=act, check_url="http://bench/v/x")
            pdf = submitting.make_rendition(plan)
            submitted.append(
                lambda v=version, p=plan, b=pdf, a=act: submitting.submit(v, p, b, act=a)
            )
        self._timed("a submission stored", work, submitted, "its PDF made before")
        for version in self.drafts[: self.times // 2]:
            act = work.act("ana")
            slot = version.standing.open_slots[0].name
            ticket = approval.plan_signature(
                version, slot, act=act, seen_sha256=version.file.sha256
            )
            made = approval.make_signature(ticket, PASSPHRASE, secret=self.secret)
            signed.append(lambda v=version, m=made, a=act: approval.sign(v, m, act=a))
        self._timed("an approval stored, in force", work, signed, "the last signature; made before")


def _revised(document: Document, work: Work) -> Version:
    """Begin the next version with all its content, and change one section of it."""
    version = drafting.start_version(document, act=work.act("ana"))
    stored = version.sections["objective"]
    drafting.save_section(
        version,
        "objective",
        {"html": f"<p>Se ajusta el objetivo el {now():%d/%m/%Y}.</p>"},
        base_revision=stored.revision,
        act=work.act("ana"),
    )
    return version


def rush(client: Client, codes: list[str], answers: Counter[str]) -> None:
    """Begin a version of each document and withdraw it again, as a browser does."""
    for code in codes:
        place = f"/bench/documents/{code}/"
        token = client.token(place)
        status, headers, _body = client.post(f"{place}revise", [("csrf_token", token)])
        answers[f"begun: {status}"] += 1
        if status != 303:
            continue
        version = headers["Location"].split("/versions/")[1].split("/")[0]
        page = f"{place}versions/{version}/"
        token = client.token(f"{page}withdraw")
        fields = [("csrf_token", token), ("reason", "No hace falta.")]
        status, _headers, _body = client.post(f"{page}abort", fields)
        answers[f"withdrawn: {status}"] += 1


def at_once(folder: Path, each: int) -> None:
    """Let eight clients write at the same moment, each on documents of its own."""
    place = Place(data_values(folder))
    with place.reading() as site:
        found = [
            one.code
            for one in site["bench"]["documents"].values()
            if one.in_force_order is not None and one.pending_order is None
        ]
    place.close()
    server = Server.ours(folder, 7313)
    answers: Counter[str] = Counter()
    try:
        clients = [Client.signed_in(server.port) for _ in range(CLIENTS)]
        shares = [found[n * each : (n + 1) * each] for n in range(CLIENTS)]
        threads = [
            threading.Thread(target=rush, args=(client, share, answers))
            for client, share in zip(clients, shares, strict=True)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        if any(name.endswith("500") for name in answers):
            sys.stderr.write(server.errors()[-4000:])
    finally:
        server.stop()
    writes = sum(answers.values())
    failed = {name: n for name, n in answers.items() if not name.endswith(": 303")}
    print(
        f"| {CLIENTS} clients: versions begun and withdrawn, with their pages |"
        f" {writes / took:.0f} writes/s | {dict(answers)}; failed: {failed or 'none'} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--each", type=int, default=12, help="documents of each of eight clients")
    arguments = parser.parse_args()
    bound(0)
    copy = arguments.data.with_name(f"{arguments.data.name}-acts")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(arguments.data, copy)
    try:
        place = Place(data_values(copy))
        acts = Acts(place, copy, arguments.times)
        acts.all()
        place.close()
        print("| act, committed | ms | processor ms | worst ms | |\n|---|---|---|---|---|")
        for name, taken, note in acts.results:
            print(
                f"| {name} | {taken.wall_ms:.1f} | {taken.processor_ms:.1f} |"
                f" {max(taken.wall) * 1000:.1f} | {note} |"
            )
        sys.stdout.flush()
        at_once(copy, arguments.each)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
