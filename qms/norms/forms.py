"""The forms of the normogram."""

from __future__ import annotations

from typing import Any

import colander
from colander import Range

from qms.documents.attachments import MEDIA_TYPES
from qms.kernel.i18n import _
from qms.norms.errors import BadLink
from qms.norms.services import MOST_MONTHS, safe_link
from qms.web import fields

MOST_CODES = 60


def _of(name: str) -> Any:
    return lambda bindings: list(bindings[name])


def _link(node: Any, value: str) -> None:
    try:
        safe_link(value)
    except BadLink as refusal:
        raise colander.Invalid(node, _(refusal.msgid)) from None


def link(title: Any) -> Any:
    """Make the field of a link to a site."""
    return fields.text(title, _link, longest=500, optional=True, attributes={"inputmode": "url"})


def _year(**options: Any) -> Any:
    return fields.integer(_("Year"), Range(min=1800, max=2200), missing=None, **options)


class DetailsSchema(fields.Schema):
    """What the register says of a norm beside its name."""

    title = fields.text(_("Title or subject"), longest=300, optional=True)
    issuer = fields.text(_("Issuer"), longest=200, optional=True)
    issued_on = fields.day(_("Issued on"), missing=None)
    in_force_from = fields.day(_("In force from"), missing=None)
    in_force_until = fields.day(
        _("In force until"), missing=None, help=_("Only for what ends on a known day.")
    )
    link = link(_("Where it is consulted"))
    months = fields.integer(
        _("Months between checks"),
        Range(min=1, max=MOST_MONTHS),
        missing=None,
        help=_("Leave it empty for a document that needs no checks."),
    )
    responsible_id = fields.choice(
        _("Who checks it"), _of("positions"), prompt=_("Quality staff"), missing=""
    )
    process_ids = fields.many(_("Processes affected"), _of("processes"), optional=True)
    position_ids = fields.many(_("Positions affected"), _of("positions"), optional=True, large=True)
    notes = fields.long_text(_("Notes"), rows=3, optional=True)


class NormSchema(fields.Schema):
    """How a norm is cited."""

    kind = fields.choice(_("Kind"), _of("kinds"))
    number = fields.text(
        _("Number"), longest=60, optional=True, help=_("Such as 962, 0870 or ISO 9001.")
    )
    year = _year()


class RegisterSchema(DetailsSchema, NormSchema):
    """A norm that is entered in the register."""

    checked_on = fields.day(
        _("Last checked on"),
        missing=None,
        help=_("Leave it empty if nobody has checked it: the check is then due at once."),
    )


class VerifySchema(fields.Schema):
    """A check."""

    note = fields.long_text(
        _("What you looked at, and where"),
        rows=3,
        help=_("For example: consulted on the site of the issuer; no changes since the last one."),
    )


class ChangedSchema(fields.Schema):
    """A change or a repeal by another norm."""

    what = fields.choice(
        _("What happened"),
        (("repealed", _("It was repealed")), ("amended", _("It was changed"))),
        radio=True,
    )
    by = fields.text(_("By which norm"), longest=200, help=_("Such as: Ley 1437 de 2011."))
    on = fields.day(_("From which day"))
    note = fields.long_text(_("Notes"), rows=2, optional=True)


class RestoreSchema(fields.Schema):
    """Taking back what was noted by mistake."""

    note = fields.long_text(_("Why it was a mistake"), rows=2)


class EditionSchema(fields.Schema):
    """An edition that is held."""

    label = fields.text(
        _("Edition"), longest=100, help=_("Such as: second edition, or text as of March 2026.")
    )
    on = fields.day(_("It stands since"))
    link = link(_("Where it is consulted"))
    file = fields.upload(
        _("Copy held"),
        extensions=tuple(MEDIA_TYPES),
        missing=None,
        help=_("Only where the licence of the norm allows a copy."),
    )
    note = fields.long_text(_("What changed"), rows=3, optional=True)


class RequirementSchema(fields.Schema):
    """An article, clause or other demand."""

    text = fields.long_text(_("What it demands"), rows=2, longest=2000)
    applies = fields.choice(
        _("Does it apply?"), (("yes", _("It applies")), ("no", _("It does not apply"))), radio=True
    )
    applicability = fields.long_text(
        _("Where or why"), rows=2, optional=True, help=_("What does not apply needs its reason.")
    )
    process_ids = fields.many(_("Processes that meet it"), _of("processes"), optional=True)
    codes = fields.rows(
        _("Documents that meet it"),
        fields.text(
            _("Code"),
            name="code",
            longest=64,
            optional=True,
            attributes={"list": "known-codes", "autocomplete": "off", "spellcheck": "false"},
        ),
        add=_("Add a document"),
        most=MOST_CODES,
        orderable=False,
        help=_("Documents in force that cite it are found by themselves."),
    )
    partial = fields.yes_no(_("These documents meet it only in part"))


class NewRequirementSchema(fields.Schema):
    """A requirement with its number."""

    number = fields.text(_("Article or clause"), longest=40)
    text = fields.long_text(_("What it demands"), rows=2, longest=2000)


class StandardSchema(fields.Schema):
    """An edition of a norm with a table of clauses."""

    table = fields.choice(_("Edition"), _of("tables"), radio=True)
