"""The system runs what the document in force declares: indicators begin, change and end with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from qms.content.models import numbers_of, organisation_of
from qms.documents.models import Document, Version
from qms.documents.sections import kind_of
from qms.indicators import events
from qms.indicators.cards import differences
from qms.indicators.errors import ReasonNeeded, TooEarly
from qms.indicators.listing import catalogue_of, put
from qms.indicators.models import External, Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services.measuring import retotal
from qms.indicators.totals import entries_in
from qms.kernel.acts import Act
from qms.kernel.months import last_day
from qms.people.moments import local_day
from qms.profiles.api import profile_of

NAME = "indicators"
SERIES = "indicators"
_ISO = re.compile(r"\d{4}-\d\d-\d\d\Z")
Tell = Callable[[events.IndicatorEvent], None]


def indicators_of(organisation: Any) -> Indicators:
    """Give the organisation's indicators, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, Indicators())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
    return organisation[NAME]


def follow_profile(organisation: Any) -> None:
    """Make the external systems that the profile declares; they have no token yet."""
    folder = indicators_of(organisation)
    for one in profile_of(organisation).indicators["externals"]:
        known = folder.externals.get(one["id"])
        if known is None:
            folder.externals[one["id"]] = External(one["id"], one["name"])
        elif known.name != one["name"]:
            known.name = one["name"]


def cards_of(version: Version) -> dict[str, Mapping[str, Any]]:
    """Give the cards that a version declares, by their ids; those without a name are none."""
    organisation = organisation_of(version)
    kind = profile_of(organisation).document_type(version.document.type_id)
    found: dict[str, Mapping[str, Any]] = {}
    for section in kind.sections:
        if section.kind != "indicators" or section.id not in version.sections:
            continue
        data = version.sections[section.id].data
        for card in kind_of(section.kind).declares(data).indicators:
            if card.get("id") and card.get("name"):
                found.setdefault(str(card["id"]), card)
    return found


def starting_day(version: Version, today: date) -> date:
    """Give the day on which a version came into force, as far as it is known; never in future."""
    said = str(version.dates.get("in_force_from") or "")
    if _ISO.match(said):
        day = date.fromisoformat(said)
    else:
        # Of some versions from before this system only the month is known.
        end = last_day(said) if said else None
        day = end.replace(day=1) if end is not None else today
    return min(day, today)


def follow(document: Document, *, today: date, act: Act | None = None) -> list[Indicator]:
    """Bring the indicators up to what the document declares now; give those that changed.

    Without an act nothing is told, as in a migration.
    """
    organisation = organisation_of(document)
    folder, version = indicators_of(organisation), document.in_force
    if version is not None and version.migrated and not len(version.sections):
        # Only a file is here, so that nobody can tell what it declares; nothing changes.
        return []
    declared = [] if version is None else [(version, *one) for one in cards_of(version).items()]
    changed = []
    for version, card_id, card in declared:
        indicator = folder.of_card(document.uid, card_id)
        if indicator is None:
            indicator = _start(folder, document, version, card_id, card, today)
            event: type[events.IndicatorEvent] | None = events.IndicatorStarted
            facts: dict[str, Any] = {}
        else:
            event, facts = _continue(indicator, version, card, today)
        if event is not None:
            changed.append(indicator)
            _told(indicator, event, version.document.code, version.label, act, facts)
        put(indicator, today)
    cards = {card_id for _version, card_id, _card in declared}
    for key in list(folder.by_card.keys(f"{document.uid}/", f"{document.uid}0")):
        indicator = folder[folder.by_card[key]]
        if indicator.card_id not in cards and not indicator.is_ended:
            _end(indicator, today)
            changed.append(indicator)
            _told(indicator, events.IndicatorEnded, document.code, "", act, {})
            put(indicator, today)
    return changed


def _told(
    indicator: Indicator,
    event: type[events.IndicatorEvent],
    code: str,
    label: str,
    act: Act | None,
    facts: Mapping[str, Any],
) -> None:
    if act is not None:
        told = {"code": code, "version": label, **facts}
        act.notify(event(indicator, act, facts=told))


def _start(
    folder: Indicators,
    document: Document,
    version: Version,
    card_id: str,
    card: Mapping[str, Any],
    today: date,
) -> Indicator:
    organisation = organisation_of(folder)
    number = f"IND-{numbers_of(organisation).take(SERIES):03d}"
    starts = starting_day(version, today)
    # What was in force for years before is not overdue for years.
    since = max(starts, today) if version.migrated else starts
    indicator = Indicator(number, document.uid, card_id, since.isoformat())
    indicator.title = str(card["name"])
    folder.add(number, indicator)
    folder.by_card[f"{document.uid}/{card_id}"] = number
    _define(indicator, version, card, starts)
    return indicator


