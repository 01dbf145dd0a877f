"""PDF files at the terminal: ``qms pdf`` writes one, ``qms verify`` checks the signatures of one.

``qms verify`` ends with status 0 only when the file has signatures and every one of them is intact,
trusted by an organisation of this database (or by --trust), and covers what it should.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from qms.cli.place import Place, organisation_in
from qms.documents.renditions import Copy, plan_copy
from qms.kernel import clock
from qms.kernel.errors import NotFound
from qms.signing.report import Report
from qms.signing.verify import verify_pdf


def add_pdf_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document, the version and the file."""
    parser.add_argument("organisation", help="id of the organisation")
    parser.add_argument("code", help="code of the document, typed as sloppily as you like")
    parser.add_argument("--version", metavar="LABEL", help="a version (default: the one in force)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="file to write")


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file and extra trust."""
    parser.add_argument("file", type=Path, help="the PDF file")
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.add_argument(
        "--trust", type=Path, action="append", default=[], help="a PEM certificate to trust too"
    )


def run_pdf(place: Place, arguments: argparse.Namespace) -> int:
    """Write the signed file itself, or a copy made from the content where nothing was signed."""
    with place.reading() as site:
        organisation = organisation_in(site, arguments.organisation)
        documents = organisation["documents"]
        document = documents.get(arguments.code)
        if document is None:
            found = documents.find_loosely(arguments.code)
            document = found[0] if len(found) == 1 else None
        if document is None:
            raise NotFound("There is no document «${code}» here.", code=arguments.code)
        version = document.in_force or document.latest
        if arguments.version is not None:
            matching = [one for one in document.versions if one.label == arguments.version]
            if not matching:
                raise NotFound(
                    "${code} has no version «${label}».",
                    code=document.code,
                    label=arguments.version,
                )
            version = matching[-1]
        copy: Copy = plan_copy(version, check_url=place.settings.check_url(version.token))
    arguments.output.write_bytes(copy.make())
    sys.stdout.write(f"{arguments.output}: {copy.title}\n")
    return 0


def run_verify(place: Place, arguments: argparse.Namespace) -> int:
    """Check a PDF against the authorities of this database."""
    trust = [path.read_bytes() for path in arguments.trust]
    crls: list[bytes] = []
    if place.exists():
        with place.reading() as site:
            for organisation in site.values():
                authority = organisation.annexes.get("signing.authority")
                if authority is not None:
                    trust.append(authority.certificate)
                    crls.append(authority.crl)
    report = verify_pdf(arguments.file.read_bytes(), trust, crls=crls, at=clock.now())
    if arguments.json:
        json.dump(report.to_dict(), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(told(report)) + "\n")
    return 0 if report.ok else 1


def told(report: Report) -> list[str]:
    """Say the findings in lines: one a signature, one a time stamp, then what speaks against it."""
    lines = []
    for one in report.signatures:
        verdict = "valid" if one.ok else "NOT VALID"
        when = one.signed_at.isoformat(timespec="seconds") if one.signed_at else "no time"
        who = f"{one.signer}, {one.position}" if one.position else one.signer
        lines.append(f"{verdict:<10} {one.field:<14} {who} ({one.level}) {when}: {one.meaning}")
    lines.extend(
        f"{'trusted' if stamp.trusted else 'UNTRUSTED':<10} time stamp     {stamp.at}"
        for stamp in report.stamps
    )
    lines.extend(f"problem    {sentence}" for sentence in report.sentences())
    lines.extend(f"empty      {field}: nobody has signed here yet" for field in report.empty_fields)
    lines.append("All signatures are valid." if report.ok else "Do not rely on this file.")
    return lines
