"""The normogram at the terminal: ``qms norms load ORG FILE`` and ``qms norms list ORG``.

A file is YAML with ``norms:`` (each with ``cite`` or kind, number and year, and what the register
says of it) and perhaps ``kinds:``; docs/guia/20-normograma.md shows one. Nothing is written when
anything in it is wrong; norms that the register has already stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from qms.cli.place import Place, organisation_in
from qms.kernel import clock
from qms.norms.listing import all_rows
from qms.norms.loading import load_norms, read_file
from qms.people.moments import local_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, with which organisation and file."""
    parser.add_argument("what", choices=("load", "list"), help="take norms over, or print them")
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("file", nargs="?", type=Path, help="YAML file of norms to load")
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Load or list."""
    if arguments.what == "list":
        return _list(place, arguments)
    if arguments.file is None or not arguments.file.is_file():
        sys.stderr.write("qms: name the file to load\n")
        return 2
    data = read_file(arguments.file)
    with place.writing() as work:
        organisation = organisation_in(work.site, arguments.organisation)
        made = load_norms(organisation, data, act=work.act("system"))
        names = [norm.name for norm in made]
    for name in names:
        sys.stdout.write(f"{name}\n")
    sys.stdout.write(f"{len(names)} of {len(data['norms'])} norms were new\n")
    return 0


def _list(place: Place, arguments: argparse.Namespace) -> int:
    with place.reading() as site:
        organisation = organisation_in(site, arguments.organisation)
        today = local_day(organisation, clock.now())
        found = [
            {
                "name": row.name,
                "title": row.title,
                "issuer": row.issuer,
                "check_by": row.check_by,
                "state": row.state_on(today),
            }
            for row in all_rows(organisation)
        ]
    if arguments.json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    for one in found:
        sys.stdout.write(f"{one['name']:<28} {one['state']:<15} {one['title']}\n")
    return 0
