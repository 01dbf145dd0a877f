"""The forms of findings and actions, one for each act."""

from __future__ import annotations

from typing import Any

from colander import Range

from qms.documents.attachments import MEDIA_TYPES
from qms.documents.views.statement import passphrase
from qms.improvement.words import ACTION_KINDS, DISPOSITION_NAMES, SOURCE_NAMES
from qms.kernel.i18n import _
from qms.web import fields

FILES = ("upload", "file")
"""The fields under which files count."""
_EVIDENCE = _("A file, or in the next field where the record is kept.")


def _given(name: str) -> Any:
    return lambda bound: list(bound[name])


def _file(title: Any, help_: Any = "") -> Any:
    return fields.upload(title, optional=True, extensions=tuple(MEDIA_TYPES), help=help_)


def _record() -> Any:
    return fields.text(
        _("Where the record is kept"),
        longest=300,
        optional=True,
        help=_("Code or number of the record, and where it is, if it is no file."),
    )


def _reason(**options: Any) -> Any:
    return fields.long_text(_("Reason"), rows=3, longest=4000, **options)


class ReportSchema(fields.Schema):
    """Reporting a finding."""

    text = fields.long_text(
        _("What did you find?"),
        rows=4,
        longest=8000,
        help=_("What happened or was seen, where, and by what one can tell."),
    )
    source = fields.choice(_("Where it comes from"), tuple(SOURCE_NAMES.items()))
    process = fields.choice(_("Process"), _given("processes"), optional=True)
    found_on = fields.day(_("Found on"), optional=True)
    clause = fields.text(
        _("Requirement that is not met"),
        longest=160,
        optional=True,
        help=_("Such as «ISO 9001:2015 8.7» or the code of a document."),
    )
    requirement = fields.long_text(
        _("What the requirement says"), rows=2, longest=4000, optional=True
    )
    upload = _file(_("Evidence"))
    file = _file(_("More evidence"))
    origin = fields.hidden()


class QuickSchema(fields.Schema):
    """Reporting a finding in one line."""

    text = fields.text(_("What did you find?"), longest=1000)
    process = fields.choice(_("Process"), _given("processes"), optional=True)


class ClassifySchema(fields.Schema):
    """Accepting and classifying."""

    kind = fields.choice(_("Kind"), _given("kinds"))
    severity = fields.choice(_("Severity"), _given("severities"), optional=True)
    process = fields.choice(_("Process"), _given("processes"), optional=True)
    responsible = fields.choice(_("Who answers for it"), _given("persons"))


class ReclassifySchema(ClassifySchema):
    """Classifying anew."""

    reason = _reason()


class ReasonSchema(fields.Schema):
    """A reason alone."""

    reason = _reason()


class MergeSchema(fields.Schema):
    """Merging into another finding."""

    into = fields.text(_("Number of the other finding"), longest=40)
    reason = _reason()


class ReassignSchema(fields.Schema):
    """Another person answers for it."""

    responsible = fields.choice(_("Who answers for it"), _given("persons"))
    reason = _reason()


class CorrectSchema(fields.Schema):
    """The immediate correction."""

    text = fields.long_text(_("What was done at once"), rows=3, longest=4000)
    who = fields.choice(_("Who did it"), _given("persons"), optional=True)
    when = fields.day(_("When"), optional=True)
    upload = _file(_("Evidence"), _EVIDENCE)
    record = _record()


class DisposeSchema(fields.Schema):
    """What is done with a nonconforming output."""

    disposition = fields.choice(
        _("What is done with it"), tuple(DISPOSITION_NAMES.items()), radio=True
    )
    text = fields.long_text(_("Details"), rows=3, longest=4000)
    authority = fields.text(
        _("Who authorises it"),
        longest=200,
        optional=True,
        help=_("A concession needs it: who, and by which document or message."),
    )


class ReverifySchema(fields.Schema):
    """Verifying an output again."""

    passed = fields.choice(
        _("Result"), (("yes", _("It conforms now")), ("no", _("It still does not"))), radio=True
    )
    text = fields.long_text(_("What was verified"), rows=3, longest=4000)
    upload = _file(_("Evidence"), _EVIDENCE)
    record = _record()


