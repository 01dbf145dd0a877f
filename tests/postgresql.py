"""A throwaway PostgreSQL server for the tests marked `postgresql`.

PostgreSQL refuses to run as root, so root hands its programs to another user first.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest
from tools import require

# A test server may forget everything at a crash; so it need not wait for the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


class Server:
    """A running server that trusts whoever is on this machine."""

    def __init__(self, port: int, user: str, launch: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.port, self.user = port, user
        self.databases = 0
        self._launch = launch
        self.process = launch()

    def restart(self, how: int, pause: float = 0.0) -> None:
        """Stop the server by a signal (SIGINT is fast, SIGQUIT immediate) and start it anew."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        time.sleep(pause)
        self.process = self._launch()

    def dsn(self, database: str = "postgres") -> str:
        """Give what libpq wants, for a connection of one's own."""
        return f"host=127.0.0.1 port={self.port} user={self.user} dbname={database}"

    def new_database(self) -> str:
        """Make an empty database and give its name."""
        self.databases += 1
        name = f"qms_{self.databases}"
        connection = psycopg2.connect(self.dsn())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
        finally:
            connection.close()
        return name

    def zodb_uri(self, database: str, blobs: Path) -> str:
        """Give the URI of a history-free RelStorage, as production.ini has it."""
        options = {
            "driver": "psycopg2",
            "keep_history": "false",
            "blob_dir": str(blobs),
            "shared_blob_dir": "false",
            "connection_pool_size": "20",
        }
        address = f"{self.user}@127.0.0.1:{self.port}/{database}"
        return f"postgres://{address}?{urlencode(options)}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Run a server in a folder of its own for as long as the tests of this process take."""
    bin_dir = server_programs()
    require("PostgreSQL's initdb and postgres", bin_dir, "postgresql")
    with running(bin_dir) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_dsn(postgresql_server: Server) -> str:
    """Give the libpq connection string of the server's own database."""
    return postgresql_server.dsn()


@pytest.fixture
def postgresql_uri(postgresql_server: Server, tmp_path: Path) -> str:
    """Give the ZODB URI of an empty database that is this test's alone."""
    return postgresql_server.zodb_uri(postgresql_server.new_database(), tmp_path / "blobs")


def server_programs() -> Path | None:
    """Find where initdb and postgres lie; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return versions[-1].parent if versions else None


@contextmanager
def running(bin_dir: Path, **settings: str) -> Iterator[Server]:
    """Start a server, wait until it answers, and stop it at the end."""
    wanted = SETTINGS | settings
    user = server_user()
    home = Path(tempfile.mkdtemp(prefix="qms-postgresql-"))
    data = home / "data"
    port = free_port()
    try:
        if os.geteuid() == 0:
            os.chown(home, user.pw_uid, user.pw_gid)
        initdb = ["-D", data, "-U", user.pw_name, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(
            [*as_user(user), bin_dir / "initdb", *initdb, "--locale=C.UTF-8"],
            check=True,
            capture_output=True,
            cwd=home,
        )
        options = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]

        def launch() -> subprocess.Popen[bytes]:
            with (home / "log").open("ab") as log:
                return subprocess.Popen(
                    [
                        *as_user(user),
                        *(bin_dir / "postgres", "-D", data, "-p", str(port), "-k", home),
                        *options,
                    ],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=home,
                )

        answer = Server(port, user.pw_name, launch)
        try:
            wait_for(answer, home / "log")
            yield answer
        finally:
            # Fast: a session that somebody forgot to close must not hold it up.
            answer.process.send_signal(signal.SIGINT)
            answer.process.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def server_user() -> pwd.struct_passwd:
    """Choose who runs the server: oneself, or for root the user postgres or nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def as_user(user: pwd.struct_passwd) -> list[str]:
    """Give the words in front of a command that run it as `user` rather than as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def free_port() -> int:
    """Find a port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(server: Server, log: Path) -> None:
    """Return once the server answers; show its log when it dies or takes over 30 seconds."""
    until = time.monotonic() + 30
    while True:
        try:
            psycopg2.connect(server.dsn()).close()
        except psycopg2.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > until:
                text = log.read_text(errors="replace")
                message = f"PostgreSQL did not start: {error}\n{text}"
                raise AssertionError(message) from error
            time.sleep(0.05)
        else:
            return
