"""Upkeep of an installation: ``qms doctor``, ``qms reindex``, ``qms upgrade``.

``doctor`` examines everything that must agree and ends with status 1 when something is wrong:
every stored file against its SHA-256, states against acts, codes, master list, check tokens,
trail, secret, certificates, disk, database. Run it every night. ``--repair`` makes derived data
anew (master list, check tokens, copies of files, mode of the secret); it never touches an act,
a signed file or the trail. ``--signatures`` verifies every signature too, about 50 ms each.

``reindex`` makes the master lists anew, ``reindex --text`` the text index of this node. ``upgrade``
runs the pending data migrations, each in a transaction of its own; make a backup first.
``--dry-run`` runs them and stores nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import transaction
from tqdm import tqdm
from ZODB.POSException import POSKeyError
from ZODB.utils import p64

from qms.cli.place import NoDatabase, Place
from qms.cli.progress import progress
from qms.cli.worker_health import check_worker
from qms.content.storage import CACHE, folder_of, is_embedded
from qms.documents.listing import reindex
from qms.documents.models import Document
from qms.documents.services.reading import reindex_readings
from qms.kernel import clock
from qms.kernel.errors import Refused
from qms.search import follow
from qms.upgrade import engine, health, premises
from qms.upgrade.findings import WRONG, Finding
from qms.upgrade.kept_files import kept_files


class TextIndexBusy(Refused):
    """Another process is writing the text index; wait until it has ended or stop the worker."""


KEEP_LOADED = 50
"""So many documents are examined before loaded objects are forgotten."""


def add_doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how far to look and what to mend."""
    parser.add_argument("--repair", action="store_true", help="make derived data anew")
    parser.add_argument("--signatures", action="store_true", help="verify every signature too")
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def add_reindex_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisations, all of them by default."""
    parser.add_argument("organisation", nargs="*", help="only these organisations")
    parser.add_argument(
        "--text", action="store_true", help="make this node's text index anew instead"
    )


def add_upgrade_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whether to store."""
    parser.add_argument("--dry-run", action="store_true", help="run the steps, store nothing")


def run_upgrade(place: Place, arguments: argparse.Namespace) -> int:
    """Run the pending migrations; one that fails leaves those before it done."""
    if not place.exists():
        raise NoDatabase(place=place.settings.data_dir)

    def opened() -> tuple[Any, Any]:
        manager = transaction.TransactionManager(explicit=True)
        return manager, place.database.open(manager)

    count = 0
    for step in engine.upgrade(opened, dry_run=arguments.dry_run):
        count += 1
        sys.stdout.write(f"{step.name}: {step.sentence}\n")
        sys.stdout.flush()
    if not count:
        sys.stdout.write("Nothing is pending.\n")
    elif arguments.dry_run:
        sys.stdout.write("Dry run: nothing was stored.\n")
    return 0


def run_reindex(place: Place, arguments: argparse.Namespace) -> int:
    """Make the master lists anew, one organisation a transaction."""
    if not place.exists():
        raise NoDatabase(place=place.settings.data_dir)
    if arguments.text:
        return _reindex_text(place)
    with place.writing() as work:
        wanted = [
            one
            for one in work.site.values()
            if "documents" in one
            and (not arguments.organisation or one.id in arguments.organisation)
        ]
        for organisation in progress(wanted, "reindex", label=lambda one: one.id):
            number = reindex(organisation)
            reindex_readings(organisation)
            work.commit()
            sys.stdout.write(f"{organisation.id}: {number} documents\n")
    return 0


def _reindex_text(place: Place) -> int:
    """Build this node's text index beside the one that people search, then put it in its place."""
    place.start()
    turn = follow(place.registry, place.database, anew=True)
    with _bar("text", 0) as bar:
        while turn is not None and turn.building:
            bar.total = turn.left + turn.indexed + bar.n
            bar.update(turn.indexed)
            turn = follow(place.registry, place.database)
    if turn is None:
        raise TextIndexBusy
    number = place.registry.qms_replica.current().count()
    sys.stdout.write(f"text index: {number} versions\n")
    return 0


