"""Dates in profile and document files: full days, and months where only those are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.kernel.i18n import _
from qms.profiles.book import Book, Path
from qms.profiles.reader import Node
from qms.profiles.shapes import (
    WRONG,
    Text,
)

_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?\Z")


def first_day(text: str) -> date:
    """Give the day of ``2018-05-17``, or the first day of the month ``2018-05``."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def is_later(one: str, other: str) -> bool:
    """Tell whether ``one`` is surely later; a month is compared as a whole month."""
    width = min(len(one), len(other))
    return one[:width] > other[:width]


@dataclass(frozen=True)
class Day:
    """A date as ``yyyy-mm-dd``; ``month_only`` also takes ``yyyy-mm``. Kept as written."""

    month_only: bool = False

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the date as ISO text."""
        text = Text(40).read(node, path, book)
        if text is WRONG:
            return WRONG
        found = _DAY.match(text)
        try:
            if found is None or (found[3] is None and not self.month_only):
                raise ValueError(text)
            first_day(text)
        except ValueError:
            how = (
                _("write year, month and day as 2018-05-17, or year and month as 2018-05")
                if self.month_only
                else _("write year, month and day as 2018-05-17")
            )
            book.note(path, _("«${text}» is not a date", mapping={"text": text}), how)
            return WRONG
        return text
