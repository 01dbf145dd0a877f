"""Linking and unlinking from the panel of any page."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.links.plugs import Linkable, linkable_kinds, may, parse_ref, visible_ref
from qms.links.services import ABOUT, ROLES, link, unlink
from qms.security.permissions import Permission
from qms.web.redirects import safe_path, see_other

MOST = 10
"""So many candidates of each kind are offered."""
LONGEST = 200


@view_defaults(context=Organisation, request_method="POST", permission=Permission.VIEW)
class LinkView:
    """What the panel's forms send."""

    def __init__(self, context: Organisation, request: Request) -> None:
        """Find the thing that the panel belongs to; what may not be linked is not found."""
        self.context, self.request = context, request
        thing = visible_ref(request, request.POST.get("from", ""))
        kind = linkable_kinds(request.registry).get(thing.kind) if thing is not None else None
        if thing is None or kind is None or not may(request, kind.permission, thing):
            raise HTTPNotFound
        self.thing = thing
        role = request.POST.get("role", ABOUT)
        self.role = role if role in ROLES else ABOUT
        asked = safe_path(request.POST.get("back"))
        home = request.resource_path(context)
        self.back = asked if asked.startswith(home) else self._url(thing)

    @view_config(name="link", renderer="qms.templates:links/choose.pt")
    def link(self) -> HTTPSeeOther | dict[str, Any]:
        """Link with what was typed; where that is not one thing, offer what it could be."""
        typed = self.request.POST.get("to", "").strip()[:LONGEST]
        exact = visible_ref(self.request, typed) if parse_ref(typed) else None
        found = [exact] if exact is not None else self._candidates(typed)
        named = [one for one in found if fold(one.code) == fold(typed)]
        if len(named) == 1 or len(found) == 1:
            other = (named or found)[0]
            link(
                self.context,
                (self.thing.kind, self.thing.key),
                (other.kind, other.key),
                self.role,
                subject=self.thing.content,
                act=self.request.act,
            )
            return self._back()
        kinds = linkable_kinds(self.request.registry)
        return {
            "heading": _("Link with…"),
            "thing": self.thing,
            "typed": typed,
            "role": self.role,
            "back": self.back,
            "found": [(kinds[one.kind].title, one, self._url(one)) for one in found],
            "json": {"found": [f"{one.kind}:{one.key}" for one in found]},
        }

    @view_config(name="unlink")
    def unlink(self) -> HTTPSeeOther:
        """Take a link away."""
        found = visible_ref(self.request, self.request.POST.get("to", ""))
        if found is None:
            # What the person may not see, the panel does not show either.
            raise HTTPNotFound
        one, other = (self.thing.kind, self.thing.key), (found.kind, found.key)
        subject, act = self.thing.content, self.request.act
        unlink(self.context, one, other, self.role, subject=subject, act=act)
        return self._back()

    def _candidates(self, typed: str) -> list[Linkable]:
        if not typed:
            return []
        found = []
        for kind in linkable_kinds(self.request.registry).values():
            if kind.suggest is not None:
                found += kind.suggest(self.request, typed, MOST)
        own = (self.thing.kind, self.thing.key)
        return [one for one in found if (one.kind, one.key) != own]

    def _url(self, thing: Linkable) -> str:
        return f"{self.request.resource_path(self.context)}{thing.path}"

    def _back(self) -> HTTPSeeOther:
        return see_other(self.request, self.back)
