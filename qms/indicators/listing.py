"""The list of indicators: what the catalogue keeps of one, written with every change of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.indicators.duties import (
    keepers_of_analysis,
    keepers_of_capture,
    next_analysis,
    next_capture,
)
from qms.indicators.entries import text_of
from qms.indicators.figuring import Figures
from qms.indicators.models import Indicator
from qms.indicators.series import NO_DATA, RUNNING, points
from qms.kernel.text import sort_key
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "indicators.catalogue"
ORDERS = ("number", "name", "process", "capture", "analysis", "refresh", "result")
FACETS = ("process", "state", "verdict", "captures", "analyses", "document", "frequency")
SPARK = 12
"""So many of the last finished periods are kept in a row."""
_PAGE = 50
_DAY = timedelta(days=1)


class Spark(NamedTuple):
    """One finished analysis period in a row."""

    key: str
    result: str | None
    verdict: str


class Row(NamedTuple):
    """One line of the list."""

    number: str
    name: str
    code: str
    """Of the document that declares it."""
    document_uid: str
    process_id: str
    process: str
    unit: str
    target: tuple[str, str, str] | None
    """Direction, value and upper end ("" for none)."""
    frequency: str
    """Of the analysis."""
    state: str
    key: str
    """The last finished period; empty before the first."""
    result: str | None
    verdict: str
    band: tuple[str, str]
    """Name and colour of its band, both empty without one."""
    capture_key: str
    capture_ends: str
    analysis_key: str
    analysis_ends: str
    captures: tuple[str, ...]
    analyses: tuple[str, ...]
    """Whose business they are: ``position:ID`` or ``quality``."""
    spark: tuple[tuple[str, str | None, str], ...]
    """:class:`Spark` of the last twelve finished periods, the oldest first."""
    is_computed: bool
    weight: str
    as_of: str
    """ISO date of the day on which what is counted was counted, and the last period found; empty
    while that is still to be done."""


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of indicators, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def row_of(indicator: Indicator, today: date, figures: Figures | None = None) -> Row:
    """Make the line of an indicator, as it is on a day."""
    organisation = organisation_of(indicator)
    definition, document = indicator.definition, indicator.document
    process = organisation["processes"].get(indicator.process_id)
    found = points(indicator, today, figures=figures, last=SPARK + 1)
    finished = [one for one in found if one.state != RUNNING][-SPARK:]
    last = finished[-1] if finished else None
    band = last.band if last is not None else None
    capture, analysis = next_capture(indicator), next_analysis(indicator)
    target = definition.target
    return Row(
        indicator.number,
        definition.name,
        document.code if document is not None else "",
        indicator.document_uid,
        indicator.process_id,
        process.name if process is not None else "",
        definition.unit,
        None
        if target is None
        else (target.direction, str(target.value), "" if target.high is None else str(target.high)),
        definition.analysis_frequency,
        indicator.state,
        last.key if last is not None else "",
        text_of(last.result) if last is not None else None,
        last.verdict if last is not None else NO_DATA,
        (band.name, band.colour) if band is not None else ("", ""),
        capture.key,
        capture.ends,
        analysis.key,
        analysis.ends,
        tuple(keepers_of_capture(indicator)),
        tuple(keepers_of_analysis(indicator)),
        tuple((one.key, text_of(one.result), one.verdict) for one in finished),
        definition.is_computed,
        str(definition.weight or ""),
        today.isoformat(),
    )


def entry_of(indicator: Indicator, today: date, figures: Figures | None = None) -> Entry:
    """Make the catalogue entry of an indicator."""
    row = row_of(indicator, today, figures)
    facets = {
        "process": [row.process_id] if row.process_id else [],
        "state": [row.state],
        "verdict": [row.verdict],
        "captures": row.captures,
        "analyses": row.analyses,
        "document": [row.document_uid],
        "frequency": [row.frequency] if row.frequency else [],
    }
    keys = {
        "number": row.number,
        "name": sort_key(row.name),
        "process": (sort_key(row.process), row.number),
        "capture": row.capture_ends,
        "analysis": row.analysis_ends,
        "refresh": row.as_of,
        "result": (row.verdict, row.number),
    }
    words = title_words(f"{row.number} {row.name} {row.code} {row.process}")
    return Entry(tuple(row), keys, facets, words)


def put(indicator: Indicator, today: date, figures: Figures | None = None) -> Row:
    """Bring the catalogue up to an indicator; what it counts is left as it was without figures."""
    catalogue = catalogue_of(organisation_of(indicator))
    entry = entry_of(indicator, today, figures)
    known = catalogue.row(indicator.uid)
    if figures is None and indicator.definition.is_computed:
        if known is not None:
            entry = _with_counted(entry, Row(*known))
        entry = _uncounted(entry)
    catalogue.put(indicator.uid, entry)
    return Row(*entry.row)


def _with_counted(entry: Entry, known: Row) -> Entry:
    """Keep what was counted lately: whoever changes an indicator does not count anew."""
    kept = Row(*entry.row)._replace(as_of=known.as_of)
    if kept.result is None and known.result is not None and kept.key == known.key:
        kept = kept._replace(
            result=known.result, verdict=known.verdict, band=known.band, spark=known.spark
        )
    facets = {**entry.facets, "verdict": [kept.verdict]}
    keys = {**entry.keys, "result": (kept.verdict, kept.number), "refresh": kept.as_of}
    return Entry(tuple(kept), keys, facets, entry.words)


def _uncounted(entry: Entry) -> Entry:
    """Let the worker's next round count a row that was written without what it counts."""
    row = Row(*entry.row)
    if not row.key or row.result is not None:
        return entry
    row = row._replace(as_of="")
    return Entry(tuple(row), {**entry.keys, "refresh": ""}, entry.facets, entry.words)


