"""What the pages of mail, lists and paper have in common: the way between them."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request

from qms.kernel.i18n import _
from qms.pqr.intake.shown import waiting
from qms.pqr.models import CaseRegister
from qms.security.permissions import Permission
from qms.web.i18n import translate


def ways(register: CaseRegister, request: Request, here: str) -> list[tuple[str, str, bool]]:
    """Give the tabs: title, address, whether one is there."""
    named: list[tuple[str, Any, Permission]] = [
        ("mail", _("E-mails without a case"), Permission.CASE_SEE_PERSONAL),
        ("bulk", _("Lists of cases"), Permission.CASE_SEE_PERSONAL),
        ("contingency", _("Contingency"), Permission.CASE_REGISTER),
    ]
    return [
        (translate(request, title), request.resource_path(register, name), name == here)
        for name, title, permission in named
        if request.has_permission(permission, register)
    ]


def way_in(register: CaseRegister, request: Request) -> tuple[Any, str] | None:
    """Give words and address of the first of these pages; None for who has none of them."""
    tabs = ways(register, request, "")
    if not tabs:
        return None
    number = waiting(request)
    title = _("Mail, lists and paper (${n})", {"n": number}) if number else _("Mail, lists, paper")
    return title, tabs[0][1]


def named_in_path(request: Request) -> str:
    """Give the one name behind the view's, or answer that nothing is here."""
    if len(request.subpath) != 1:
        raise HTTPNotFound
    return str(request.subpath[0])
