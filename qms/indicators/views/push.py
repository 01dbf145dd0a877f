"""Values that a system outside pushes: a JSON body and a bearer token, no session and no form.

``POST /ORG/indicators/push`` with ``{"indicator": "IND-002", "period": "2026-03-14", "values":
{"llamadas_recibidas": 120}}`` or ``{"measurements": [...]}``. All of a body is kept, or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.indicators.models import Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services.sources import push
from qms.kernel.errors import NotFound, Refused
from qms.kernel.i18n import _
from qms.people.system_door import SystemDoor, TurnedAway
from qms.web.errors import sentence, status_of
from qms.web.json import json_response, problem

LARGEST = 200_000
"""Longest body in bytes."""
MOST = 500
"""Most measurements of one body."""
MOST_VALUES = 40
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?\Z")


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
    door = SystemDoor(folder, request, folder.externals.values, largest=LARGEST)
    try:
        external = door.let_in()
    except TurnedAway as turned:
        return turned.answer
    try:
        measurements = _read(folder, request.body_file.read(LARGEST + 1))
        act = door.act(external)
        kept = [
            push(one.indicator, external, one.period, one.values, act=act) for one in measurements
        ]
    except Refused as refusal:
        # All or nothing: what was kept of the body before is given up.
        request.tm.doom()
        return problem(status_of(refusal), sentence(request, refusal))
    return json_response({"kept": sum(kept), "unchanged": len(kept) - sum(kept)})


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
