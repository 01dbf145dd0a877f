"""Keeping the table of retention: series, what belongs to them, and their rules from a date on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.profiles.api import profile_of
from qms.retention import events
from qms.retention.clock import CLOSED
from qms.retention.errors import (
    BelongsElsewhere,
    ReasonMissing,
    RuleTooEarly,
    SeriesTaken,
    SeriesUnknown,
)
from qms.retention.models import BELONGS, WORDS, Series
from qms.retention.services.rooms import act_data, retention_of
from qms.retention.table import rivals

RULE = ("office_years", "central_years", "disposition", "counted_from", "valid_from")
SAID = ("source", "notes")


def add_series(
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    reason: str = "",
    kind: str = "added",
    act: Act,
) -> Series:
    """Put a series with its first rule into the table; ``values`` are those of the profile."""
    room = retention_of(organisation)
    code = clean_line(str(values["code"]))
    if code in room["series"]:
        raise SeriesTaken(code=code)
    parent = clean_line(str(values.get("parent") or ""))
    if parent and parent not in room["series"]:
        raise SeriesUnknown(code=parent)
    series = Series(code, clean_line(str(values["name"])), parent=parent)
    room["series"].add(code, series)
    _fill(series, values)
    _check(series)
    series.rules.append(_rule(organisation, values, reason=reason, act=act))
    series.acts.append(act_data(kind, act, reason=reason))
    room.guard.turn()
    act.notify(events.SeriesAdded(series, act, facts={"reason": reason}))
    return series


def change_series(series: Series, values: Mapping[str, Any], *, reason: str, act: Act) -> None:
    """Change what belongs to a series, its name, or what the master list says of it."""
    if not clean_line(reason):
        raise ReasonMissing
    before = _facts(series)
    series.title = clean_line(str(values.get("name") or series.title))
    series.active = bool(values.get("active", series.active))
    _fill(series, values)
    _check(series)
    changed = {
        name: {"old": before[name], "new": new}
        for name, new in _facts(series).items()
        if before[name] != new
    }
    series.acts.append(act_data("changed", act, reason=reason.strip(), changed=sorted(changed)))
    retention_of(organisation_of(series)).guard.turn()
    act.notify(events.SeriesChanged(series, act, facts={"reason": reason, "values": changed}))


def change_rule(series: Series, values: Mapping[str, Any], *, reason: str, act: Act) -> None:
    """Let another rule hold from ``valid_from`` on; former ones stay, for what they rule."""
    if not clean_line(reason):
        raise ReasonMissing
    _add_rule(series, values, reason=reason.strip(), kind="ruled", act=act)


def _add_rule(
    series: Series, values: Mapping[str, Any], *, reason: str, kind: str, act: Act
) -> None:
    organisation = organisation_of(series)
    rule = _rule(organisation, values, reason=reason, act=act)
    last = max((one["valid_from"] for one in series.rules), default="")
    if rule["valid_from"] <= last:
        raise RuleTooEarly(day=last)
    series.rules.append(rule)
    facts = {name: rule[name] for name in (*RULE, *SAID)}
    series.acts.append(act_data(kind, act, reason=reason, **facts))
    retention_of(organisation).guard.turn()
    act.notify(events.RuleChanged(series, act, facts={"reason": reason, **facts}))


def take_from_profile(organisation: Organisation, *, act: Act) -> None:
    """Put what the profile's table has and this one has not; what was changed here stays.

    A rule of the profile that begins later than all of a series is added to it.
    """
    room = retention_of(organisation)
    for values in profile_of(organisation).retention["series"]:
        series = room["series"].get(values["code"])
        if series is None:
            add_series(organisation, values, kind="loaded", act=act)
        elif values["valid_from"] > max(one["valid_from"] for one in series.rules):
            _add_rule(series, values, reason="", kind="loaded", act=act)


def _fill(series: Series, values: Mapping[str, Any]) -> None:
    for name in BELONGS:
        setattr(series, name, tuple(values.get(name) or ()))
    for name in WORDS:
        setattr(series, name, clean_line(str(values.get(name) or "")))
    series.all_cases = bool(values.get("all_cases"))


def _facts(series: Series) -> dict[str, Any]:
    named = {name: list(getattr(series, name)) for name in BELONGS}
    words = {name: getattr(series, name) for name in WORDS}
    own = {"title": series.title, "active": series.active, "all_cases": series.all_cases}
    return {**own, **named, **words}


def _check(series: Series) -> None:
    table = retention_of(organisation_of(series))["series"].values()
    other = rivals(table, series) if series.active else None
    if other is not None:
        raise BelongsElsewhere(code=other.code)


def _rule(
    organisation: Organisation, values: Mapping[str, Any], *, reason: str, act: Act
) -> dict[str, Any]:
    valid_from = values.get("valid_from") or ""
    if isinstance(valid_from, date):
        valid_from = valid_from.isoformat()
    return {
        "valid_from": str(valid_from),
        "office_years": int(values["office_years"]),
        "central_years": int(values["central_years"]),
        "disposition": str(values["disposition"]),
        "counted_from": str(values.get("counted_from") or CLOSED),
        "count_from": str(profile_of(organisation).retention["count_from"]),
        "earlier": bool(values.get("earlier")),
        "source": clean_line(str(values.get("source") or "")),
        "notes": str(values.get("notes") or "").strip(),
        "to_verify": bool(values.get("to_verify")),
        "reason": reason,
        "by": act.person_id,
        "at": act.at.isoformat(),
    }
