"""Submitting a draft: it is frozen, its PDF is made, and its signatures are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.content.models import BlobFile, organisation_of
from qms.documents import events
from qms.documents.assignment import holders
from qms.documents.errors import ContentChanged, Incomplete
from qms.documents.lint.services import check_submission
from qms.documents.models import Version
from qms.documents.pdf import render
from qms.documents.services.completeness import gaps_of
from qms.documents.services.freezing import assignee_text, freeze, route_slots
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.profiles.api import profile_of
from qms.signing.pades import FieldBox, add_signature_fields


@dataclass(frozen=True)
class Submission:
    """What a draft was at the moment of planning its submission."""

    frozen: dict[str, Any]
    frozen_bytes: bytes
    files: dict[str, bytes]
    accepted: list[dict[str, str]]
    """Findings of the content checks that were accepted with a reason."""


def plan_submission(version: Version, *, act: Act, check_url: str) -> Submission:
    """Freeze the draft as it is now; refuse an incomplete or contradictory one, saying why."""
    version.check_editable()
    blocking = [gap for gap in gaps_of(version) if gap.blocks]
    if blocking:
        raise Incomplete(n=len(blocking)).followed_by(*(gap.sentence for gap in blocking))
    accepted = check_submission(version, act)
    frozen = freeze(version, act=act, check_url=check_url)
    files = {file_id: file.read() for file_id, file in version.files.items()}
    return Submission(frozen, canonical_json(frozen), files, accepted)


def make_rendition(submission: Submission) -> bytes:
    """Make the PDF with one empty signature field per slot and one for the seal; takes a while."""
    rendition = render(submission.frozen, files=submission.files, mark=None)
    labels = {one["slot"]: one["label"] for one in submission.frozen["approvals"]}
    return add_signature_fields(
        rendition.pdf,
        [
            FieldBox(
                box.name, box.page, box.x0, box.y0, box.x1, box.y1, labels.get(box.name, "Sello")
            )
            for box in rendition.fields
        ],
    )


def submit(version: Version, submission: Submission, pdf: bytes, *, act: Act) -> None:
    """Freeze the draft for good and ask for its signatures."""
    version.insist_on_content()
    check_url = submission.frozen["check_url"]
    again = canonical_json(freeze(version, act=act, check_url=check_url))
    if again != submission.frozen_bytes:
        raise ContentChanged
    code = version.code or version.document.code
    version.code = code
    version.frozen = BlobFile(submission.frozen_bytes, f"{code}.json", "application/json")
    version.rendition = BlobFile(pdf, f"{code}.pdf", "application/pdf")
    profile = profile_of(organisation_of(version))
    version.take(
        {
            "kind": "submitted",
            "by": act.person_id,
            "at": act.at.isoformat(),
            "slots": [slot.to_data() for slot in route_slots(version, profile)],
            "frozen_sha256": version.frozen.sha256,
            "pdf_sha256": version.file.sha256,
            **({"accepted_findings": submission.accepted} if submission.accepted else {}),
        }
    )
    act.notify(
        events.VersionSubmitted(
            version,
            act,
            frozen_sha256=version.frozen.sha256,
            pdf_sha256=version.file.sha256,
        )
    )


@dataclass(frozen=True)
class PlannedSlot:
    """A signature that submitting would ask for, and of whom."""

    label: str
    meaning: str
    assignee: str
    names: tuple[str, ...]
    """The persons who could give it today."""
    term_days: int | None


def planned_slots(version: Version) -> list[PlannedSlot]:
    """Give the route as the author sees it before submitting."""
    profile = profile_of(organisation_of(version))
    return [
        PlannedSlot(
            slot.label,
            slot.meaning,
            assignee_text(version, slot.assignees),
            tuple(
                person.name for one in slot.assignees for person, _position in holders(version, one)
            ),
            slot.term_days,
        )
        for slot in route_slots(version, profile)
    ]
