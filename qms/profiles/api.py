"""What features see of a profile: small read-only views, made once per revision.

A feature never reads ``organisation.profile`` itself; it asks ``profile_of(organisation)``.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from qms.content.models import BlobFile, Content, Organisation
from qms.kernel.calendars import Calendar
from qms.kernel.codes import CodeGrammar
from qms.kernel.formats import DateStyle, NumberStyle
from qms.kernel.versions import VersionScheme
from qms.profiles.apply import LOGO, PROCESSES
from qms.profiles.case_schema import CASES
from qms.profiles.countries import CountryProfile, country, plain_country
from qms.profiles.errors import UnknownCountry, UnknownEntry
from qms.profiles.improvement_schema import IMPROVEMENT
from qms.profiles.indicator_schema import INDICATORS
from qms.profiles.models import Process
from qms.profiles.printed_words import general_words
from qms.profiles.retention_schema import RETENTION
from qms.profiles.schema import READING, REMINDERS, REQUESTS
from qms.profiles.survey_schema import SURVEYS


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a document type."""

    id: str
    kind: str
    title: str
    number: str
    required: bool
    print_mode: str
    """``heading``, ``row`` or ``column``."""
    print_more: Mapping[str, Any] = field(default_factory=dict)
    """What else the profile says about printing: level, index, group, form, chart."""

    @property
    def printed(self) -> dict[str, Any]:
        """Give how it is printed, as the frozen version keeps it."""
        return {"mode": self.print_mode, **self.print_more}


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type of controlled document."""

    id: str
    name: str
    plural: str
    acronym: str | None
    family: str | None
    content: str
    """``structured`` or ``file``."""
    review_months: int | None
    """Months after which a version is due for review; None for never."""
    route: str
    sections: tuple[Section, ...]
    code_process: str = "described"
    """Whose acronym its codes bear: that of the ``described`` process, or of the ``owner``."""
    active: bool = True
    """Whether new documents of it can be started; those that exist stay what they are."""

    def section(self, identifier: str) -> Section:
        """Give the section of this id; UnknownEntry otherwise."""
        for section in self.sections:
            if section.id == identifier:
                return section
        raise UnknownEntry


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an approval route."""

    id: str
    label: str
    """As it is printed."""
    meaning: str
    """What a signature of this step says."""
    rule: str
    """``all``, ``any`` or ``count`` of the assignees must sign."""
    count: int | None
    term_days: int | None
    """Business days from the opening of the step; None for no term."""
    assignees: tuple[Mapping[str, str], ...]
    """Each one of ``{"position" | "person" | "unit" | "role": id}``."""


@dataclass(frozen=True, slots=True)
class Route:
    """An approval route: its steps, in their order."""

    id: str
    name: str
    separation_of_duties: bool
    steps: tuple[Step, ...]

    def step(self, identifier: str) -> Step:
        """Give the step of this id; UnknownEntry otherwise."""
        for step in self.steps:
            if step.id == identifier:
                return step
        raise UnknownEntry


