"""Lists and the tables to take away of them: what a list shows, as XLSX, CSV and PDF.

A list page that needs no template of its own describes its columns once, for screen and files::

    from qms.exports import LIST_PAGE, Column, Facet, Kind, ListSpec, Listing

    LIST = ListSpec(
        columns=(
            Column("code", _("Code"), Kind.CODE, sort="code", link=True),
            Column("title", _("Title"), sort="title", link=True),
            Column("state", _("State"), Kind.CHIP),
            Column("checked_on", _("Checked on"), Kind.DATE, sort="checked_on"),
        ),
        facets={"state": Facet(_("State"))},
        search=_("Words of code and title"),
    )

    @view_config(context=Norms, renderer=LIST_PAGE)
    def norms(context: Norms, request: Request) -> dict[str, Any]:
        \"\"\"List the norms.\"\"\"
        return Listing(request, LIST).show(
            _("Norms"),
            context.values(),                  # records: objects or mappings with these names
            url=request.resource_path,         # the page of a record
            empty=_("Norms that your organisation follows will stand here."),
        )

That page has head, facets with counts, free filter, sorting, pages, JSON, and «Descargar» with
files of all pages of the present filter. It filters records that are at hand; where a catalogue
answers, ask it with what the listing read of the address and hand over one page::

    listing = Listing(request, LIST)
    listing.q, listing.filters, listing.order, listing.reverse, listing.start, listing.limit
    return listing.page(heading, rows, total=total, counts={"state": {"open": 3}}, every=all_rows)

``every`` gives all rows of the present filter, lazily. A page with a template of its own uses
``metal:use-macro="listing.macros['list']"`` and fills the slots ``rows`` and ``empty``, or uses
the macros ``facets``, ``search``, ``downloads`` and ``pager`` by themselves; other keys of
``show`` and ``page`` go to the template as they are. ``listing.on("rest")`` tells whether the
switch ``rest`` of ``ListSpec.switches`` is on.

A table without such a list: any view whose dictionary holds ``"table": Table(...)`` (or a
callable that gives one) answers ``?download=xlsx``, ``csv`` and ``pdf`` with the file. Rows are
read in the transaction, files are made outside of it. A file is refused with a sentence, never
cut short, beyond 50,000 rows (XLSX), 200,000 (CSV) or 3,000 (PDF).
"""

from __future__ import annotations

from pyramid.config import Configurator

from qms.exports.address import Facet, ListSpec, Narrowing, Switch
from qms.exports.answers import FORMS, take_away
from qms.exports.columns import Column, Kind
from qms.exports.lists import LIST_PAGE, Action, Listing
from qms.exports.style import Style, set_table_style
from qms.exports.tables import Part, Table

__all__ = [
    "FORMS",
    "LIST_PAGE",
    "Action",
    "Column",
    "Facet",
    "Kind",
    "ListSpec",
    "Listing",
    "Narrowing",
    "Part",
    "Style",
    "Switch",
    "Table",
    "take_away",
]


def includeme(config: Configurator) -> None:
    """Let pages offer tables, and profiles say how dates and numbers are written in them."""
    config.add_directive("set_table_style", set_table_style)
    config.include(".answers")