def run_doctor(place: Place, arguments: argparse.Namespace) -> int:
    """Examine everything and print what was found."""
    if not place.exists():
        raise NoDatabase(place=place.settings.data_dir)
    findings = []
    for finding in examine(place, repair=arguments.repair, signatures=arguments.signatures):
        findings.append(finding)
        if not arguments.json:
            tqdm.write(str(finding), file=sys.stdout)
    if arguments.json:
        json.dump([one.to_dict() for one in findings], sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    elif not findings:
        sys.stdout.write("All is well.\n")
    return 1 if any(one.level == WRONG for one in findings) else 0


def examine(place: Place, *, repair: bool = False, signatures: bool = False) -> Iterator[Finding]:
    """Give everything that an examination of the installation finds."""
    uri = place.values["zodbconn.uri"]
    secret = list(premises.check_secret(place.settings, repair=repair))
    yield from secret
    if repair and not any(one.level == WRONG for one in secret):
        # Without its secret the application does not start, and must not make a new one.
        yield from _repair(place)
    yield from premises.check_disk(place.settings)
    if is_embedded(uri):
        yield from premises.check_folder(folder_of(uri))
    with _without_copies(place) as (truth, copies):
        yield from premises.check_sync(truth.database)
        yield from _examine_records(truth)
        with truth.reading() as site:
            yield from premises.check_migrations(site)
            yield from _examine_files(truth, site, copies, repair=repair)
            yield from _examine_site(site, signatures=signatures)


@contextlib.contextmanager
def _without_copies(place: Place) -> Iterator[tuple[Place, Path | None]]:
    """Open the place with an empty folder of file copies, so that files come from the database."""
    uri = place.values["zodbconn.uri"]
    if not is_embedded(uri):
        yield place, None
        return
    copies = folder_of(uri) / CACHE
    with tempfile.TemporaryDirectory(prefix=".doctor-", dir=place.settings.data_dir) as room:
        # Not yet known to any server: an option given twice counts as given last.
        truth = Place({**place.values, "zodbconn.uri": f"{uri}&blob_dir={room}/blobs"})
        try:
            yield truth, copies
        finally:
            truth.close()


def _examine_records(place: Place) -> Iterator[Finding]:
    if not hasattr(place.database.storage, "record_iternext"):
        return
    with _bar("objects", len(place.database.storage)) as bar:
        yield from premises.check_references(premises.records(place.database), bar.update)


def _named_files(site: Any) -> dict[bytes, tuple[str, str]]:
    """Say of each stored file what keeps it, and what it is there; ``file`` for any beside."""
    named: dict[bytes, tuple[str, str]] = {}
    for document in _documents(site):
        # What is missing here, the examination of the document names.
        with contextlib.suppress(POSKeyError):
            for version in document.versions:
                for what, file in health.files_of(version):
                    named[file._p_oid] = (health.where_is(document, version), what)
    for organisation in _organisations(site):
        for where, kept in kept_files(organisation, site._p_jar.cacheGC):
            if kept is not None:
                named[kept._p_oid] = (where, "file")
    return named


def _examine_files(
    place: Place, site: Any, copies: Path | None, *, repair: bool
) -> Iterator[Finding]:
    """Check stored files wherever they hang; each is named by its version, or by what keeps it."""
    if not hasattr(place.database.storage, "record_iternext"):
        return
    named = _named_files(site)
    ids = [p64(one) for one in premises.stored_file_ids(premises.records(place.database))]
    connection = site._p_jar
    for oid in progress(ids, "files"):
        file = connection.get(oid)
        where, what = named.get(oid, (file.filename, "file"))
        if what == "file":
            yield from health.check_file(where, f"file «{file.filename}»", file)
        if copies is None or file.disposed is not None:
            continue
        # A file that is missing itself was named already.
        with contextlib.suppress(POSKeyError):
            path = copies / premises.blob_path(place.database, file.blob)
            yield from premises.check_copy(path, file.sha256, repair=repair)


def _examine_site(site: Any, *, signatures: bool) -> Iterator[Finding]:
    at = clock.now()
    yield from check_worker(site, at=at)
    yield from health.check_tokens(site)
    for organisation in _organisations(site):
        for findings in (
            health.check_codes(organisation),
            health.check_catalogue(organisation, repair=False),
            health.check_past(organisation, repair=False, at=at),
            health.check_norms(organisation, repair=False),
            health.check_indicators(organisation, repair=False, at=at),
            health.check_trail(organisation),
            health.check_certificates(organisation, at=at),
        ):
            yield from health.guarded(organisation.id, findings)
    for number, document in enumerate(progress(_documents(site), "documents", label=_code), 1):
        where = health.where_is(document)
        yield from health.guarded(where, health.check_document(document))
        if signatures:
            yield from health.guarded(where, health.check_signatures(document, at=at))
        if not number % KEEP_LOADED:
            site._p_jar.cacheMinimize()


def _repair(place: Place) -> Iterator[Finding]:
    """Make derived data anew, in one transaction, before anything is examined."""
    with place.writing() as work:
        for organisation in _organisations(work.site):
            yield from health.check_catalogue(organisation, repair=True)
            yield from health.check_past(organisation, repair=True, at=clock.now())
            yield from health.check_norms(organisation, repair=True)
            yield from health.check_indicators(organisation, repair=True, at=clock.now())
            for document in organisation["documents"].values():
                yield from health.repair_tokens(document)


def _organisations(site: Any) -> list[Any]:
    return [one for one in site.values() if "documents" in one]


def _documents(site: Any) -> list[Document]:
    return [
        one for organisation in _organisations(site) for one in organisation["documents"].values()
    ]


def _code(document: Document) -> str:
    return document.code


def _bar(what: str, total: int) -> tqdm:
    return tqdm(desc=what, total=total, leave=False, disable=not sys.stderr.isatty())
