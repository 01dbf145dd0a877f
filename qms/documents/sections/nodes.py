"""The parts that the schemas of section kinds are made of.

They read what a form sends and what a document file says alike, and give plain JSON data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import colander
from deform.widget import CheckboxChoiceWidget, HiddenWidget, SelectWidget, TextAreaWidget

from qms.documents.sections.base import Scope
from qms.kernel import codes
from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.web import fields
from qms.web.types import CommaDecimal

WIDGETS = "../documents/widgets/"
"""Where our own widgets' templates are, seen from the folder of forms."""
CODES_LIST = "known-codes"
"""Id of the page's list of codes, which inputs of codes offer."""
MANY = 300
"""Most items of one list."""
LONGEST_LINE = 500

_IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")
_SLUG = re.compile(r"[\w][\w.\-]{0,98}\Z")


def clean_code(text: Any) -> Any:
    """Write a code as codes are written; a name with blanks («Anexo N° 1») stays as it is."""
    if not isinstance(text, str):
        return text
    code = codes.normalise(text[:1000])[0]
    return clean_line(text) if " " in code else code


def code(title: Any = None, **options: Any) -> Any:
    """Make the code of a document, offered from those that exist; "" for none."""
    attributes = {"list": CODES_LIST, "autocomplete": "off", "spellcheck": "false"}
    return fields.text(
        title or _("Code"),
        name=options.pop("name", "code"),
        longest=64,
        optional=True,
        preparer=clean_code,
        attributes=attributes,
        **options,
    )


def line(title: Any, name: str, *validators: Any, **options: Any) -> Any:
    """Make an optional one-line text; "" when empty."""
    options.setdefault("longest", LONGEST_LINE)
    options.setdefault("optional", True)
    return fields.text(title, *validators, name=name, **options)


def html(title: Any, name: str = "html", **options: Any) -> Any:
    """Make an optional formatted text; "" when empty."""
    return fields.rich_text(title, name=name, optional=True, **options)


# --- Ids --------------------------------------------------------------------------------------


def ident() -> Any:
    """Make the hidden id of a row; one that is no id counts as none."""

    def clean(value: Any) -> Any:
        return value if isinstance(value, str) and _IDENT.match(value) else ""

    return colander.SchemaNode(
        colander.String(), name="id", title="", missing="", widget=HiddenWidget(), preparer=clean
    )


def with_ids(prefix: str) -> Callable[[Any], Any]:
    """Give a preparer that lends an id to each row without one, and to the second of two alike."""

    def prepare(rows: Any) -> Any:
        if not isinstance(rows, list):
            return rows
        taken = {row.get("id") for row in rows}
        seen: set[str] = set()
        for row in rows:
            if not row.get("id") or row["id"] in seen:
                number = len(rows)
                while f"{prefix}{number}" in taken:
                    number += 1
                row["id"] = f"{prefix}{number}"
                taken.add(row["id"])
            seen.add(row["id"])
        return rows

    return prepare


def without_empty(rows: Any) -> Any:
    """Leave out the rows in which nothing was written; a new one is empty for a while."""
    if not isinstance(rows, list):
        return rows
    return [
        row for row in rows if any(value for key, value in row.items() if key not in {"id", "kind"})
    ]


# --- Lists of lines ---------------------------------------------------------------------------


class LinesOf(colander.SchemaType):
    """A list of short texts, written one a line."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write the texts below each other."""
        if appstruct in (colander.null, None):
            return colander.null
        return "\n".join(str(one) for one in appstruct)

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a text of lines, or a list of texts; blank ones are left out."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        given = cstruct.splitlines() if isinstance(cstruct, str) else cstruct
        if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
            raise colander.Invalid(node, _("Write one item a line."))
        found = [text for text in map(clean_line, given) if text]
        if len(found) > MANY:
            raise colander.Invalid(node, _("At most ${most} items fit here.", {"most": MANY}))
        for text in found:
            if len(text) > LONGEST_LINE:
                raise colander.Invalid(
                    node,
                    _(
                        "The item «${start}…» is too long; at most ${most} characters.",
                        {"start": text[:40], "most": LONGEST_LINE},
                    ),
                )
        return found


def lines_of(title: Any, name: str, *, rows: int = 4, help: Any = "") -> Any:  # noqa: A002
    """Make a list of short texts, one a line; [] when empty."""
    return colander.SchemaNode(
        LinesOf(),
        name=name,
        title=title,
        description=help,
        missing=[],
        widget=TextAreaWidget(rows=rows),
    )


