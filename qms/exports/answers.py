"""Answers ``?download=xlsx`` with a file: any view whose dictionary holds ``table`` offers it.

The rows are read in the request's transaction; the file is made outside of any. How long a table
may be depends on the kind of file, and so few are made at a time that others' pages stay quick.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.viewderivers import VIEW

from qms.exports.csv_file import write_csv
from qms.exports.errors import TooBusy, TooManyRows, UnknownForm
from qms.exports.events import TableTaken
from qms.exports.pdf_file import write_pdf
from qms.exports.style import Style, style_of
from qms.exports.tables import Prepared, Table, prepare
from qms.exports.xlsx_file import write_xlsx
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.web.errors import error_page, sentence, status_of
from qms.web.i18n import translate
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

__all__ = ["DOWNLOAD", "FORMS", "Form", "take_away"]

DOWNLOAD = "download"
"""The parameter of an address that asks for a file."""
AT_A_TIME = 2
"""So many files are made at a time in one process."""
PATIENCE = 8.0
"""Seconds that a request waits for its turn."""
_NOT_MADE = _("The file was not made")
_turns = threading.BoundedSemaphore(AT_A_TIME)


@dataclass(frozen=True)
class Form:
    """One kind of file."""

    name: str
    title: Any
    media_type: str
    most: int
    """Rows of the longest table that it takes."""
    write: Callable[[Prepared, datetime], bytes]


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {
    one.name: one
    for one in (
        # Measured with nine columns: 0.12 ms a row for a workbook, 0.03 for CSV, 1.3 for PDF.
        Form("xlsx", _("Excel"), _SHEET, 50_000, lambda table, _at: write_xlsx(table)),
        Form("csv", _("CSV"), "text/csv", 200_000, lambda table, _at: write_csv(table)),
        Form("pdf", _("PDF"), PDF, 3_000, lambda table, at: write_pdf(table, at=at)),
    )
}
"""The kinds of file, by the value of ``download``."""


def _too_many(form: Form, request: Request, style: Style) -> TooManyRows:
    """Say how long a list may be, and what takes a longer one."""
    most = style.numbers.format(Decimal(form.most))
    if form.name == "csv":
        return TooManyRows(
            _("This list has more than ${most} rows. Narrow it with the filters."), most=most
        )
    return TooManyRows(
        _(
            "A ${form} file takes up to ${most} rows, and this list has more. Narrow it with the"
            " filters, or download it as CSV."
        ),
        form=translate(request, form.title),
        most=most,
    )


def take_away(request: Request, table: Table, name: str) -> Response:
    """Answer the whole table as a file of the kind ``name``, or say why there is none.

    Refused are a kind that there is not, and a table that is too long for it: no file is ever cut
    short without a word.
    """
    if table.told_of is not None and request.method != "POST":
        # That it was taken is written down, and looking at things writes nothing (D4-20).
        text = _("Choose the file in the menu of the list.")
        response = error_page(request, 405, _NOT_MADE, text, framed=True)
        response.headers["Allow"] = "POST"
        return response
    try:
        return _file(request, table, name)
    except TooBusy as refusal:
        response = error_page(request, 503, _NOT_MADE, sentence(request, refusal), framed=True)
        response.headers["Retry-After"] = "10"
    except Refused as refusal:
        status = status_of(refusal)
        response = error_page(request, status, _NOT_MADE, sentence(request, refusal), framed=True)
    return response


def _file(request: Request, table: Table, name: str) -> Response:
    form = FORMS.get(name)
    if form is None:
        raise UnknownForm
    organisation = getattr(request, "organisation", None)
    style = style_of(request.registry, organisation, logo=True)
    if table.total is not None and table.total > form.most:
        raise _too_many(form, request, style)
    act, person = request.act, getattr(request, "person", None)
    with _turn():
        prepared = prepare(
            table,
            style=style,
            translate=request.localizer.translate,
            at=act.at,
            by=getattr(person, "name", None) or act.person_id,
            identifier=str(getattr(organisation, "__name__", None) or ""),
            most=form.most + 1,
        )
        if len(prepared.rows) > form.most:
            raise _too_many(form, request, style)
        data = outside(request, lambda: form.write(prepared, act.at))
    if table.told_of is not None:
        act.notify(TableTaken(table.told_of, act, prepared.title, form.name, len(prepared.rows)))
    return file_response(request, data, f"{prepared.name}.{form.name}", form.media_type)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise TooBusy
    try:
        yield
    finally:
        _turns.release()


def table_deriver(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """Answer a file in the place of a page whose data offers a table."""

    def derived(context: Any, request: Request) -> Any:
        result = view(context, request)
        if not isinstance(result, dict):
            return result
        table = result.pop("table", None)
        asked = request.GET.get(DOWNLOAD)
        if table is None or asked is None:
            return result
        return take_away(request, table() if callable(table) else table, asked)

    return derived


def includeme(config: Configurator) -> None:
    """Look at every page's data before its template, and before JSON is made of it."""
    config.add_view_deriver(table_deriver, name="table_page", under="json_page", over=VIEW)