def rows_of(organisation: Any, **facets: Sequence[str]) -> list[Row]:
    """List rows by number: all, or those of certain processes, states or verdicts."""
    page = catalogue_of(organisation).query(facets, order="number", limit=None)
    return [Row(*one) for one in page.rows]


def row_for(indicator: Indicator) -> Row | None:
    """Give the kept row of an indicator."""
    known = catalogue_of(organisation_of(indicator)).row(indicator.uid)
    return None if known is None else Row(*known)


def waiting(
    organisation: Any, order: str, before: date, keepers: Sequence[str] | None = None
) -> Iterator[Row]:
    """Give the rows whose ``capture`` or ``analysis`` period ended before a day, oldest first."""
    catalogue = catalogue_of(organisation)
    facet = "captures" if order == "capture" else "analyses"
    filters = {} if keepers is None else {facet: keepers}
    start, horizon = 0, before.isoformat()
    while True:
        page = catalogue.query(filters, order=order, start=start, limit=_PAGE)
        for one in page.rows:
            row = Row(*one)
            if (row.capture_ends if order == "capture" else row.analysis_ends) >= horizon:
                return
            yield row
        start += _PAGE
        if start >= page.total:
            return


def count_waiting(organisation: Any, order: str, before: date, keepers: Sequence[str]) -> int:
    """Count what :func:`waiting` gives, kept until a period or somebody's business changes."""
    catalogue = catalogue_of(organisation)
    facet = "captures" if order == "capture" else "analyses"
    over = catalogue.between(order, "", before.isoformat())
    return catalogue.query({facet: keepers}, order=order, limit=0, among=over).total


def stale(organisation: Any, today: date) -> list[str]:
    """Name the indicators whose row was written on an earlier day."""
    found: list[str] = []
    catalogue, start = catalogue_of(organisation), 0
    while True:
        page = catalogue.query({}, order="refresh", start=start, limit=_PAGE)
        for one in page.rows:
            row = Row(*one)
            if row.as_of >= today.isoformat():
                return found
            found.append(row.number)
        start += _PAGE
        if start >= page.total:
            return found
