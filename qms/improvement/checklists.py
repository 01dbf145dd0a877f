"""Checklists of audits: questions from what the documents in force of a process say.

Every activity, requirement and risk of a document in force becomes a question that names the
document's code and version, so that the report still tells later by which version was audited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qms.content.models import Organisation, new_uid
from qms.documents.models import Version
from qms.improvement.independence import documents_of, sections_of
from qms.pdf.markup import html_lines

LONGEST = 600
MOST = 400
"""So many questions of one audit; a longer checklist is no help to anybody."""
ACTIVITY, REQUIREMENT, RISK, SECTION = "activity", "requirement", "risk", "section"
MANUAL = "manual"


def questions_for(organisation: Organisation, processes: Iterable[str]) -> list[dict[str, str]]:
    """Make the questions of these processes, by document; none twice."""
    found: list[dict[str, str]] = []
    for process_id in processes:
        versions = sorted(documents_of(organisation, process_id), key=lambda one: one.document.code)
        for version in versions:
            found += questions_of(version)
    return found[:MOST]


def questions_of(version: Version) -> list[dict[str, str]]:
    """Make the questions of one version in force."""
    told = [*_activities(version), *_requirements(version), *_risks(version)]
    return told or list(_sections(version))


def manual(text: str, code: str = "") -> dict[str, str]:
    """Make a question that somebody wrote, maybe of a clause."""
    return {
        "id": new_uid(),
        "kind": MANUAL,
        "text": text[:LONGEST],
        "code": code,
        "version": "",
        "place": "",
        "uid": "",
    }


def _question(version: Version, kind: str, text: str, place: str) -> dict[str, str]:
    return {
        "id": new_uid(),
        "kind": kind,
        "text": " ".join(text.split())[:LONGEST],
        "code": version.document.code,
        "version": version.label,
        "place": place,
        "uid": version.document.uid,
    }


def _rows(version: Version, kind: str, key: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    for section in sections_of(version, kind):
        for row in (version.data_of(section.id) or {}).get(key) or ():
            yield section, row


def _activities(version: Version) -> Iterator[dict[str, str]]:
    for section, row in _rows(version, "activities", "rows"):
        title = str(row.get("title") or "")
        said = " ".join(html_lines(str(row.get("html") or "")))
        text = f"{title}: {said}" if title and said else title or said
        records = [
            " ".join(filter(None, (one.get("code"), one.get("text"))))
            for one in row.get("records") or ()
        ]
        if records:
            text = f"{text} [{'; '.join(records)}]"
        # «Inicio» and «Fin» alone ask nothing.
        bare = row.get("kind") in ("start", "end") and not said and not records
        if text.strip() and not bare:
            place = " ".join(filter(None, (section.title, str(row.get("number") or ""))))
            yield _question(version, ACTIVITY, text, place)


def _requirements(version: Version) -> Iterator[dict[str, str]]:
    for section, group in _rows(version, "requirements", "groups"):
        for item in group.get("items") or ():
            parts = (item.get("reference"), item.get("text"))
            text = " – ".join(str(one) for one in parts if one)
            if text:
                yield _question(version, REQUIREMENT, text, str(group.get("name") or section.title))


def _risks(version: Version) -> Iterator[dict[str, str]]:
    for section, row in _rows(version, "risks", "rows"):
        parts = (row.get("risk"), row.get("control"))
        text = " → ".join(str(one) for one in parts if one)
        if text:
            yield _question(version, RISK, text, section.title)


def _sections(version: Version) -> Iterator[dict[str, str]]:
    """Ask about the sections of a document that has nothing of the above."""
    for section in sections_of(version, "text"):
        said = " ".join(html_lines(str((version.data_of(section.id) or {}).get("html") or "")))
        if said:
            yield _question(version, SECTION, said, section.title)
