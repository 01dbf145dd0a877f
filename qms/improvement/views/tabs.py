"""The tabs over the lists of improvement."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web.json import wants_json

_PLACES = (
    ("findings", _("Findings")),
    ("actions", _("Actions")),
    ("audits", _("Audits")),
    ("management-reviews", _("Management review")),
)


def tabs(request: Request, here: str) -> dict[str, Any]:
    """Give the tabs with the present one marked; programs get none."""
    if wants_json(request):
        return {"tabs": []}
    organisation = request.organisation
    found = [
        (title, request.resource_path(organisation[name]), name == here)
        for name, title in _PLACES
        if name in organisation and request.has_permission(Permission.VIEW, organisation[name])
    ]
    for name, title in (("risks", _("Risks")), ("improvement-board", _("Board"))):
        found.append((title, request.resource_path(organisation, name), name == here))
    return {"tabs": found, "tabs_label": _("Improvement")}
