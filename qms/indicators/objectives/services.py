"""Objectives: set on screen or by the document in force, followed, judged and ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.documents.models import Document, Version
from qms.indicators.listing import Row, rows_of
from qms.indicators.objectives import errors, workflow
from qms.indicators.objectives.events import EVENTS
from qms.indicators.objectives.models import Objective, Objectives
from qms.indicators.workflow import ACTIVE as MEASURED
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, fold
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of

NAME = "objectives"
SERIES = "objectives"
SECTION = "objectives"
_TITLE = 160
_TOLD = ("reason", "target", "indicators", "owner", "first", "last", "reached")


def open_room(organisation: Organisation) -> Objectives:
    """Give the organisation's objectives, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, Objectives())
    found: Objectives = organisation[NAME]
    return found


def pursued(organisation: Any) -> Iterator[Objective]:
    """Give the objectives that are being pursued, by number."""
    for one in organisation[NAME].values() if NAME in organisation else ():
        if one.state == workflow.ACTIVE:
            yield one


def measured_by(organisation: Any, number: str) -> list[Objective]:
    """Give the objectives being pursued that an indicator measures."""
    return [one for one in pursued(organisation) if number in one.progress.indicators]


# On screen


def set_objective(organisation: Organisation, facts: Mapping[str, Any], *, act: Act) -> Objective:
    """Set an objective; refuses indicators that are not measured and owners that nobody is."""
    told = _checked(organisation, facts)
    objective = _made(organisation)
    _take(objective, "set", act, **told)
    return objective


def change(objective: Objective, facts: Mapping[str, Any], *, reason: str, act: Act) -> None:
    """Set it anew, with a reason; one that ended is taken up again.

    What a document in force declares is changed there: raises DeclaredInDocument.
    """
    now = objective.progress
    if now.origin and now.state != workflow.DROPPED:
        raise errors.DeclaredInDocument(code=now.origin["code"])
    told = _checked(organisation_of(objective), facts, known=now.indicators)
    kind = "changed" if now.state == workflow.ACTIVE else "resumed"
    _take(objective, kind, act, **told, reason=reason.strip())


def note(objective: Objective, text: str, *, act: Act) -> None:
    """Write how it is going."""
    _take(objective, "noted", act, text=text.strip())


def judge(objective: Objective, *, reached: bool, text: str, act: Act) -> None:
    """Say whether it was reached, once its last day has passed."""
    last = objective.progress.facts["last"]
    if local_day(objective, act.at).isoformat() <= last:
        style = profile_of(organisation_of(objective)).date_style("screen")
        raise errors.NotOverYet(day=style.format(date.fromisoformat(last)))
    _take(objective, "judged", act, reached=reached, text=text.strip())


def drop(objective: Objective, *, reason: str, act: Act) -> None:
    """End it before its time, with a reason."""
    origin = objective.progress.origin
    if origin:
        raise errors.DeclaredInDocument(code=origin["code"])
    _take(objective, "dropped", act, reason=reason.strip())


def _made(organisation: Organisation) -> Objective:
    number = f"OBJ-{numbers_of(organisation).take(SERIES):03d}"
    objective = Objective(number)
    open_room(organisation).add(number, objective)
    return objective


def _take(objective: Objective, kind: str, act: Act, /, **values: Any) -> None:
    told = {"kind": kind, "by": act.person_id, "at": act.at.isoformat(), **values}
    now = objective.take(told)
    objective.title = clean_line(now.facts["text"])[:_TITLE]
    facts = {name: values[name] for name in _TOLD if name in values}
    if values.get("origin"):
        facts["code"] = values["origin"]["code"]
    act.notify(EVENTS[kind](objective, act, facts))


def _checked(
    organisation: Organisation, facts: Mapping[str, Any], known: Sequence[str] = ()
) -> dict[str, Any]:
    if not people_of(organisation).holders(facts["owner"]):
        raise errors.NobodyAnswers
    measured = {row.number for row in rows_of(organisation, state=[MEASURED])} | set(known)
    for number in facts["indicators"]:
        if number not in measured:
            raise errors.NotMeasured(number=number)
    return {
        "text": facts["text"].strip(),
        "target": clean_line(facts["target"] or ""),
        "indicators": sorted(facts["indicators"]),
        "owner": facts["owner"],
        "first": facts["first"].isoformat(),
        "last": facts["last"].isoformat(),
        "plan": (facts["plan"] or "").strip(),
    }


# What the document in force declares


