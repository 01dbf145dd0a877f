"""The forms of audits, programmes and management reviews."""

from __future__ import annotations

from typing import Any

from colander import Range

from qms.documents.attachments import MEDIA_TYPES
from qms.documents.views.statement import passphrase
from qms.improvement.forms import ActionSchema
from qms.improvement.words import VERDICT_NAMES
from qms.kernel.i18n import _
from qms.web import fields


def _given(name: str) -> Any:
    return lambda bound: list(bound[name])


class ProgrammeSchema(fields.Schema):
    """The programme of a year."""

    objective = fields.long_text(_("Objective"), rows=2, longest=4000)
    criteria = fields.long_text(
        _("Criteria"), rows=2, longest=4000, help=_("Norms, documents and laws to audit against.")
    )
    scope = fields.long_text(_("Scope"), rows=2, longest=4000)
    resources = fields.long_text(_("Resources and methods"), rows=2, longest=4000, optional=True)


class NewProgrammeSchema(ProgrammeSchema):
    """Beginning the programme of a year."""

    year = fields.integer(_("Year"), Range(2000, 2200), insert_before="objective")


class AuditSchema(fields.Schema):
    """Planning an audit."""

    title = fields.text(_("Name of the audit"), longest=200)
    processes = fields.many(_("Audited processes"), _given("processes"))
    objective = fields.long_text(_("Objective"), rows=2, longest=4000, optional=True)
    criteria = fields.long_text(_("Criteria"), rows=2, longest=4000)
    scope = fields.long_text(_("Scope"), rows=2, longest=4000, optional=True)
    first = fields.day(_("First day"))
    last = fields.day(_("Last day"))


class ChangeAuditSchema(AuditSchema):
    """Changing the plan."""

    reason = fields.long_text(_("Reason"), rows=2, longest=4000)


class TeamSchema(fields.Schema):
    """Naming the team."""

    lead = fields.choice(_("Lead auditor"), _given("auditors"))
    team = fields.many(_("Other auditors"), _given("auditors"), optional=True, large=True)


class QuestionSchema(fields.Schema):
    """A question of one's own."""

    text = fields.long_text(_("Question"), rows=2, longest=600)
    code = fields.text(
        _("Clause or code"), longest=80, optional=True, help=_("Such as «ISO 9001:2015 8.7».")
    )


class OpeningSchema(fields.Schema):
    """The opening meeting."""

    text = fields.long_text(
        _("Opening meeting"), rows=4, longest=8000, help=_("Who was there, and what was agreed.")
    )


class AnswerSchema(fields.Schema):
    """Answering a question."""

    verdict = fields.choice(_("Result"), tuple(VERDICT_NAMES.items()), radio=True)
    text = fields.long_text(
        _("What was seen"),
        rows=4,
        longest=4000,
        optional=True,
        help=_("A nonconformity and an observation need it."),
    )
    upload = fields.upload(_("Evidence"), optional=True, extensions=tuple(MEDIA_TYPES))


class ConclusionSchema(fields.Schema):
    """The closing meeting."""

    text = fields.long_text(
        _("Closing meeting and conclusion"),
        rows=6,
        longest=20_000,
        help=_("Strengths, what the audited said, and whether the criteria are met."),
    )


# Management reviews


class ReviewSchema(fields.Schema):
    """Calling a management review."""

    title = fields.text(_("Name of the review"), longest=200)
    first = fields.day(_("First day of the span"))
    last = fields.day(
        _("Cut date"), help=_("Everything is counted at the end of this day; approve it after.")
    )
    approvers = fields.many(_("Who approves it"), _given("positions"), large=True)


class ReviewNoteSchema(fields.Schema):
    """What persons say about an input."""

    text = fields.long_text(_("What is said about this input"), rows=6, longest=20_000)


class MinutesSchema(fields.Schema):
    """Who took part in a management review, and what was said."""

    attendees = fields.long_text(_("Who took part"), rows=3, longest=4000)
    text = fields.long_text(_("Minutes"), rows=12, longest=60_000)


class DecisionSchema(ActionSchema):
    """A decision as an action."""

    process = fields.choice(_("Process"), _given("processes"), optional=True)


class ApprovalSchema(fields.Schema):
    """Approving a management review."""

    seen = fields.hidden()
    passphrase = passphrase()
