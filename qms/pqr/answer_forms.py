"""The forms of answers: writing, notifying with proof, and what customers say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qms.kernel.i18n import _
from qms.pqr.forms import LONGEST, WHY, file_field
from qms.pqr.words import HOW_NAMES
from qms.web import fields


def _offered(name: str) -> Callable[[Any], list[tuple[str, str]]]:
    return lambda bindings: list(bindings[name])


class NoSchema(fields.Schema):
    """Nothing to fill in but what the view adds."""


class AnswerSchema(fields.Schema):
    """The letter that answers."""

    text = fields.long_text(_("Text"), rows=16, longest=LONGEST)


class NotifySchema(fields.Schema):
    """How the answer reached the customer."""

    how = fields.choice(_("How"), tuple(HOW_NAMES.items()), radio=True)
    proof = fields.text(
        _("Proof"),
        longest=300,
        optional=True,
        help=_("Guide, call, name and date of who received it; not needed for our own mail."),
    )
    file1 = file_field(1)
    notice = fields.long_text(
        _("Text of the notice"),
        rows=6,
        longest=LONGEST,
        optional=True,
        help=_("Only for a notice on the web: the answer without any personal data."),
    )


class UpholdSchema(fields.Schema):
    """Why the answer stays."""

    reason = fields.long_text(WHY, rows=4, longest=LONGEST)


class EscalateSchema(fields.Schema):
    """To whom a case is escalated."""

    queue = fields.choice(_("To whom"), _offered("targets"))
    reason = fields.long_text(WHY, rows=4, longest=LONGEST)


class AmountSchema(fields.Schema):
    """How much money a case is about."""

    amount = fields.text(_("Amount"), longest=30, attributes={"inputmode": "decimal"})


class KnownSchema(fields.Schema):
    """Number and code of a receipt, which travel with every form of a customer."""

    number = fields.hidden()
    code = fields.hidden()


class CustomerCompletes(KnownSchema):
    """What the customer brings, from their own page."""

    text = fields.long_text(_("Write here what we asked you for"), rows=5, longest=LONGEST)
    file1 = file_field(1)
    file2 = file_field(2)
    file3 = file_field(3)


class CustomerObjects(KnownSchema):
    """Why the customer does not agree."""

    text = fields.long_text(_("Why do you not agree?"), rows=5, longest=LONGEST)


class CustomerRates(KnownSchema):
    """What the customer says of the service."""

    token = fields.hidden()
    score = fields.choice(_("How did we serve you?"), _offered("scale"), radio=True)
    comment = fields.long_text(
        _("Would you like to tell us why?"), rows=3, longest=2000, optional=True
    )


class PersonSchema(fields.Schema):
    """Whom everything is looked up about; one of them is enough."""

    document = fields.text(_("Identity document"), longest=40, optional=True)
    email = fields.text(_("E-mail address"), longest=254, optional=True)
    phone = fields.text(_("Telephone"), longest=40, optional=True)
    name = fields.text(_("Whole name"), longest=160, optional=True)


class RectifySchema(fields.Schema):
    """A correction of one of the customer's data."""

    field = fields.choice(_("What is corrected"), _offered("data"))
    value = fields.text(_("New value"), longest=254, optional=True)
    reason = fields.long_text(
        WHY, rows=3, longest=LONGEST, help=_("Who asked for it, when, and with which proof.")
    )


class EndConsentSchema(fields.Schema):
    """The consent to optional uses is taken back."""

    reason = fields.long_text(
        WHY, rows=3, longest=LONGEST, help=_("Who asked for it, when, and with which proof.")
    )


class SuppressSchema(fields.Schema):
    """The signed decision to remove personal data for good."""

    reason = fields.long_text(
        WHY,
        rows=3,
        longest=LONGEST,
        help=_("Without the person's name or number: this sentence stays."),
    )
