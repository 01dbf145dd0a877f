"""Evidence packs at the terminal: ``qms evidence ORG --code CODE --out FILE``.

What is asked for is one of --code (with --version for only one), --process, or --since and --until
(days, both included). An operator may take everything out; that they did is noted in the trail.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from pyramid.i18n import make_localizer
from pyramid.interfaces import ITranslationDirectories

from qms.cli.place import Place, Work, organisation_in
from qms.content.models import Organisation
from qms.documents.testimony import collectors_of
from qms.evidence import services
from qms.evidence.scopes import DOCUMENT, PERIOD, PROCESS, Scope
from qms.kernel.errors import NotFound, Refused
from qms.kernel.formats import parse_date
from qms.kernel.i18n import _
from qms.security.secrets import secret_at


class NothingAsked(Refused):
    """Give --code, --process, or --since and --until."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what the pack is about and where it goes."""
    parser.add_argument("organisation", help="id of the organisation")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--code", help="code of a document, typed as sloppily as you like")
    what.add_argument("--process", metavar="ID", help="id of a process")
    what.add_argument("--since", metavar="DAY", type=parse_date, help="first day of a period")
    parser.add_argument("--until", metavar="DAY", type=parse_date, help="its last day")
    parser.add_argument("--version", metavar="LABEL", help="only this version of the document")
    parser.add_argument("-o", "--out", type=Path, required=True, help="ZIP file to write")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Write the pack and say what it holds."""
    with place.writing() as work:
        organisation = organisation_in(work.site, arguments.organisation)
        scope = _scope(organisation, arguments)
        act = work.act(services.SYSTEM)
        order = services.Order(
            organisation.id,
            scope,
            services.SYSTEM,
            act.at,
            secret_at(place.settings.secret_file),
            bounded=False,
            collectors=collectors_of(place.registry),
        )
        made = work.outside(lambda: services.make(place.database, order, _teller(work)))
        with made.stream:
            # Told before it is given: what leaves without a word would be worse than a word alone.
            services.tell_taken(organisation, scope, made, act=act)
            work.commit()
            with arguments.out.open("wb") as target:
                shutil.copyfileobj(made.stream, target, 1 << 20)
    sys.stdout.write(
        f"{arguments.out}: {made.documents} documents, {made.versions} versions,"
        f" {made.size} bytes\nSHA-256 {made.sha256}\n"
    )
    return 0


def _teller(work: Work) -> services.Tell:
    folders = work.place.registry.queryUtility(ITranslationDirectories, default=[])
    translate = make_localizer("es", folders).translate
    return lambda text: str(translate(_(text)))


def _scope(organisation: Organisation, arguments: argparse.Namespace) -> Scope:
    if arguments.process is not None:
        if arguments.process not in organisation["processes"]:
            raise NotFound("There is no process «${id}» here.", id=arguments.process)
        return Scope(PROCESS, process_id=arguments.process)
    if arguments.code is None:
        if arguments.until is None:
            raise NothingAsked
        return Scope(PERIOD, since=arguments.since, until=arguments.until)
    documents = organisation["documents"]
    document = documents.get(arguments.code)
    found = [document] if document is not None else documents.find_loosely(arguments.code)
    if len(found) != 1:
        raise NotFound("There is no document «${code}» here.", code=arguments.code)
    order = None
    if arguments.version is not None:
        matching = [one for one in found[0].versions if one.label == arguments.version]
        if not matching:
            raise NotFound(
                "${code} has no version «${label}».",
                code=found[0].code,
                label=arguments.version,
            )
        order = matching[-1].order
    return Scope(DOCUMENT, code=found[0].code, order=order)
