"""``qms load`` and ``qms export``: organisations and documents from and to files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qms.cli.place import Place, Work, organisation_in
from qms.cli.progress import progress
from qms.content.models import Organisation
from qms.documents.folder import documents_of
from qms.documents.services.keys import found_authority
from qms.documents.services.migration import migrate_document
from qms.norms.loading import FILE as NORMS
from qms.norms.loading import load_norms
from qms.norms.loading import read_file as read_norms
from qms.profiles.errors import ProfileMistakes
from qms.profiles.exporter import export
from qms.profiles.loader import apply, load, load_documents
from qms.security.secrets import secret_at


def add_load_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the files or folders to load."""
    parser.add_argument(
        "path",
        nargs="+",
        type=Path,
        help="a profile file, or a folder with profile.yaml and documents/*.yaml",
    )


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisation and where to write."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("-o", "--output", type=Path, help="file to write (default: the terminal)")


def run_load(place: Place, arguments: argparse.Namespace) -> int:
    """Load organisations; with one mistake anywhere nothing is written."""
    try:
        with place.writing() as work:
            for path in arguments.path:
                organisation = load_folder(work, path)
                sys.stdout.write(f"{organisation.id}: {len(organisation['documents'])} documents\n")
    except ProfileMistakes as mistakes:
        for mistake in mistakes.mistakes:
            sys.stderr.write(f"{mistake}\n")
        sys.stderr.write("Nothing was written.\n")
        return 1
    return 0


def load_folder(work: Work, path: Path) -> Organisation:
    """Load a profile (a file, or a folder with its documents) as one piece of work."""
    profile_file = path / "profile.yaml" if path.is_dir() else path
    loaded = load([profile_file])
    files = sorted((path / "documents").glob("*.yaml")) if path.is_dir() else []
    documents = load_documents(files, loaded) if files else []
    norms = read_norms(path / NORMS) if path.is_dir() and (path / NORMS).is_file() else None
    act = work.act("system")
    organisation = apply(work.site, loaded, act)
    act = work.act("system")
    folder = documents_of(organisation)
    secret = secret_at(work.place.settings.secret_file)
    found_authority(organisation, secret=secret, act=act)
    for data in progress(documents, organisation.id, label=lambda one: one["document"]["code"]):
        if folder.get(data["document"]["code"]) is None:
            migrate_document(folder, data, act=act)
    if norms is not None:
        load_norms(organisation, norms, act=act)
    return organisation


def run_export(place: Place, arguments: argparse.Namespace) -> int:
    """Write the organisation's profile as YAML that loads to the same meaning."""
    with place.reading() as site:
        text = export(organisation_in(site, arguments.organisation))
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0
