"""Where values come from: sources chosen for variables, and systems outside with their tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from qms.content.models import organisation_of
from qms.documents.figures import FigureQuery, NotAFigure
from qms.indicators import events
from qms.indicators.cards import EXTERNAL
from qms.indicators.entries import PUSHED
from qms.indicators.errors import (
    BadSource,
    Ended,
    ReasonNeeded,
    SameValue,
    UnknownVariable,
)
from qms.indicators.listing import put
from qms.indicators.models import External, Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services.following import is_used, resum
from qms.indicators.services.measuring import capture
from qms.kernel.acts import Act
from qms.people.moments import local_day
from qms.security.holders import declare_in, give_token, note_use


def bind(
    indicator: Indicator,
    variable: str,
    figure: str,
    *,
    known: Mapping[str, Collection[str]],
    reason: str,
    act: Act,
) -> None:
    """Take a variable's values from a figure or a system outside from today on; "" for typed.

    ``known`` are the figures that there are, each with the names of its filters. What was measured
    before stays under the definition of its time. Raises BadSource, UnknownVariable, ReasonNeeded
    and SameValue.
    """
    if not reason.strip():
        raise ReasonNeeded
    definition = indicator.definition
    if definition.ends:
        raise Ended
    found = next((one for one in definition.variables if one.name == variable), None)
    if found is None:
        raise UnknownVariable(variable=variable[:60])
    source = _checked(organisation_of(indicator), figure, known)
    if source == found.figure:
        raise SameValue
    today = local_day(indicator, act.at)
    latest = indicator.defined[-1]
    again = {**latest, "bindings": {**latest["bindings"], variable: source}}
    if is_used(indicator, definition.index):
        day = max(today.isoformat(), latest["starts"])
        indicator.defined[-1] = {**latest, "ends": day}
        indicator.defined.append({**again, "starts": day})
        resum(indicator, today)
    else:
        # Nothing was measured yet, so that there is nothing that has to stay as it was.
        indicator.defined[-1] = again
    indicator.acts.append(
        {
            "kind": "bound",
            "by": act.person_id,
            "at": act.at.isoformat(),
            "variable": variable,
            "old": found.figure,
            "new": source,
            "reason": reason.strip(),
        }
    )
    put(indicator, today)
    facts = {
        "variable": variable,
        "source": [found.figure or None, source or None],
        "reason": reason.strip(),
    }
    act.notify(events.SourceBound(indicator, act, facts=facts))


def _checked(organisation: Any, figure: str, known: Mapping[str, Collection[str]]) -> str:
    text = figure.strip()
    if not text:
        return ""
    if text.startswith(EXTERNAL):
        if text.removeprefix(EXTERNAL) not in organisation["indicators"].externals:
            raise BadSource(source=text[:60])
        return text
    try:
        query = FigureQuery.parse(text)
    except NotAFigure:
        raise BadSource(source=text[:60]) from None
    if query.name not in known or not set(query.filters) <= set(known[query.name]):
        raise BadSource(source=text[:60])
    return str(query)


# Systems outside


def declare(folder: Indicators, name: str, *, act: Act) -> External:
    """Declare a system that will push values; it has no token yet."""
    made = declare_in(folder.externals, name, External)
    act.notify(events.ExternalAdded(folder, act, external=made.id, name=made.name))
    return made


def new_token(folder: Indicators, external: External, *, act: Act) -> str:
    """Make a token, told once; only its digest is kept, and the one before is good no longer."""
    token = give_token(external, at=act.at, by=act.person_id)
    act.notify(events.TokenMade(folder, act, external=external.id, name=external.name))
    return token


def revoke(folder: Indicators, external: External, *, act: Act) -> None:
    """Let the token be good no longer."""
    if external.digest:
        external.digest = ""
        act.notify(events.TokenRevoked(folder, act, external=external.id, name=external.name))


def push(
    indicator: Indicator,
    external: External,
    period: Period,
    values: Mapping[str, Decimal | None],
    *,
    act: Act,
) -> bool:
    """Take values from a system outside; tell whether they were new.

    The same values again change nothing. A variable that takes nothing from this system is
    unknown to it. Raises what :func:`capture` raises.
    """
    definition = indicator.definition_on(min(period.last, local_day(indicator, act.at)))
    own = (
        {one.name for one in definition.variables if one.external == external.id}
        if (definition)
        else set()
    )
    for name in values:
        if name not in own:
            raise UnknownVariable(variable=name[:60])
    changed = capture(indicator, period, values, act=act, how=PUSHED, by=external.id)
    if changed:
        note_use(external, act.at)
    return changed
