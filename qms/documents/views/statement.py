"""Forms whose saving is a signed statement: the passphrase is given anew for this very act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qms.documents.services import statements
from qms.documents.services.keys import NotEnrolled
from qms.kernel.i18n import _
from qms.web import fields
from qms.web.forms import FieldRefused, FormView, at_field
from qms.web.transactions import outside


def passphrase(**options: Any) -> Any:
    """Make the field of a statement's passphrase; name it ``passphrase`` in the schema."""
    return fields.secret(
        _("Your signing passphrase"),
        autocomplete="off",
        description=_("You sign this with your personal key; your name, position and moment stay."),
        **options,
    )


class StatementForm(FormView):
    """A form with a ``passphrase`` field, whose ``save`` calls :meth:`sign`."""

    button = _("Sign")

    def sign(
        self,
        organisation: Any,
        record: Mapping[str, Any],
        passphrase: str,
        *,
        subject: Any,
        store: Callable[[dict[str, Any]], Any],
    ) -> None:
        """Sign ``record`` (``kind``, ``meaning`` and what it is about) and give it to ``store``.

        ``store`` runs in the second transaction and checks again what was true in the first. A
        wrong passphrase is told at its field, and counted in spite of the refusal (C5, D4-24).
        """
        request = self.request
        with at_field("passphrase", NotEnrolled):
            planned = statements.plan(organisation, record, act=request.act)
        signed = outside(request, lambda: statements.make(planned, passphrase))
        if signed is None:
            refusal = statements.count_wrong_passphrase(organisation, subject, act=request.act)
            # The transaction manager undoes answers with an error status unless told not to.
            request.response.headers["X-Tm"] = "commit"
            raise FieldRefused("passphrase", refusal.msgid, **refusal.mapping)
        store(statements.accept(organisation, signed, act=request.act))
