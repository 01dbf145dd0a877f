"""Uploading a table of values: what each line would enter is shown before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyramid.httpexceptions import HTTPBadRequest
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.indicators import forms
from qms.indicators.entries import UPLOADED
from qms.indicators.models import Indicator, Indicators
from qms.indicators.periods import Period
from qms.indicators.services import measuring
from qms.indicators.tables import MOST_LINES, Line, read_lines
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.sheets.tables import checked_table, read_tables
from qms.web.forms import FieldRefused, FormView
from qms.web.redirects import see_other
from qms.web.transactions import outside

MOST_TEXT = 1_000_000
"""Longest text of what was read, in characters."""


class Uploading:
    """Finds the indicators that a table may fill."""

    def __init__(self, context: Indicators | Indicator, request: Request) -> None:
        """Look at one indicator's table, or at that of several."""
        self.request = request
        self.own = context if isinstance(context, Indicator) else None
        self.folder: Any = context.__parent__ if self.own is not None else context

    def find(self, number: str) -> Indicator | None:
        """Give the indicator of a number, if the person may enter its values."""
        found: Indicator | None = self.folder.get(number.strip().upper()[:20])
        may = found is not None and self.request.has_permission(Permission.INDICATOR_CAPTURE, found)
        return found if may else None


@view_config(context=Indicators, name="upload", permission=Permission.VIEW)
@view_config(context=Indicator, name="upload", permission=Permission.INDICATOR_CAPTURE)
class UploadForm(FormView):
    """Reads a table and shows what it would enter."""

    __view_defaults__ = {"renderer": "qms.templates:indicators/upload.pt"}  # noqa: RUF012
    schema = forms.TableSchema
    heading = _("Upload a table")
    introduction = _(
        "XLSX or CSV with a head: Período, and a column for each variable; or Período, Variable,"
        " Valor. For several indicators, also a column Indicador with their numbers."
    )
    button = _("Look at the table")
    lines: list[Line] | None = None

    def save(self, values: dict[str, Any]) -> Any:
        """Read it outside of the transaction and show what was understood."""
        given = values["upload"]
        data = given["fp"].read(forms.LARGEST_TABLE + 1)
        try:
            file = checked_table(data, str(given["filename"] or ""))
            media_type = file.media_type
            tables = outside(self.request, lambda: read_tables(data, media_type))
            uploading = Uploading(self.context, self.request)
            self.lines = read_lines(
                tables.sheets[0].rows,
                uploading.find,
                uploading.own,
                style=profile_of(self.request.organisation).number_style(),
                today=local_day(self.context, self.request.act.at),
            )
        except Refused as refusal:
            raise FieldRefused("upload", refusal.msgid, **refusal.mapping) from None
        if self.uploads is not None:
            self.uploads.discard()
        form = self.form()
        return self.page(form, form.render({}))

    def extra(self) -> dict[str, Any]:
        """Show the lines and keep what is good of them in the page."""
        lines = self.lines
        good = [one for one in lines or () if one.is_good]
        kept = [[one.number, one.key, one.values] for one in good]
        return {
            "context": self.context,
            "lines": lines,
            "good": len(good),
            "bad": len(lines or ()) - len(good),
            "unusual": sum(bool(one.warnings) for one in good),
            "kept": json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
            "shown": self._shown,
            "json": None,
        }

    def _shown(self, text: str) -> str:
        return profile_of(self.request.organisation).number_style().format(Decimal(text))


@view_config(
    context=Indicators, name="upload-keep", request_method="POST", permission=Permission.VIEW
)
@view_config(
    context=Indicator,
    name="upload-keep",
    request_method="POST",
    permission=Permission.INDICATOR_CAPTURE,
)
def keep(context: Indicators | Indicator, request: Request) -> Response:
    """Keep what the person looked at; every value is checked again, and all are kept or none."""
    uploading = Uploading(context, request)
    confirmed = request.POST.get("confirmed") == "true"
    count = 0
    for number, given in _kept(request).items():
        indicator = uploading.find(number)
        if indicator is None or (uploading.own is not None and indicator is not uploading.own):
            raise HTTPBadRequest
        values = {
            Period.parse(key): {name: Decimal(one) for name, one in numbers.items()}
            for key, numbers in given.items()
        }
        count += len(
            measuring.capture_many(
                indicator, values, act=request.act, how=UPLOADED, confirmed=confirmed
            )
        )
    message = _("Periods of which values were kept: ${n}.", {"n": count})
    return see_other(request, context, message)


def _kept(request: Request) -> Mapping[str, dict[str, dict[str, str]]]:
    """Read what the page handed on; anything else than it wrote is refused."""
    text = request.POST.get("kept", "")
    found: dict[str, dict[str, dict[str, str]]] = {}
    try:
        if len(text) > MOST_TEXT:
            raise ValueError
        lines = json.loads(text)
        if not isinstance(lines, list) or len(lines) > MOST_LINES:
            raise ValueError
        for number, key, values in lines:
            period = found.setdefault(str(number), {}).setdefault(str(key), {})
            for name, one in values.items():
                if not isinstance(one, str) or not Decimal(one).is_finite() or len(one) > 40:
                    raise ValueError
                period[str(name)] = one
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise HTTPBadRequest from None
    return found
