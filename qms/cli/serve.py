"""Start the web server; the worker runs beside it unless --no-worker is given.

In production, web and worker are separate processes: `qms --config production.ini serve
--no-worker` and `qms --config production.ini worker`, one web process per processor.
"""

from __future__ import annotations

import argparse
import sys
import threading

from waitress import create_server

from qms import main as make_application
from qms.cli.demo import is_demo, print_accounts
from qms.cli.place import Place
from qms.cli.worker import work_until


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address to listen at."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=6543, help="port to listen at")
    parser.add_argument("--threads", type=int, default=4, help="threads that answer requests")
    parser.add_argument(
        "--no-worker", action="store_true", help="leave the worker to another process"
    )


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    address = f"http://{_shown(arguments.host)}:{arguments.port}"
    if "qms.base_url" not in place.values:
        place.values["qms.base_url"] = address
    if is_demo(place):
        # The demonstration's mails can be read on screen; those of a real installation never.
        place.values["qms.environment"] = "development"
    application = make_application(None, **place.values)
    server = create_server(
        application,
        host=arguments.host,
        port=arguments.port,
        threads=arguments.threads,
        ident=None,
        max_request_body_size=256 * 1024 * 1024,
        # A slow sender holds no thread: waitress buffers bodies on disk before the application.
        channel_timeout=120,
    )
    stop = threading.Event()
    worker = None
    if not arguments.no_worker:
        worker = threading.Thread(target=work_until, args=(place, stop), name="worker", daemon=True)
        worker.start()
    if is_demo(place):
        print_accounts(place)
    sys.stdout.write(f"qms answers at {address} (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        stop.set()
        server.close()
        if worker is not None:
            worker.join(timeout=10)
    return 0


def _shown(host: str) -> str:
    return "localhost" if host in {"127.0.0.1", "0.0.0.0", ""} else host  # noqa: S104 - only shown
