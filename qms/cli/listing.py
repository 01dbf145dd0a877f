"""Look at a master list, and take it over: ``qms import-list ORG LIST [--files ZIP] [--write]``.

Without --write only the preview is printed, row by row. With it the list is taken over as shown,
and the import is found on screen under Importaciones, with its report.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qms.cli.place import Place, Work, organisation_in
from qms.imports.columns import FIELDS, plain_head
from qms.imports.findings import in_english
from qms.imports.models import ImportRun, imports_of
from qms.imports.services import carrying, runs
from qms.imports.situation import ADD, CREATE, SKIP
from qms.kernel.errors import Refused
from qms.sheets.tables import checked_table, read_tables


class BadColumn(Refused):
    """«${text}» is no column: write FIELD=LETTER, such as code=B; fields are ${known}."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the list, what belongs to it, and what to do with what is doubtful."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("list", type=Path, help="XLSX or CSV file")
    parser.add_argument("--files", type=Path, help="ZIP archive with the files of the rows")
    parser.add_argument("--sheet", default="", help="name of the sheet (default: the likeliest)")
    parser.add_argument("--header", type=int, help="row with the heads (default: guessed)")
    parser.add_argument(
        "--column", action="append", default=[], metavar="FIELD=LETTER", help="which column holds"
    )
    parser.add_argument(
        "--existing", choices=(SKIP, ADD), default=SKIP, help="codes that are here already"
    )
    parser.add_argument(
        "--create", action="store_true", help="create types, processes and positions not here"
    )
    parser.add_argument("--write", action="store_true", help="take the list over")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Print the preview; with --write, take the list over and print what was done."""
    data = arguments.list.read_bytes()
    source = checked_table(data, arguments.list.name)
    tables = read_tables(data, source.media_type)
    archive = files = None
    if arguments.files:
        archive, files = runs.checked_archive(arguments.files.read_bytes(), arguments.files.name)
    with place.writing() as work:
        organisation = organisation_in(work.site, arguments.organisation)
        made = runs.receive(
            organisation, source, tables, archive=archive, files=files, act=work.act()
        )
        _map(made, arguments)
        _choose(made, work, arguments)
        stopped = _print_preview(made, work)
        if not arguments.write:
            _undo(work)
            return 1 if stopped else 0
        carrying.start(made, act=work.act())
        work.commit()
        name = made.__name__ or ""
        made = imports_of(organisation)[name]
        carrying.carry_on(made, make_act=work.act, commit=work.commit, abort=lambda: _undo(work))
        counts = made.counts
    sys.stdout.write(
        f"{counts['taken']} versions taken over, {counts['left']} not, {counts['failed']} failed; "
        f"import {name} of {arguments.organisation}\n"
    )
    return 0 if not counts["failed"] else 1


def _undo(work: Work) -> None:
    work.manager.abort()
    work.manager.begin()


def _map(made: ImportRun, arguments: argparse.Namespace) -> None:
    if arguments.sheet or arguments.header:
        header = arguments.header - 1 if arguments.header else made.header
        runs.choose_table(made, sheet=arguments.sheet or made.sheet, header=header)
    mapping = dict(made.mapping)
    letters = {one.letter: one.index for one in runs.columns_now(made)}
    for text in arguments.column:
        field, _sign, letter = text.partition("=")
        if field not in FIELDS or letter.upper() not in letters:
            raise BadColumn(text=text, known=", ".join(FIELDS))
        mapping[field] = letters[letter.upper()]
    runs.choose_columns(made, mapping)


def _choose(made: ImportRun, work: Work, arguments: argparse.Namespace) -> None:
    organisation = organisation_in(work.site, arguments.organisation)
    found, situation = runs.examination_of(made, runs.today_of(organisation, work.act()))
    choices = situation.choices
    choices.existing = arguments.existing
    if arguments.create:
        for kind, words in runs.unknown_words(found, situation).items():
            for word in words:
                choices.words[kind].setdefault(plain_head(word), {"do": CREATE, "to": ""})
    runs.choose(made, choices)


def _print_preview(made: ImportRun, work: Work) -> int:
    """Print every row of which something is to be said, then the counts; gives the rows left."""
    organisation = organisation_in(work.site, made.__parent__.__parent__.id)  # type: ignore[union-attr]
    found, _situation = runs.examination_of(made, runs.today_of(organisation, work.act()))
    for line in found.lines:
        for one in line.findings:
            sys.stdout.write(f"{line.row}\t{line.code}\t{one.weight}\t{one.say(in_english)}\n")
    for orphan in found.orphans:
        sys.stdout.write(f"-\t{orphan.path}\tcare\t{orphan.why}\n")
    for path, why in made.refused:
        sys.stdout.write(f"-\t{path}\tstop\t{why}\n")
    counts = found.counts()
    sys.stdout.write(", ".join(f"{name} {number}" for name, number in counts.items()) + "\n")
    return counts["out"]
