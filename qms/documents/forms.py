"""The forms around a draft: its details, and a new document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import colander
from deform.widget import HiddenWidget, SelectWidget, TextInputWidget

from qms.documents.sections.base import Scope
from qms.documents.sections.nodes import WIDGETS, choose, positions, root, without_empty
from qms.documents.services.drafting import CHANGE_KINDS
from qms.kernel.i18n import _
from qms.web import fields

CHANGE_TITLES = {
    "added": _("Added"),
    "changed": _("Changed"),
    "removed": _("Removed"),
    "renamed": _("Renamed"),
}
BASE = "base_revision"
"""Name of the hidden value that says on which saving a form stands."""


def base_revision() -> Any:
    """Make the hidden number of the saving that a form was made from."""
    return colander.SchemaNode(
        colander.Integer(strict=True),
        validator=colander.Range(min=0, max=10**9),
        name=BASE,
        title="",
        missing=-1,
        widget=HiddenWidget(),
    )


def details_schema(scope: Scope, *, offered: str) -> Any:
    """Make the form of what stands around a draft's content."""
    change = fields.group(
        _("Change"),
        choose(
            _("What happened"),
            "kind",
            [("changed", CHANGE_TITLES["changed"])]
            + [(kind, CHANGE_TITLES[kind]) for kind in CHANGE_KINDS if kind != "changed"],
        ),
        fields.text(_("To what"), name="subject", longest=300, optional=True),
        fields.long_text(_("How"), name="text", rows=2, longest=4000, optional=True),
        row=True,
    )
    question = fields.group(
        _("Question"),
        fields.text(_("What is asked"), name="text", longest=500),
        fields.long_text(
            _("Answers"),
            name="answers",
            rows=3,
            longest=2000,
            help=_("One a line; put * before the right one."),
        ),
        row=True,
    )
    return root(
        base_revision(),
        fields.text(_("Title"), name="title", longest=300),
        fields.text(
            _("Version label"),
            name="label",
            longest=40,
            help=_(
                "By the scheme of the organisation the next one is ${label}.", {"label": offered}
            ),
        ),
        fields.text(
            _("Why the label jumps"),
            name="label_reason",
            longest=500,
            optional=True,
            help=_("Only when the label is not the one that follows."),
        ),
        fields.long_text(
            _("Reason for this version"),
            name="reason",
            rows=3,
            longest=4000,
            optional=True,
            help=_("It is printed in the change table and shown to the signers."),
        ),
        fields.rows(
            _("What changes"),
            change,
            name="changes",
            add=_("Add a change"),
            most=100,
            preparer=without_empty,
        ),
        positions(_("Distribution list"), "distribution", scope),
        fields.day(
            _("In force from"),
            name="release_on",
            missing=None,
            help=_("Leave it empty to put it in force with the last signature."),
        ),
        fields.day(_("Review by"), name="review_by", missing=None),
        fields.long_text(
            _("Minor change: why nobody has to read it anew"),
            name="minor_reason",
            rows=2,
            longest=1000,
            optional=True,
            help=_("Leave it empty for a real change. The signers see and sign this reason."),
        ),
        fields.rows(
            _("Questions for the reader"),
            question,
            name="questions",
            add=_("Add a question"),
            most=20,
            preparer=without_empty,
        ),
    )


class CodeWidget(TextInputWidget):
    """The input of a new code, which the server offers and checks while one types."""

    template = f"{WIDGETS}code"
    readonly_template = "readonly/textinput"
    category = "structural"


def new_document_schema(
    types: Sequence[tuple[str, str]],
    processes: Sequence[tuple[str, str]],
    *,
    offer_url: str,
    check_url: str,
    owned: bool = False,
) -> Any:
    """Make the form of a new document; ``owned`` where codes may come from the owning process."""
    live = {
        "hx-get": offer_url,
        "hx-target": "#code-box",
        "hx-swap": "outerHTML",
        "hx-trigger": "change",
        "hx-include": "closest form",
    }
    return root(
        _pick(_("Document type"), "type", types, live),
        _pick(_("Process"), "process", processes, live),
        *(
            [
                _pick(
                    _("Owning process"),
                    "owner_process",
                    processes,
                    live,
                    missing="",
                    description=_(
                        "Only where another process keeps the document; it gives the code."
                    ),
                )
            ]
            if owned
            else []
        ),
        fields.text(_("Title"), name="title", longest=300),
        fields.text(
            _("Code"),
            name="code",
            longest=64,
            optional=True,
            widget=CodeWidget(offer_url=offer_url, check_url=check_url),
        ),
    )


def _pick(
    title: Any,
    name: str,
    pairs: Sequence[tuple[str, str]],
    attributes: Mapping[str, str],
    **options: Any,
) -> Any:
    known = {value for value, _title in pairs}

    def check(node: Any, value: str) -> None:
        if value not in known:
            raise colander.Invalid(node, _("Choose one of the list."))

    widget = SelectWidget(values=[("", _("Choose…")), *pairs], attributes=dict(attributes))
    return colander.SchemaNode(
        colander.String(), name=name, title=title, validator=check, widget=widget, **options
    )
