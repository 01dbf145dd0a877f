"""Campaigns and their customers as ends of links: ``ENC-2026-001``, and ``ENC-2026-001@17``."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.links.plugs import Linkable
from qms.security.permissions import Permission
from qms.surveys.models import Campaign, Contact
from qms.surveys.services.campaigns import NAME

SIGN = "@"
MOST = 500
"""So many campaigns are looked through, the newest first."""


def contact_key(contact: Contact) -> str:
    """Name a customer's answer."""
    return f"{contact.campaign.number}{SIGN}{int(contact.number)}"


def find(organisation: Any, key: str) -> Linkable | None:
    """Give a campaign or one of its customers; a link never says who the customer is."""
    number, sign, place = key.partition(SIGN)
    campaign = (organisation.get(NAME) or {}).get(number)
    if not isinstance(campaign, Campaign):
        return None
    if not sign:
        path = f"{NAME}/{number}/"
        return Linkable("campaign", key, number, campaign.title, path, content=campaign)
    contact = campaign.get(place.zfill(6)) if place.isascii() and place.isdigit() else None
    if contact is None:
        return None
    path = f"{NAME}/{number}/{contact.number}/"
    code = f"{number}-{int(contact.number)}"
    return Linkable("campaign", contact_key(contact), code, campaign.title, path, content=contact)


def suggest(request: Request, words: str, limit: int) -> list[Linkable]:
    """Give campaigns whose number or title says ``words``, those the person may see."""
    organisation = request.organisation
    folder = organisation.get(NAME)
    wanted = words.strip().casefold()
    found: list[Linkable] = []
    if folder is None or not wanted:
        return found
    exact = find(organisation, words.strip().replace("-", SIGN) if SIGN in words else words.strip())
    names = sorted(folder, reverse=True)[:MOST]
    listed = [find(organisation, name) for name in names]
    for one in (exact, *listed):
        if one is None or len(found) >= limit or one.key in {other.key for other in found}:
            continue
        says = one is exact or wanted in f"{one.code} {one.title}".casefold()
        if says and request.has_permission(Permission.VIEW, one.content):
            found.append(one)
    return found
