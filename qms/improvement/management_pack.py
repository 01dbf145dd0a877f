"""The pack of a management review: every announced input, counted at the cut date, as plain data.

While the review is a draft it is made anew for each page; at its approval it is frozen, and what
was signed is its digest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pyramid.registry import Registry
from translationstring import TranslationString

from qms.charts import Chart, Figure, figure
from qms.charts.tables import Table
from qms.content.models import organisation_of
from qms.documents.management_inputs import PARTS, InputBlock, ReviewInput, review_inputs
from qms.improvement.listing import action_row, owner_name
from qms.improvement.models import ManagementReview
from qms.kernel.formats import NumberStyle
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import Profile, profile_of
from qms.web.i18n import localizer_of

Translate = Callable[[Any], str]

PART_TITLES = {
    "a": _("Status of actions of earlier reviews"),
    "b": _("Changes of external and internal issues"),
    "c1": _("Customer satisfaction and feedback"),
    "c2": _("Objectives"),
    "c3": _("Performance of processes and conformity"),
    "c4": _("Nonconformities and corrective actions"),
    "c5": _("Results of monitoring and measurement"),
    "c6": _("Results of audits"),
    "c7": _("Performance of external providers"),
    "d": _("Adequacy of resources"),
    "e": _("Actions on risks and opportunities"),
    "f": _("Opportunities for improvement"),
}


@dataclass(frozen=True)
class Pack:
    """The inputs as plain data, and the drawings that the PDF needs besides."""

    data: dict[str, Any]
    charts: Mapping[str, list[Chart]] = field(default_factory=dict)
    """Charts by the name of their input."""


def pack_of(registry: Registry, review: ManagementReview, at: datetime) -> Pack:
    """Assemble the pack from live data, in the organisation's language."""
    organisation = organisation_of(review)
    profile, now = profile_of(organisation), review.progress
    translate: Translate = localizer_of(registry, profile.language[:2]).translate
    first, last = (date.fromisoformat(now.facts[key]) for key in ("first", "last"))
    charts: dict[str, list[Chart]] = {}
    blocks: dict[str, list[dict[str, Any]]] = {}
    for one in review_inputs(registry):
        made = one.prepare(organisation, first, last, at)
        charts[one.name] = [make(translate) for make in made.charts]
        blocks.setdefault(one.part, []).append(
            _block(one, made, charts[one.name], translate, profile)
        )
    parts = [
        {
            "part": part,
            "title": translate(PART_TITLES[part]),
            "note": now.notes.get(part, ""),
            "blocks": blocks.get(part, []),
        }
        for part in PARTS
    ]
    people = people_of(organisation)
    data = {
        "schema": 1,
        "organisation": organisation.id,
        "number": review.number,
        **{key: now.facts[key] for key in ("title", "first", "last")},
        "approvers": [people.position_name(one) for one in now.facts["approvers"]],
        "parts": parts,
        "minutes": now.minutes,
        "attendees": now.attendees,
        "decisions": _decisions(review),
    }
    return Pack(data, charts)


def _decisions(review: ManagementReview) -> list[dict[str, str]]:
    organisation = organisation_of(review)
    rows = [action_row(organisation["actions"][one]) for one in review.progress.decisions]
    return [
        {
            "number": row.number,
            "title": row.title,
            "owner": owner_name(organisation, row),
            "due": row.first_due,
        }
        for row in rows
    ]


def _block(
    one: ReviewInput, made: InputBlock, charts: list[Chart], translate: Translate, profile: Profile
) -> dict[str, Any]:
    style = profile.number_style()

    def shown(value: Any) -> str:
        if value is None:
            return translate(_("no data"))
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return style.format(Decimal(value))
        return translate(value)

    return {
        "name": one.name,
        "title": translate(one.title),
        "rows": [
            {
                "label": translate(row.label),
                "value": shown(row.value),
                "number": str(row.value) if isinstance(row.value, int | Decimal) else "",
                "note": translate(_styled(row.note, style)),
                "state": row.state,
            }
            for row in made.rows
        ],
        "charts": [
            _frozen(figure(chart, f"{one.name.replace('.', '-')}-{place}"))
            for place, chart in enumerate(charts)
        ],
        "links": [[translate(words), path] for words, path in made.links],
    }


def _styled(note: Any, style: NumberStyle) -> Any:
    """Give a note whose numbers are written as the organisation writes them."""
    if not isinstance(note, TranslationString) or not note.mapping:
        return note
    written = {
        name: style.format(Decimal(value)) if isinstance(value, int) else value
        for name, value in note.mapping.items()
    }
    return TranslationString(note, mapping=written)


def _frozen(drawn: Figure) -> dict[str, Any]:
    return {
        "ident": drawn.ident,
        "title": drawn.title,
        "description": drawn.description,
        "wide": drawn.wide,
        "narrow": drawn.narrow,
        "heads": list(drawn.table.heads),
        "rows": [list(row) for row in drawn.table.rows],
    }


def thawed(data: Mapping[str, Any]) -> Figure:
    """Give the figure of a frozen drawing, for the macro that shows it."""
    table = Table(tuple(data["heads"]), tuple(tuple(row) for row in data["rows"]))
    return Figure(
        data["title"], data["description"], data["wide"], data["narrow"], table, data["ident"]
    )
