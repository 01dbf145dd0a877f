"""The forms with which somebody asks, one for each kind of request."""

from __future__ import annotations

from typing import Any

from colander import Range

from qms.documents.views.statement import passphrase
from qms.kernel.i18n import _
from qms.web import fields

REASON = _("What has to change, and why")
MOST_COPIES = 99


def _types(bindings: Any) -> list[tuple[str, str]]:
    return list(bindings["types"])


def _processes(bindings: Any) -> list[tuple[str, str]]:
    return list(bindings["processes"])


class ModifySchema(fields.Schema):
    """A change of a document."""

    code = fields.text(_("Code of the document"), longest=64)
    reason = fields.long_text(REASON, rows=5)


class EliminateSchema(fields.Schema):
    """The retirement of a document."""

    code = fields.text(_("Code of the document"), longest=64)
    reason = fields.long_text(_("Why it is needed no longer"), rows=4)


class CopySchema(fields.Schema):
    """Printed copies."""

    code = fields.text(_("Code of the document"), longest=64)
    count = fields.integer(_("How many copies"), Range(min=1, max=MOST_COPIES))
    place = fields.text(_("Where they will be used"), longest=200)
    reason = fields.long_text(_("What they are for"), rows=3)


class CreateSchema(fields.Schema):
    """A new document."""

    title = fields.text(_("Title"), longest=300)
    type = fields.choice(_("Document type"), _types)
    process = fields.choice(_("Process"), _processes)
    reason = fields.long_text(_("What it is for, and why it is needed"), rows=5)


class DecisionSchema(fields.Schema):
    """Accepting or rejecting."""

    verdict = fields.choice(_("Decision"), lambda bound: list(bound["verdicts"]), radio=True)
    note = fields.long_text(
        _("Note or reason"), rows=3, optional=True, help=_("A rejection needs its reason.")
    )


class RetirementSchema(fields.Schema):
    """Signing a retirement, or rejecting it."""

    hand = fields.choice(_("You sign as"), lambda bindings: list(bindings["hands"]), radio=True)
    verdict = fields.choice(
        _("Decision"),
        (("sign", _("The document is retired")), ("refuse", _("The document stays in force"))),
        radio=True,
    )
    reason = fields.long_text(
        _("Reason"), rows=3, optional=True, help=_("A rejection needs its reason.")
    )
    passphrase = passphrase()
