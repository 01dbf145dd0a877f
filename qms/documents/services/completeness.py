"""What a draft still lacks before it can be sent to its signers."""

from __future__ import annotations

from dataclasses import dataclass

from qms.content.models import organisation_of
from qms.documents.assignment import holders
from qms.documents.models import Version
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.documents.services.freezing import assignee_text, route_slots
from qms.documents.workflow import is_said
from qms.kernel.i18n import _
from qms.profiles.api import profile_of


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or doubtful."""

    sentence: str
    """Says what to do; a translatable message."""
    section: str | None = None
    """The section to open, or None for the details of the version."""
    blocks: bool = True
    """Whether the draft cannot be submitted with it."""


def gaps_of(version: Version) -> list[Gap]:
    """List what keeps the draft from being submitted, then what is only worth a look."""
    found = [*_detail_gaps(version), *_content_gaps(version), *_route_gaps(version)]
    return sorted(found, key=lambda gap: not gap.blocks)


def _detail_gaps(version: Version) -> list[Gap]:
    found = []
    if not is_said(version.reason):
        found.append(Gap(_("Write the reason for this version.")))
    if not version.changes:
        found.append(Gap(_("List what changed: added, changed, removed."), blocks=False))
    if not version.distribution:
        found.append(Gap(_("Nobody is on the distribution list yet."), blocks=False))
    return found


def _content_gaps(version: Version) -> list[Gap]:
    organisation = organisation_of(version)
    type_ = profile_of(organisation).document_type(version.document.type_id)
    if type_.content == "file" and version.main_file is None:
        return [Gap(_("Attach the file that is the content of this version."))]
    scope = LiveScope(version)
    found = []
    for spec in type_.sections:
        kind = kind_of(spec.kind)
        data = version.data_of(spec.id)
        if data is None or not kind.lines(data, scope):
            if spec.required:
                found.append(Gap(_("Fill in «${title}».", {"title": spec.title}), section=spec.id))
            continue
        found.extend(
            Gap(sentence, section=spec.id, blocks=False) for sentence in kind.gaps(data, scope)
        )
    return found


def _route_gaps(version: Version) -> list[Gap]:
    found = []
    for slot in route_slots(version, profile_of(organisation_of(version))):
        if not any(holders(version, one) for one in slot.assignees):
            who = assignee_text(version, slot.assignees) or slot.label
            found.append(
                Gap(
                    _(
                        "Nobody can sign «${step}»: ${who} has no active holder.",
                        {"step": slot.label, "who": who},
                    )
                )
            )
    return found
