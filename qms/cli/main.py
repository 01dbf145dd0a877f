"""The ``qms`` command line: one place in front, then a subcommand."""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import dataclass

from qms.kernel.errors import Refused

DESCRIPTION = """\
Controlled documents, complaints and indicators of your organisations.

Choose the database in front of the subcommand: --data DIR for the embedded one (default: var),
--config INI for the one that a configuration file names. Commands that write can run while the
server runs.
"""


@dataclass(frozen=True)
class Command:
    """One subcommand: where its code is and what it is for."""

    name: str
    module: str
    help: str
    run: str = "run"
    add_arguments: str = "add_arguments"


COMMANDS = (
    Command("serve", "serve", "start the web server and the worker"),
    Command("worker", "worker", "do what is due: releases, mails, time stamps"),
    Command("demo", "demo", "make the five demonstration organisations"),
    Command(
        "organisations",
        "reading",
        "list the organisations",
        "run_organisations",
        "add_organisations_arguments",
    ),
    Command(
        "list", "reading", "print an organisation's master list", "run_list", "add_list_arguments"
    ),
    Command("new", "new", "make an empty organisation, to be set up on screen"),
    Command(
        "load", "load", "load organisation profiles and documents", "run_load", "add_load_arguments"
    ),
    Command("import-list", "listing", "take documents over from a master list (XLSX, CSV)"),
    Command(
        "export",
        "transfer",
        "write an organisation's profile as YAML, or all of it as a ZIP",
        "run_export",
        "add_export_arguments",
    ),
    Command(
        "import-organisation",
        "transfer",
        "make an organisation of an exported ZIP",
        "run_import_organisation",
        "add_import_organisation_arguments",
    ),
    Command("pdf", "pdf", "write a document's PDF to a file", "run_pdf", "add_pdf_arguments"),
    Command(
        "verify", "pdf", "check every signature of a PDF", "run_verify", "add_verify_arguments"
    ),
    Command("evidence", "evidence", "write signed files, acts and trail as a pack to verify"),
    Command("intake", "intake", "take cases in by e-mail: from a pipe, or out of mailboxes"),
    Command("import-customers", "customers", "load a list of customers to be called (XLSX, CSV)"),
    Command("norms", "norms", "take norms of external origin over from a file, or list them"),
    Command("lint", "lint", "check what documents say, inside one and between them"),
    Command(
        "reindex", "upkeep", "make the catalogues anew", "run_reindex", "add_reindex_arguments"
    ),
    Command(
        "doctor",
        "upkeep",
        "check files, trail, catalogue and rules",
        "run_doctor",
        "add_doctor_arguments",
    ),
    Command(
        "upgrade",
        "upkeep",
        "run the pending data migrations",
        "run_upgrade",
        "add_upgrade_arguments",
    ),
    Command(
        "backup",
        "backup",
        "write a verified backup to one file",
        "run_backup",
        "add_backup_arguments",
    ),
    Command(
        "restore",
        "backup",
        "make a data folder from a backup",
        "run_restore",
        "add_restore_arguments",
    ),
    Command("user", "user", "add, invite, deactivate people; send password links"),
)


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and give its exit status: 0 done, 1 refused or not in order, 2 usage."""
    argv = sys.argv[1:] if argv is None else argv
    parser = _parser(argv)
    arguments = parser.parse_args(argv)
    # Imported late: a help text or a wrong word must not wait for the whole application.
    place_module = importlib.import_module("qms.cli.place")
    place = place_module.Place.from_arguments(arguments)
    command = next(one for one in COMMANDS if one.name == arguments.command)
    module = importlib.import_module(f"qms.cli.{command.module}")
    try:
        return getattr(module, command.run)(place, arguments)
    except Refused as refused:
        sys.stderr.write(f"qms: {refused}\n")
        return 1
    except BrokenPipeError:
        return 1
    finally:
        place.close()


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qms", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--data", metavar="DIR", help="folder of an embedded database")
    where.add_argument("--config", metavar="INI", help="configuration file of the server")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        if command.name in argv:
            module = importlib.import_module(f"qms.cli.{command.module}")
            sub.description = sys.modules[module.__name__].__doc__
            sub.formatter_class = argparse.RawDescriptionHelpFormatter
            getattr(module, command.add_arguments)(sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
