"""How an organisation profile must look: every key, its shape and what stands for it when left out.

The order of the keys here is the order in which a profile is exported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qms.kernel.i18n import _
from qms.profiles.book import Book, Path
from qms.profiles.case_schema import CASES
from qms.profiles.improvement_schema import IMPROVEMENT
from qms.profiles.indicator_schema import INDICATORS
from qms.profiles.printing_schema import PRINTING
from qms.profiles.reader import Mapped, Node
from qms.profiles.retention_schema import RETENTION
from qms.profiles.shapes import (
    WRONG,
    Choice,
    Flag,
    Free,
    Ident,
    Key,
    Many,
    Pattern,
    Record,
    Ref,
    Shape,
    Table,
    Text,
    Whole,
    may,
    need,
)
from qms.profiles.survey_schema import SURVEYS

SLUG = Pattern(
    re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*"),
    _("an id has small letters without accents, digits and single dashes"),
    64,
)
"""An id that is unique in its own list only, such as that of a step."""
EMAIL = Pattern(
    re.compile(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
        r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
    ),
    _("an e-mail address looks like name@example.org"),
    254,
    fold=True,
)
COLOUR = Pattern(
    re.compile(r"#[0-9a-fA-F]{6}"),
    _('a colour is written in quotes as "#0b5fa5"'),
    fold=True,
)
COUNTRY = Pattern(re.compile(r"[A-Z]{2}"), _("a country has two capitals, such as CO"))
LANGUAGE = Pattern(re.compile(r"[a-z]{2}(?:-[A-Z]{2})?"), _("a language is written as es or es-CO"))
FILE_NAME = Pattern(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\.(?:png|jpg|jpeg)"),
    _("a logo is the name of a PNG or JPEG file beside the profile, without folders"),
)
ZONE = Pattern(
    re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*"),
    _("a time zone is written as America/Bogota"),
)

SECTION_KINDS = (
    "text",
    "glossary",
    "references",
    "activities",
    "indicators",
    "sipoc",
    "risks",
    "objectives",
    "requirements",
    "resources",
    "table",
    "annexes",
    "process-documents",
)
ROLES = ("administrator", "quality", "auditor")
ASSIGNEE_ROLES = ("author", "process-leader", "superior")


@dataclass(frozen=True)
class OnlyOne:
    """A mapping with exactly one of several keys, such as one kind of assignee."""

    keys: Mapping[str, Shape]

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the mapping with its one key."""
        record = Record({name: Key(shape, required=False) for name, shape in self.keys.items()})
        value = record.read(node, path, book)
        if value is WRONG:
            return WRONG
        given = {name: one for name, one in value.items() if one is not None}
        if isinstance(node, Mapped) and len(node.entries) != 1:
            known = ", ".join(self.keys)
            book.note(path, _("exactly one of ${known} is expected here", mapping={"known": known}))
            return WRONG
        return given


