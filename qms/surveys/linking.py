"""Ends of links: a campaign, a customer of one, and the report of a month.

Their keys are ``ENC-2026-001``, ``ENC-2026-001@17`` and ``posventa~2026-10``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request

from qms.links.plugs import Linkable
from qms.security.permissions import Permission
from qms.surveys.choices import choices_of
from qms.surveys.models import Campaign, Contact
from qms.surveys.numbers import month_span
from qms.surveys.services.campaigns import NAME

SIGN, MONTHLY = "@", "~"
MOST = 500
"""So many campaigns are looked through, the newest first."""


def contact_key(contact: Contact) -> str:
    """Name a customer's answer."""
    return f"{contact.campaign.number}{SIGN}{int(contact.number)}"


def find(organisation: Any, key: str) -> Linkable | None:
    """Give a campaign, one of its customers or a report; no link says who the customer is."""
    if MONTHLY in key:
        return _report(organisation, *key.split(MONTHLY, 1))
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


def report_key(survey_id: str, month: str) -> str:
    """Name the report of a month."""
    return f"{survey_id}{MONTHLY}{month}"


def _report(organisation: Any, survey_id: str, month: str) -> Linkable | None:
    folder, survey = organisation.get(NAME), choices_of(organisation).surveys.get(survey_id)
    try:
        month_span(month)
    except ValueError:
        return None
    if folder is None or survey is None:
        return None
    path = f"{NAME}/report?{urlencode({'survey': survey_id, 'month': month})}"
    key = report_key(survey_id, month)
    return Linkable("campaign", key, month, survey.name, path, content=folder)


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
