"""The fields that forms are made of; each call gives one colander node with its widget.

Choices and the like may be callables: they get the schema's bindings (``request``, ``context``,
``uploads`` and what the form view adds) when the form is made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import colander
from deform.schema import FileData
from deform.widget import (
    CheckboxChoiceWidget,
    CheckboxWidget,
    FileUploadWidget,
    HiddenWidget,
    MappingWidget,
    PasswordWidget,
    RadioChoiceWidget,
    SelectWidget,
    SequenceWidget,
    TextAreaWidget,
    TextInputWidget,
)

from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.web.richtext import LONGEST, clean_html
from qms.web.types import CommaDecimal, DayMonthYear

Options = Iterable[tuple[str, Any]]
Choices = Options | Callable[[Mapping[str, Any]], Options]

LINE = 200
LINES = 20_000
MEGABYTE = 1 << 20
LARGEST_FILE = 50 * MEGABYTE

Schema = colander.MappingSchema


def _line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()


def _rich(value: Any) -> Any:
    return clean_html(value) if isinstance(value, str) else value


def _node(typ: Any, title: Any, validators: tuple[Any, ...], options: dict[str, Any]) -> Any:
    options.setdefault("description", options.pop("help", ""))
    if validators:
        options["validator"] = validators[0] if len(validators) == 1 else colander.All(*validators)
    if options.pop("optional", False):
        options.setdefault("missing", None)
    return colander.SchemaNode(typ, title=title, **options)


def text(title: Any, *validators: Any, longest: int = LINE, **options: Any) -> Any:
    """Make a one-line text, cleaned of controls and stray blanks; ``optional`` gives ""."""
    if options.pop("optional", False):
        options.setdefault("missing", "")
    attributes = {"maxlength": str(longest), **options.pop("attributes", {})}
    options.setdefault("widget", TextInputWidget(attributes=attributes))
    checks = (colander.Length(max=longest), *validators)
    return _node(colander.String(), title, checks, {"preparer": _line, **options})


def long_text(title: Any, *validators: Any, rows: int = 4, **options: Any) -> Any:
    """Make a text of several lines; ``optional`` gives ""."""
    if options.pop("optional", False):
        options.setdefault("missing", "")
    checks = (colander.Length(max=options.pop("longest", LINES)), *validators)
    options.setdefault("widget", TextAreaWidget(rows=rows))
    return _node(colander.String(), title, checks, {"preparer": _lines, **options})


class RichTextWidget(TextAreaWidget):
    """A text area that the script turns into an editor."""

    template = "richtext"
    readonly_template = "readonly/richtext"


def rich_text(title: Any, *validators: Any, rows: int = 8, **options: Any) -> Any:
    """Make a formatted text, cleaned on arrival; ``optional`` gives ""."""
    if options.pop("optional", False):
        options.setdefault("missing", "")
    checks = (colander.Length(max=LONGEST), *validators)
    options.setdefault("widget", RichTextWidget(rows=rows))
    return _node(colander.String(), title, checks, {"preparer": _rich, **options})


def hidden(**options: Any) -> Any:
    """Make a value that travels with the form unseen; the client may change it at will."""
    return _node(colander.String(), "", (), {"widget": HiddenWidget(), "missing": "", **options})


def secret(
    title: Any, *validators: Any, autocomplete: str = "current-password", **options: Any
) -> Any:
    """Make a password's or passphrase's input; it is never sent back to the browser."""
    widget = PasswordWidget(redisplay=False, attributes={"autocomplete": autocomplete})
    checks = (colander.Length(max=1000), *validators)
    return _node(colander.String(), title, checks, {"widget": widget, **options})


def integer(title: Any, *validators: Any, **options: Any) -> Any:
    """Make a whole number below 10^9 in size."""
    options.setdefault("widget", TextInputWidget(attributes={"inputmode": "numeric"}))
    checks = (colander.Range(min=-(10**9), max=10**9), *validators)
    return _node(colander.Integer(strict=True), title, checks, options)


def decimal(title: Any, *validators: Any, **options: Any) -> Any:
    """Make a Decimal, written with a comma."""
    return _node(CommaDecimal(), title, validators, options)


def day(title: Any, *validators: Any, **options: Any) -> Any:
    """Make a date, written day/month/year."""
    return _node(DayMonthYear(), title, validators, options)


def yes_no(title: Any, **options: Any) -> Any:
    """Make a box to tick; False when it is not."""
    options.setdefault("missing", False)
    return _node(colander.Boolean(), title, (), {"widget": CheckboxWidget(), **options})


def _options(choices: Choices, bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(choices(bindings) if callable(choices) else choices)


def choice(
    title: Any, choices: Choices, *validators: Any, radio: bool = False, **options: Any
) -> Any:
    """Make a choice of one of ``(value, title)`` pairs; ``radio`` shows all of them at once."""
    prompt = options.pop("prompt", _("Choose…"))

    @colander.deferred
    def widget(node: Any, bindings: Mapping[str, Any]) -> Any:
        pairs = _options(choices, bindings)
        if radio:
            return RadioChoiceWidget(values=pairs)
        return SelectWidget(values=[("", prompt), *pairs])

    @colander.deferred
    def validator(node: Any, bindings: Mapping[str, Any]) -> Any:
        known = {value for value, _title in _options(choices, bindings)}
        return colander.All(_one_of(known), *validators)

    made = {"widget": widget, **options}
    return _node(colander.String(), title, (validator,), made)


FEW = 8
"""More choices than these scroll where a list may be long."""


def many(title: Any, choices: Choices, *validators: Any, **options: Any) -> Any:
    """Make a choice of any of ``(value, title)`` pairs, each with a box; gives a sorted list.

    ``large`` is for long lists: they scroll in a frame.
    """
    large = options.pop("large", False)

    @colander.deferred
    def widget(node: Any, bindings: Mapping[str, Any]) -> Any:
        pairs = _options(choices, bindings)
        return CheckboxChoiceWidget(values=pairs, tall=large and len(pairs) > FEW)

    @colander.deferred
    def validator(node: Any, bindings: Mapping[str, Any]) -> Any:
        known = {value for value, _title in _options(choices, bindings)}
        one = _one_of(known)

        def each(inner: Any, values: Iterable[str]) -> None:
            for value in values:
                one(inner, value)

        return colander.All(each, *validators)

    if options.pop("optional", False):
        options.setdefault("missing", [])
    return _node(
        colander.Set(), title, (validator,), {"widget": widget, "preparer": _listed, **options}
    )


class Group(NamedTuple):
    """Choices under a heading of their own."""

    title: Any
    choices: list[tuple[str, Any]]
    fits: tuple[str, ...] = ()
    """Values of the deciding field with which these choices make sense."""


def grouped(
    title: Any,
    groups: Callable[[Mapping[str, Any]], Sequence[Group]],
    *,
    decided_by: str,
    **options: Any,
) -> Any:
    """Make a choice of any, under headings; scripts hide those that ``decided_by`` rules out."""

    def flat(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [pair for group in groups(bindings) for pair in group.choices]

    @colander.deferred
    def widget(node: Any, bindings: Mapping[str, Any]) -> Any:
        return CheckboxChoiceWidget(
            values=flat(bindings), groups=groups(bindings), decided_by=decided_by
        )

    return many(title, flat, widget=widget, **options)


def _listed(value: Any) -> Any:
    return sorted(value) if isinstance(value, set) else value


def _one_of(known: set[str]) -> Callable[[Any, str], None]:
    def check(node: Any, value: str) -> None:
        if value not in known:
            raise colander.Invalid(node, _("Choose one of the list."))

    return check


def upload(
    title: Any,
    *validators: Any,
    extensions: Iterable[str] = (),
    largest: int = LARGEST_FILE,
    **options: Any,
) -> Any:
    """Make a file input; gives a dictionary with ``fp``, ``filename``, ``mimetype``, ``size``.

    ``extensions`` are lower case with their dot; ``largest`` is in bytes. What the file really is
    must be looked at by who stores it.
    """
    allowed = tuple(extensions)

    @colander.deferred
    def widget(node: Any, bindings: Mapping[str, Any]) -> Any:
        return FileUploadWidget(bindings["uploads"], accept=",".join(allowed) or None)

    def check(node: Any, value: Mapping[str, Any]) -> None:
        name = str(value.get("filename") or "").lower()
        if allowed and not name.endswith(allowed):
            raise colander.Invalid(
                node, _("Choose a file of these kinds: ${kinds}.", {"kinds": ", ".join(allowed)})
            )
        if (value.get("size") or 0) > largest:
            raise colander.Invalid(
                node,
                _("The file is too large; at most ${n} MB.", {"n": largest // MEGABYTE}),
            )
        if not value.get("size"):
            raise colander.Invalid(node, _("The file is empty."))

    return _node(FileData(), title, (check, *validators), {"widget": widget, **options})


def group(title: Any, *nodes: Any, row: bool = False, **options: Any) -> Any:
    """Make a mapping of named nodes; ``row`` puts them side by side where there is room."""
    template = "mapping_row" if row else "mapping"
    made = {"widget": MappingWidget(template=template), **options}
    node = colander.SchemaNode(colander.Mapping(), title=title, **made)
    for child in nodes:
        node.add(child)
    return node


def rows(title: Any, item: Any, *validators: Any, **options: Any) -> Any:
    """Make a list of ``item`` nodes that grows, shrinks and changes its order by keyboard.

    ``least`` and ``most`` bound its length; ``add`` is the words of the button.
    """
    least, most = options.pop("least", 0), options.pop("most", 200)
    widget = SequenceWidget(
        orderable=options.pop("orderable", True), min_len=least or None, max_len=most
    )
    words = options.pop("add", None)
    if words is not None:
        widget.add_subitem_text_template = words
    if options.pop("optional", least == 0):
        options.setdefault("missing", [])
    checks = (colander.Length(min=least, max=most), *validators)
    node = _node(colander.Sequence(), title, checks, {"widget": widget, **options})
    if not item.name:
        item.name = "item"
    node.add(item)
    return node
