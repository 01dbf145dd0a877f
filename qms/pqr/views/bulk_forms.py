"""Uploading a list of cases, and saying what its columns hold."""

from __future__ import annotations

from typing import Any

import colander
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.pqr.bulk import columns, services
from qms.pqr.bulk.errors import NotAtThisStage
from qms.pqr.bulk.models import NEW, PAST
from qms.pqr.choices import choices_of
from qms.pqr.models import CaseRegister
from qms.pqr.views.bulk import MODE_NAMES, NEEDS, check_mode, own_run
from qms.sheets.tables import text_of
from qms.sheets.uploads import read_upload
from qms.web import fields
from qms.web.forms import FormView
from qms.web.once import OnceForm


class UploadSchema(fields.Schema):
    """A list, and what it brings."""

    mode = fields.choice(_("What does it bring?"), tuple(MODE_NAMES.items()), radio=True)
    upload = fields.upload(
        _("List (XLSX or CSV)"),
        extensions=(".xlsx", ".csv", ".txt"),
        help=_("One row for each case, in whatever columns you have; the template helps."),
    )


@view_config(context=CaseRegister, name="bulk-add", permission=NEEDS)
class UploadForm(OnceForm):
    """Takes a list in, once; nothing is registered before it was seen."""

    schema = UploadSchema
    heading = _("Upload a list of cases")
    button = _("Read the list")
    introduction = _(
        "Your list is read and shown to you first, with everything that is doubtful in it. "
        "No case is registered before you say so."
    )

    def initial(self) -> dict[str, Any]:
        """Offer what is uploaded most often."""
        return {"mode": NEW}

    def save(self, values: dict[str, Any]) -> Response:
        """Read the list outside of the transaction, then keep it."""
        check_mode(self.context, self.request, values["mode"])
        file, tables = read_upload(self.request, values, "upload")
        run = services.receive(
            self.request.organisation, file, tables, mode=values["mode"], act=self.request.act
        )
        where = self.request.resource_path(self.context, "bulk-columns", str(run.number))
        self.made = str(run.number)
        return self.done(_("The list was read; say what its columns hold."), where)


@view_config(context=CaseRegister, name="bulk-columns", permission=NEEDS)
class ColumnsForm(FormView):
    """Says what each column holds; the answers are remembered for the next list."""

    heading = _("What the columns hold")
    button = _("Go on to the preview")
    introduction = _("What you say here is remembered for the next list with the same heads.")

    def __call__(self) -> Any:
        """Answer while nothing was written."""
        self.run = own_run(self.context, self.request)
        if not self.run.is_open:
            raise NotAtThisStage
        return super().__call__()

    def make_schema(self) -> Any:
        """Ask about every column that has a head or cells."""
        rows, run = services.rows_of(self.run), self.run
        schema = fields.Schema(validator=_each_once)
        pairs = [
            (name, title)
            for name, title in columns.FIELDS.items()
            if run.mode == PAST or name not in columns.PAST_ONLY
        ]
        for index, head in enumerate(columns.heads_of(rows, run.header)):
            shown = _samples(rows, run.header, index)
            if head or shown:
                schema.add(
                    fields.choice(
                        head or _("Column ${n}", {"n": index + 1}),
                        pairs,
                        name=f"c{index}",
                        missing="",
                        prompt=_("Not read"),
                        help=" · ".join(shown),
                    )
                )
        choices = choices_of(organisation_of(self.context))
        schema.add(
            fields.choice(
                _("Kind of rows that name none"), choices.pairs("kinds"), name="kind", missing=""
            )
        )
        schema.add(
            fields.choice(
                _("Channel of rows that name none"),
                choices.pairs("channels"),
                name="channel",
                missing="",
            )
        )
        return schema

    def initial(self) -> dict[str, Any]:
        """Start with what the heads say."""
        found = {f"c{at}": name for name, at in self.run.mapping.items()}
        return {**found, **dict(self.run.defaults)}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and show the preview."""
        mapping = {
            name: int(key[1:])
            for key, name in values.items()
            if name and key[1:].isdigit() and key.startswith("c")
        }
        defaults = {name: values[name] for name in ("kind", "channel") if values[name]}
        services.choose_columns(
            organisation_of(self.context),
            self.run,
            mapping,
            defaults=defaults,
            act=self.request.act,
        )
        where = self.request.resource_path(self.context, "bulk", str(self.run.number))
        return self.done("", where)


def _samples(rows: list[list[Any]], header: int, index: int) -> list[str]:
    shown: list[str] = []
    for row in rows[header + 1 : header + 200]:
        text = text_of(row[index])[:40] if index < len(row) else ""
        if text and text not in shown:
            shown.append(text)
        if len(shown) == 3:
            break
    return shown


def _each_once(node: Any, values: dict[str, Any]) -> None:
    chosen = [
        name for key, name in values.items() if name and key.startswith("c") and key[1:].isdigit()
    ]
    twice = {name for name in chosen if chosen.count(name) > 1}
    error = colander.Invalid(node)
    for key, name in values.items():
        if name in twice and key.startswith("c") and key[1:].isdigit():
            error[key] = _("Two columns cannot hold the same.")
    if error.children:
        raise error
