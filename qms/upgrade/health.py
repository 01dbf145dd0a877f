"""Examines one organisation: what each document says of itself must agree with all the rest.

Every check walks the data themselves (acts, files, chains) and compares what was derived from
them. Derived data can be repaired; an act, a signed file or a trail entry never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ZODB.POSException import POSKeyError

from qms.audit.services import broken_links
from qms.content.models import BlobFile, find_organisation, find_site
from qms.documents import workflow
from qms.documents.listing import catalogue_of, is_current, reindex
from qms.documents.models import Document, Version
from qms.indicators import health as indicators
from qms.kernel import codes
from qms.kernel.errors import Refused
from qms.norms import health as norms
from qms.past import health as past
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.signing.authority import load_certificate
from qms.signing.verify import verify_pdf
from qms.upgrade.findings import REPAIRED, WARNING, WRONG, Finding

AUTHORITY = "signing.authority"
NOTICE_DAYS = (60, 30, 7)
"""Days before its end at which a certificate is spoken of; the last is urgent."""


def _house(content: Any) -> Any:
    return find_organisation(content)


def where_is(document: Document, version: Version | None = None) -> str:
    """Name a document or a version for a finding."""
    label = "" if version is None else f" v{version.label}"
    return f"{_house(document).id}/{document.code}{label}"


def files_of(version: Version) -> Iterator[tuple[str, BlobFile]]:
    """Give every stored file of a version with what it is."""
    if version.frozen is not None:
        yield "frozen content", version.frozen
    if version.rendition is not None:
        yield "PDF", version.rendition
    for file in version.files.values():
        yield f"file «{file.filename}»", file


def guarded(where: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Pass findings on; where an examination itself breaks on damage, say so and go on."""
    try:
        yield from findings
    except POSKeyError:
        yield Finding("object-missing", where, "a part of it is not in the database")
    except Refused as refused:
        yield Finding("examination-stopped", where, str(refused))


def check_file(where: str, what: str, file: BlobFile) -> Iterator[Finding]:
    """Compare a stored file with the SHA-256 and size that it was stored with (faults 9, 10)."""
    if file.disposed is not None:
        if not file.is_intact():
            text = f"the {what} was eliminated by {file.disposed['record']}, but bytes are left"
            yield Finding("file-not-gone", where, text)
        return
    try:
        intact = file.is_intact()
    except (POSKeyError, OSError) as error:
        yield Finding("file-missing", where, f"the {what} cannot be read ({type(error).__name__})")
        return
    if not intact:
        with file.open() as stream:
            size = stream.seek(0, 2)
        problem = "is empty" if size == 0 and file.size else "is not what was stored"
        code = "file-emptied" if size == 0 and file.size else "file-altered"
        yield Finding(code, where, f"the {what} {problem} ({size} of {file.size} bytes)")


def check_document(document: Document) -> Iterator[Finding]:
    """Check files, states and check tokens of one document."""
    states: dict[int, str] = {}
    for version in document.versions:
        where = where_is(document, version)
        for what, file in files_of(version):
            yield from check_file(where, what, file)
        try:
            # Not version.state: that one may be remembered.
            states[version.order] = workflow.state_of(list(version.acts))
        except Refused as refused:
            yield Finding("acts-impossible", where, f"its acts contradict each other: {refused}")
            continue
        yield from _check_version(version, states[version.order], where)
    yield from _check_orders(document, states)


def _check_version(version: Version, state: str, where: str) -> Iterator[Finding]:
    signed = version.is_signed
    if state in {workflow.APPROVED, workflow.IN_FORCE} and not (signed or version.migrated):
        yield Finding("unsigned-in-force", where, f"is {state} without all its signatures")
    if signed and (version.rendition is None or version.frozen is None):
        yield Finding("rendition-missing", where, "was signed, but its file is not there")
    if find_site(version).checks.get(version.token) != token_place(version):
        yield Finding("token-lost", where, "the check page behind its printed QR does not find it")


def _check_orders(document: Document, states: dict[int, str]) -> Iterator[Finding]:
    where = where_is(document)
    in_force = [order for order, state in states.items() if state == workflow.IN_FORCE]
    if len(in_force) > 1:
        yield Finding("several-in-force", where, f"{len(in_force)} versions are in force at once")
    elif document.in_force_order != (in_force[0] if in_force else None):
        yield Finding("in-force-differs", where, "its acts name another version in force")
    pending = [order for order, state in states.items() if state in workflow.PENDING]
    if document.pending_order is not None and document.pending_order not in pending:
        yield Finding("pending-differs", where, "what it calls under way is not under way")
    if len(pending) > 1 or (pending and document.pending_order is None):
        yield Finding("pending-differs", where, f"{len(pending)} versions are under way")


def check_codes(organisation: Any) -> Iterator[Finding]:
    """Compare the index of codes with the documents: each code leads to its one document."""
    folder = organisation["documents"]
    by_uid: dict[str, set[str]] = {}
    for document in folder.values():
        known = {document.code, *document.former_codes}
        by_uid[document.uid] = {codes.normalise(one)[0] for one in known}
        for code in sorted(by_uid[document.uid]):
            if folder.codes.get(code) != document.uid:
                yield Finding("code-unindexed", where_is(document), f"{code} does not lead to it")
    for code, uid in folder.codes.items():
        if code not in by_uid.get(uid, ()):
            place = f"{organisation.id}/{code}"
            yield Finding("code-dangling", place, "no document has or had this code")


