"""The form of the printed look: header, cover, closing, approvals, changes, legends, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.kernel.i18n import _
from qms.profiles.printed_words import NAMES, general_words
from qms.profiles.printing_schema import (
    APPROVAL_LABELS,
    BLOCKS,
    CELL,
    CHANGE_FIELDS,
    DISTRIBUTION_LABELS,
    PRINTING,
)
from qms.setup.rows import base, row, rows
from qms.web import fields
from qms.web.forms import Schema

PAPERS = [("letter", _("Letter")), ("a4", _("A4"))]
ALIGNS = [("left", _("left")), ("center", _("centre")), ("right", _("right"))]
BLOCK_TITLES = {
    "title": _("Title"),
    "index": _("Index"),
    "approvals": _("Approvals"),
    "changes": _("Changes"),
    "distribution": _("Distribution"),
}
LAYOUTS = [
    ("columns", _("One column for each step")),
    ("rows", _("One row for each signature: action, date, who")),
    ("positions", _("One box for each position")),
]
ORDERS = [("ascending", _("oldest first")), ("descending", _("newest first"))]
FIELD_TITLES = {
    "version": _("Version"),
    "date": _("Date"),
    "description": _("Description"),
    "author": _("Author"),
    "state": _("State"),
}
PART_TITLES = {
    "name": _("Name"),
    "position": _("Position"),
    "date": _("Date"),
    "signature": _("Signature"),
    "action": _("Action"),
    "by": _("Done by"),
    "step": _("Step"),
    "number": _("Number"),
}


class Widths(colander.SchemaType):
    """Percentages, written as ``22 52 26``."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write them with blanks."""
        if appstruct in (colander.null, None):
            return colander.null
        return " ".join(map(str, appstruct))

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read whole numbers."""
        if cstruct is colander.null:
            return colander.null
        words = str(cstruct).replace(",", " ").replace("%", " ").split()
        if not words or not all(word.isascii() and word.isdecimal() for word in words):
            raise colander.Invalid(
                node, _("Write whole numbers that make 100 together, such as 22 52 26.")
            )
        return [int(word[:4]) for word in words[:40]]


def _spans(least: int = 1) -> list[tuple[str, str]]:
    return [(str(number), str(number)) for number in range(least, 13)]


def _cell() -> Any:
    return row(
        fields.long_text(_("Text"), rows=2, longest=300, optional=True, name="text"),
        fields.text(_("Small label"), longest=60, optional=True, name="label"),
        fields.choice(_("Side"), ALIGNS, name="align"),
        fields.choice(_("Columns"), _spans(), name="cols"),
        fields.choice(_("Rows"), _spans(), name="rows"),
        fields.integer(_("Size in points"), optional=True, name="size"),
        fields.yes_no(_("Logo"), name="logo"),
        fields.yes_no(_("Bold"), name="bold"),
        fields.yes_no(_("Capitals"), name="upper"),
    )


def _blocks(title: Any, names: tuple[str, ...]) -> Any:
    return rows(
        title,
        row(fields.choice(_("Block"), [(one, BLOCK_TITLES[one]) for one in names], name="block")),
        most=12,
        add=_("Add a block"),
        name="blocks",
    )


def _words(title: Any, names: Any, name: str, **options: Any) -> Any:
    return rows(
        title,
        row(
            fields.choice(_("Word"), names, name="name"),
            fields.text(_("Printed as"), longest=200, optional=True, name="text"),
        ),
        most=200,
        add=_("Add a word"),
        name=name,
        **options,
    )


def _named(known: frozenset[str]) -> list[tuple[str, Any]]:
    return [(one, PART_TITLES[one]) for one in sorted(known)]


def _steps(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = {
        step["id"]: step["label"]
        for route in bindings["present"]["routes"]
        for step in route["steps"]
    }
    return [(name, f"{label} ({name})") for name, label in found.items()]


def _printed(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    words = general_words(bindings["present"]["organisation"]["language"])
    listed = [(name, f"{words.get(name, '')} ({name})") for name in NAMES]
    return sorted(listed, key=lambda pair: pair[1].lower())


class LooksSchema(Schema):
    """How documents are printed."""

    base = base()
    sample = fields.text(
        _("Document to look at"),
        longest=64,
        optional=True,
        help=_("Its code; empty for an example. Not saved."),
    )
    paper = fields.choice(_("Paper"), PAPERS, radio=True)
    header = fields.group(
        _("Header"),
        colander.SchemaNode(
            Widths(),
            title=_("Widths of the columns, in percent"),
            name="widths",
            description=_("Such as 22 52 26; they make 100 together."),
        ),
        rows(
            _("Rows of the header"),
            row(
                rows(_("Cells"), _cell(), most=12, add=_("Add a cell"), name="cells", optional=True)
            ),
            least=1,
            most=12,
            add=_("Add a row"),
            name="rows",
            help=_(
                "A text may hold {code}, {title}, {version}, {type}, {process}, {system_name},"
                " {organisation}, {in_force_from}, {approved_on}, {review_by}, {page}, {pages},"
                " {family}, {macroprocess}, {owner_process} and {signers:STEP}."
            ),
        ),
    )
    cover = fields.group(
        _("Cover"),
        fields.yes_no(_("Print a cover"), name="enabled"),
        fields.yes_no(_("On a page of its own"), name="own_page"),
        fields.text(_("Heading"), longest=120, optional=True, name="heading"),
        _blocks(_("Blocks of the cover"), BLOCKS),
    )
    closing = fields.group(_("Closing"), _blocks(_("Blocks after the last section"), BLOCKS[2:]))
    approvals = fields.group(
        _("Approvals"),
        fields.choice(_("Layout"), LAYOUTS, name="layout"),
        fields.choice(_("Order"), ORDERS, name="order"),
        fields.text(_("Heading"), longest=120, optional=True, name="heading"),
        _words(_("Words of the block"), _named(APPROVAL_LABELS), "labels"),
        _words(_("Printed labels of steps"), _steps, "steps"),
    )
    changes = fields.group(
        _("Changes"),
        fields.text(_("Heading"), longest=120, optional=True, name="heading"),
        fields.choice(_("Order"), ORDERS, name="order"),
        rows(
            _("Columns"),
            row(
                fields.choice(
                    _("Field"), [(one, FIELD_TITLES[one]) for one in CHANGE_FIELDS], name="field"
                ),
                fields.text(_("Title"), longest=80, name="title"),
                fields.integer(_("Width in percent"), optional=True, name="width"),
            ),
            least=1,
            most=5,
            add=_("Add a column"),
            name="columns",
        ),
    )
    distribution = fields.group(
        _("Distribution"),
        fields.text(_("Heading"), longest=120, optional=True, name="heading"),
        fields.choice(_("Columns"), _spans()[:4], name="columns"),
        _words(_("Words of the block"), _named(DISTRIBUTION_LABELS), "labels"),
    )
    legends = fields.group(
        _("Legends"),
        fields.text(_("Above every page"), longest=300, optional=True, name="header"),
        rows(
            _("Below every page"),
            row(fields.text(_("Line"), longest=300, name="text")),
            most=6,
            add=_("Add a line"),
            name="footer",
        ),
        fields.text(_("After the end"), longest=300, optional=True, name="end"),
    )
    labels = _words(
        _("Other printed words"),
        _printed,
        "labels",
        help=_("Words that the organisation writes in another way than usual."),
    )


def looks_start(printing: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form begins with."""
    header = printing["header"]
    return {
        "paper": printing["paper"],
        "header": {
            "widths": header["widths"],
            "rows": [{"cells": [_cell_start(cell) for cell in line]} for line in header["rows"]],
        },
        "cover": {**printing["cover"], "blocks": _block_rows(printing["cover"])},
        "closing": {"blocks": _block_rows(printing["closing"])},
        "approvals": {
            **printing["approvals"],
            "labels": _word_rows(printing["approvals"]["labels"]),
            "steps": _word_rows(printing["approvals"]["steps"]),
        },
        "changes": printing["changes"],
        "distribution": {
            **printing["distribution"],
            "columns": str(printing["distribution"]["columns"]),
            "labels": _word_rows(printing["distribution"]["labels"]),
        },
        "legends": {
            **printing["legends"],
            "footer": [{"text": one} for one in printing["legends"]["footer"]],
        },
        "labels": _word_rows(printing["labels"]),
    }


