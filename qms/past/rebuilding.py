"""Rebuilds the past from the log: documents from acts and trail, people from the chronicle.

What comes out are the very classes of the present (``Organisation``, ``Document``, ``Person``…),
made for one request and never stored, so that every rule of the present answers for the past too:
who may sign, what has to be read, what a line of the master list says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from persistent.mapping import PersistentMapping

from qms.audit.models import FOLDER as TRAIL
from qms.content.models import Organisation, Site, organisation_of
from qms.documents import workflow
from qms.documents.models import Document, DocumentFolder, Version
from qms.past.models import Span
from qms.past.moments import key_of, moment_of
from qms.past.spans import appended, facts_of, with_registered
from qms.people.models import Delegation, People, Person, Position, Unit
from qms.people.moments import local_day, zone_of
from qms.profiles.models import Process, ProcessFolder

if TYPE_CHECKING:
    from qms.past.models import Chronicle

_WRITES = frozenset({"SectionSaved", "DetailsSaved", "FileAttached", "FileRemoved"})
_SILENT = frozenset(
    {"SectionSaved", "FileAttached", "FileRemoved", "ReadingAcknowledged", "SignatureRefused"}
)
"""Events after which a document's line says what it said before."""
_Change = tuple[str, Any, Any]
"""Moment, value before, value after."""


def entries_about(organisation: Any, uid: str) -> list[dict[str, Any]]:
    """Give the trail's entries about one subject, the oldest first."""
    trail = organisation.get(TRAIL)
    numbers = () if trail is None else trail.by_subject.get(uid, ())
    return [trail.entry(number) for number in numbers]


class VersionLog:
    """Everything that acts and trail say of one version."""

    def __init__(self, version: Version) -> None:
        """Read the log of ``version``."""
        self.version = version
        organisation = organisation_of(version)
        self.entries = [
            (key_of(one["at"]), one) for one in entries_about(organisation, version.uid)
        ]
        self.acts = [(key_of(act["at"]), act) for act in version.acts]
        moments = [moment for moment, _one in (*self.entries, *self.acts)]
        self.born = min(moments) if moments else ""
        self.changes = {
            name: list(self._changes(name))
            for name in ("title", "label", "distribution", "review_by", "release_on")
        }

    def _changes(self, name: str) -> Iterator[_Change]:
        for moment, entry in self.entries:
            details = entry["details"]
            values = details.get("values") or {}
            if name in values:
                yield (moment, *values[name])
                continue
            if isinstance(details.get(name), list) and len(details[name]) == 2:
                yield (moment, *details[name])
                continue
            old, new = details.get("old"), details.get("new")
            if isinstance(new, Mapping) and name in new:
                yield moment, (old or {}).get(name), new[name]

    def value(self, name: str, moment: str, now: Any) -> Any:
        """Give the value that ``name`` had; ``now`` is what it has now."""
        return _value(self.changes[name], moment, now)

    def moments(self) -> set[str]:
        """Name the moments at which the version may have changed its line."""
        told = {moment for moment, one in self.entries if one["event"] not in _SILENT}
        return told | {moment for moment, _act in self.acts}

    def at(self, moment: str) -> Version | None:
        """Make the version as it was, or None before it began."""
        if moment < self.born:
            return None
        now = self.version
        made = Version(
            self.value("title", moment, now.title),
            self.value("label", moment, now.label),
            author_id=now.author_id,
            author=now.author,
        )
        made.uid, made.order, made.token = now.uid, now.order, now.token
        made.migrated, made.code = now.migrated, now.code
        made.acts.extend(act for at, act in self.acts if at <= moment)
        made.distribution.extend(self.value("distribution", moment, list(now.distribution)))
        made.editor_ids.update(
            entry["person_id"]
            for at, entry in self.entries
            if at <= moment and entry["event"] in _WRITES
        )
        released = self.value(
            "release_on", moment, now.release_on.isoformat() if now.release_on else None
        )
        made.release_on = date.fromisoformat(released) if released else None
        made.dates.update(self._dates(made, moment))
        return made

    def _dates(self, made: Version, moment: str) -> dict[str, str]:
        """Give the dates as they were: what acts set, only once they had."""
        now = self.version
        if now.migrated:
            review = self.value("review_by", moment, now.dates.get("review_by"))
            return _filled({**now.dates, "review_by": review})
        kinds = {act["kind"]: act for act in made.acts}
        approved = None
        if made.is_signed:
            last = max((act["at"] for act in made.acts if act["kind"] == "signed"), key=key_of)
            approved = local_day(now, moment_of(key_of(last))).isoformat()
        released = kinds.get("released")
        return _filled(
            {
                "approved_on": approved,
                "in_force_from": released["in_force_from"] if released else None,
                "review_by": self._review(moment, released),
            }
        )

    def _review(self, moment: str, released: Mapping[str, Any] | None) -> str | None:
        """Give the date of the next review, which the release sets where nobody had."""
        changes = self.changes["review_by"]
        before = [change for change in changes if change[0] <= moment]
        if released is None:
            return before[-1][2] if before else None
        at = key_of(released["at"])
        after = [change for change in before if change[0] > at]
        if after:
            return after[-1][2]
        drafted = [change for change in before if change[0] <= at]
        if drafted and drafted[-1][2]:
            return drafted[-1][2]
        later = [change for change in changes if change[0] > at]
        return later[0][1] if later else self.version.dates.get("review_by")


