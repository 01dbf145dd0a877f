"""How a page has a statement signed: the passphrase, the refusal at its field, the storing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.request import Request

from qms.documents.services import statements
from qms.kernel.errors import Refused
from qms.web.transactions import outside


def sign_statement(
    request: Request,
    organisation: Any,
    values: Mapping[str, Any],
    *,
    subject: Any,
    store: Callable[[dict[str, Any]], Any],
) -> Refused | None:
    """Sign ``values`` with the passphrase of the posted form and give the record to ``store``.

    Gives the refusal of a wrong passphrase instead of raising it: the count of wrong ones must be
    committed with the page that shows it (C5). ``store`` runs in the second transaction and must
    check again what was true in the first. The form shows the passphrase by the macro
    ``passphrase`` of ``documents/statement.pt``.
    """
    planned = statements.plan(organisation, values, act=request.act)
    passphrase = request.POST.get("passphrase", "")
    signed = outside(request, lambda: statements.make(planned, passphrase))
    if signed is None:
        refusal = statements.count_wrong_passphrase(organisation, subject, act=request.act)
        request.response.headers["X-Tm"] = "commit"
        request.response.status_int = 422
        return refusal
    store(statements.accept(organisation, signed, act=request.act))
    return None