ORGANISATION = Record(
    {
        "id": need(SLUG),
        "name": need(Text(80)),
        "legal_name": may(Text(200)),
        "tax_id": may(Text(60)),
        "country": need(COUNTRY),
        "language": may(LANGUAGE, "es"),
        "timezone": need(ZONE),
        "colour": may(COLOUR, "#1f4e79"),
        "logo": may(FILE_NAME),
        "system_name": may(Text(120), "SISTEMA DE GESTIÓN DE CALIDAD"),
        "case_acronym": may(Text(12), "PQR"),
    }
)
STYLES = Record(
    {
        "date": may(Table(Free()), {"printed": "long", "screen": "numeric"}),
        "number": may(Free()),
    }
)
CALENDAR = Record(
    {
        "subdivision": may(Text(8)),
        "closures": may(Many(Free()), []),
        "open_saturdays": may(Free(), default=False),
        "hours": may(Free()),
    }
)
SITE = Record(
    {
        "id": need(Ident("site")),
        "name": need(Text(120)),
        "city": may(Text(80, empty=True), ""),
        "subdivision": may(Text(8)),
        "active": may(Flag(), default=True),
    }
)
UNIT = Record(
    {
        "id": need(Ident("unit")),
        "name": need(Text(160)),
        "parent": may(Ref("unit")),
        "active": may(Flag(), default=True),
    }
)
POSITION = Record(
    {
        "id": need(Ident("position")),
        "name": need(Text(160)),
        "superior": may(Ref("position")),
        "unit": may(Ref("unit")),
        "site": may(Ref("site")),
        "active": may(Flag(), default=True),
    }
)
PERSON = Record(
    {
        "id": need(Ident("person")),
        "name": need(Text(120)),
        "email": may(EMAIL),
        "positions": may(Many(Ref("position")), []),
        "roles": may(Many(Choice(ROLES)), []),
        "active": may(Flag(), default=True),
    }
)
PROCESS = Record(
    {
        "id": need(Ident("process")),
        "acronym": may(Text(12)),
        "name": need(Text(160)),
        "macroprocess": may(Text(160)),
        "kind": may(Choice(("strategic", "core", "support")), "core"),
        "leader": may(Ref("position")),
        "active": may(Flag(), default=True),
    }
)
FORMS: dict[str, tuple[str, ...]] = {
    "indicators": ("table", "cards", "what-how"),
    "references": ("list", "by-note"),
    "activities": ("table", "list"),
}
"""The forms in which a kind of section can be printed; every other kind has one only."""
PRINT = Record(
    {
        "mode": may(Choice(("heading", "row", "column")), "heading"),
        "level": may(Whole(1, 4)),
        "index": may(Flag()),
        "group": may(SLUG),
        "form": may(Choice(tuple(form for forms in FORMS.values() for form in forms))),
        "chart": may(Choice(("below", "annexes", "none"))),
    }
)
"""How a section is printed; what is left out follows from the number and from the content."""
SECTION = Record(
    {
        "id": need(SLUG),
        "kind": need(Choice(SECTION_KINDS)),
        "title": need(Text(160)),
        "number": may(Text(12, empty=True), ""),
        "required": may(Flag(), default=False),
        "print": may(PRINT, PRINT.defaults()),
    }
)
DOCUMENT_TYPE = Record(
    {
        "id": need(Ident("type")),
        "name": need(Text(120)),
        "plural": may(Text(120)),
        "acronym": may(Text(12)),
        "family": may(Text(120)),
        "content": may(Choice(("structured", "file")), "structured"),
        "code_process": may(Choice(("described", "owner")), "described"),
        "review_months": may(Whole(1, 240)),
        "route": need(Ref("route")),
        "versions": may(Free()),
        "sections": may(Many(SECTION), []),
        "active": may(Flag(), default=True),
    }
)
STEP = Record(
    {
        "id": need(SLUG),
        "label": need(Text(80)),
        "meaning": need(Text(300)),
        "rule": may(Choice(("all", "any", "count")), "all"),
        "count": may(Whole(1, 50)),
        "term_days": may(Whole(1, 365)),
        "assignees": need(
            Many(
                OnlyOne(
                    {
                        "position": Ref("position"),
                        "person": Ref("person"),
                        "unit": Ref("unit"),
                        "role": Choice(ASSIGNEE_ROLES),
                    }
                ),
                least=1,
            )
        ),
    }
)
ROUTE = Record(
    {
        "id": need(Ident("route")),
        "name": need(Text(120)),
        "separation_of_duties": may(Flag(), default=True),
        "steps": need(Many(STEP, least=1, most=12)),
    }
)

READING = Record(
    {
        "term_days": may(Whole(1, 365), 5),
        "migrated": may(Flag(), default=False),
    }
)
"""Business days for reading a new version, and whether versions taken over from elsewhere have to
be read by those, too, who held their position before."""
STAGES = Many(Whole(-365, 365), most=12)
REMINDERS = Record(
    {
        "reading": may(STAGES, [3, 0, -3]),
        "signing": may(STAGES, [1, 0, -3]),
        "review": may(STAGES, [60, 30, 0]),
    }
)
"""When mails remind: days before the term ends, negative after it; of review in calendar days,
otherwise in business days."""
REQUESTS = Record(
    {
        "asked_by": may(Choice(("everybody", "leaders")), "everybody"),
        "decided_by": may(
            Many(Choice(("process-leader", "quality")), least=1), ["process-leader", "quality"]
        ),
        "term_days": may(Whole(1, 365), 5),
        "retirement_route": may(Ref("route")),
    }
)
"""Change requests: who may ask, who decides, within how many business days, and by which route a
document is retired; without one, by the route of its type."""
PROFILE = Record(
    {
        "organisation": need(ORGANISATION),
        "styles": may(STYLES, STYLES.defaults()),
        "calendar": may(CALENDAR, CALENDAR.defaults()),
        "sites": may(Many(SITE), []),
        "units": may(Many(UNIT), []),
        "positions": need(Many(POSITION, least=1)),
        "persons": may(Many(PERSON), []),
        "processes": need(Many(PROCESS, least=1)),
        "codes": need(Free()),
        "versions": need(Free()),
        "document_types": need(Many(DOCUMENT_TYPE, least=1)),
        "routes": need(Many(ROUTE, least=1)),
        "reading": may(READING, READING.defaults()),
        "reminders": may(REMINDERS, REMINDERS.defaults()),
        "requests": may(REQUESTS, REQUESTS.defaults()),
        "cases": may(CASES, CASES.defaults()),
        "surveys": may(SURVEYS, SURVEYS.defaults()),
        "improvement": may(IMPROVEMENT, IMPROVEMENT.defaults()),
        "retention": may(RETENTION, RETENTION.defaults()),
        "indicators": may(INDICATORS, INDICATORS.defaults()),
        "printing": may(PRINTING, PRINTING.defaults()),
        "country_profile": may(Free()),
    }
)
"""The whole organisation profile."""