def follow(document: Document, *, act: Act) -> None:
    """Bring the objectives up to what a document declares now."""
    organisation, version = organisation_of(document), document.in_force
    if version is not None and version.migrated and not len(version.sections):
        # Only a file is here, so that nobody can tell what it declares; nothing changes.
        return
    today = local_day(document, act.at)
    declared = {} if version is None else declared_by(version, today)
    known = {
        one.progress.origin["row"]: one
        for one in (organisation[NAME].values() if NAME in organisation else ())
        if one.progress.origin.get("document") == document.uid
    }
    if not declared and not known:
        return
    rows = rows_of(organisation, state=[MEASURED])
    for key, facts in declared.items():
        told = {**facts, "numbers": _numbers(rows, facts["indicators"])}
        objective = known.get(key)
        if objective is None:
            _take(_made(organisation), "set", act, **told)
            continue
        now = objective.progress
        if dict(now.facts) == {name: facts[name] for name in workflow.FACTS}:
            continue
        kind = "changed" if now.state == workflow.ACTIVE else "resumed"
        _take(objective, kind, act, **told, reason=_by_version(facts["origin"]))
    for key, objective in known.items():
        if key not in declared and objective.state == workflow.ACTIVE:
            label = f" v{version.label}" if version is not None else ""
            _take(objective, "dropped", act, reason=f"{document.code}{label}")


def _by_version(origin: Mapping[str, Any]) -> str:
    return f"{origin['code']} v{origin['label']}"


def declared_by(version: Version, today: date) -> dict[str, dict[str, Any]]:
    """Give the facts of each objective that a version declares, by the id of its row.

    Without days of its own, an objective counts for the year in which it is declared.
    """
    document = version.document
    kind = profile_of(organisation_of(version)).document_type(document.type_id)
    found: dict[str, dict[str, Any]] = {}
    for section in kind.sections:
        if section.kind != SECTION or section.id not in version.sections:
            continue
        for row in version.sections[section.id].data.get("rows") or ():
            text = str(row.get("objective") or "").strip()
            if not row.get("id") or not text:
                continue
            first = str(row.get("first") or f"{today.year}-01-01")
            last = str(row.get("last") or f"{first[:4]}-12-31")
            key = f"{section.id}/{row['id']}"
            found[key] = {
                "text": text,
                "target": clean_line(str(row.get("target") or "")),
                "indicators": [str(one) for one in row.get("indicators") or ()],
                "owner": str(row.get("owner") or ""),
                "first": min(first, last),
                "last": max(first, last),
                "plan": str(row.get("plan") or "").strip(),
                "origin": {
                    "document": document.uid,
                    "row": key,
                    "code": document.code,
                    "label": version.label,
                },
            }
    return found


def _numbers(rows: Iterable[Row], named: Iterable[str]) -> list[str]:
    """Give the indicators that numbers and names lead to; a name that fits none leads to none."""
    every = list(rows)
    by_number = {row.number: row.number for row in every}
    by_name = {fold(clean_line(row.name)): row.number for row in reversed(every)}
    found = (by_number.get(one.strip()) or by_name.get(fold(clean_line(one))) for one in named)
    return list(dict.fromkeys(one for one in found if one))


def find_again(organisation: Any, *, act: Act) -> None:
    """Look again for the indicators that declared objectives name: some may have come meanwhile."""
    rows: list[Row] | None = None
    for objective in pursued(organisation):
        now = objective.progress
        if not now.origin or len(now.indicators) >= len(set(now.facts["indicators"])):
            continue
        rows = rows if rows is not None else rows_of(organisation, state=[MEASURED])
        found = list(dict.fromkeys([*now.indicators, *_numbers(rows, now.facts["indicators"])]))
        if len(found) > len(now.indicators):
            _take(objective, "found", act, indicators=found)


# An indicator that measures an objective does not go away


def refuse_leaving(
    document: Document, cards: Iterable[str], version: Version | None, today: date
) -> None:
    """Refuse what would end an indicator by which an objective is measured (MeasuresObjectives).

    ``cards`` are the ids of the cards that the document would still declare, by ``version``; None
    where it leaves service. Objectives that it lets go, or measures otherwise, hold nothing back.
    """
    organisation, kept = organisation_of(document), set(cards)
    folder = organisation.get("indicators")
    if folder is None or NAME not in organisation:
        return
    own = {} if version is None else declared_by(version, today)
    leaving: dict[str, list[Objective]] = {}
    for key in folder.by_card.keys(f"{document.uid}/", f"{document.uid}0"):
        indicator = folder[folder.by_card[key]]
        if indicator.card_id not in kept and not indicator.is_ended:
            objectives = [
                one
                for one in measured_by(organisation, indicator.number)
                if _stays(one, document, own, indicator)
            ]
            if objectives:
                leaving[f"{indicator.number} «{indicator.title}»"] = objectives
    if leaving:
        numbers = {
            f"{one.number} «{one.title}»" for objectives in leaving.values() for one in objectives
        }
        raise errors.MeasuresObjectives(
            indicators=", ".join(leaving), objectives=", ".join(sorted(numbers))
        )


def _stays(
    objective: Objective, document: Document, own: Mapping[str, Mapping[str, Any]], indicator: Any
) -> bool:
    """Tell whether an objective would still be measured by an indicator of a document."""
    origin = objective.progress.origin
    if origin.get("document") != document.uid:
        return True
    facts = own.get(origin["row"])
    if facts is None:
        return False
    named = {fold(clean_line(one)) for one in facts["indicators"]}
    return bool(named & {fold(indicator.number), fold(clean_line(indicator.title))})
