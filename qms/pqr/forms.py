"""The forms of cases: one for what comes in, and a small one for each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import colander

from qms.documents.attachments import MEDIA_TYPES
from qms.kernel.i18n import _
from qms.pqr.words import GROUND_NAMES
from qms.pqr.workflow import AGAIN, GROUNDS
from qms.web import fields

FILES = ("file1", "file2", "file3")
"""Names of the inputs for files."""
LARGEST = 10 * fields.MEGABYTE
"""Bytes of one file of a customer."""
LONGEST = 8000
WHY = _("Why")


def _offered(name: str) -> Callable[[Any], list[tuple[str, str]]]:
    return lambda bindings: list(bindings[name])


def email(**options: Any) -> Any:
    """Make the field of the customer's address."""
    return fields.text(
        _("E-mail address"),
        longest=254,
        optional=True,
        attributes={"type": "email", "inputmode": "email", "autocomplete": "email"},
        **options,
    )


def file_field(number: int) -> Any:
    """Make one of the inputs for files; they are fixed, so that none of them needs a script."""
    return fields.upload(
        _("File ${n}", {"n": number}),
        extensions=tuple(MEDIA_TYPES),
        largest=LARGEST,
        missing=None,
    )


class QuickSchema(fields.Schema):
    """One line, by keyboard: who, what, by which channel."""

    name = fields.text(_("Who asks"), longest=160)
    text = fields.text(_("What they ask for"), longest=LONGEST)
    channel = fields.choice(_("Channel"), _offered("channels"))
    kind = fields.choice(_("Kind"), _offered("kinds"))


class CaseSchema(fields.Schema):
    """Everything that is known of a case when it comes."""

    kind = fields.choice(_("Kind"), _offered("kinds"))
    channel = fields.choice(_("Channel"), _offered("channels"))
    text = fields.long_text(_("What they ask for"), rows=5, longest=LONGEST)
    anonymous = fields.yes_no(_("Anonymous"))
    name = fields.text(_("Who asks"), longest=160, optional=True)
    document = fields.text(_("Identity document"), longest=40, optional=True)
    email = email()
    phone = fields.text(_("Telephone"), longest=40, optional=True)
    address = fields.text(_("Postal address"), longest=200, optional=True)
    proxy = fields.text(
        _("On behalf of"),
        longest=160,
        optional=True,
        help=_("Who asks speaks for this person; leave it empty otherwise."),
    )
    reason = fields.choice(_("Reason"), _offered("reasons"), missing="")
    product = fields.choice(_("Product or service"), _offered("products"), missing="")
    site = fields.choice(_("Site"), _offered("sites"), missing="")
    received = fields.text(
        _("Received at"),
        longest=16,
        optional=True,
        help=_("Only when it came before now (a letter, an outage): 22/11/2026 14:30."),
    )
    file1 = file_field(1)
    file2 = file_field(2)
    file3 = file_field(3)


class AssignSchema(fields.Schema):
    """Whose work it is."""

    owner = fields.choice(_("Person"), _offered("persons"), missing="")
    queue = fields.choice(_("Queue"), _offered("queues"), missing="")


class TextSchema(fields.Schema):
    """Words to the customer, or about the case."""

    text = fields.long_text(_("Text"), rows=6, longest=LONGEST)


class CompleteSchema(fields.Schema):
    """What the customer brought."""

    text = fields.long_text(_("What the customer brought"), rows=4, longest=LONGEST)
    file1 = file_field(1)
    file2 = file_field(2)
    file3 = file_field(3)


class ExtendSchema(fields.Schema):
    """More time, with its reason."""

    amount = fields.integer(_("How much more"), colander.Range(min=1))
    reason = fields.long_text(
        WHY, rows=4, longest=LONGEST, help=_("The customer reads it with the new day.")
    )


class SuspendSchema(fields.Schema):
    """The letter that interrupts the term."""

    reason = fields.long_text(
        WHY, rows=4, longest=LONGEST, help=_("The customer reads it in the letter.")
    )
    until = fields.day(
        _("Until"), optional=True, help=_("Empty where nobody knows; resume it then by hand.")
    )


class KindSchema(fields.Schema):
    """Another kind."""

    kind = fields.choice(_("Kind"), _offered("kinds"))
    reason = fields.long_text(WHY, rows=3, longest=LONGEST)


class RecalculateSchema(fields.Schema):
    """What changed: the calendar, or a norm."""

    seen = fields.hidden()

    reason = fields.text(
        _("What changed"), longest=300, help=_("A decree, a closure, a law; each case keeps it.")
    )


class TransferSchema(fields.Schema):
    """Somebody else is competent."""

    to = fields.text(_("Who is competent"), longest=200)
    address = fields.text(
        _("E-mail address of who is competent"),
        longest=254,
        optional=True,
        attributes={"type": "email", "inputmode": "email"},
        help=_("The case goes there with its files; without an address, send it another way."),
    )
    reason = fields.long_text(WHY, rows=4, longest=LONGEST)


class ReasonSchema(fields.Schema):
    """A reason, and nothing else."""

    reason = fields.long_text(WHY, rows=4, longest=LONGEST)


class CloseSchema(fields.Schema):
    """Effective closure."""

    ground = fields.choice(
        _("Ground"), tuple((one, GROUND_NAMES[one]) for one in GROUNDS), radio=True
    )
    note = fields.long_text(
        _("How do we know?"), rows=3, longest=LONGEST, help=_("What the customer said, and when.")
    )


class ReopenSchema(fields.Schema):
    """Once more."""

    ground = fields.choice(
        _("Ground"), tuple((one, GROUND_NAMES[one]) for one in AGAIN), radio=True
    )
    reason = fields.long_text(WHY, rows=3, longest=LONGEST)


class PublicSchema(fields.Schema):
    """What a customer writes, without an account."""

    kind = fields.choice(_("What is it?"), _offered("kinds"))
    text = fields.long_text(
        _("Tell us what happened, and what you ask for"), rows=7, longest=LONGEST
    )
    anonymous = fields.yes_no(
        _("I want to stay anonymous"),
        help=_("Then you follow the answer with the number and code that we give you."),
    )
    name = fields.text(
        _("Your name"),
        longest=160,
        optional=True,
        attributes={"autocomplete": "name"},
        help=_("Needed, unless you stay anonymous."),
    )
    document = fields.text(_("Your identity document"), longest=40, optional=True)
    email = email(help=_("The answer goes there."))
    phone = fields.text(
        _("Your telephone"), longest=40, optional=True, attributes={"autocomplete": "tel"}
    )
    proxy = fields.text(_("If you speak for somebody else: for whom?"), longest=160, optional=True)
    file1 = file_field(1)
    file2 = file_field(2)
    file3 = file_field(3)


class StatusSchema(fields.Schema):
    """Number and code of a receipt."""

    number = fields.text(_("Number of the case"), longest=80)
    code = fields.text(
        _("Secret code"), longest=40, attributes={"autocomplete": "off", "spellcheck": "false"}
    )
