"""The PDF of a frozen version: made from the frozen data and its files, and from nothing else."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from typing import Any

from reportlab.platypus import Flowable, PageBreak
from reportlab.platypus.doctemplate import LayoutError

from qms.documents.pdf_blocks import BlockMaker
from qms.documents.pdf_body import body_flowables, section_entries, section_key
from qms.documents.pdf_files import append_pages, attach, control_sheet, source_pages
from qms.documents.pdf_labels import printed_labels
from qms.documents.pdf_scope import FrozenScope
from qms.pdf.document import Mark, Sheet, build
from qms.pdf.heads import SIGNERS, short
from qms.pdf.keeping import keep_headings
from qms.pdf.kit import Kit
from qms.pdf.letterhead import Brand, Letterhead, fill
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour
from qms.pdf.tagged import Box
from qms.pdf.text import plain

__all__ = ["Rendition", "render"]

MARKS = ("draft", "uncontrolled", "obsolete")
"""What may stand across every page of a rendition."""


@dataclasses.dataclass(frozen=True)
class Rendition:
    """A version as PDF, with the places of its signatures."""

    pdf: bytes
    fields: list[Box]
    pages: int


def render(
    frozen: Mapping[str, Any], *, files: Mapping[str, bytes], mark: str | None = None
) -> Rendition:
    """Make the PDF of a frozen version.

    ``files`` holds the bytes of its files by id; ``mark`` is None, ``draft``, ``uncontrolled`` or
    ``obsolete``.  The same input gives the same bytes.  It always gives a document: where a table
    cannot be laid out, its cells are printed one below the other.
    """
    frozen = _storable(frozen)
    try:
        return _Composer(frozen, files, mark, linear=False).render()
    except (LayoutError, ValueError, IndexError):
        # What ReportLab raises for a table that it cannot lay out.
        return _Composer(frozen, files, mark, linear=True).render()


def _storable(value: Any) -> Any:
    """Give plain data without lone surrogates, which no file can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {key: _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


class _Composer:
    """Puts one document together."""

    def __init__(
        self,
        frozen: Mapping[str, Any],
        files: Mapping[str, bytes],
        mark: str | None,
        *,
        linear: bool,
    ) -> None:
        self._frozen = frozen
        self._files = files
        self._printing: Mapping[str, Any] = frozen["printing"]
        self._labels = printed_labels(frozen)
        self._scope = FrozenScope(frozen)
        self._sheet = Sheet.of(self._printing.get("paper"))
        self._sections = list(frozen.get("sections") or [])
        self._mark = self._words_across(mark)
        keys = frozenset(section_key(section) for section in self._sections)
        ids = frozenset(str(section["id"]) for section in self._sections)
        self._kit = Kit(self._sheet.text_width, self._labels, anchors=keys | ids, linear=linear)
        entries = section_entries(self._sections)
        self._blocks = BlockMaker(frozen, self._scope, self._kit, entries)

    def _words_across(self, mark: str | None) -> Mark | None:
        if mark is None:
            return None
        return Mark(self._labels[mark], self._labels[f"{mark}_note"])

    def render(self) -> Rendition:
        """Lay everything out and add the files."""
        is_file = not self._sections and bool(self._frozen.get("files"))
        sources = source_pages(self._frozen, self._files) if is_file else []
        story = self._story(is_file=is_file, appended=bool(sources))
        letterhead = self._letterhead()
        for _source in sources:
            story += [PageBreak(), plain(" ", self._kit.house.address)]
        built = build(story, self._sheet, letterhead, self._metadata(), mark=self._mark)
        pdf = built.pdf
        if sources:
            pdf = append_pages(pdf, sources, built.pages - len(sources), built.body)
        if self._frozen.get("files"):
            pdf = attach(pdf, self._frozen, self._files)
        return Rendition(pdf, list(built.boxes), built.pages)

    # Story

    def _story(self, *, is_file: bool, appended: bool) -> list[Flowable]:
        cover = self._printing.get("cover") or {}
        opening = list(cover.get("blocks") or []) if cover.get("enabled") else []
        closing = list((self._printing.get("closing") or {}).get("blocks") or [])
        if "approvals" not in {*opening, *closing}:
            closing.append("approvals")  # there must be a place for the signatures
        if is_file:
            opening = [name for name in opening if name != "index"]
        story: list[Flowable] = []
        if opening and cover.get("heading"):
            story.append(plain(cover["heading"], self._kit.house.band))
        for name in opening:
            story += self._blocks.make(name)
        if is_file:
            story += control_sheet(self._frozen, self._scope, self._kit, appended=appended)
        elif opening and cover.get("own_page", True):
            story.append(PageBreak())
        story += body_flowables(self._sections, self._scope, self._kit)
        for name in closing:
            if name not in opening:
                story += self._blocks.make(name)
        end = (self._printing.get("legends") or {}).get("end")
        if end:
            story.append(plain(fill(str(end), self._values()), self._kit.house.label))
        return keep_headings(story, self._kit.width)

    # Frame

    def _letterhead(self) -> Letterhead:
        organisation = self._frozen["organisation"]
        url = str(self._frozen.get("check_url") or "")
        return Letterhead(
            self._printing.get("header") or {},
            self._values(),
            self._sheet.text_width,
            brand=Brand(
                str(organisation.get("name") or ""),
                colour(organisation.get("colour")),
                _logo(organisation.get("logo")),
            ),
            legends=self._printing.get("legends") or {},
            check_url=url,
            check_label=self._labels["check"] if url else "",
        )

    def _values(self) -> dict[str, str]:
        document, version = self._frozen["document"], self._frozen["version"]
        organisation = self._frozen["organisation"]
        kind = document.get("type") or {}
        process = document.get("process") or {}
        owner = document.get("owner_process") or process
        values = {
            "system_name": organisation.get("system_name"),
            "organisation": organisation.get("name"),
            "title": document.get("title"),
            "code": document.get("code"),
            "type": kind.get("name"),
            "family": kind.get("family"),
            "process": process.get("name"),
            "owner_process": owner.get("name"),
            "macroprocess": process.get("macroprocess"),
            "version": version.get("label"),
            "in_force_from": self._scope.date(version.get("in_force_from")),
            "approved_on": self._approved_on(),
            "review_by": self._scope.date(version.get("review_by")),
        }
        # A step that nobody is known for is printed as empty, not as its placeholder.
        for step in SIGNERS.findall(str(self._printing.get("header"))):
            values[f"signers:{step}"] = self._labels["empty"]
        steps: dict[str, list[str]] = {}
        for slot in self._frozen.get("approvals") or []:
            who = (slot.get("name"), slot.get("position") or slot.get("assignee"))
            steps.setdefault(str(slot.get("step")), []).append(" – ".join(filter(None, who)))
        for step, signers in steps.items():
            values[f"signers:{step}"] = " / ".join(signers)
        return {name: short(str(value or "")) for name, value in values.items()}

    def _approved_on(self) -> str:
        """Give the day of approval; before it, that the last signature will tell."""
        version = self._frozen["version"]
        day = self._scope.date(version.get("approved_on"))
        if day or version.get("migrated") or self._mark is not None:
            return day
        return f"({self._labels['in_signature']})"

    def _metadata(self) -> Metadata:
        document, version = self._frozen["document"], self._frozen["version"]
        organisation = self._frozen["organisation"]
        title = " ".join(filter(None, (document.get("code"), document.get("title"))))
        return Metadata(
            title=title,
            author=str(organisation.get("legal_name") or organisation.get("name") or ""),
            subject=f"{self._labels['version']} {version.get('label')}",
            language=str(organisation.get("language") or "es"),
            keywords=tuple(
                str(word)
                for word in (
                    document.get("code"),
                    (document.get("type") or {}).get("name"),
                    (document.get("process") or {}).get("name"),
                )
                if word
            ),
        )


def _logo(logo: object) -> bytes | None:
    """Give the bytes of the logo that the frozen version keeps, as base64."""
    if not isinstance(logo, Mapping):
        return None
    try:
        return base64.b64decode(str(logo.get("data") or ""), validate=True)
    except ValueError:
        return None