def _filled(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _value(changes: list[_Change], moment: str, now: Any) -> Any:
    done = [change for change in changes if change[0] <= moment]
    if done:
        return done[-1][2]
    return changes[0][1] if changes else now


class DocumentLog:
    """Everything that acts and trail say of one document."""

    def __init__(self, document: Document) -> None:
        """Read the log of ``document``."""
        self.document = document
        self.versions = [VersionLog(version) for version in document.versions]
        organisation = organisation_of(document)
        self.entries = [
            (key_of(one["at"]), one) for one in entries_about(organisation, document.uid)
        ]
        told = [*self.entries, *(pair for log in self.versions for pair in log.entries)]
        self.codes = sorted(
            (moment, entry["details"]["code"])
            for moment, entry in told
            if isinstance(entry["details"].get("code"), str)
        )

    @cached_property
    def moments(self) -> list[str]:
        """Name every moment at which the document's line may have changed, in order."""
        found = {moment for moment, _entry in self.entries}
        return sorted(found.union(*(log.moments() for log in self.versions)))

    def at(self, moment: str) -> Document | None:
        """Make the document as it was, with all versions that it had; None before it began."""
        now, moments = self.document, self.moments
        if not moments or moment < moments[0]:
            return None
        made = Document(
            self._code(moment),
            self._title(moment),
            type_id=now.type_id,
            process_id=now.process_id,
            owner_process_id=now.owner_process_id,
        )
        made.uid = now.uid
        for log in self.versions:
            version = log.at(moment)
            if version is None:
                continue
            version.__parent__ = made.versions
            made.versions._by_order[version.order] = version  # noqa: SLF001 - keeps its order
            if version.state == workflow.IN_FORCE:
                made.in_force_order = version.order
            elif version.state in workflow.PENDING:
                made.pending_order = version.order
            if any(act["kind"] == "retired" for act in version.acts):
                made.retired = True
        return made

    def _code(self, moment: str) -> str:
        done = [code for at, code in self.codes if at <= moment]
        if done and done[-1] != self.codes[-1][1]:
            return done[-1]
        return self.document.code

    def _title(self, moment: str) -> str:
        """Give the title that the release before ``moment`` left, or the one it was made with."""
        released = [
            (at, log) for log in self.versions for at, act in log.acts if act["kind"] == "released"
        ]
        done = [pair for pair in released if pair[0] <= moment]
        if done:
            at, log = max(done, key=lambda pair: pair[0])
            return log.value("title", at, log.version.title)
        if not released:
            return self.document.title
        made = (one for _at, one in self.entries if one["event"] == "DocumentCreated")
        entry = next(made, None)
        return self.document.title if entry is None else entry["details"]["title"]


def spans_from_log(document: Document) -> tuple[Span, ...]:
    """Work out all spans of a document from acts and trail alone."""
    log = DocumentLog(document)
    spans: tuple[Span, ...] = ()
    made = first = None
    for moment in log.moments:
        made = log.at(moment)
        first = first or made
        if made is not None:
            spans = appended(spans, moment, facts_of(made))
    return spans if first is None else with_registered(spans, first, zone_of(document))


# The house


def house_at(
    organisation: Any, chronicle: Chronicle, moment: str, documents: Iterable[Document] = ()
) -> Organisation:
    """Make the organisation as it was, with these documents; for looking only, never stored."""
    site = Site()
    made = Organisation(organisation.id, organisation.title)
    made.profile = PersistentMapping(profile_at(organisation, chronicle, moment))
    site.add(organisation.id, made)
    made.add("people", People())
    _places(organisation, chronicle, moment, made["people"])
    _persons(organisation, chronicle, moment, made["people"])
    _delegations(organisation, moment, made["people"])
    processes = made.add("processes", ProcessFolder())
    for process in organisation["processes"].values():
        if (past := process_at(chronicle, process, moment)) is not None:
            processes.add(past.id, past)
    folder = made.add("documents", DocumentFolder())
    for document in documents:
        past_document = DocumentLog(document).at(moment)
        if past_document is not None:
            folder.add(past_document)
    return made


def profile_at(organisation: Any, chronicle: Chronicle, moment: str) -> dict[str, Any]:
    """Give the plain profile as it was, or as it is known earliest."""
    data = dict(organisation.profile)
    for key in data:
        known = chronicle.known(f"profile/{key}", moment, earliest=True)
        if known is not None:
            data[key] = json.loads(known.text)
    return data


def process_at(chronicle: Chronicle, process: Process, moment: str) -> Process | None:
    """Give the process as it was; None when it did not exist yet."""
    known = chronicle.known(f"process/{process.id}", moment)
    if known is None:
        return None
    facts = json.loads(known.text)
    made = Process(
        process.id,
        facts["acronym"],
        facts["name"],
        facts["macroprocess"],
        facts["kind"],
        facts["leader"],
    )
    made.uid, made.active = process.uid, facts["active"]
    return made


def _places(organisation: Any, chronicle: Chronicle, moment: str, people: People) -> None:
    present = organisation["people"]
    for unit in present["units"].values():
        known = chronicle.known(f"unit/{unit.id}", moment)
        if known is not None:
            people["units"].add(unit.id, Unit(unit.id, json.loads(known.text)["name"]))
    for position in present["positions"].values():
        known = chronicle.known(f"position/{position.id}", moment)
        if known is not None:
            facts = json.loads(known.text)
            made = Position(position.id, facts["name"], facts["superior"], facts["unit"])
            people["positions"].add(position.id, made)


def _persons(organisation: Any, chronicle: Chronicle, moment: str, people: People) -> None:
    for person in organisation["people"]["persons"].values():
        known = chronicle.known(f"person/{person.id}", moment)
        if known is None:
            continue
        facts = json.loads(known.text)
        made = Person(person.id, facts["name"])
        made.uid, made.active = person.uid, facts["active"]
        people["persons"].add(person.id, made)
        people.place(made, [one for one in facts["positions"] if one in people["positions"]])
        people.set_roles(made, facts["roles"])


def _delegations(organisation: Any, moment: str, people: People) -> None:
    for one in organisation["people"]["delegations"].values():
        made_at = [key_of(entry["at"]) for entry in entries_about(organisation, one.uid)]
        known = {one.from_person, one.to_person} <= set(people["persons"])
        if not known or (made_at and min(made_at) > moment):
            continue
        made = Delegation(
            one.id, one.from_person, one.to_person, one.starts, one.ends, one.reason, one.scope
        )
        ended = one.ended_at
        made.ended_at = ended if ended is not None and key_of(ended) <= moment else None
        people.keep_delegation(made)
