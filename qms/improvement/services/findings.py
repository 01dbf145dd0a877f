"""Reporting findings and everything that is done with them; each is one act, told as one event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.content.guards import insist_on
from qms.content.models import BlobFile, Organisation, organisation_of
from qms.improvement.choices import choices_of, next_number
from qms.improvement.errors import NoSuchFinding, NotInTheLists, SayWhat
from qms.improvement.events import FINDING_EVENTS
from qms.improvement.listing import index_finding
from qms.improvement.models import Finding
from qms.improvement.services.places import (
    act_data,
    active_person,
    check_process,
    evidence_of,
    open_rooms,
)
from qms.improvement.words import SOURCE_NAMES
from qms.improvement.workflow import findings as flow
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.links.services import ABOUT, ORIGIN, SAME, Ref, link
from qms.people.moments import local_day
from qms.profiles.api import profile_of

TOLD = (
    "finding_kind",
    "severity",
    "process",
    "responsible",
    "into",
    "disposition",
    "effective",
    "to",
    "code",
    "version",
)
"""What of an act the trail bears besides its words."""
LONGEST_TITLE = 160


@dataclass(frozen=True)
class Reported:
    """What somebody found, as a form brought it."""

    text: str
    title: str = ""
    """Empty: the beginning of the text."""
    source: str = "person"
    process: str = ""
    found_on: str = ""
    clause: str = ""
    requirement: str = ""
    origin: Ref | None = None
    """Kind and key of what it arose from."""
    about: Ref | None = None
    files: Iterable[BlobFile] = ()


def report(organisation: Organisation, reported: Reported, *, act: Act) -> Finding:
    """Number and keep a finding, and link it with what it arose from."""
    text = reported.text.strip()
    if not clean_line(text):
        raise SayWhat
    if reported.source not in SOURCE_NAMES:
        raise NotInTheLists
    open_rooms(organisation)
    profile, today = profile_of(organisation), local_day(organisation, act.at)
    days = choices_of(organisation).data["classify_days"]
    finding = Finding(
        next_number(organisation, "number", act),
        title=_short(reported.title) or _short(text),
        text=text,
        source=reported.source,
        reported_by=act.person_id,
        reported_at=act.at,
        due=profile.calendar().add_business_days(today, days).isoformat(),
        process_id=check_process(organisation, reported.process),
        found_on=reported.found_on or today.isoformat(),
        clause=clean_line(reported.clause),
        requirement=reported.requirement.strip(),
        origin=":".join(reported.origin) if reported.origin else "",
    )
    organisation["findings"].add(finding.number, finding)
    uids = finding.keep(reported.files)
    take(finding, "reported", act, files=uids, origin=finding.origin)
    mine = ("finding", finding.number)
    if reported.origin is not None:
        link(organisation, mine, reported.origin, ORIGIN, subject=finding, act=act)
    if reported.about is not None and reported.about != reported.origin:
        link(organisation, mine, reported.about, ABOUT, subject=finding, act=act)
    return finding


def _short(text: str) -> str:
    line = clean_line(" ".join(text.split()))
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def take(finding: Finding, kind: str, act: Act, /, **values: Any) -> flow.Progress:
    """Append one act, index the finding, and tell."""
    now = finding.take({**act_data(finding, kind, act), **values})
    index_finding(finding)
    facts = {name: values[name] for name in TOLD if values.get(name) not in (None, "")}
    act.notify(FINDING_EVENTS[kind](finding, act, facts))
    return now


# Classifying


def _classification(finding: Finding, values: Mapping[str, str]) -> dict[str, Any]:
    organisation = organisation_of(finding)
    choices = choices_of(organisation)
    return {
        "finding_kind": values["kind"],
        "rule": choices.rule(values["kind"]),
        "severity": choices.check_severity(values.get("severity") or ""),
        "process": check_process(organisation, values.get("process") or ""),
        "responsible": active_person(organisation, values["responsible"]).id,
    }


def accept(finding: Finding, values: Mapping[str, str], *, act: Act) -> None:
    """Accept it: ``kind``, ``severity``, ``process`` and ``responsible``."""
    take(finding, "accepted", act, **_classification(finding, values))


def reclassify(finding: Finding, values: Mapping[str, str], reason: str, *, act: Act) -> None:
    """Classify it anew, before its plan is complete."""
    found = _classification(finding, values)
    take(finding, "reclassified", act, **found, reason=reason.strip())


def reject(finding: Finding, reason: str, *, act: Act) -> None:
    """Turn it down with a reason, which whoever reported it reads."""
    take(finding, "rejected", act, reason=reason.strip())


def merge(finding: Finding, into: str, reason: str, *, act: Act) -> None:
    """Merge it into another one that is open; what it arose from is linked there, too."""
    organisation = organisation_of(finding)
    other = organisation["findings"].get(clean_line(into).upper())
    if other is None or other is finding or other.state not in flow.OPEN:
        raise NoSuchFinding
    # The other one must still be open when this is committed.
    insist_on(other.acts)
    take(finding, "merged", act, into=other.number, reason=reason.strip())
    same = (("finding", finding.number), ("finding", other.number))
    link(organisation, *same, SAME, subject=finding, act=act)


def reassign(finding: Finding, responsible: str, reason: str, *, act: Act) -> None:
    """Let another person answer for it."""
    person = active_person(organisation_of(finding), responsible)
    take(finding, "reassigned", act, responsible=person.id, reason=reason.strip())


# What is done about it


def correct(
    finding: Finding,
    text: str,
    *,
    who: str = "",
    when: date | None = None,
    files: Iterable[BlobFile] = (),
    record: str = "",
    act: Act,
) -> None:
    """Note the immediate correction: what, by whom, when, with which evidence."""
    if who:
        active_person(organisation_of(finding), who)
    day = (when or local_day(finding, act.at)).isoformat()
    shown = evidence_of(finding, files, record)
    take(finding, "corrected", act, text=text.strip(), who=who, when=day, **shown)


def dispose(
    finding: Finding, disposition: str, text: str, *, authority: str = "", act: Act
) -> None:
    """Decide what is done with a nonconforming output (8.7.1)."""
    values = {"text": text.strip(), "authority": clean_line(authority)}
    take(finding, "disposed", act, disposition=disposition, **values)


def reverify(
    finding: Finding,
    text: str,
    *,
    passed: bool,
    files: Iterable[BlobFile] = (),
    record: str = "",
    act: Act,
) -> None:
    """Note the verification after the correction of an output; somebody else does it."""
    shown = evidence_of(finding, files, record)
    take(finding, "reverified", act, passed=passed, text=text.strip(), **shown)


def analyse(finding: Finding, values: Mapping[str, Any], *, act: Act) -> None:
    """Keep the analysis: ``whys``, ``branches`` by category, ``root``, ``similar``."""
    whys = [clean_line(one) for one in values.get("whys") or () if clean_line(one)]
    branches = {
        str(name): [clean_line(one) for one in causes if clean_line(one)]
        for name, causes in (values.get("branches") or {}).items()
    }
    take(
        finding,
        "analysed",
        act,
        whys=whys,
        branches={name: causes for name, causes in branches.items() if causes},
        root=str(values.get("root") or "").strip(),
        similar=values.get("similar") or "",
        similar_text=str(values.get("similar_text") or "").strip(),
    )


def answer_risks(finding: Finding, text: str, *, needed: bool, act: Act) -> None:
    """Say whether the risks of the process have to be updated, and why (10.2.1 e)."""
    take(finding, "risk-answered", act, needed=needed, text=text.strip())


def update_risks(finding: Finding, code: str, *, act: Act) -> None:
    """Name the document in force in which the risks were updated."""
    organisation = organisation_of(finding)
    document = organisation["documents"].get(clean_line(code))
    if document is None or document.in_force is None:
        raise NotInTheLists
    version = document.in_force.label
    values = {"document": document.uid, "code": document.code, "version": version}
    take(finding, "risk-updated", act, **values)
    ends = (("finding", finding.number), ("document", document.uid))
    link(organisation, *ends, ABOUT, subject=finding, act=act)


def finish_plan(finding: Finding, *, act: Act) -> None:
    """Say that the plan is complete."""
    take(finding, "planned", act)


# The end


def check(
    finding: Finding,
    text: str,
    *,
    effective: bool,
    files: Iterable[BlobFile] = (),
    record: str = "",
    act: Act,
) -> None:
    """Check the effectiveness; a failed check begins a new round."""
    shown = evidence_of(finding, files, record)
    take(finding, "checked", act, effective=effective, text=text.strip(), **shown)


def closing_record(finding: Finding, text: str) -> dict[str, Any]:
    """Write what whoever closes it puts their name to, where the profile asks for it."""
    now = finding.progress
    return {
        "kind": "closed",
        "meaning": "Cierro este hallazgo: las acciones se verificaron y fueron eficaces",
        "finding": finding.uid,
        "number": finding.number,
        "title": finding.title,
        "round": now.round,
        "checked_by": now.checks[-1]["by"] if now.checks else "",
        "text": text.strip(),
    }


def close(
    finding: Finding, text: str, *, record: Mapping[str, Any] | None = None, act: Act
) -> None:
    """Close it; ``record`` is the signed statement, where the profile asks for one."""
    # Kept as it was signed, or its proof would not verify.
    values = {"statement": dict(record)} if record is not None else {}
    take(finding, "closed", act, text=text.strip(), **values)


def reopen(finding: Finding, reason: str, *, act: Act) -> None:
    """Open a closed one again: a new round begins."""
    take(finding, "reopened", act, reason=reason.strip())


def note(finding: Finding, text: str, *, files: Iterable[BlobFile] = (), act: Act) -> None:
    """Add a note, maybe with files."""
    take(finding, "noted", act, text=text.strip(), files=finding.keep(files))
