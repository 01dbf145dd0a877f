"""The list and the document page beside a bare Pyramid page with the same rows and bytes.

Both are served by waitress with four threads in a process of their own; the client is a third
process. Prints median milliseconds at one connection and requests a second at eight, with ratios.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
EMAIL, PASSWORD = "ana@bench.example", "banco-de-pruebas-9"
LIST = "/bench/documents/?type=t1&process=p1&sort=code"
HEADERS_JSON = {"Accept": "application/json"}


class Server:
    """A server process on a port, stopped at the end."""

    def __init__(self, command: list[str], port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(150):
            try:
                get(port, "/login", {})
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise SystemExit("the server did not start")

    def memory(self) -> float:
        """Give the resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)


def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Ask once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, dict(answer.getheaders())


def sign_in(port: int) -> dict[str, str]:
    """Sign in and give the cookie header."""
    _status, body, headers = get(port, "/login", {})
    cookie = headers["Set-Cookie"].split(";")[0]
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', body.decode())[1]
    fields = [("csrf_token", token), ("email", EMAIL), ("password", PASSWORD), ("save", "save")]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "POST",
        "/login",
        urlencode(fields),
        {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        raise SystemExit(f"cannot sign in: {answer.status}")
    given = [value for name, value in answer.getheaders() if name == "Set-Cookie"]
    session = [one.split(";")[0] for one in given if one.startswith("qms=")]
    return {"Cookie": session[0] if session else cookie}


def latency(port: int, path: str, headers: dict[str, str], times: int) -> float:
    """Give the median milliseconds over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    taken = []
    for n in range(times + 5):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        if n >= 5:
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def throughput(port: int, path: str, headers: dict[str, str], seconds: float) -> float:
    """Give requests a second over eight kept connections."""
    stop = time.perf_counter() + seconds
    counts = [0] * 8

    def work(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while time.perf_counter() < stop:
            connection.request("GET", path, headers=headers)
            connection.getresponse().read()
            counts[place] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def bare(rows: Path, port: int) -> None:
    """Serve the bare pages: the same rows by the same template engine, padded to the same bytes."""
    import pyramid.config
    import waitress
    from chameleon import PageTemplate
    from pyramid.response import Response

    data = json.loads(rows.read_text(encoding="utf-8"))
    names = ("code", "title", "state", "type", "process", "version", "in_force_from", "review_by")
    cells = "".join(f"<td>${{row['{name}']}}</td>" for name in names)
    template = PageTemplate(
        "<html><body><h1>${title}</h1><table>"
        f'<tr tal:repeat="row rows">{cells}</tr></table>'
        "<pre>${pad}</pre></body></html>"
    )

    def page(request):
        kind = request.matchdict["kind"]
        if kind == "json":
            return Response(json=data["json"])
        lines = data["list"] if kind == "list" else []
        empty = template(title=kind, rows=lines, pad="")
        return Response(
            template(title=kind, rows=lines, pad=" " * (data[kind + "_bytes"] - len(empty)))
        )

    with pyramid.config.Configurator() as config:
        config.add_route("page", "/{kind}")
        config.add_view(page, route_name="page")
        config.add_route("login", "/login")
        waitress.serve(config.make_wsgi_app(), host="127.0.0.1", port=port, threads=4, _quiet=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=7310, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        bare(arguments.bare, arguments.port)
        return
    qms = str(Path(sys.executable).with_name("qms"))
    ours = Server(
        [qms, "--data", str(arguments.data), "serve", "--no-worker", "--port", "7311"], 7311
    )
    try:
        measure(ours, arguments)
    finally:
        ours.stop()


def measure(ours: Server, arguments: argparse.Namespace) -> None:
    """Ask both servers the same and print a row a page."""
    cookie = sign_in(ours.port)
    as_json = cookie | HEADERS_JSON
    listed = json.loads(get(ours.port, LIST, as_json)[1])
    document = f"/bench/documents/{listed['rows'][0]['code']}/"
    prepared = arguments.data / "bare.json"
    prepared.write_text(
        json.dumps(
            {
                "list": listed["rows"],
                "json": listed,
                "list_bytes": len(get(ours.port, LIST, cookie)[1]),
                "document_bytes": len(get(ours.port, document, cookie)[1]),
            }
        ),
        encoding="utf-8",
    )
    floor = Server([sys.executable, __file__, "--bare", str(prepared), "--port", "7312"], 7312)
    works = [
        ("master list, 50 rows", LIST, cookie, "/list"),
        ("the same as JSON", LIST, as_json, "/json"),
        ("document page", document, cookie, "/document"),
    ]
    print(f"{listed['total']} of the corpus match the filter")
    print(f"{'work':<24}{'ours ms':>9}{'bare ms':>9}{'ratio':>7}{'ours /s':>9}{'bare /s':>9}")
    try:
        for name, path, headers, other in works:
            mine = latency(ours.port, path, headers, arguments.times)
            base = latency(floor.port, other, {}, arguments.times)
            many = throughput(ours.port, path, headers, arguments.seconds)
            most = throughput(floor.port, other, {}, arguments.seconds)
            print(f"{name:<24}{mine:>9.2f}{base:>9.2f}{mine / base:>7.2f}{many:>9.0f}{most:>9.0f}")
        print(f"memory of the web process: {ours.memory():.0f} MB")
    finally:
        floor.stop()


if __name__ == "__main__":
    main()
