"""Findings of one version, and the decisions about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.content.models import organisation_of
from qms.documents.errors import ReasonNeeded
from qms.documents.lint import events
from qms.documents.lint.engine import check
from qms.documents.lint.findings import ERROR, Finding
from qms.documents.lint.models import Waiver, lint_room, waivers_of
from qms.documents.lint.reading import paper_of, world_of
from qms.documents.models import Document, Version
from qms.documents.workflow import is_said
from qms.kernel.acts import Act
from qms.kernel.errors import NotFound, Refused
from qms.people.moments import local_day

LONGEST_REASON = 2000


def filled(sentence: Any) -> str:
    """Give a sentence with its values filled in, untranslated."""
    interpolate = getattr(sentence, "interpolate", None)
    return str(interpolate() if interpolate is not None else sentence)


class Contradictory(Refused):
    """The text contradicts itself; correct it, or accept each finding with a reason."""


class NoFinding(NotFound):
    """This finding is not there any more; perhaps somebody corrected the text."""


@dataclass(frozen=True)
class Review:
    """What the checks say about one version."""

    findings: tuple[Finding, ...]
    """What is open, the heaviest first."""
    accepted: tuple[tuple[Finding, Waiver], ...]
    """What was found and is known and accepted."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the version from being submitted."""
        return tuple(one for one in self.findings if one.severity == ERROR)


def review(version: Version, today: date) -> Review:
    """Check one version as it is now, against its organisation as it is now."""
    organisation = organisation_of(version)
    found = check(paper_of(version), world_of(organisation, today)).findings
    return divided(found, waivers_of(organisation, version.document.uid))


def divided(found: tuple[Finding, ...], waivers: dict[str, Waiver]) -> Review:
    """Part the open findings from the accepted ones."""
    return Review(
        tuple(one for one in found if one.key not in waivers),
        tuple((one, waivers[one.key]) for one in found if one.key in waivers),
    )


def check_submission(version: Version, act: Act) -> list[dict[str, str]]:
    """Refuse a version with an open error; give what was accepted, for the record of the act."""
    today = local_day(organisation_of(version), act.at)
    found = review(version, today)
    if found.errors:
        raise Contradictory().followed_by(*(one.message for one in found.errors))
    return [
        {"rule": one.rule, "finding": one.key, "by": waiver.by, "reason": waiver.reason}
        for one, waiver in found.accepted
    ]


def accept(
    document: Document,
    finding: Finding,
    *,
    reason: str,
    act: Act,
    translate: Callable[[Any], str] = filled,
) -> None:
    """Keep that a finding is known and accepted, with its reason."""
    if not is_said(reason):
        raise ReasonNeeded
    message = str.__str__(translate(finding.message))
    waiver = Waiver(
        finding.rule,
        finding.severity,
        message,
        str.__str__(translate(finding.place)),
        act.person_id,
        act.at,
        reason.strip()[:LONGEST_REASON],
        finding.order,
    )
    lint_room(organisation_of(document)).accept(document.uid, finding.key, waiver)
    act.notify(
        events.FindingAccepted(
            document,
            act,
            rule=finding.rule,
            key=finding.key,
            message=message,
            reason=waiver.reason,
        )
    )


def reopen(document: Document, key: str, *, act: Act) -> None:
    """Let an accepted finding count again."""
    waiver = lint_room(organisation_of(document)).withdraw(document.uid, key)
    if waiver is None:
        raise NoFinding
    act.notify(
        events.FindingReopened(
            document, act, rule=waiver.rule, key=key, message=waiver.message, reason=waiver.reason
        )
    )


def finding_with(found: tuple[Finding, ...], key: str) -> Finding:
    """Give the finding with this key, or refuse."""
    for one in found:
        if one.key == key:
            return one
    raise NoFinding
