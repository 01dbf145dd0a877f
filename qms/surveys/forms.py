"""The forms of surveys: campaigns, lists, calls, follow-ups, and the customer's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import colander

from qms.documents.attachments import MEDIA_TYPES
from qms.kernel.i18n import _
from qms.surveys.choices import Entry, Survey
from qms.surveys.services.answering import LONGEST, VOICE
from qms.surveys.words import YES_NO
from qms.web import fields

LARGEST = 10 * fields.MEGABYTE
LISTS = (".xlsx", ".csv", ".txt")
NO_COLUMN = ""
SCALE_CSS = "survey-scale"
LIST, SAMPLE = "list", "sample"
CONFIDENCES = (("95", "95 %"), ("90", "90 %"), ("99", "99 %"))


def _offered(name: str) -> Callable[[Any], list[tuple[str, str]]]:
    return lambda bindings: list(bindings[name])


class CampaignSchema(fields.Schema):
    """A new campaign."""

    survey = fields.choice(_("Survey"), _offered("surveys"))
    title = fields.text(
        _("Name of the campaign"), longest=160, help=_("As its callers know it: Posventa 2026.")
    )
    line = fields.choice(_("Line"), _offered("lines"), missing="")
    who = fields.choice(
        _("Who is asked"),
        (
            (LIST, _("Every customer of the lists that are loaded, day by day")),
            (SAMPLE, _("A statistical sample, drawn of a list of all active customers")),
        ),
        radio=True,
    )
    confidence = fields.choice(_("Confidence of the sample"), CONFIDENCES, missing="")
    error = fields.integer(
        _("Error of the sample, in per cent"), colander.Range(min=1, max=20), optional=True
    )
    expected = fields.integer(
        _("How many of a hundred will answer"),
        colander.Range(min=1, max=100),
        optional=True,
        help=_("So many more customers are drawn that the sample is reached all the same."),
    )
    by = fields.choice(
        _("Shared in proportion among"), (("line", _("Lines")), ("brand", _("Brands"))), missing=""
    )


class FeederSchema(fields.Schema):
    """A system outside that brings lists."""

    name = fields.text(_("Name of the system"), longest=120)


class ListSchema(fields.Schema):
    """A list of customers."""

    list = fields.upload(
        _("List of customers"),
        extensions=LISTS,
        largest=20 * fields.MEGABYTE,
        help=_("Excel (.xlsx) or CSV, as the other system gives it; one customer a row."),
    )


class CustomerSchema(fields.Schema):
    """A customer who is added to a campaign by hand."""

    name = fields.text(_("Name of the customer"), longest=160)
    phone = fields.text(_("Telephone"), longest=40, optional=True)
    email = fields.text(_("E-mail address"), longest=254, optional=True)
    document = fields.text(_("Identity document"), longest=40, optional=True)
    plate = fields.text(_("Plate or account"), longest=40, optional=True)
    brand = fields.choice(_("Brand"), _offered("brands"), missing="")


def columns_schema(columns: Sequence[tuple[str, str]], known: Sequence[tuple[str, Any]]) -> Any:
    """Make a form that says which column holds each of the known fields."""
    schema = fields.Schema()
    for name, title in known:
        schema.add(fields.choice(title, columns, name=f"field-{name}", missing=NO_COLUMN))
    return schema


def answers_schema(survey: Survey, asked: Sequence[Entry], *, voice: Any) -> Any:
    """Make the form of a questionnaire; ``voice`` asks for the customer's own words."""
    schema = fields.Schema()
    for question in asked:
        schema.add(_question(survey, question))
    schema.add(fields.long_text(voice, name=VOICE, rows=4, longest=LONGEST, optional=True))
    return schema


def _question(survey: Survey, question: Entry) -> Any:
    more: dict[str, Any] = {"name": f"q-{question['id']}"}
    if not question["required"]:
        more["missing"] = ""
    kind, text = question["kind"], question["text"]
    if kind == "text":
        more.pop("missing", None)
        return fields.long_text(
            text, rows=3, longest=LONGEST, optional=not question["required"], **more
        )
    if kind == "scale":
        scale = survey.scale_of(question)
        pairs = [(str(value), str(value)) for value in range(scale.low, scale.high + 1)]
    elif kind == "yes-no":
        pairs = list(YES_NO.items())
    else:
        pairs = [(one, one) for one in question["options"]]
    node = fields.choice(text, pairs, radio=True, **more)
    css = SCALE_CSS if kind in ("scale", "yes-no") else ""
    return _dressed(node, pairs, css)


def _dressed(node: Any, pairs: Sequence[tuple[str, Any]], css: str) -> Any:
    """Let the choices of a scale stand in one line."""
    if css:
        node.widget = fields.RadioChoiceWidget(values=pairs, item_css_class=css)
    return node


def values_of(typed: dict[str, Any]) -> dict[str, Any]:
    """Give answers by question out of a form's values."""
    found = {name[2:]: value for name, value in typed.items() if name.startswith("q-")}
    return {**found, VOICE: typed.get(VOICE) or ""}


class AttemptSchema(fields.Schema):
    """A call without answers."""

    reason = fields.choice(_("Reason of no contact"), _offered("reasons"), radio=True)
    day = fields.day(
        _("Call again on"), optional=True, help=_("Only when the customer asked for it.")
    )
    hour = fields.text(
        _("At what time"),
        colander.Regex(r"\A(?:[01]?\d|2[0-3]):[0-5]\d\Z", _("Write the hour like 14:30.")),
        longest=5,
        optional=True,
    )
    note = fields.long_text(_("Note"), rows=2, longest=2000, optional=True)


class MoveSchema(fields.Schema):
    """The follow-up goes on."""

    to = fields.choice(_("State of the follow-up"), _offered("states"), radio=True)
    note = fields.long_text(
        _("What was done, and what the customer says"), rows=4, longest=4000, optional=True
    )
    file1 = fields.upload(
        _("Evidence"), extensions=tuple(MEDIA_TYPES), largest=LARGEST, missing=None
    )
    file2 = fields.upload(
        _("More evidence"), extensions=tuple(MEDIA_TYPES), largest=LARGEST, missing=None
    )


class AnnulSchema(fields.Schema):
    """Why answers do not count."""

    reason = fields.long_text(_("Why they do not count"), rows=3, longest=LONGEST)


class SuppressSchema(fields.Schema):
    """The signed decision to remove personal data for good."""

    reason = fields.long_text(
        _("Why"),
        rows=3,
        longest=LONGEST,
        help=_("Without the person's name or number: this sentence stays."),
    )


class AssignSchema(fields.Schema):
    """Whose follow-up it is."""

    owners = fields.many(_("Positions"), _offered("positions"))


class OptOutSchema(fields.Schema):
    """A customer who told us."""

    phone = fields.text(_("Telephone"), longest=40, optional=True)
    email = fields.text(_("E-mail address"), longest=254, optional=True)
    document = fields.text(_("Identity document"), longest=40, optional=True)


KEY_NAMES = {
    "phone": _("Telephone"),
    "email": _("E-mail address"),
    "document": _("Identity document"),
    "plate": _("Plate or account"),
}
"""What the keys by which customers are known again are called."""
