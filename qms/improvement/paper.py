"""The PDFs of this room: one sheet, one letterhead, lines of facts and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyramid.request import Request
from reportlab.platypus import Flowable

from qms.documents.wording import show_moment_and_zone
from qms.exports.style import Style, style_of
from qms.kernel.i18n import _
from qms.pdf.document import Sheet, build
from qms.pdf.keeping import keep_headings
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import heading, plain
from qms.profiles.api import profile_of

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Paper:
    """What a PDF needs besides its content; read in the transaction, used outside of it."""

    style: Style
    code: str
    title: str
    made: str
    page: str
    at: datetime

    @classmethod
    def of(cls, request: Request, code: str, title: str) -> Paper:
        """Take it from a request."""
        translate: Callable[[Any], str] = request.localizer.translate
        moment = show_moment_and_zone(profile_of(request.organisation), request.act.at)
        facts = {"moment": moment, "name": request.person.name}
        made = translate(_("Generated on ${moment} by ${name}", facts))
        return cls(
            style_of(request.registry, request.organisation, logo=True),
            code,
            title,
            made,
            translate(_("Page {page} of {pages}")),
            request.act.at,
        )

    @property
    def width(self) -> float:
        """Width of the text, in points."""
        return Sheet.of(self.style.paper).text_width

    @property
    def accent(self) -> str:
        """The organisation's colour."""
        return self.style.colour

    def heading(self, text: str, *, level: int = 0) -> list[Flowable]:
        """Give a heading that does not stay alone."""
        house = styles()
        return heading(text, house.heading if level == 0 else house.subheading, level=level)

    def text(self, text: str) -> list[Flowable]:
        """Give the paragraphs of a plain text."""
        return [plain(one, styles().body) for one in text.split("\n") if one.strip()]

    def facts(self, pairs: Sequence[tuple[str, str]]) -> Flowable:
        """Give pairs of a name and what it is; empty ones are left out."""
        rows = [[name, value] for name, value in pairs if value]
        return grid(rows, proportions((26, 74), self.width), header_rows=0, label_columns=1)

    def table(self, heads: Sequence[str], rows: Rows, shares: Sequence[float]) -> Flowable:
        """Give rows below their heads, in small print; ``shares`` divide the width."""
        widths = proportions(shares, self.width)
        return grid([list(heads), *[list(row) for row in rows]], widths, small=True)

    def note(self, text: str) -> Flowable:
        """Give a line of small print."""
        return plain(text, styles().note)

    def build(self, story: Sequence[Flowable]) -> bytes:
        """Make the file."""
        style = self.style
        header: dict[str, Any] = {
            "widths": [20, 58, 22],
            "rows": [
                [
                    {"logo": True, "rows": 2},
                    {"text": "{organisation}", "align": "center", "size": 8},
                    {"text": "{code}", "align": "center", "bold": True, "size": 9},
                ],
                [
                    {"text": "{title}", "bold": True, "align": "center", "size": 11},
                    {"text": self.page, "align": "center", "size": 8},
                ],
            ],
        }
        values = {"organisation": style.organisation, "title": self.title, "code": self.code}
        letterhead = Letterhead(
            header,
            {**values, "made": self.made},
            self.width,
            brand=Brand(style.organisation, colour(style.colour), style.logo),
            legends={"footer": ["{made}"]},
        )
        metadata = Metadata(
            title=f"{self.code} {self.title}"[:300],
            author=style.organisation,
            subject=self.title[:300],
            language=style.language,
            created=self.at,
        )
        return build(
            keep_headings(story, self.width), Sheet.of(style.paper), letterhead, metadata
        ).pdf
