"""The forms of retention."""

from __future__ import annotations

from typing import Any

from colander import Range

from qms.documents.views.statement import passphrase
from qms.kernel.i18n import _
from qms.retention.words import COUNTED_FROM, DISPOSITIONS, WHATS
from qms.web import fields

MOST_YEARS = 100
REASON = _("Reason")


def _bound(name: str) -> Any:
    return lambda bindings: list(bindings[name])


def rule_fields(schema: Any) -> Any:
    """Add the fields of a rule to a schema."""
    years = Range(min=0, max=MOST_YEARS)
    schema.add(fields.day(_("It holds for records closed from"), name="valid_from"))
    schema.add(fields.integer(_("Years in the office's archive"), years, name="office_years"))
    schema.add(fields.integer(_("Years in the central archive"), years, name="central_years"))
    schema.add(
        fields.choice(
            _("Final disposition"), tuple(DISPOSITIONS.items()), radio=True, name="disposition"
        )
    )
    schema.add(
        fields.choice(
            _("The years run"), tuple(COUNTED_FROM.items()), radio=True, name="counted_from"
        )
    )
    schema.add(
        fields.yes_no(_("It also holds for records that were closed before"), name="earlier")
    )
    schema.add(
        fields.text(_("Source (norm or decision)"), longest=300, optional=True, name="source")
    )
    schema.add(fields.long_text(_("Notes"), rows=3, longest=2000, optional=True, name="notes"))
    schema.add(fields.yes_no(_("Still to be verified"), name="to_verify"))
    return schema


class SeriesSchema(fields.Schema):
    """What a series is, what belongs to it, and what the master list says of it."""

    name = fields.text(_("Name"))
    document_types = fields.many(_("Document types"), _bound("document_types"), optional=True)
    case_kinds = fields.many(_("Kinds of cases"), _bound("case_kinds"), optional=True)
    case_lanes = fields.many(_("Lanes of cases"), _bound("case_lanes"), optional=True)
    all_cases = fields.yes_no(_("All cases that no other series names"))
    surveys = fields.many(_("Customers of surveys"), _bound("surveys"), optional=True)
    processes = fields.many(
        _("Only of these processes"),
        _bound("processes"),
        optional=True,
        large=True,
        help=_("Choose none for all processes."),
    )
    medium = fields.text(_("Medium"), longest=120, optional=True)
    storage = fields.text(_("Storage"), longest=300, optional=True)
    protection = fields.text(_("Protection"), longest=300, optional=True)
    retrieval = fields.text(_("Retrieval"), longest=300, optional=True)


class ReasonSchema(fields.Schema):
    """Only a reason."""

    reason = fields.long_text(REASON, rows=3, longest=2000)


class HoldSchema(fields.Schema):
    """What is put under hold, and why."""

    title = fields.text(_("Matter"), help=_("Such as the name of a lawsuit or an audit."))
    scopes = fields.rows(
        _("What is held"),
        fields.group(
            "",
            fields.choice(_("What"), tuple(WHATS.items()), name="what"),
            fields.text(_("Which"), name="text"),
            row=True,
        ),
        least=1,
        most=50,
        orderable=False,
        add=_("Add another"),
    )
    reason = fields.long_text(REASON, rows=3, longest=2000)


class RecordHoldSchema(fields.Schema):
    """Why one record is put under hold."""

    title = fields.text(_("Matter"), help=_("Such as the name of a lawsuit or an audit."))
    reason = fields.long_text(REASON, rows=3, longest=2000)


class TransferSchema(fields.Schema):
    """Which records are listed."""

    series = fields.choice(_("Series"), _bound("series"), prompt=_("All that are due"), missing="")
    note = fields.long_text(_("Note"), rows=2, longest=2000, optional=True)


class ReceiveSchema(fields.Schema):
    """Where the records are from now on."""

    place = fields.text(_("Place in the archive"), longest=300)
    note = fields.long_text(_("Note"), rows=2, longest=2000, optional=True)


class ProposeSchema(fields.Schema):
    """Of which series the due records are listed, and why."""

    series = fields.choice(_("Series"), _bound("series"))
    reason = fields.long_text(REASON, rows=3, longest=2000)
    medium = fields.text(
        _("Medium of the reproduction"),
        longest=300,
        optional=True,
        help=_("For records of disposition M: on what they were reproduced, and where that is."),
    )


class ObjectSchema(fields.Schema):
    """What somebody objects to."""

    lines = fields.text(
        _("Lines of the list"),
        longest=500,
        optional=True,
        help=_("Numbers of the list, with commas; leave it empty for the whole."),
    )
    text = fields.long_text(_("What should stay, and why"), rows=4, longest=4000)


class AnswerSchema(fields.Schema):
    """What an objection is answered."""

    objection = fields.choice(_("Objection"), _bound("objections"), radio=True)
    verdict = fields.choice(
        _("Decision"),
        (
            ("upheld", _("It is right: its lines are taken out of the list")),
            ("dismissed", _("The list stays as it is")),
        ),
        radio=True,
    )
    text = fields.long_text(_("Answer"), rows=4, longest=4000)


class KeepSchema(fields.Schema):
    """Which lines are taken out."""

    lines = fields.text(
        _("Lines of the list"), longest=500, help=_("Numbers of the list, with commas.")
    )
    how = fields.choice(
        _("What becomes of them"),
        (
            ("for-ever", _("Selected: they are kept for ever")),
            ("later", _("Only taken out: they can be listed another time")),
        ),
        radio=True,
    )
    reason = fields.long_text(REASON, rows=3, longest=2000)


class ApproveSchema(fields.Schema):
    """The signature of an approval."""

    understood = fields.choice(
        _("What is eliminated does not come back"),
        (("yes", _("I have read the list and know it")),),
        radio=True,
    )
    passphrase = passphrase()
