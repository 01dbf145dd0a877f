"""Offers the cases that one may repeat: after its registration, and on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyramid.request import Request

from qms.content.models import Organisation, organisation_of
from qms.documents.wording import show_date
from qms.pqr import likeness, services
from qms.pqr.choices import choices_of
from qms.pqr.models import Case
from qms.pqr.views import taking
from qms.security.permissions import Permission


@dataclass(frozen=True)
class Offered:
    """A suspect as a line of the panel."""

    number: str
    state: str
    why: tuple[Any, ...]
    near: int
    day: str


def offered_suspects(case: Case, request: Request) -> list[Offered]:
    """Give the suspects that the person may see."""
    folder = organisation_of(case)[services.NAME]
    profile = choices_of(organisation_of(case)).profile
    found = []
    for one in likeness.suspects(case):
        other = folder.get(one.number)
        if other is None or other.disposed is not None:
            continue
        if request.has_permission(Permission.VIEW, other):
            why = tuple(likeness.WHY[name] for name in one.why)
            day = show_date(profile, other.received_at.astimezone(profile.zone).date())
            found.append(Offered(one.number, other.state, why, one.near, day))
    return found


def after_registration(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Give the suspects of the case that this browser has just registered."""
    kept = request.session.get(taking.RECEIPT) or ("", "", "")
    folder = organisation.get(services.NAME)
    case = None
    if request.GET.get("again") and kept[0] == organisation.__name__ and folder is not None:
        case = folder.get(kept[1])
    works = case is not None and request.has_permission(Permission.CASE_WORK, case)
    return {
        "suspects": offered_suspects(case, request) if works and case is not None else [],
        "suspected": case,
        "back": "register",
    }
