"""The panel «Relacionado con» of any page: what is linked, and how to link more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from chameleon.utils import Markup
from pyramid.request import Request

from qms.kernel.i18n import _
from qms.links.plugs import FOLLOW_UP, Linkable, find_ref, linkable_kinds, may
from qms.links.services import ABOUT, ORIGIN, SAME, Link, linked_to
from qms.security.permissions import Permission
from qms.web.frame import Frame

WORDS = {
    (ABOUT, True): _("Concerns"),
    (ABOUT, False): _("Concerned by"),
    (ORIGIN, True): _("Arose from"),
    (ORIGIN, False): _("Gave rise to"),
    (SAME, True): _("Repeats"),
    (SAME, False): _("Repeated by"),
}


@dataclass(frozen=True)
class Shown:
    """One linked thing as a line of the panel."""

    what: str
    """What it is to this one, a translation string."""
    kind: str
    """Its kind, a translation string."""
    thing: Linkable
    url: str
    link: Link


class Panel(NamedTuple):
    """What the panel follows from."""

    ref: str
    back: str
    """Address of the page to return to."""
    lines: tuple[tuple[str, ...], ...]
    """What it is, its kind, address, code, title, state, reference and role of each."""
    may_link: bool
    link_url: str
    unlink_url: str
    follow_up: tuple[str, str] | None
    """Address and words of what can be made of it."""


def panel(request: Request, kind: str, key: str, *, may_link: bool = False) -> dict[str, Any]:
    """Give what the macro ``panel`` of templates/links/macros.pt shows of a thing.

    What the person may not see is not shown, and does not count.
    """
    kinds = linkable_kinds(request.registry)
    home = request.resource_path(request.organisation)
    lines = []
    for one in linked_to(request.organisation, (kind, key)):
        thing = find_ref(request.registry, request.organisation, ":".join(one.other))
        if thing is None or not may(request, "view", thing):
            continue
        what = WORDS[one.role, one.forward]
        lines.append(Shown(what, kinds[thing.kind].title, thing, f"{home}{thing.path}", one))
    lines.sort(key=lambda one: (kinds[one.thing.kind].order, one.thing.code, one.thing.title))
    ref = f"{kind}:{key}"
    follow_up = _follow_up(request, home, ref)

    def draw(ui: Frame) -> Markup:
        shown = Panel(
            ref=ref,
            back=request.path,
            lines=tuple(_line(ui, one) for one in lines),
            may_link=may_link,
            link_url=f"{home}link",
            unlink_url=f"{home}unlink",
            follow_up=(follow_up[0], ui.said(follow_up[1])) if follow_up else None,
        )
        return ui.part("links/panel.pt", shown)

    return {"lines": lines, "follow_up": follow_up, "draw": draw}


def _line(ui: Frame, one: Shown) -> tuple[str, ...]:
    thing = one.thing
    texts = (one.what, one.kind, one.url, thing.code, thing.title, thing.state)
    to = f"{thing.kind}:{thing.key}"
    return (*(ui.said(text or "") for text in texts), to, one.link.role)


def beside_document(request: Request, document: Any) -> dict[str, Any]:
    """Give the panel of a document."""
    may_link = bool(request.has_permission(Permission.DOCUMENT_REVISE, document))
    return panel(request, "document", document.uid, may_link=may_link)


def _follow_up(request: Request, home: str, ref: str) -> tuple[str, str] | None:
    """Give address and words of what can be made of it, for who may."""
    known = request.registry.get(FOLLOW_UP)
    if known is None or not request.has_permission(known[2], request.organisation):
        return None
    return f"{home}{known[0]}?from={ref}", known[1]


def as_json(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the panel's lines as plain data."""
    return [
        {
            "role": one.link.role,
            "forward": one.link.forward,
            "kind": one.thing.kind,
            "key": one.thing.key,
            "code": one.thing.code,
            "title": one.thing.title,
            "url": one.url,
        }
        for one in shown["lines"]
    ]
