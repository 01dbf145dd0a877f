"""The cards of a process's board: how each of its indicators stands, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from chameleon.utils import Markup

from qms.indicators import boards, words
from qms.indicators.cards import PERCENT
from qms.indicators.listing import Row
from qms.indicators.pictures import spark
from qms.indicators.shown import ANALYSIS, CAPTURE, VIEWS
from qms.kernel.formats import NO_BREAK_SPACE
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered
from qms.web.unchanged import CASES, unchanged


class Card(NamedTuple):
    """What the part ``card.pt`` prints: plain values only."""

    number: str
    name: str
    url: str
    verdict: str
    result: str
    period: str
    band: str
    target: str
    frequency: str
    way: str
    by: str
    better: bool | None
    dues: tuple[tuple[str, str, str, int], ...]
    """What, period, address, business days left."""


class Cards:
    """Draws the cards of one process for one person."""

    def __init__(self, page: Any, process: str) -> None:
        """Take the page of boards (``BoardsView``), and whose board it is."""
        self._page, self._process = page, process

    def drawn(self, rows: list[Row], ui: Frame) -> Markup:
        """Draw the cards; that of a row is drawn once a day for all who may do the same with it."""
        page, request = self._page, self._page.request
        question, numbers = ("board doors", self._process), tuple(row.number for row in rows)
        doors = unchanged(request, question, lambda: self._doors(rows), also=numbers, apart=CASES)
        where = (page.organisation.uid, page.profile.revision, page.home, page.today)
        kind = ("indicators.card", ui.language, ui.drawings, *where)
        cards = [(row, doors[row.number]) for row in rows]
        return Markup("".join(kept_of(request).texts(kind, cards, partial(self._texts, ui))))

    def _doors(self, rows: list[Row]) -> dict[str, tuple[bool, bool]]:
        """Tell of each indicator whether this person may capture and analyse it."""
        may, found = self._page.request.has_permission, {}
        for row in rows:
            one = self._page.context[row.number]
            captures = bool(may(Permission.INDICATOR_CAPTURE, one))
            found[row.number] = captures, bool(may(Permission.INDICATOR_ANALYSE, one))
        return found

    def _texts(self, ui: Frame, cards: list[tuple[Row, tuple[bool, bool]]]) -> Iterator[str]:
        for row, doors in cards:
            values = {**self._card(row, doors)._asdict(), "spark": spark(self._page.request, row)}
            yield rendered(ui, "qms.templates:indicators/card.pt", values)

    def _card(self, row: Row, doors: tuple[bool, bool]) -> Card:
        page, may = self._page, dict(zip((CAPTURE, ANALYSIS), doors, strict=True))
        trend = boards.trend_of(row)
        address = f"{page.home}{row.number}/"
        return Card(
            row.number,
            row.name,
            address,
            row.verdict,
            words.number_text(page.profile, row.result, row.unit, boards.target_of(row)),
            page.period(row.key) if row.key else "",
            row.band[0],
            page.target(row),
            row.frequency,
            trend.way,
            self._by(trend, row),
            trend.better,
            tuple(
                (
                    due.what,
                    page.period(due.key),
                    f"{address}{VIEWS[due.what]}/{due.key}" if may[due.what] else address,
                    page.left(due.day),
                )
                for due in page.dues(row)
            ),
        )

    def _by(self, trend: boards.Trend, row: Row) -> str:
        """Write by how much a result changed; between percentages lie points."""
        if not trend.way:
            return ""
        unit = self._page.say(_("points")) if row.unit == PERCENT else row.unit
        shown = words.bare_text(self._page.profile, trend.by, row.unit)
        return f"{shown}{NO_BREAK_SPACE}{unit}" if unit else shown
