"""``qms export`` and ``qms import-organisation``: an organisation's profile, or all of it.

``qms export ORG`` writes the profile as YAML. ``qms export ORG FILE.zip`` writes the whole
organisation in open formats; without --keys nobody can sign with what is in it. The archive holds
personal data: keep it as you keep a backup.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from qms.cli.load import run_export as write_profile
from qms.cli.place import Place, organisation_in
from qms.imports.events import OrganisationExported
from qms.imports.transfer.reading import read_organisation
from qms.imports.transfer.writing import write_organisation
from qms.kernel import clock
from qms.security.secrets import secret_at
from qms.upgrade.engine import catch_up

PASSPHRASE = "QMS_TRANSFER_PASSPHRASE"  # noqa: S105 - the name of a variable
"""Where the passphrase is looked for before it is asked for."""


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisation and where to write."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument(
        "archive", nargs="?", type=Path, help="ZIP file to write the whole organisation to"
    )
    parser.add_argument("-o", "--output", type=Path, help="file for the profile (else terminal)")
    parser.add_argument(
        "--keys", action="store_true", help="let the private keys go along, under a passphrase"
    )


def run_export(place: Place, arguments: argparse.Namespace) -> int:
    """Write the profile, or the whole organisation, and tell the trail of the latter."""
    if arguments.archive is None:
        return write_profile(place, arguments)
    passphrase = _passphrase(twice=True) if arguments.keys else None
    part = arguments.archive.with_name(f"{arguments.archive.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with place.reading() as site, os.fdopen(descriptor, "w+b") as stream:
        manifest = write_organisation(
            organisation_in(site, arguments.organisation),
            stream,
            at=clock.now(),
            secret=secret_at(place.settings.secret_file) if arguments.keys else None,
            passphrase=passphrase,
        )
        _to_disk(stream)
    part.replace(arguments.archive)
    digest = hashlib.sha256(
        json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    ).hexdigest()
    with place.writing() as work:
        organisation = organisation_in(work.site, arguments.organisation)
        act = work.act("system")
        files = len(manifest["files"])
        act.notify(
            OrganisationExported(
                organisation, act, manifest_sha256=digest, files=files, keys=arguments.keys
            )
        )
    sys.stdout.write(f"{arguments.archive}: {files} files, manifest SHA-256 {digest}\n")
    for line in manifest["not_included"]:
        sys.stderr.write(f"not included: {line}\n")
    for line in manifest["stays_behind"]:
        sys.stdout.write(f"stays behind: {line}\n")
    return 0


def add_import_organisation_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive."""
    parser.add_argument("archive", type=Path, help="ZIP file that «qms export» wrote")
    parser.add_argument(
        "--without-keys", action="store_true", help="leave keys out that the archive holds"
    )


def run_import_organisation(place: Place, arguments: argparse.Namespace) -> int:
    """Make the organisation of the archive, all of it or nothing."""
    keys = _has_keys(arguments.archive)
    passphrase = "" if arguments.without_keys else _passphrase() if keys else None
    with place.writing() as work, arguments.archive.open("rb") as stream:
        organisation = read_organisation(
            work.site,
            stream,
            act=work.act("system"),
            secret=secret_at(place.settings.secret_file),
            passphrase=passphrase,
            catch_up=catch_up,
        )
        identifier, count = organisation.id, len(organisation["documents"])
    sys.stdout.write(f"{identifier}: {count} documents\n")
    sys.stdout.write("Nobody has a password here yet: send links with «qms user».\n")
    return 0


def _has_keys(archive: Path) -> bool:
    """Look into the list of the archive only; its content is checked when it is read."""
    with archive.open("rb") as stream:
        return b"keys/ca.p8" in _tail(stream)


def _tail(stream: BinaryIO) -> bytes:
    """Give the end of a file, where an archive lists its entries."""
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - (64 << 20)))
    return stream.read()


def _passphrase(*, twice: bool = False) -> str:
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    passphrase = getpass.getpass("Passphrase of the keys: ")
    if twice and passphrase != getpass.getpass("Once more: "):
        sys.exit("qms: the passphrases differ")
    return passphrase


def _to_disk(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
