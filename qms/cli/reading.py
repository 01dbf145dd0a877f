"""Reading from the terminal: ``qms organisations`` and ``qms list``.

With ``--json`` both print one JSON array. Each element of ``qms list ORG --json`` has: code, title,
type, process, version (label), order, state, approved_on, in_force_from, review_by, responsible,
signed, migrated, pending.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from qms.cli.place import Place, organisation_in
from qms.documents.listing import ORDERS, Wanted, as_json, master_list


def add_organisations_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the output form."""
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisation, filters and the output form."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.add_argument("--type", action="append", default=[], help="only this document type id")
    parser.add_argument("--process", action="append", default=[], help="only this process id")
    parser.add_argument("--state", action="append", default=[], help="only this state")
    parser.add_argument("--sort", choices=ORDERS, default="code", help="column to sort by")


def run_organisations(place: Place, arguments: argparse.Namespace) -> int:
    """Print the organisations with their country and number of documents."""
    with place.reading() as site:
        found = [
            {
                "id": one.id,
                "name": one.title,
                "country": one.profile["organisation"]["country"],
                "documents": len(one["documents"]) if "documents" in one else 0,
                "persons": sum(1 for _ in one["people"].persons()),
            }
            for one in site.values()
        ]
    if arguments.json:
        _print_json(found)
        return 0
    for one in found:
        sys.stdout.write(
            f"{one['id']:<14} {one['name']:<28} {one['country']}  {one['documents']} documents\n"
        )
    return 0


def run_list(place: Place, arguments: argparse.Namespace) -> int:
    """Print the master list as quality staff see it."""
    wanted = Wanted(
        types=tuple(arguments.type),
        processes=tuple(arguments.process),
        states=tuple(arguments.state),
        order=arguments.sort,
        limit=None,
    )
    with place.reading() as site:
        organisation = organisation_in(site, arguments.organisation)
        rows = master_list(organisation, wanted, person=None).rows
    if arguments.json:
        _print_json([as_json(row) for row in rows])
        return 0
    for row in rows:
        signed = "signed" if row.signed else ("migrated" if row.migrated else "")
        sys.stdout.write(
            f"{row.code:<18} {row.version or '-':<8} {row.state:<10} {row.in_force_from or '-':<11}"
            f" {signed:<9} {row.title}\n"
        )
    return 0


def _print_json(data: Any) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