# --- Choices ----------------------------------------------------------------------------------


class OpenSelect(SelectWidget):
    """A choice of one that also shows a stored value which is not among the choices any more."""

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> Any:
        """Add the present value to the choices when it is missing there."""
        values = list(self.values)
        if isinstance(cstruct, str) and cstruct and cstruct not in {one[0] for one in values}:
            values.append((cstruct, _("${value} (unknown)", {"value": cstruct})))
        return super().serialize(field, cstruct, values=values, **kw)


def choose(title: Any, name: str, pairs: Sequence[tuple[str, Any]], **options: Any) -> Any:
    """Make a choice of one of ``(value, title)``; the first is taken when nothing is chosen."""
    known = {value for value, _title in pairs}

    def check(node: Any, value: str) -> None:
        if value not in known:
            raise colander.Invalid(node, _("Choose one of the list."))

    return colander.SchemaNode(
        colander.String(allow_empty=True),
        name=name,
        title=title,
        validator=check,
        missing=pairs[0][0],
        widget=SelectWidget(values=list(pairs)),
        **options,
    )


def _slug(node: Any, value: str) -> None:
    if not _SLUG.match(value):
        raise colander.Invalid(node, _("Choose one of the list."))


def position(title: Any, name: str, scope: Scope, **options: Any) -> Any:
    """Make a choice of one position; "" for none."""
    widget = OpenSelect(values=[("", "—"), *scope.positions()])
    return colander.SchemaNode(
        colander.String(),
        name=name,
        title=title,
        validator=_slug,
        missing="",
        widget=widget,
        **options,
    )


class MaybeText(colander.String):
    """A text that may be missing: None in the data, an empty input in the form."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write None as an empty input."""
        return super().serialize(node, colander.null if appstruct is None else appstruct)


class Chosen(colander.SchemaType):
    """Several ids in the order in which they were chosen, each once."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Give them as texts."""
        if appstruct in (colander.null, None):
            return colander.null
        return [str(one) for one in appstruct]

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a list of ids."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        if not isinstance(cstruct, list | tuple) or not all(
            isinstance(one, str) for one in cstruct
        ):
            raise colander.Invalid(node, _("Choose from the list."))
        for one in cstruct:
            _slug(node, one)
        if len(cstruct) > MANY:
            raise colander.Invalid(node, _("At most ${most} items fit here.", {"most": MANY}))
        return list(dict.fromkeys(cstruct))


class PickerWidget(CheckboxChoiceWidget):
    """Boxes to tick inside a list that opens; the chosen ones stand first, in their order."""

    template = f"{WIDGETS}picker"
    readonly_template = "readonly/checkbox_choice"
    category = "structural"

    def sorted_values(self, cstruct: Iterable[str]) -> list[tuple[str, Any, bool]]:
        """Give value, name and whether it is chosen, the chosen ones first."""
        names = dict(self.values)
        chosen = [one for one in cstruct if isinstance(one, str)]
        first = [(one, names.get(one, one), True) for one in dict.fromkeys(chosen)]
        rest = [(value, name, False) for value, name in self.values if value not in chosen]
        return first + rest


def positions(title: Any, name: str, scope: Scope, **options: Any) -> Any:
    """Make a choice of any positions, whose order counts; [] for none."""
    return colander.SchemaNode(
        Chosen(),
        name=name,
        title=title,
        missing=[],
        widget=PickerWidget(values=list(scope.positions())),
        **options,
    )


# --- Numbers ----------------------------------------------------------------------------------


class DecimalText(CommaDecimal):
    """A number that is stored as its text with a point, and shown with a comma."""

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read it as ``CommaDecimal`` does and give the text."""
        number = super().deserialize(node, cstruct)
        return format(number, "f") if isinstance(number, Decimal) else number


def number(title: Any, name: str, **options: Any) -> Any:
    """Make an optional number; None when empty."""
    return colander.SchemaNode(
        DecimalText(), name=name, title=title, **{"missing": None, **options}
    )


def flag(title: Any, name: str, *, missing: bool = False, **options: Any) -> Any:
    """Make a box to tick."""
    return fields.yes_no(title, name=name, missing=missing, **options)


def root(*nodes: Any, **options: Any) -> Any:
    """Make the whole schema of a kind."""
    node = colander.SchemaNode(colander.Mapping(), **options)
    for child in nodes:
        node.add(child)
    return node
