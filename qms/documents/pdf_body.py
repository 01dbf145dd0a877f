"""The sections of a document in their print modes: under a heading, as a row, as a column."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from qms.documents.pdf_scope import FrozenScope
from qms.documents.pdf_sections import KINDS, chart_flowables, is_wide
from qms.pdf.kit import Kit
from qms.pdf.tables import banded, join, lead_height
from qms.pdf.tagged import Holder
from qms.pdf.text import Anchor, Heading, Run, heading, runs_to_frags

__all__ = ["body_flowables", "section_entries", "section_key"]

Section = Mapping[str, Any]
_MOST_SIDE_BY_SIDE = 5
_ROW_SHARES = (24.0, 76.0)
_PADDING = 8.0
_ROMAN = re.compile(r"[IVX]+")


def section_key(section: Section) -> str:
    """Name the bookmark of a section."""
    return f"s-{section['id']}"


def _title(section: Section) -> str:
    number = str(section.get("number") or "").strip()
    dotted = f"{number}." if number and number[-1].isalnum() else number
    return " ".join(filter(None, (dotted, str(section.get("title") or ""))))


def section_levels(sections: Sequence[Section]) -> dict[str, int]:
    """Give the depth of each section from 0, by its id.

    It is what the profile says (from 1); else 5.3 stands below 5; a), 1 and no number below II.
    Roman numbers are the chapters of a house that uses them; then all else is inside a chapter.
    """
    levels = _levels_by_number(sections)
    for section in sections:
        said = (section.get("print") or {}).get("level")
        if said:
            levels[str(section["id"])] = int(said) - 1
    return levels


def _levels_by_number(sections: Sequence[Section]) -> dict[str, int]:
    numbers = {str(one["id"]): str(one.get("number") or "").strip(". ") for one in sections}
    if any(_ROMAN.fullmatch(number) for number in numbers.values()):
        return {ident: 0 if _ROMAN.fullmatch(number) else 1 for ident, number in numbers.items()}
    return {ident: 1 if "." in number else 0 for ident, number in numbers.items()}


def section_entries(sections: Sequence[Section]) -> list[tuple[str, str, str]]:
    """Give (number, title, bookmark) of the chapters, for a table of contents.

    A profile may ask for a section of any level, or leave a chapter out (``print.index``).
    """
    levels = section_levels(sections)
    return [
        (str(section.get("number") or ""), str(section.get("title") or ""), section_key(section))
        for section in sections
        if _in_index(section, levels[str(section["id"])])
    ]


def _in_index(section: Section, level: int) -> bool:
    asked = (section.get("print") or {}).get("index")
    return level == 0 if asked is None else bool(asked)


def _mode(section: Section) -> str:
    return str((section.get("print") or {}).get("mode") or "heading")


def _level(section: Section) -> int:
    return int(section.get("level") or 0)


def _content(section: Section, scope: FrozenScope, kit: Kit) -> list[Flowable]:
    maker = KINDS.get(str(section.get("kind")))
    data = section.get("data") or {}
    return maker(data, scope, kit) if maker else []


def _form(section: Section) -> str:
    return str((section.get("print") or {}).get("form") or "")


def _label(section: Section, kit: Kit) -> Heading:
    """Make the heading of a section that stands in a cell."""
    text = _title(section)
    head = Heading("", kit.house.label, frags=runs_to_frags([Run(text)], kit.house.label))
    head.tag = f"H{_level(section) + 1}"
    head.key = section_key(section)
    head.outline = text
    head.level = _level(section)
    head.own = Holder(head.tag)
    return head


def _band_of(section: Section) -> tuple[str, str]:
    """Name the mode and the group: consecutive sections that share both stand together."""
    return _mode(section), str((section.get("print") or {}).get("group") or "")


def _runs(sections: Sequence[Section]) -> Iterator[tuple[str, list[Section]]]:
    for (mode, _group), run in groupby(sections, key=_band_of):
        found = list(run)
        if mode != "column" or len(found) <= _MOST_SIDE_BY_SIDE:
            yield mode, found
            continue
        # More columns than a page has room for: the houses that do so print them in pairs.
        for start in range(0, len(found), 2):
            yield mode, found[start : start + 2]


def body_flowables(sections: Sequence[Section], scope: FrozenScope, kit: Kit) -> list[Flowable]:
    """Make the flowables of all sections, in their order and print modes."""
    levels = section_levels(sections)
    annexes = any(_mode(one) == "heading" and one.get("kind") == "annexes" for one in sections)
    sections = [
        {
            **section,
            "level": levels[str(section["id"])],
            "chart": _chart(section, annexes=annexes),
        }
        for section in sections
    ]
    made: list[Flowable] = []
    for mode, run in _runs(sections):
        if mode == "row" and not kit.linear:
            made += _as_rows(run, scope, kit)
        elif mode == "column" and not kit.linear:
            made += _as_columns(run, scope, kit)
        else:
            for section in run:
                made += _under_heading(section, scope, kit)
                if section.get("kind") == "annexes":
                    made += _annexed_charts(sections, scope, kit)
    join(made)
    return made


def _chart(section: Section, *, annexes: bool) -> str:
    """Tell where the chart of activities goes; without annexes it stays below the activities."""
    asked = str((section.get("print") or {}).get("chart") or "below")
    return "below" if asked == "annexes" and not annexes else asked


def _annexed_charts(sections: Sequence[Section], scope: FrozenScope, kit: Kit) -> list[Flowable]:
    made: list[Flowable] = []
    for section in sections:
        if section.get("kind") == "activities" and section["chart"] == "annexes":
            made += chart_flowables(section.get("data") or {}, scope, kit, headed=False)
    return made


def _under_heading(section: Section, scope: FrozenScope, kit: Kit) -> list[Flowable]:
    level = _level(section)
    styles = (kit.house.heading, kit.house.subheading, kit.house.minor)
    style = styles[min(level, len(styles) - 1)]
    kit = dataclasses.replace(kit, form=_form(section), chart=section["chart"])
    title = _title(section)
    head = heading(title, style, key=section_key(section), level=level)
    content = _content(section, scope, kit)
    if not content and section.get("kind") != "text":
        content = [kit.text(kit.label("empty"))]  # an empty text may be a chapter's bare heading
    return [*head, *content, Spacer(1, 3)]


def _as_rows(run: Sequence[Section], scope: FrozenScope, kit: Kit) -> list[Flowable]:
    """Print label and content side by side; what is wide stands below its label instead."""
    made: list[Flowable] = []
    rows: list[list[Any]] = []

    def end_table() -> None:
        if rows:
            made.extend(banded(kit.table(rows, _ROW_SHARES, header_rows=0, label_columns=1)))
            rows.clear()

    for section in run:
        if _form(section) == "by-note":
            end_table()
            made.append(Anchor(section_key(section), _title(section), _level(section)))
            made += banded(_content(section, scope, dataclasses.replace(kit, form="by-note")))
            continue
        if is_wide(str(section.get("kind")), section.get("data") or {}):
            end_table()
            made += _band(section, scope, kit)
            continue
        room = kit.width * _ROW_SHARES[1] / sum(_ROW_SHARES) - _PADDING
        inner = kit.narrowed(room, form=_form(section))
        content = _content(section, scope, inner) or [inner.text(kit.label("empty"))]
        rows.append([[_label(section, kit)], content])
    end_table()
    return made


def _band(section: Section, scope: FrozenScope, kit: Kit) -> list[Flowable]:
    kit = dataclasses.replace(kit, form=_form(section), chart=section["chart"])
    content = _content(section, scope, kit)
    lead = lead_height(content[0], kit.width) if content else None
    band = kit.table([[[_label(section, kit)]]], [1], header_rows=0, label_columns=1)
    # The band stays with the beginning of its content.
    return [CondPageBreak(24 + (lead or 0)), *banded(band), *banded(content)]


def _as_columns(run: Sequence[Section], scope: FrozenScope, kit: Kit) -> list[Flowable]:
    """Print sections side by side, each below its title."""
    if len(run) == 1 or any(is_wide(str(one.get("kind")), one.get("data") or {}) for one in run):
        return [flowable for one in run for flowable in _under_heading(one, scope, kit)]
    room = kit.width / len(run) - _PADDING
    titles = [[_label(section, kit)] for section in run]
    contents = []
    for section in run:
        inner = kit.narrowed(room, form=_form(section))
        contents.append(_content(section, scope, inner) or [inner.text(kit.label("empty"))])
    return banded(kit.table([titles, contents], [1.0] * len(run)))
