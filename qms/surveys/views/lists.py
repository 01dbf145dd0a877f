"""Customer lists: load a file, say what its columns hold, look at every line, carry it out."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.sheets.tables import text_of
from qms.sheets.uploads import read_upload
from qms.surveys import forms
from qms.surveys.choices import choices_of
from qms.surveys.columns import FIELDS
from qms.surveys.customers import masked
from qms.surveys.models import Campaign
from qms.surveys.sampling import sample_size, to_draw
from qms.surveys.services import loading
from qms.surveys.words import VERDICTS
from qms.web.forms import FormView
from qms.web.redirects import see_other

SHOWN = 100
"""So many lines are shown of each kind."""


@view_config(context=Campaign, name="load", permission=Permission.SURVEY_CALL)
class ListForm(FormView):
    """Takes a file and reads it."""

    schema = forms.ListSchema
    heading = _("Load a list of customers")
    introduction = _(
        "Nothing is added before you have seen every line. The same file twice adds nothing."
    )
    button = _("Read the file")

    def save(self, values: dict[str, Any]) -> Response:
        """Read its first sheet outside of the transaction, and show what was found."""
        file, tables = read_upload(self.request, values, "list")
        sheet = next(one for one in tables.sheets if one.rows)
        rows = loading.as_texts(sheet.rows, text_of)
        found = loading.receive(self.context, file, rows, act=self.request.act)
        known = "name" in found.mapping and {"phone", "email"} & set(found.mapping)
        where = "preview" if known else "columns"
        return self.done(None, self.request.resource_path(self.context, where))


@view_config(context=Campaign, name="columns", permission=Permission.SURVEY_CALL)
class ColumnsForm(FormView):
    """Says which column holds what."""

    heading = _("Columns of the list")
    introduction = _("What you choose is remembered for the next list of this survey.")
    button = _("Show the preview")

    def make_schema(self) -> Any:
        """Offer every column for every field."""
        found = loading.pending_of(self.context)
        choices = choices_of(organisation_of(self.context))
        own = [(key, str(one["name"])) for key, one in choices.fields.items()]
        return forms.columns_schema(_columns(found.rows), [*FIELDS.items(), *own])

    def initial(self) -> dict[str, Any]:
        """Start with what was guessed."""
        found = loading.pending_of(self.context)
        return {f"field-{name}": str(at) for name, at in found.mapping.items()}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and show the preview."""
        mapping = {
            name.removeprefix("field-"): int(at) for name, at in values.items() if at.isdigit()
        }
        loading.arrange(self.context, mapping, act=self.request.act)
        return self.done(None, self.request.resource_path(self.context, "preview"))


def _columns(rows: list[list[str]]) -> list[tuple[str, str]]:
    """Name every column by its head and its first value."""
    found = []
    for at, head in enumerate(rows[0] if rows else []):
        sample = next((row[at] for row in rows[1:20] if at < len(row) and row[at]), "")
        found.append((str(at), f"{head or at + 1} ({sample[:30]})" if sample else str(head)))
    return found


@view_config(
    context=Campaign,
    name="preview",
    request_method="GET",
    permission=Permission.SURVEY_CALL,
    renderer="qms.templates:surveys/preview.pt",
)
def preview(campaign: Campaign, request: Request) -> dict[str, Any]:
    """Show what becomes of every line, before anything is written."""
    found = loading.pending_of(campaign)
    examined = loading.examine(campaign, request.act.at)
    personal = bool(request.has_permission(Permission.SURVEY_SEE_PERSONAL, campaign))
    shown: dict[str, list[Any]] = {verdict: [] for verdict in loading.VERDICTS}
    for line in examined.lines:
        if len(shown[line.verdict]) < SHOWN:
            customer = line.customer if personal else masked(line.customer)
            shown[line.verdict].append((line, customer))
    good = len(examined.good)
    return {
        "heading": _("Preview of the list"),
        "campaign": campaign,
        "file": found.file,
        "groups": [
            (VERDICTS[one], examined.counts[one], shown[one])
            for one in sorted(loading.VERDICTS, key=lambda one: one in loading.USED)
            if examined.counts[one]
        ],
        "good": good,
        "lines": len(examined.lines),
        "sample": _sample(campaign, good),
        "choices": choices_of(organisation_of(campaign)),
        "too_many": good > loading.MOST and campaign.sample is None,
        "most": loading.MOST,
        "json": lambda: {
            "good": good,
            "lines": len(examined.lines),
            "counts": dict(examined.counts),
        },
    }


def _sample(campaign: Campaign, good: int) -> dict[str, int] | None:
    rules = campaign.sample
    if rules is None or not good:
        return None
    needed = sample_size(good, rules["confidence"], rules["error"])
    return {**rules, "needed": needed, "drawn": to_draw(needed, rules["expected"], good)}


@view_config(
    context=Campaign, name="carry-out", request_method="POST", permission=Permission.SURVEY_CALL
)
def carry_out(campaign: Campaign, request: Request) -> HTTPSeeOther:
    """Load the list's good customers."""
    facts = loading.carry_out(campaign, act=request.act)
    said = _(
        "Customers loaded: ${n} of ${lines} lines.", {"n": facts["added"], "lines": facts["lines"]}
    )
    return see_other(request, campaign, said)


@view_config(
    context=Campaign, name="discard", request_method="POST", permission=Permission.SURVEY_CALL
)
def discard(campaign: Campaign, request: Request) -> HTTPSeeOther:
    """Put the list away."""
    loading.discard(campaign, act=request.act)
    return see_other(request, campaign, _("Nothing was added."), tone="info")