def _cell_start(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {**cell, "rows": str(cell["rows"]), "cols": str(cell["cols"])}


def _block_rows(part: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"block": one} for one in part["blocks"]]


def _word_rows(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "text": text} for name, text in words.items()]


def looks_wanted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the printed layout that the form says, in the order of the profile."""
    made = {
        "paper": values["paper"],
        "header": {
            "widths": values["header"]["widths"],
            "rows": [
                [_cell_wanted(cell) for cell in line["cells"]] for line in values["header"]["rows"]
            ],
        },
        "cover": {
            **values["cover"],
            "heading": values["cover"]["heading"] or None,
            "blocks": [one["block"] for one in values["cover"]["blocks"]],
        },
        "closing": {"blocks": [one["block"] for one in values["closing"]["blocks"]]},
        "approvals": {
            **values["approvals"],
            "heading": values["approvals"]["heading"] or None,
            "labels": _words_wanted(values["approvals"]["labels"]),
            "steps": _words_wanted(values["approvals"]["steps"]),
        },
        "changes": {**values["changes"], "heading": values["changes"]["heading"] or None},
        "distribution": {
            **values["distribution"],
            "heading": values["distribution"]["heading"] or None,
            "columns": int(values["distribution"]["columns"]),
            "labels": _words_wanted(values["distribution"]["labels"]),
        },
        "legends": {
            "header": values["legends"]["header"] or None,
            "footer": [one["text"] for one in values["legends"]["footer"]],
            "end": values["legends"]["end"] or None,
        },
        "labels": _words_wanted(values["labels"]),
    }
    return {key: _ordered(PRINTING.keys[key].shape, made[key]) for key in PRINTING.keys}


def _ordered(shape: Any, value: Any) -> Any:
    """Put the keys of a record into the order of its shape."""
    keys = getattr(shape, "keys", None)
    if not isinstance(value, dict) or not keys or isinstance(keys, frozenset):
        return value
    return {key: value[key] for key in keys if key in value}


def _cell_wanted(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        **values,
        "text": values["text"] or None,
        "label": values["label"] or None,
        "rows": int(values["rows"]),
        "cols": int(values["cols"]),
    }
    return {key: told[key] for key in CELL.keys}


def _words_wanted(listed: list[Mapping[str, str]]) -> dict[str, str]:
    return {one["name"]: one["text"] for one in listed}
