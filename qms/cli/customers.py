"""Load a list of customers to be called: ``qms import-customers ORG CAMPAIGN FILE``, for cron.

CAMPAIGN is its number, or the name of a survey for its newest open campaign. The same file twice
adds nothing. What was refused is printed row by row, in the language of the organisation; the
status is 0 when the list was read, whether anybody was new or not, and 1 when it was not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ZODB.POSException import ConflictError

from qms.cli.place import Place, organisation_in
from qms.content.models import BlobFile
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.surveys.fed import report
from qms.surveys.services import feeding
from qms.surveys.services.campaigns import surveys_of
from qms.surveys.views.feeding import LARGEST, read_list
from qms.web.i18n import localizer_of

ATTEMPTS = 5
"""Callers work at the same time; who meets one of them tries again."""
SYSTEM = "qms import-customers"


class TooMuch(Refused):
    """The list is larger than ${most} MB."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisation, where the customers go, and the file."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("campaign", help="number of the campaign, or name of the survey")
    parser.add_argument("file", type=Path, help="XLSX or CSV file")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Load the list and print what became of it."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"qms: {arguments.file}: {error.strerror}\n")
        return 1
    if len(data) > LARGEST:
        raise TooMuch(most=LARGEST >> 20)
    found = read_list(data, arguments.file.name, lambda make: make())
    for attempt in range(ATTEMPTS):
        try:
            return _load(place, arguments, *found)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    return 1


def _load(
    place: Place, arguments: argparse.Namespace, file: BlobFile, rows: list[list[str]]
) -> int:
    with place.writing() as work:
        organisation = organisation_in(work.site, arguments.organisation)
        say = localizer_of(place.registry, profile_of(organisation).language[:2]).translate
        try:
            campaign = feeding.campaign_for(surveys_of(organisation), arguments.campaign)
            found = feeding.feed(campaign, file, rows, system=SYSTEM, act=work.act())
        except Refused as refusal:
            work.manager.abort()
            work.manager.begin()
            sys.stderr.write(f"qms: {say(_(refusal.msgid, dict(refusal.mapping)))}\n")
            return 1
        told = report(found, say)
        work.commit()
    lines = [f"{told['campaign']}: {told['message']}"]
    lines += [say(_("Row ${row}: ${why}", one)) for one in told["rows"]]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
