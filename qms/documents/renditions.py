"""Copies of a version as PDF: the signed file itself, or a marked copy derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qms.content.models import organisation_of
from qms.documents import workflow
from qms.documents.models import Version
from qms.documents.pdf import render
from qms.documents.services.freezing import freeze
from qms.documents.wording import show_date
from qms.kernel import clock
from qms.kernel.acts import Act
from qms.pdf.stamp import stamp
from qms.people.moments import local_day
from qms.profiles.api import profile_of

MARKS = {
    workflow.DRAFT: "draft",
    workflow.IN_REVIEW: None,
    workflow.APPROVED: None,
    workflow.IN_FORCE: None,
    workflow.OBSOLETE: "obsolete",
    workflow.ABORTED: "obsolete",
}
"""The mark that a version's state asks for on every copy."""


@dataclass(frozen=True)
class Copy:
    """A PDF still to be made, outside of any transaction."""

    make: Callable[[], bytes]
    filename: str
    title: str
    mark: str | None
    signed: bool


def plan_copy(
    version: Version, *, check_url: str, mark: str | None = "by-state", original: bool = False
) -> Copy:
    """Plan the copy that this version's state asks for; ``original`` gives the signed bytes.

    ``mark`` only adds one to what is in force: no copy hides that it is obsolete. The stored file
    is never touched: an obsolete copy is a new file with OBSOLETO on every page (C18, A12).
    """
    version.refuse_disposed()
    by_state = mark == "by-state" or version.state != workflow.IN_FORCE
    wanted = MARKS[version.state] if by_state else mark
    if original:
        wanted = None
    code = version.code or version.document.code
    filename = f"{code} v{version.label}.pdf"
    title = f"{code} {version.title}, {version.label}"
    if version.rendition is not None and version.state != workflow.DRAFT:
        data = version.rendition.read()
        words = mark_words(version, wanted)
        return Copy(
            make=(lambda: data) if wanted is None else (lambda: stamp(data, *words)),
            filename=filename,
            title=title,
            mark=wanted,
            signed=version.is_signed and wanted is None,
        )
    frozen = freeze(version, act=_nobody(), check_url=check_url)
    files = {file_id: file.read() for file_id, file in version.files.items()}
    if wanted == "uncontrolled":
        words = mark_words(version, wanted)
        make = lambda: stamp(render(frozen, files=files).pdf, *words)  # noqa: E731
    else:
        make = lambda: render(frozen, files=files, mark=wanted).pdf  # noqa: E731
    return Copy(
        make=make,
        filename=filename,
        title=title,
        mark=wanted,
        signed=False,
    )


def mark_words(version: Version, mark: str | None) -> tuple[str, str]:
    """Give the word across the page and the line below it, in the organisation's words."""
    profile = profile_of(organisation_of(version))
    if mark == "obsolete":
        current = version.document.in_force
        below = (
            f"{version.document.code}: {profile.label('version')} {current.label}"
            if (current is not None and current is not version)
            else version.document.code
        )
        return profile.label("obsolete"), below
    if mark == "uncontrolled":
        # The day on which it was in force: whoever finds it later asks again (ISO 9001 7.5.3.2 c).
        day = show_date(profile, local_day(version, clock.now()), "printed")
        return profile.label("uncontrolled"), f"{profile.label('valid_on')} {day}"
    return profile.label("draft"), version.document.code


def _nobody() -> Act:
    """An act that only carries the time: planning a copy changes nothing and tells nobody."""
    return Act("system", clock.now(), lambda _event: None)
