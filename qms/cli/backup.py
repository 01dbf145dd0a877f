"""Backups of the embedded database.

``qms backup -o FILE`` copies database, stored files and secret into one file while the server
runs, reads the file again and prints its SHA-256; note that outside of this machine.
``qms --data DIR restore FILE`` makes the folder DIR from such a file. It refuses before it touches
DIR when one bit of the file is wrong. Mails stay held until you delete DIR/mail.hold.

Whoever has a backup with the secret can open the organisations' signing authorities: keep it like
a key, or use --without-secret and keep the secret file somewhere else.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import sys
import time
from pathlib import Path

from tqdm import tqdm

from qms.cli.place import NoDatabase, Place
from qms.content.storage import DATABASE, folder_of, is_embedded
from qms.kernel import clock
from qms.upgrade.archive import HOLD, Facts, restore, verify_archive, write_backup
from qms.upgrade.errors import BackupDamaged, NotEmbedded


def add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where to write, or what to check."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("-o", "--output", type=Path, help="file to write; it must not exist")
    where.add_argument("--check", type=Path, metavar="FILE", help="only verify this backup")
    parser.add_argument(
        "--without-secret", action="store_true", help="leave the server's secret file out"
    )


def add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the backup."""
    parser.add_argument("file", type=Path, help="the backup")
    parser.add_argument(
        "--secret", type=Path, help="secret file to use when the backup was made without it"
    )
    parser.add_argument(
        "--sha256", help="the hash that «qms backup» printed; another file is refused"
    )


def run_backup(place: Place, arguments: argparse.Namespace) -> int:
    """Write a backup, or verify one."""
    if arguments.check:
        with _bar("checking", arguments.check.stat().st_size) as bar:
            _print_facts(verify_archive(arguments.check, watch=bar.update))
        return 0
    uri = place.values["zodbconn.uri"]
    if not is_embedded(uri):
        raise NotEmbedded
    if not place.exists():
        raise NoDatabase(place=place.settings.data_dir)
    database = folder_of(uri) / DATABASE
    secret = place.settings.secret_file
    began = time.monotonic()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    with _bar("backup", 2 * database.stat().st_size) as bar:
        facts = write_backup(
            database,
            arguments.output,
            secret=secret if secret.exists() and not arguments.without_secret else None,
            at=clock.now(),
            release=importlib.metadata.version("qms"),
            watch=bar.update,
        )
    sys.stdout.write(f"{arguments.output}: verified, {time.monotonic() - began:.1f} s\n")
    sys.stdout.write(f"  SHA-256   {_sha256(arguments.output)}\n")
    _print_facts(facts)
    return 0


def run_restore(place: Place, arguments: argparse.Namespace) -> int:
    """Make the data folder from a backup."""
    if not is_embedded(place.values["zodbconn.uri"]):
        raise NotEmbedded
    if not arguments.file.is_file():
        raise BackupDamaged(problem=f"there is no file {arguments.file}")
    if arguments.sha256 and _sha256(arguments.file) != arguments.sha256.strip().lower():
        raise BackupDamaged(problem="its SHA-256 is another one than the one given")
    began, target = time.monotonic(), place.settings.data_dir
    with _bar("restore", arguments.file.stat().st_size) as bar:
        facts = restore(arguments.file, target, secret=arguments.secret, watch=bar.update)
    age = clock.now() - facts.taken_at
    sys.stdout.write(f"{target}: restored in {time.monotonic() - began:.1f} s (RTO)\n")
    _print_facts(facts)
    hours = age.total_seconds() / 3600
    sys.stdout.write(f"  lost      what was done in the {hours:.1f} hours since (RPO)\n")
    if not facts.has_secret and arguments.secret is None:
        sys.stdout.write(f"  secret    NOT in the backup: put it at {target / 'secret'}\n")
    sys.stdout.write(f"  mail      held; delete {target / HOLD} to let mails go out\n")
    sys.stdout.write(f"Next: qms --data {target} doctor\n")
    return 0


def _print_facts(facts: Facts) -> None:
    secret = "with the secret" if facts.has_secret else "without the secret"
    sys.stdout.write(
        f"  taken at  {facts.taken_at:%Y-%m-%d %H:%M} UTC by release {facts.release}, {secret}\n"
        f"  holds     {facts.objects} objects, {facts.files} stored files, {facts.size} bytes\n"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _bar(what: str, total: int) -> tqdm:
    return tqdm(
        desc=what,
        total=total,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not sys.stderr.isatty(),
    )
