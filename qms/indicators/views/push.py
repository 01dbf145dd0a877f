"""Values that a system outside pushes: a JSON body and a bearer token, no session and no form.

``POST /ORG/indicators/push`` with ``{"indicator": "IND-002", "period": "2026-03-14", "values":
{"llamadas_recibidas": 120}}`` or ``{"measurements": [...]}``. All of a body is kept, or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.indicators.models import External, Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services.sources import holder_of, push
from qms.kernel.acts import Act
from qms.kernel.errors import NotFound, Refused
from qms.kernel.i18n import _
from qms.people.acts import SYSTEM, make_act
from qms.people.errors import MustWait
from qms.people.public_door import PublicDoor
from qms.security.policy import is_stranger
from qms.security.throttle import Rule
from qms.web.errors import sentence, status_of
from qms.web.json import json_response, problem

LARGEST = 200_000
"""Longest body in bytes."""
MOST = 500
"""Most measurements of one body."""
MOST_VALUES = 40
WRONG_TOKENS = Rule(10, timedelta(minutes=15), timedelta(minutes=1), timedelta(minutes=15))
PUSHES = Rule(1200, timedelta(minutes=10), timedelta(minutes=1), timedelta(minutes=10))
"""Bodies of one network address, good ones too: one system may push each minute for many."""
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?\Z")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_\-]{20,200})\Z")
CHANNEL = "push"


class Measurement(NamedTuple):
    """One measurement of a body."""

    indicator: Indicator
    period: Period
    values: dict[str, Decimal | None]


class BadBody(Refused):
    """The body is not what this address takes."""


class NoSuchIndicator(NotFound):
    """There is no indicator ${number}."""


@view_config(
    context=Indicators,
    name="push",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    require_csrf=False,
)
def pushed(folder: Indicators, request: Request) -> Response:
    """Take what a system outside pushes."""
    if request.person is not None and is_stranger(request.person, folder):
        # To somebody of another organisation this one is not there (D4-1).
        raise HTTPNotFound
    door = PublicDoor(request, "push", WRONG_TOKENS)
    traffic = PublicDoor(request, "push traffic", PUSHES)
    try:
        door.refuse_waiting()
        traffic.refuse_waiting()
    except MustWait as refusal:
        answer = problem(429, _said(request, refusal))
        answer.headers["Retry-After"] = request.response.headers["Retry-After"]
        return answer
    traffic.count()
    if (request.content_length or 0) > LARGEST:
        # Not a byte of it is read.
        return problem(413, "Too large")
    external = _who(folder, request)
    if external is None:
        door.count()
        answer = problem(401, "A valid token is needed")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    try:
        measurements = _read(folder, request.body_file.read(LARGEST + 1))
        act = _act(request, external)
        kept = [
            push(one.indicator, external, one.period, one.values, act=act) for one in measurements
        ]
    except Refused as refusal:
        # All or nothing: what was kept of the body before is given up.
        request.tm.doom()
        return problem(status_of(refusal), _said(request, refusal))
    return json_response({"kept": sum(kept), "unchanged": len(kept) - sum(kept)})


def _said(request: Request, refusal: Refused) -> str:
    return sentence(request, refusal)


def _who(folder: Indicators, request: Request) -> External | None:
    found = _BEARER.match(request.headers.get("Authorization", ""))
    return holder_of(folder, found[1]) if found is not None else None


def _act(request: Request, external: External) -> Act:
    return make_act(
        request.registry,
        SYSTEM,
        at=request.act.at,
        channel=CHANNEL,
        address=request.client_addr or "",
        external=external.id,
    )


def _read(folder: Indicators, body: bytes) -> list[Measurement]:
    """Read the body strictly; BadBody for what is not exactly what is taken."""
    if len(body) > LARGEST:
        raise BadBody(_("The body is too large."))
    try:
        data = json.loads(body, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadBody(_("The body is no JSON.")) from None
    if isinstance(data, Mapping) and isinstance(data.get("measurements"), list):
        given = data["measurements"]
    else:
        given = [data]
    if not 0 < len(given) <= MOST:
        raise BadBody(_("The body has too many measurements, or none."))
    return [_measurement(folder, one) for one in given]


def _refuse(_constant: str) -> Any:
    raise ValueError


def _measurement(folder: Indicators, data: Any) -> Measurement:
    if not isinstance(data, Mapping) or set(data) != {"indicator", "period", "values"}:
        raise BadBody(_("A measurement has indicator, period and values."))
    number, key, values = data["indicator"], data["period"], data["values"]
    if not isinstance(number, str) or not isinstance(key, str) or not isinstance(values, Mapping):
        raise BadBody(_("A measurement has indicator, period and values."))
    indicator = folder.get(number[:20])
    if indicator is None:
        raise NoSuchIndicator(number=number[:20])
    if not 0 < len(values) <= MOST_VALUES:
        raise BadBody(_("A measurement has values."))
    return Measurement(
        indicator, Period.parse(key[:20]), {str(name): _value(one) for name, one in values.items()}
    )


def _value(given: Any) -> Decimal:
    if not isinstance(given, str) or not _NUMBER.match(given):
        raise BadBody(_("A value is a number such as 12.5."))
    return Decimal(given)
