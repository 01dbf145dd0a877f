"""Checking what documents say: ``qms lint`` and ``qms lint ORG``.

Prints every open finding with document, place and what to do, in Spanish unless ``--language en``
is given; findings that were accepted with a reason are left out. With ``--json`` it prints one
array. The exit status is 1 where an error is open (with ``--strict``, where anything is).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyramid.i18n import make_localizer

import qms
from qms.cli.place import Place, organisation_in
from qms.documents.lint.board import Board, bring_up_to_date
from qms.documents.lint.findings import ERROR, SEVERITIES, Finding
from qms.documents.lint.models import waivers_of
from qms.kernel import clock
from qms.people.moments import local_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisation, filters and the output form."""
    parser.add_argument("organisation", nargs="?", help="id of the organisation (default: all)")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.add_argument("--rule", action="append", default=[], help="only this rule")
    parser.add_argument(
        "--severity", action="append", default=[], choices=SEVERITIES, help="only this weight"
    )
    parser.add_argument("--language", choices=("es", "en"), default="es")
    parser.add_argument("--strict", action="store_true", help="status 1 for any open finding")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Check the documents of one organisation, or of all."""
    translate = _translator(arguments.language)
    told: list[dict[str, Any]] = []
    with place.reading() as site:
        wanted = (
            [organisation_in(site, arguments.organisation)]
            if arguments.organisation
            else [one for one in site.values() if "documents" in one]
        )
        for organisation in wanted:
            told += [
                {"organisation": organisation.id, **finding.as_data(translate)}
                for finding in _open(organisation, arguments)
            ]
    if arguments.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _print(told)
    failing = told if arguments.strict else [one for one in told if one["severity"] == ERROR]
    return 1 if failing else 0


def _open(organisation: Any, arguments: argparse.Namespace) -> list[Finding]:
    today = local_day(organisation, clock.now())
    report = bring_up_to_date(Board(), organisation, today, outside=lambda make: make())
    return [
        one
        for one in report.findings
        if one.key not in waivers_of(organisation, one.uid)
        and (not arguments.rule or one.rule in arguments.rule)
        and (not arguments.severity or one.severity in arguments.severity)
    ]


def _print(told: list[dict[str, Any]]) -> None:
    heading = None
    for one in told:
        if heading != (one["organisation"], one["document"]):
            heading = (one["organisation"], one["document"])
            sys.stdout.write(f"\n{one['organisation']}  {one['document']}\n")
        place = f" [{one['place']}]" if one["place"] else ""
        sys.stdout.write(f"  {one['severity']:<8} {one['rule']}{place}: {one['message']}\n")
        sys.stdout.write(f"           -> {one['suggestion']}\n")
    sys.stdout.write(f"\n{len(told)} findings\n")


def _translator(language: str) -> Callable[[Any], str]:
    folders = [str(Path(qms.__file__).parent / "locale")]
    return make_localizer(language, folders).translate