def analyse_schema(categories: tuple[str, ...]) -> Any:
    """Make the form of a cause analysis: five whys, a bone for each category, the root."""
    schema = fields.Schema()
    whys = fields.rows(
        _("Why?"),
        fields.text(_("Because"), longest=400, name="why"),
        name="whys",
        most=10,
        add=_("And why?"),
        help=_("Five are usual; stop where the cause is in your hands."),
    )
    schema.add(whys)
    bones = [
        fields.long_text(
            name,
            name=f"bone-{place}",
            rows=2,
            longest=2000,
            optional=True,
        )
        for place, name in enumerate(categories)
    ]
    schema.add(
        fields.group(
            _("Fishbone"), *bones, name="bones", description=_("One possible cause a line.")
        )
    )
    schema.add(fields.long_text(_("Root cause"), name="root", rows=3, longest=4000))
    schema.add(
        fields.choice(
            _("Are there similar cases, or could there be?"),
            (("no", _("No")), ("yes", _("Yes"))),
            radio=True,
            name="similar",
        )
    )
    schema.add(
        fields.long_text(
            _("Which ones, and what is done about them"),
            name="similar_text",
            rows=2,
            longest=4000,
            optional=True,
        )
    )
    return schema


class RisksSchema(fields.Schema):
    """Answering about the risks."""

    needed = fields.choice(
        _("Do the risks of the process have to be updated?"),
        (("no", _("No")), ("yes", _("Yes"))),
        radio=True,
    )
    text = fields.long_text(_("Why"), rows=3, longest=4000)


class RiskDocumentSchema(fields.Schema):
    """Naming the document in which the risks were updated."""

    code = fields.text(
        _("Code of the document"), longest=64, help=_("Its version in force is noted.")
    )


class CheckSchema(fields.Schema):
    """The check of effectiveness."""

    effective = fields.choice(
        _("Did it have its effect?"),
        (("yes", _("Yes: it did not come back")), ("no", _("No: a new round begins"))),
        radio=True,
    )
    text = fields.long_text(_("How it was checked, and what was seen"), rows=4, longest=4000)
    upload = _file(_("Evidence"), _EVIDENCE)
    record = _record()


class CloseSchema(fields.Schema):
    """What is concluded when a finding is closed."""

    text = fields.long_text(_("Conclusion"), rows=3, longest=4000)


class SignedCloseSchema(CloseSchema):
    """Closing as a signed statement."""

    passphrase = passphrase()


class NoteSchema(fields.Schema):
    """A note with maybe a file."""

    text = fields.long_text(_("Note"), rows=3, longest=4000)
    upload = _file(_("File"))


# Actions


class ActionSchema(fields.Schema):
    """Planning an action."""

    kind = fields.choice(_("Kind"), tuple(ACTION_KINDS.items()))
    title = fields.text(_("What is to be done"), longest=200)
    text = fields.long_text(_("How"), rows=3, longest=4000, optional=True)
    owner = fields.choice(_("Who does it"), _given("owners"))
    due = fields.day(_("Due"), help=_("A day that is no business day moves to the next one."))
    evidence = fields.text(
        _("What will prove it"),
        longest=300,
        optional=True,
        help=_("Such as the minutes, the record or the new version."),
    )


class LoneActionSchema(ActionSchema):
    """Planning an action that belongs to no finding."""

    process = fields.choice(_("Process"), _given("processes"), optional=True)
    origin = fields.hidden()


class ProgressSchema(fields.Schema):
    """Noting progress."""

    text = fields.long_text(_("What was done so far"), rows=3, longest=4000)
    percent = fields.integer(_("How much of it, in per cent"), Range(0, 100), optional=True)
    upload = _file(_("File"))


class OwnerSchema(fields.Schema):
    """Giving an action to somebody else."""

    owner = fields.choice(_("Who does it"), _given("owners"))
    reason = _reason()


class ExtendSchema(fields.Schema):
    """Moving its day."""

    due = fields.day(_("New day"))
    reason = _reason()


class DoneSchema(fields.Schema):
    """Saying that it is done."""

    text = fields.long_text(_("What was done"), rows=3, longest=4000)
    upload = _file(_("Evidence"), _EVIDENCE)
    file = _file(_("More evidence"))
    record = _record()


class VerifySchema(fields.Schema):
    """Verifying it, or returning it."""

    verdict = fields.choice(
        _("Result"),
        (("verify", _("It was done as planned")), ("return", _("It is returned"))),
        radio=True,
    )
    text = fields.long_text(_("What was verified, or what is missing"), rows=3, longest=4000)