def check_catalogue(organisation: Any, *, repair: bool) -> Iterator[Finding]:
    """Compare the master list with the documents; it can be made anew from them."""
    documents = list(organisation["documents"].values())
    stale = [one for one in documents if not _is_listed(one)]
    total = len(catalogue_of(organisation))
    findings = [
        Finding("catalogue-stale", where_is(one), "the master list says something else")
        for one in stale
    ]
    if total != len(documents):
        text = f"the master list has {total} lines for {len(documents)} documents"
        findings.append(Finding("catalogue-count", organisation.id, text))
    if findings and repair:
        reindex(organisation)
    yield from (replace(one, level=REPAIRED if repair else WRONG) for one in findings)


def check_past(organisation: Any, *, repair: bool, at: datetime) -> Iterator[Finding]:
    """Compare the chronicle of past days with acts and trail; it can be made anew from them."""
    try:
        findings = [
            Finding("past-differs", f"{organisation.id}/{what}", sentence)
            for what, sentence in past.differences(organisation)
        ]
    except (ValueError, KeyError, TypeError):
        # Acts that cannot be read are named by their own examination; nothing here mends them.
        text = "acts or trail cannot be read, so the chronicle of past days was not compared"
        yield Finding("past-differs", organisation.id, text)
        return
    if findings and repair:
        past.mend(organisation, at)
    yield from (replace(one, level=REPAIRED if repair else WRONG) for one in findings)


def check_norms(organisation: Any, *, repair: bool) -> Iterator[Finding]:
    """Compare the lists of norms and citations with what they are made of."""
    findings = [
        Finding("norms-differ", f"{organisation.id}/{what}", sentence)
        for what, sentence in norms.differences(organisation)
    ]
    if findings and repair:
        norms.mend(organisation)
    yield from (replace(one, level=REPAIRED if repair else WRONG) for one in findings)


def check_indicators(organisation: Any, *, repair: bool, at: datetime) -> Iterator[Finding]:
    """Compare indicators with the documents in force, and their totals with what was captured."""
    findings = [
        Finding("indicators-differ", f"{organisation.id}/{what}", sentence)
        for what, sentence in indicators.differences(organisation)
    ]
    if findings and repair:
        indicators.mend(organisation, local_day(organisation, at))
    yield from (replace(one, level=REPAIRED if repair else WRONG) for one in findings)


def _is_listed(document: Document) -> bool:
    try:
        return is_current(document)
    except (Refused, POSKeyError):
        return True  # its own examination names the damage; no reindexing would mend it


def check_tokens(site: Any) -> Iterator[Finding]:
    """Check that every kept token leads to a version."""
    for token, (organisation_id, uid, order) in site.checks.items():
        try:
            version = site[organisation_id]["documents"][uid].versions.at(order)
        except KeyError:
            version = None
        if version is None or version.token != token:
            place = f"{organisation_id}/{uid}/{order}"
            yield Finding("token-dangling", place, "a check token leads to no version")


def token_place(version: Version) -> tuple[str, str, int]:
    """Give what the version's check token has to lead to."""
    document = version.document
    return (_house(document).id, document.uid, version.order)


def repair_tokens(document: Document) -> Iterator[Finding]:
    """Let every version's check token lead to it again."""
    checks = find_site(document).checks
    for version in document.versions:
        if checks.get(version.token) != token_place(version):
            checks[version.token] = token_place(version)
            where = where_is(document, version)
            yield Finding("token-lost", where, "its check token leads to it again", level=REPAIRED)


def check_signatures(document: Document, *, at: datetime) -> Iterator[Finding]:
    """Verify every signature of every signed file, in child processes with limits."""
    authority = _house(document).annexes.get(AUTHORITY)
    for version in document.versions:
        if not version.is_signed or version.rendition is None or version.disposed is not None:
            continue
        where = where_is(document, version)
        if authority is None:
            yield Finding("authority-missing", where, "no authority is there to verify it by")
            continue
        try:
            pdf = version.rendition.read()
        except (POSKeyError, OSError):
            continue  # already found as file-missing
        report = verify_pdf(pdf, [authority.certificate], crls=[authority.crl], at=at)
        if not report.ok:
            problems = [str(one) for one in report.problems]
            problems += [str(one) for signature in report.signatures for one in signature.problems]
            yield Finding("signature-bad", where, " ".join(problems) or "a signature fails")


def check_trail(organisation: Any) -> Iterator[Finding]:
    """Follow the hash chains of the organisation's trail (D4-58)."""
    trail = organisation.get("trail")
    if trail is not None:
        for broken in broken_links(trail):
            yield Finding("trail-broken", f"{organisation.id}/trail", broken)


def check_certificates(organisation: Any, *, at: datetime) -> Iterator[Finding]:
    """Speak of certificates 60, 30 and 7 days before they end (fault 20)."""
    for where, what, ends in _certificates(organisation):
        yield from _certificate_end(where, what, ends - at)


def _certificates(organisation: Any) -> Iterator[tuple[str, str, datetime]]:
    authority = organisation.annexes.get(AUTHORITY)
    if authority is None:
        return
    for what, data in (
        ("authority", authority.certificate),
        ("organisation's seal", authority.seal_certificate),
    ):
        yield organisation.id, what, load_certificate(data).not_valid_after_utc
    if authority.crl_until is not None:
        yield organisation.id, "revocation list", authority.crl_until
    for person in people_of(organisation).persons():
        if person.signing is not None:
            yield f"{organisation.id}/{person.id}", "signing certificate", person.signing.expires


def _certificate_end(where: str, what: str, left: timedelta) -> Iterable[Finding]:
    # The worker publishes a revocation list ten days before the old one ends.
    notice = NOTICE_DAYS if what != "revocation list" else (7,)
    if left <= timedelta(0):
        return [Finding("certificate-over", where, f"the {what} has ended")]
    reached = [days for days in notice if left <= timedelta(days=days)]
    if not reached:
        return []
    text = f"the {what} ends in {left.days} days ({min(reached)}-day notice)"
    return [Finding("certificate-ends", where, text, level=WARNING)]
