"""Cases can be linked to processes, documents, indicators, findings, actions and other cases."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.links.plugs import Linkable
from qms.pqr import services
from qms.pqr.choices import choices_of
from qms.pqr.models import Case
from qms.pqr.shown import found_rows
from qms.security.permissions import Permission

KIND = "case"


def find(organisation: Any, key: str) -> Linkable | None:
    """Give a case by its number; its title is its kind, which is nobody's personal data."""
    folder = organisation.get(services.NAME)
    case = folder.get(key.strip().upper()) if folder is not None else None
    return _linkable(case) if case is not None else None


def _linkable(case: Case) -> Linkable:
    choices = choices_of(organisation_of(case))
    return Linkable(
        KIND,
        case.number,
        case.number,
        choices.name("kinds", case.progress.kind),
        f"{services.NAME}/{case.number}/",
        case.state,
        case,
    )


def suggest(request: Request, words: str, limit: int) -> list[Linkable]:
    """Give the cases of a number or of words that the person may see."""
    folder = request.organisation.get(services.NAME)
    rows = found_rows(request, words, limit)
    found = [folder[row.number] for row in rows]
    return [_linkable(one) for one in found if request.has_permission(Permission.VIEW, one)]


def includeme(config: Configurator) -> None:
    """Announce cases."""
    config.add_linkable(
        KIND,
        title=_("Case"),
        find=find,
        suggest=suggest,
        permission=Permission.CASE_WORK,
        order=30,
    )
