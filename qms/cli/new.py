"""Make an empty organisation; everything else is then set up on screen, without any file.

It begins with what its country is used to (two positions, one process, two types of document, one
route) and one person, who administers it. That person's password link is printed, good once, for
seven days (--mail sends it instead).

  qms new lapalma --name "Acueducto La Palma" --admin-name "Rosa Lima" --admin rosa@lapalma.example
"""

from __future__ import annotations

import argparse
import sys

from qms.cli.place import Place
from qms.cli.user import give_link
from qms.people.models import people_of
from qms.profiles.errors import ProfileMistakes
from qms.security.secrets import secret_at
from qms.setup.starting import countries, start_organisation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what an organisation cannot begin without."""
    parser.add_argument("organisation", help="id, which is its address: small letters and dashes")
    parser.add_argument("--name", required=True, help="name, as it is to be shown and printed")
    parser.add_argument(
        "--country", default="co", type=str.lower, choices=[one.lower() for one in countries()]
    )
    parser.add_argument("--admin", required=True, metavar="EMAIL", help="who is to set it up")
    parser.add_argument("--admin-name", help="their full name (default: made from the address)")
    parser.add_argument("--mail", action="store_true", help="mail the link, do not print it")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Make it, in one transaction, and give the way in."""
    name = arguments.admin_name or _name_of(arguments.admin)
    try:
        with place.writing() as work:
            organisation = start_organisation(
                work.site,
                arguments.organisation,
                name=arguments.name,
                country=arguments.country,
                administrator=name,
                email=arguments.admin,
                secret=secret_at(place.settings.secret_file),
                act=work.act("system"),
            )
            (person,) = list(people_of(organisation).persons())
            said = give_link(work, person, mail=arguments.mail)
    except ProfileMistakes as mistakes:
        for mistake in mistakes.mistakes:
            sys.stderr.write(f"{mistake}\n")
        sys.stderr.write("Nothing was written.\n")
        return 1
    base = place.settings.base_url
    sys.stdout.write(f"{person.id}:\n{said}\n{base}/{arguments.organisation}/setup\n")
    return 0


def _name_of(email: str) -> str:
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ")
    return words.title() or email
