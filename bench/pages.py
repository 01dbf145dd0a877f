"""Our pages beside a bare Pyramid and Chameleon page with the same rows and bytes (``bare.py``).

Both are served by waitress with four threads in a process of its own, bound to one processor; the
client is bound to the other. Prints, for one connection, median milliseconds on the clock, and
for eight connections requests a second and milliseconds of the server's processor a request, each
with its ratio. Ours and the bare page take turns, so that a slow minute slows both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from bare import prepare
from timing import processor_seconds

ROOT = Path(__file__).resolve().parents[1]
EMAIL, PASSWORD = "ana@bench.example", "banco-de-pruebas-9"
LIST = "/bench/documents/?type=t1&process=p1&sort=code"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
SERVER, CLIENT = 0, 1
"""Processors of the server and of whoever asks."""


def bound(processor: int) -> None:
    """Keep this process to one processor, where there are several."""
    if (os.cpu_count() or 1) > processor:
        os.sched_setaffinity(0, {processor})


class Server:
    """A server process on a port, kept to one processor, stopped at the end."""

    def __init__(self, command: list[str], port: int) -> None:
        self.port = port
        taskset = ["taskset", "-c", str(SERVER)] if shutil.which("taskset") else []
        self.told = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        self.process = subprocess.Popen(
            [*taskset, *command], stdout=subprocess.DEVNULL, stderr=self.told
        )
        for _ in range(300):
            try:
                Client(port, {}).ask("GET", "/login")
            except OSError:
                time.sleep(0.2)
            else:
                break
        time.sleep(0.2)
        if self.process.poll() is not None:
            raise SystemExit(f"port {port} is taken, or the server fell:\n{self.errors()}")

    @classmethod
    def ours(cls, data: Path, port: int) -> Server:
        """Serve the corpus, without a worker."""
        qms = str(Path(sys.executable).with_name("qms"))
        words = [qms, "--data", str(data), "serve", "--no-worker", "--port", str(port)]
        return cls(words, port)

    @classmethod
    def bare(cls, folder: Path, port: int) -> Server:
        """Serve the bare pages."""
        script = str(Path(__file__).with_name("bare.py"))
        return cls([sys.executable, script, str(folder), "--port", str(port)], port)

    def processor(self) -> float:
        """Give the seconds of the processor that the server has used."""
        return processor_seconds(self.process.pid)

    def memory(self) -> float:
        """Give the resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(20)
        self.told.close()

    def errors(self) -> str:
        """Give what the server told of failures."""
        self.told.seek(0)
        return self.told.read().decode(errors="replace")


class Client:
    """One kept connection, with its headers."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.port, self.headers = port, headers

    @classmethod
    def signed_in(cls, port: int) -> Client:
        """Sign in and keep the cookie."""
        client = cls(port, dict(PAGE))
        status, headers, body = client.ask("GET", "/login")
        client.headers["Cookie"] = headers["Set-Cookie"].split(";")[0]
        fields = [("email", EMAIL), ("password", PASSWORD), ("save", "save")]
        status, headers, _body = client.post("/login", [("csrf_token", _token(body)), *fields])
        if status != 303:
            raise SystemExit(f"cannot sign in: {status}")
        given = [one.split(";")[0] for one in headers.get_all("Set-Cookie") or []]
        client.headers["Cookie"] = next(one for one in given if one.startswith("qms="))
        return client

    def ask(self, method: str, path: str, body: str | None = None, **more: str) -> tuple:
        """Ask once and give status, headers and body."""
        self.connection.request(method, path, body, self.headers | more)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, path: str) -> bytes:
        """Ask for a page that must be there."""
        status, _headers, body = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        return body

    def token(self, path: str) -> str:
        """Read a page for the token of its forms."""
        return _token(self.ask("GET", path)[2])

    def post(self, path: str, fields: list[tuple[str, str]]) -> tuple:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), **kind)


def _token(page: bytes) -> str:
    found = re.search(r'name="csrf[-_]token"\s+(?:value|content)="([^"]+)"', page.decode())
    return found[1] if found else ""


class Side:
    """One server's answers to one path."""

    def __init__(self, server: Server, path: str, headers: dict[str, str]) -> None:
        self.server, self.path, self.headers = server, path, headers
        self.client = Client(server.port, headers)
        self.wall: list[float] = []
        self.processor, self.asked = 0.0, 0
        self.rates: list[float] = []

    def latency(self, times: int) -> None:
        """Ask so many times over one connection."""
        for _ in range(times):
            began = time.perf_counter()
            self.client.get(self.path)
            self.wall.append(time.perf_counter() - began)

    def throughput(self, seconds: float) -> None:
        """Ask as often as possible over eight connections."""
        stop, counts = time.perf_counter() + seconds, [0] * 8

        def work(place: int) -> None:
            client = Client(self.server.port, self.headers)
            while time.perf_counter() < stop:
                client.get(self.path)
                counts[place] += 1

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        began, busy = time.perf_counter(), self.server.processor()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.rates.append(sum(counts) / (time.perf_counter() - began))
        self.processor += self.server.processor() - busy
        self.asked += sum(counts)

    @property
    def ms(self) -> float:
        """Median milliseconds on the clock."""
        return statistics.median(self.wall) * 1000

    @property
    def processor_ms(self) -> float:
        """Milliseconds of the processor a request, over all that eight connections asked."""
        return self.processor / self.asked * 1000

    @property
    def rate(self) -> float:
        """The better of the requests a second: the other one met a neighbour."""
        return max(self.rates)