class Profile:
    """The profile of one organisation at one revision."""

    def __init__(self, organisation: Organisation) -> None:
        """Look at the organisation's profile as it is now."""
        self._data: Mapping[str, Any] = copy.deepcopy(dict(organisation.profile))
        self.revision: int = organisation.profile_revision
        facts = self._data["organisation"]
        self.id: str = facts["id"]
        self.name: str = facts["name"]
        self.legal_name: str | None = facts["legal_name"]
        self.tax_id: str | None = facts["tax_id"]
        self.country_code: str = facts["country"]
        self.language: str = facts["language"]
        self.timezone: str = facts["timezone"]
        self.colour: str = facts["colour"]
        self.system_name: str = facts["system_name"]
        self.case_acronym: str = facts["case_acronym"]
        self._schemes: dict[str | None, VersionScheme] = {}
        self._calendars: dict[tuple[str | None, date | None], Calendar] = {}
        self._date_styles: dict[str, DateStyle] = {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which the organisation's days begin and end."""
        return ZoneInfo(self.timezone)

    @cached_property
    def document_types(self) -> tuple[DocumentType, ...]:
        """The document types, in the order of the profile."""
        return tuple(_document_type(one) for one in self._data["document_types"])

    def document_type(self, identifier: str) -> DocumentType:
        """Give the document type of this id; UnknownEntry otherwise."""
        return _by_id(self.document_types, identifier)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The approval routes."""
        return tuple(_route(one) for one in self._data["routes"])

    def route(self, identifier: str) -> Route:
        """Give the route of this id; UnknownEntry otherwise."""
        return _by_id(self.routes, identifier)

    @cached_property
    def _grammar(self) -> CodeGrammar:
        return CodeGrammar.from_data(self._data["codes"])

    def code_grammar(self) -> CodeGrammar:
        """Give the grammar of the organisation's codes."""
        return self._grammar

    def version_scheme(self, type_id: str | None = None) -> VersionScheme:
        """Give the version scheme of a document type, or the organisation's general one."""
        if type_id not in self._schemes:
            own = None
            for one in self._data["document_types"]:
                own = one["versions"] if one["id"] == type_id else own
            self._schemes[type_id] = VersionScheme.from_data(own or self._data["versions"])
        return self._schemes[type_id]

    def date_style(self, name: str = "printed") -> DateStyle:
        """Give a date style by its use (``printed``, ``screen``); else the country's, else long."""
        found = self._date_styles.get(name)
        if found is None:
            own = self._data["styles"]["date"]
            general = self.country.styles["date"]
            found = DateStyle.from_data(own.get(name) or general.get(name) or "long")
            self._date_styles[name] = found
        return found

    def number_style(self) -> NumberStyle:
        """Give how numbers are written: the organisation's way, else the country's."""
        return self._number_style

    @cached_property
    def _number_style(self) -> NumberStyle:
        own = self._data["styles"]["number"] or self.country.styles["number"]
        return NumberStyle.from_data(own or {})

    @cached_property
    def country(self) -> CountryProfile:
        """The country's profile: the organisation's own, else the shipped, else a plain one."""
        if self._data["country_profile"]:
            return CountryProfile(self._data["country_profile"])
        try:
            return country(self.country_code)
        except UnknownCountry:
            return plain_country(self.country_code, self.language, self.timezone)

    def calendar(self, subdivision: str | None = None, as_known_on: date | None = None) -> Calendar:
        """Give the business days of the organisation, or of one of its sites' subdivisions."""
        key = (subdivision, as_known_on)
        if key not in self._calendars:
            own = {
                name: value
                for name, value in self._data["calendar"].items()
                if value not in (None, [], False)
            }
            place = {"subdivision": subdivision} if subdivision else {}
            data = {**self.country.calendar_data(), **own, **place}
            self._calendars[key] = Calendar.from_data(data, as_known_on)
        return self._calendars[key]

    @cached_property
    def reading(self) -> Mapping[str, Any]:
        """How reading works: ``term_days`` in business days, and ``migrated``."""
        return READING.defaults() | dict(self._data.get("reading") or {})

    @cached_property
    def requests(self) -> Mapping[str, Any]:
        """How change requests go: who asks and decides, the term, and the retirement's route."""
        return REQUESTS.defaults() | dict(self._data.get("requests") or {})

    @cached_property
    def cases(self) -> Mapping[str, Any]:
        """The register of cases: kinds, channels, queues and the rest; see ``case_schema``."""
        return CASES.defaults() | dict(self._data.get("cases") or {})

    @cached_property
    def surveys(self) -> Mapping[str, Any]:
        """Satisfaction calls and surveys: scales, questions, follow-up; see ``survey_schema``."""
        return SURVEYS.defaults() | dict(self._data.get("surveys") or {})

    @cached_property
    def improvement(self) -> Mapping[str, Any]:
        """Findings, actions and audits: kinds, gates and numbers; see ``improvement_schema``."""
        return IMPROVEMENT.defaults() | dict(self._data.get("improvement") or {})

    @cached_property
    def retention(self) -> Mapping[str, Any]:
        """The table of retention at its beginning, and its terms; see ``retention_schema``."""
        return RETENTION.defaults() | dict(self._data.get("retention") or {})

    @cached_property
    def indicators(self) -> Mapping[str, Any]:
        """Terms of measuring and systems outside that push values; see ``indicator_schema``."""
        return INDICATORS.defaults() | dict(self._data.get("indicators") or {})

    @cached_property
    def reminders(self) -> Mapping[str, list[int]]:
        """When mails remind of ``reading``, ``signing`` and ``review``: days before the term."""
        return REMINDERS.defaults() | dict(self._data.get("reminders") or {})

    @property
    def printing(self) -> dict[str, Any]:
        """The printed layout, complete with defaults; a copy, fit for the frozen version."""
        return copy.deepcopy(self._data["printing"])

    @property
    def styles(self) -> dict[str, Any]:
        """The date and number styles as data, fit for the frozen version."""
        own = copy.deepcopy(self._data["styles"])
        own["number"] = own["number"] or copy.deepcopy(self.country.styles["number"])
        return own

    def label(self, name: str) -> str:
        """Give a printed word, such as that of ``in_force_from``; UnknownEntry otherwise."""
        words = general_words(self.language) | self._data["printing"]["labels"]
        if name not in words:
            raise UnknownEntry
        return words[name]

    def organisation_facts(self) -> dict[str, Any]:
        """Give the ``organisation`` part of a frozen version."""
        return {
            "id": self.id,
            "name": self.name,
            "legal_name": self.legal_name,
            "tax_id": self.tax_id,
            "system_name": self.system_name,
            "language": self.language,
            "timezone": self.timezone,
            "styles": self.styles,
            "colour": self.colour,
        }


def profile_of(organisation: Content | None) -> Profile:
    """Give the views of the organisation's profile; UnknownEntry where there is none.

    They are kept beside the object in memory, never in the database, until its revision changes.
    """
    if not isinstance(organisation, Organisation):
        raise UnknownEntry
    kept = getattr(organisation, "_v_profile", None)
    if kept is not None and kept.revision == organisation.profile_revision:
        return kept
    if "organisation" not in organisation.profile:
        raise UnknownEntry
    profile = Profile(organisation)
    organisation._v_profile = profile  # noqa: SLF001 - the database forgets _v_ names
    return profile


def logo_of(organisation: Organisation) -> BlobFile | None:
    """Give the logo file, or None when the name is the word mark."""
    return organisation.annexes.get(LOGO)


def logo_data(organisation: Organisation) -> dict[str, str] | None:
    """Give the logo as a frozen version keeps it (base64), or None."""
    file = logo_of(organisation)
    if file is None:
        return None
    return {"media_type": file.media_type, "data": base64.b64encode(file.read()).decode("ascii")}


def processes_of(organisation: Organisation, *, active_only: bool = True) -> list[Process]:
    """List the processes in the order of their ids."""
    return [one for one in organisation[PROCESSES].values() if one.active or not active_only]


def process_of(organisation: Organisation, identifier: str) -> Process:
    """Give the process of this id, in use or not; UnknownEntry otherwise."""
    process = organisation[PROCESSES].get(identifier)
    if process is None:
        raise UnknownEntry
    return process


def _by_id(entries: Any, identifier: str) -> Any:
    for one in entries:
        if one.id == identifier:
            return one
    raise UnknownEntry


def _document_type(data: Mapping[str, Any]) -> DocumentType:
    sections = tuple(
        Section(
            one["id"],
            one["kind"],
            one["title"],
            one["number"],
            one["required"],
            one["print"]["mode"],
            {
                key: value
                for key, value in one["print"].items()
                if key != "mode" and value is not None
            },
        )
        for one in data["sections"]
    )
    return DocumentType(
        id=data["id"],
        name=data["name"],
        plural=data["plural"] or data["name"],
        acronym=data["acronym"],
        family=data["family"],
        content=data["content"],
        review_months=data["review_months"],
        route=data["route"],
        sections=sections,
        code_process=data.get("code_process", "described"),
        active=data.get("active", True),
    )


def _route(data: Mapping[str, Any]) -> Route:
    steps = tuple(
        Step(
            one["id"],
            one["label"],
            one["meaning"],
            one["rule"],
            one["count"],
            one["term_days"],
            tuple(dict(assignee) for assignee in one["assignees"]),
        )
        for one in data["steps"]
    )
    return Route(data["id"], data["name"], data["separation_of_duties"], steps)
