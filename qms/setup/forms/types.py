"""The form of a document type and its sections."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.kernel.text import slug
from qms.profiles.schema import DOCUMENT_TYPE, SECTION, SECTION_KINDS
from qms.setup.rows import base, row, rows
from qms.web import fields
from qms.web.forms import Schema

KINDS = {
    "text": _("Text"),
    "glossary": _("Definitions"),
    "references": _("Related documents"),
    "activities": _("Activities with flowchart"),
    "indicators": _("Indicators"),
    "sipoc": _("Suppliers, inputs, outputs, customers"),
    "risks": _("Risks and controls"),
    "objectives": _("Quality objectives"),
    "requirements": _("Requirements"),
    "resources": _("Resources"),
    "table": _("Table"),
    "annexes": _("Annexes"),
    "process-documents": _("Documents of the process"),
}
"""The kinds of sections in the order of the profile's schema."""
MODES = {
    "heading": _("Under a heading"),
    "row": _("As a row: title at the left"),
    "column": _("As a column beside its neighbours"),
}
PRINTED = {
    "table": _("table"),
    "cards": _("cards"),
    "what-how": _("what and how"),
    "list": _("list"),
    "by-note": _("by note"),
}
CHARTS = {
    "below": _("below the activities"),
    "annexes": _("among the annexes"),
    "none": _("no flowchart"),
}
YES_NO = {"yes": _("yes"), "no": _("no")}
_TRUTH = {None: None, True: "yes", False: "no"}


def _kinds(_bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(kind, KINDS.get(kind, kind)) for kind in SECTION_KINDS]


def _routes(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(one["id"], one["name"]) for one in bindings["present"]["routes"]]


def _section() -> Any:
    return row(
        fields.hidden(name="id"),
        fields.text(_("Number"), longest=12, optional=True, name="number"),
        fields.text(_("Title"), longest=160, name="title"),
        fields.choice(_("Kind"), _kinds, name="kind"),
        fields.yes_no(_("Compulsory"), name="required"),
        fields.group(
            "",
            fields.choice(_("How printed"), list(MODES.items()), name="mode"),
            fields.choice(
                _("Level of the heading"),
                [(str(n), str(n)) for n in range(1, 5)],
                optional=True,
                prompt=_("by number"),
                name="level",
            ),
            fields.choice(
                _("In the index"),
                list(YES_NO.items()),
                optional=True,
                prompt=_("by itself"),
                name="index",
            ),
            fields.text(_("Group of columns"), longest=64, optional=True, name="group"),
            fields.choice(
                _("Form"),
                list(PRINTED.items()),
                optional=True,
                prompt=_("usual"),
                name="form",
            ),
            fields.choice(
                _("Flowchart"), list(CHARTS.items()), optional=True, prompt=_("usual"), name="chart"
            ),
            row=True,
            name="print",
        ),
    )


class TypeSchema(Schema):
    """A type of document."""

    base = base()
    name = fields.text(_("Name"), longest=120)
    plural = fields.text(_("Plural"), longest=120, optional=True)
    acronym = fields.text(
        _("Acronym"),
        longest=12,
        optional=True,
        help=_("Codes bear it; the code grammar is told of a new one at once."),
    )
    family = fields.text(_("Family"), longest=120, optional=True)
    content = fields.choice(
        _("Content"),
        [
            ("structured", _("Written here, section by section")),
            ("file", _("A file that is uploaded")),
        ],
    )
    code_process = fields.choice(
        _("Process in the code"),
        [
            ("described", _("The process that the document describes")),
            ("owner", _("The process that owns the document")),
        ],
    )
    review_months = fields.integer(
        _("Months until the review"), optional=True, help=_("Empty for never.")
    )
    route = fields.choice(_("Route"), _routes)
    sections = rows(
        _("Sections"),
        _section(),
        most=60,
        add=_("Add a section"),
        help=_(
            "Drafts that are under way keep what was written in a section that is taken away, but"
            " show it no more."
        ),
    )


def type_start(one: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form begins with for a type of the profile."""
    return {
        **{
            key: one.get(key)
            for key in ("name", "plural", "acronym", "family", "review_months", "route")
        },
        "content": one.get("content", "structured"),
        "code_process": one.get("code_process", "described"),
        "sections": [_section_start(section) for section in one.get("sections") or []],
    }


def _section_start(section: Mapping[str, Any]) -> dict[str, Any]:
    printed = {**(SECTION.keys["print"].default()), **(section.get("print") or {})}
    return {
        "id": section["id"],
        "kind": section["kind"],
        "title": section["title"],
        "number": section.get("number", ""),
        "required": section.get("required", False),
        "print": {
            **printed,
            "level": None if printed["level"] is None else str(printed["level"]),
            "index": _TRUTH[printed["index"]],
        },
    }


def type_wanted(values: Mapping[str, Any], present: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the type as the form wants it; what the form does not know stays."""
    kept = copy.deepcopy(dict(present)) if present else {}
    taken: set[str] = {one["id"] for one in values["sections"] if one["id"]}
    told = {key: values[key] or None for key in ("plural", "acronym", "family", "review_months")}
    kinds = {one["id"]: one["kind"] for one in kept.get("sections") or []}
    sections = [_section_wanted(one, taken, kinds) for one in values["sections"]]
    wanted = {
        **kept,
        "name": values["name"],
        **told,
        "content": values["content"],
        "code_process": values["code_process"],
        "route": values["route"],
        "sections": sections,
    }
    order = [key for key in DOCUMENT_TYPE.keys if key in wanted]
    return {key: wanted[key] for key in order}


def _section_wanted(
    values: Mapping[str, Any], taken: set[str], kinds: Mapping[str, str]
) -> dict[str, Any]:
    printed = values["print"]
    identifier = values["id"]
    if not identifier or kinds.get(identifier, values["kind"]) != values["kind"]:
        # A section of another kind is another section: what was written in the former one stays.
        identifier = free_id(values["title"], {*taken, *kinds}, "section")
    taken.add(identifier)
    return {
        "id": identifier,
        "kind": values["kind"],
        "title": values["title"],
        "number": values["number"],
        "required": values["required"],
        "print": {
            "mode": printed["mode"],
            "level": int(printed["level"]) if printed["level"] else None,
            "index": {"yes": True, "no": False}.get(printed["index"] or ""),
            "group": printed["group"] or None,
            "form": printed["form"] or None,
            "chart": printed["chart"] or None,
        },
    }


def free_id(title: str, taken: Iterable[str], default: str) -> str:
    """Make an id of a title that nothing else has."""
    known = set(taken)
    first = slug(title, 40) or default
    found, number = first, 2
    while found in known:
        found, number = f"{first}-{number}", number + 1
    return found
