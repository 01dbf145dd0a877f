"""Cases by e-mail: ``qms intake --pipe ORG`` and ``qms intake --poll``.

``--pipe ORG`` reads one message on standard input, for the pipe of a mail server. The exit status
is 0 when it was stored (as a case, with a case, or before a clerk), 75 when the mail server should
try again, and 67 where there is no such organisation.

``--poll`` looks once into every mailbox that the configuration file names (``qms.intake.ORG.host``
and the rest, see docs/operators.md); the worker does the same by itself.
"""

from __future__ import annotations

import argparse
import sys

from ZODB.POSException import POSError

from qms.cli.place import NoDatabase, Place
from qms.pqr.intake.errors import FarTooMany
from qms.pqr.intake.polling import piped, poll_all
from qms.pqr.intake.reading import LARGEST
from qms.upgrade.archive import HOLD

TRY_AGAIN, NO_USER = 75, 67
"""What mail servers understand (sysexits.h: EX_TEMPFAIL and EX_NOUSER)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where the mails come from."""
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--pipe", metavar="ORG", help="read one message on standard input")
    how.add_argument("--poll", action="store_true", help="look into the mailboxes once")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Take mails in."""
    return _poll(place) if arguments.poll else _pipe(place, arguments.pipe)


def _pipe(place: Place, organisation_id: str) -> int:
    data = sys.stdin.buffer.read(LARGEST + 1)
    try:
        with place.writing() as work:
            if organisation_id not in work.site:
                sys.stderr.write(f"qms: there is no organisation {organisation_id}\n")
                return NO_USER
            outcome = piped(work, organisation_id, data)
    except (FarTooMany, POSError, OSError, NoDatabase) as error:
        sys.stderr.write(f"qms: try again later: {type(error).__name__}\n")
        return TRY_AGAIN
    sys.stdout.write(f"{outcome.kind} {outcome.number or outcome.why}".strip() + "\n")
    return 0


def _poll(place: Place) -> int:
    if (place.settings.data_dir / HOLD).exists():
        sys.stderr.write("qms: this system was restored from a backup and is held (mail.hold)\n")
        return 1
    with place.writing() as work:
        done = poll_all(work)
    for polled in done:
        for outcome in polled.outcomes:
            sys.stdout.write(f"{outcome.kind} {outcome.number or outcome.why}".strip() + "\n")
        if polled.left:
            sys.stdout.write(f"left in the mailbox {polled.left}\n")
    return 0