def _define(
    indicator: Indicator,
    version: Version,
    card: Mapping[str, Any],
    starts: date,
    bindings: Mapping[str, str] | None = None,
) -> None:
    indicator.defined.append(
        {
            "starts": starts.isoformat(),
            "ends": "",
            "version": version.order,
            "label": version.label,
            "card": dict(card),
            "bindings": dict(bindings or {}),
        }
    )


def _continue(
    indicator: Indicator, version: Version, card: Mapping[str, Any], today: date
) -> tuple[type[events.IndicatorEvent] | None, dict[str, Any]]:
    """Take a card over: as another definition where it matters, else under the present one."""
    latest = indicator.defined[-1]
    bindings = _still_bound(latest["bindings"], card)
    indicator.title = str(card["name"])
    if latest["ends"]:
        starts = max(starting_day(version, today), date.fromisoformat(latest["ends"]))
        _define(indicator, version, card, starts, bindings)
        return events.IndicatorResumed, {}
    changed = differences(latest["card"], card)
    if changed:
        starts = max(starting_day(version, today), date.fromisoformat(latest["starts"]))
        redefine(indicator, starts)
        _define(indicator, version, card, starts, bindings)
        resum(indicator, today)
        return events.IndicatorRedefined, {"changed": list(changed)}
    if (latest["version"], latest["card"]) != (version.order, dict(card)):
        told = {"version": version.order, "label": version.label, "card": dict(card)}
        indicator.defined[-1] = {**latest, **told}
    return None, {}


def _still_bound(bindings: Mapping[str, str], card: Mapping[str, Any]) -> dict[str, str]:
    """Keep the sources that were chosen for variables to which the card says none itself."""
    said = {str(one.get("name")) for one in card.get("variables") or () if one.get("figure")}
    return {name: figure for name, figure in bindings.items() if name not in said}


def redefine(indicator: Indicator, day: date) -> None:
    """End the present definition on a day; one that never held a day goes away."""
    latest = indicator.defined[-1]
    if latest["starts"] >= day.isoformat() and not is_used(indicator, len(indicator.defined) - 1):
        indicator.defined.pop()
        return
    indicator.defined[-1] = {**latest, "ends": day.isoformat()}


def resum(indicator: Indicator, today: date) -> None:
    """Sum the running period up by the present definition: it is the one that will measure it."""
    definition = indicator.definition
    if not definition.analysis_frequency:
        return
    running = definition.analysis(today)
    kept = entries_in(indicator, running.first, running.last)
    retotal(indicator, [Period.parse(one.key) for one in kept], today)


def is_used(indicator: Indicator, index: int) -> bool:
    """Tell whether something was measured under a definition."""
    kept = (*indicator.captures.values(), *indicator.totals.values())
    return any(one[1] == index for one in kept)


def _end(indicator: Indicator, today: date) -> None:
    """End it: no more tasks from today on, and everything that was measured stays."""
    latest = indicator.defined[-1]
    ends = max(today.isoformat(), latest["starts"])
    indicator.defined[-1] = {**latest, "ends": ends}


def begin(indicator: Indicator, day: date, *, reason: str, act: Act) -> None:
    """Set the day from which on it is measured, such as the beginning of a year."""
    if not reason.strip():
        raise ReasonNeeded
    if day.isoformat() < indicator.defined[0]["starts"]:
        raise TooEarly(day=day.isoformat())
    old, indicator.since = indicator.since, day.isoformat()
    # Only a mark up to which nobody has to look; what is closed stays closed.
    indicator.frozen_to = ""
    indicator.acts.append(
        {
            "kind": "began",
            "by": act.person_id,
            "at": act.at.isoformat(),
            "since": indicator.since,
            "reason": reason.strip(),
        }
    )
    put(indicator, local_day(indicator, act.at))
    facts = {"since": [old, indicator.since], "reason": reason.strip()}
    act.notify(events.MeasuringBegun(indicator, act, facts=facts))


def rebuild(organisation: Any, today: date) -> None:
    """Follow every document, such as in a database from before indicators."""
    follow_profile(organisation)
    for document in organisation["documents"].values():
        if document.in_force is not None:
            follow(document, today=today)