def compared(ours: Side, bare: Side, times: int, seconds: float) -> None:
    """Let both take turns, in five rounds for one connection and two for eight."""
    for side in (ours, bare):
        # Each thread's database connection has a cache of its own to fill.
        side.throughput(seconds / 2)
        side.rates, side.processor, side.asked = [], 0.0, 0
        for _ in range(10):
            side.client.get(side.path)
    for _ in range(5):
        for side in (ours, bare):
            side.latency(times // 5)
    for _ in range(2):
        for side in (ours, bare):
            side.throughput(seconds / 2)


HEAD = (
    "| N | page | bytes | ours ms | bare ms | ratio | ours CPU ms | bare CPU ms | ratio |"
    " ours/s at 8 | bare/s at 8 |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(number: int, name: str, size: int, ours: Side, bare: Side) -> str:
    """Write one line of the table."""
    return (
        f"| {number:,} | {name} | {size:,} | {ours.ms:.2f} | {bare.ms:.2f} | {ours.ms / bare.ms:.2f}"
        f" | {ours.processor_ms:.2f} | {bare.processor_ms:.2f}"
        f" | {ours.processor_ms / bare.processor_ms:.2f} | {ours.rate:.0f} | {bare.rate:.0f} |"
    )


def measure(data: Path, times: int, seconds: float) -> list[str]:
    """Ask both servers the same and give a row a page, and one for the memory."""
    lines, folder = [], data / "bare"
    ours = Server.ours(data, 7311)
    try:
        client = Client.signed_in(ours.port)
        cookie = {"Cookie": client.headers["Cookie"]}
        listed = json.loads(Client(ours.port, cookie | JSON).get(LIST))
        everything = json.loads(Client(ours.port, cookie | JSON).get("/bench/documents/"))
        place = f"/bench/documents/{listed['rows'][0]['code']}/"
        pages = {"list": client.get(LIST), "document": client.get(place)}
        prepare(folder, {name: page.decode() for name, page in pages.items()}, {"list": listed})
        floor = Server.bare(folder, 7312)
        try:
            for name, path, headers, other in (
                ("master list, 50 rows, facets", LIST, PAGE, "/list"),
                ("the same as JSON", LIST, JSON, "/json/list"),
                ("document page", place, PAGE, "/document"),
            ):
                mine, base = Side(ours, path, cookie | headers), Side(floor, other, {})
                _same_bytes(mine, base, exact=headers is PAGE)
                compared(mine, base, times, seconds)
                size = len(mine.client.get(path))
                lines.append(row(everything["total"], name, size, mine, base))
                sys.stderr.write(f"{lines[-1]}\n")
            matches = f"{listed['total']:,} of {everything['total']:,} match the list's filter"
            lines.append(f"\n{matches}; memory of the web process after it: {ours.memory():.0f} MB")
        finally:
            floor.stop()
    finally:
        ours.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def _same_bytes(ours: Side, bare: Side, *, exact: bool) -> None:
    """Refuse to compare what is not alike."""
    mine, other = len(ours.client.get(ours.path)), len(bare.client.get(bare.path))
    if exact and abs(mine - other) > mine / 100:
        raise SystemExit(f"{ours.path}: {mine} bytes, and the bare page has {other}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, nargs="+")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=6)
    arguments = parser.parse_args()
    bound(CLIENT)
    print(HEAD)
    for data in arguments.data:
        print("\n".join(measure(data, arguments.times, arguments.seconds)))


if __name__ == "__main__":
    main()
