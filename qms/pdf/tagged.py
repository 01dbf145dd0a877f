"""A canvas that writes a structure tree beside the drawing, so that a screen reader finds its way.

ReportLab tags nothing by itself (ISO 32000-1, 14.7 and 14.8).  Every drawing is either marked as
belonging to an element (heading, paragraph, list, table cell, figure, link) or is an artifact.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from qms.pdf import fonts
from qms.pdf.metadata import Metadata, dress

__all__ = ["Box", "Holder", "TaggedCanvas", "described", "draw_inside"]

_LINKS_FROM = 1_000_000
"""First key of link annotations in the parent tree, above any number of pages."""


@dataclasses.dataclass(frozen=True)
class Box:
    """A rectangle that something else will fill later, in points from the page's lower left."""

    name: str
    page: int
    """From 0."""
    x0: float
    y0: float
    x1: float
    y1: float


class Element(pdfdoc.PDFObject):
    """One element of the structure tree, with its pieces of pages and its child elements."""

    __RefOnly__ = 1

    def __init__(self, tag: str, parent: pdfdoc.PDFObject, extra: str = "") -> None:
        self.tag = tag
        self.parent = parent
        self.extra = extra
        self.kids: list[Element | tuple[int, int] | tuple[int, str]] = []

    def format(self, document: Any) -> bytes:
        """Write the element's dictionary."""
        pages = {kid[0] for kid in self.kids if not isinstance(kid, Element)}
        home = min(pages) if pages else None
        kids = " ".join(self._kid(kid, home, document) for kid in self.kids)
        page = f" /Pg {_page(home, document)}" if home is not None else ""
        parent = _reference(self.parent, document)
        return f"<< /S /{self.tag} /P {parent}{page} /K [{kids}]{self.extra} >>".encode("latin-1")

    @staticmethod
    def _kid(kid: Element | tuple[int, int] | tuple[int, str], home: Any, document: Any) -> str:
        if isinstance(kid, Element):
            return _reference(kid, document)
        page, content = kid
        if isinstance(content, int):
            if page == home:
                return str(content)
            return f"<< /Type /MCR /Pg {_page(page, document)} /MCID {content} >>"
        annotation = _text(pdfdoc.PDFObjectReference(content), document)
        return f"<< /Type /OBJR /Pg {_page(page, document)} /Obj {annotation} >>"


class _Root(pdfdoc.PDFObject):
    """The root of the structure tree with the way back from page content to elements."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.document = Element("Document", self)
        self.by_page: dict[int, list[Element]] = {}
        self.by_link: list[Element] = []

    def format(self, document: Any) -> bytes:
        """Write the root's dictionary."""
        nums = []
        for page, elements in sorted(self.by_page.items()):
            inside = " ".join(_reference(element, document) for element in elements)
            nums.append(f"{page} [{inside}]")
        nums.extend(
            f"{_LINKS_FROM + number} {_reference(element, document)}"
            for number, element in enumerate(self.by_link)
        )
        top = _reference(self.document, document)
        return (
            f"<< /Type /StructTreeRoot /K [{top}] /ParentTree << /Nums [{' '.join(nums)}] >>"
            f" /ParentTreeNextKey {_LINKS_FROM + len(self.by_link)} >>"
        ).encode("latin-1")


def _text(thing: Any, document: Any) -> str:
    raw = pdfdoc.format(thing, document)
    return raw.decode("latin-1") if isinstance(raw, bytes) else str(raw)


def _reference(element: pdfdoc.PDFObject, document: Any) -> str:
    return _text(document.Reference(element), document)


def _page(index: int, document: Any) -> str:
    return _text(pdfdoc.PDFObjectReference(f"Page{index + 1}"), document)


class Holder:
    """An element to be made when it is first drawn; parts that a page break tore apart share it."""

    __slots__ = ("_canvas", "_element", "extra", "tag")

    def __init__(self, tag: str, extra: str = "") -> None:
        self.tag = tag
        self.extra = extra
        self._canvas: TaggedCanvas | None = None
        self._element: Element | None = None

    def element(self, canvas: TaggedCanvas, parent: Element) -> Element:
        """Give the element in this canvas's tree, made below ``parent`` when it is new."""
        if self._element is None or self._canvas is not canvas:
            self._canvas = canvas
            self._element = Element(self.tag, parent, self.extra)
            parent.kids.append(self._element)
        return self._element

    def begun(self, canvas: TaggedCanvas) -> bool:
        """Tell whether a part of it has been drawn already."""
        return self._canvas is canvas


def described(text: str, tag: str = "Figure") -> Holder:
    """Give an element that a screen reader reads as ``text``."""
    alt = ("\ufeff" + text).encode("utf-16-be", "replace").hex().upper()
    return Holder(tag, f" /Alt <{alt}>")


@dataclasses.dataclass(frozen=True)
class _Later:
    """Something to draw when the number of pages is known."""

    page: int
    matrix: tuple[float, ...]
    stack: tuple[Element, ...]
    artifact: bool
    draw: Callable[[TaggedCanvas], None]


class TaggedCanvas(Canvas):
    """ReportLab's canvas with a structure tree, drawing afterwards, and boxes that it reports."""

    # ReportLab's own, which its type stubs do not know.
    _doc: Any
    _annotationCount: int
    _currentMatrix: tuple[float, ...]
    _filename: Any
    _pageNumber: int

    def __init__(self, *args: Any, metadata: Metadata, extra_pages: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boxes: list[Box] = []
        self.targets: dict[str, int] = {}
        """Page (from 1) of every bookmark."""
        self.extra_pages = extra_pages
        self._root = _Root()
        self._stack: list[Element] = [self._root.document]
        self._artifacts = 0
        self._marked = 0
        self._outline_level = -1
        self._pages: list[pdfdoc.PDFPage] = []
        self._postponed: list[_Later] = []
        self._keep_pages()
        self._doc.Catalog.StructTreeRoot = self._root
        dress(self, metadata)

    @property
    def page_count(self) -> int:
        """The number of pages, right once the last one is finished."""
        return len(self._pages)

    def _keep_pages(self) -> None:
        add = self._doc.addPage

        def add_page(page: Any) -> Any:
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.Tabs = pdfdoc.PDFName("S")
            page.StructParents = len(self._pages)
            self._pages.append(page)
            return add(page)

        self._doc.addPage = add_page

    # Structure

    @contextmanager
    def inside(self, *holders: Holder) -> Iterator[None]:
        """Draw within these elements, from the outermost inwards; nothing inside an artifact."""
        if self._artifacts:
            yield
            return
        depth = len(self._stack)
        for holder in holders:
            self._stack.append(holder.element(self, self._stack[-1]))
        try:
            yield
        finally:
            del self._stack[depth:]

    def open(self, holder: Holder) -> None:
        """Enter an element, unless in an artifact; ``close`` leaves it."""
        top = self._stack[-1]
        self._stack.append(top if self._artifacts else holder.element(self, top))

    def close(self) -> None:
        """Leave the element that was entered last."""
        self._stack.pop()

    @contextmanager
    def content(self) -> Iterator[None]:
        """Mark what is drawn as content of the present element."""
        if self._artifacts or self._marked:
            yield
            return
        element = self._stack[-1]
        page = self._pageNumber - 1
        marked = self._root.by_page.setdefault(page, [])
        number = len(marked)
        marked.append(element)
        element.kids.append((page, number))
        self._code.append(f"/{element.tag} <</MCID {number}>> BDC")
        self._marked += 1
        try:
            yield
        finally:
            self._marked -= 1
            self._code.append("EMC")

    def begin_artifact(self) -> None:
        """From here on nothing belongs to the text: lines, backgrounds, headers, watermarks."""
        if not self._artifacts and not self._marked:
            self._code.append("/Artifact BMC")
        self._artifacts += 1

    def end_artifact(self) -> None:
        """End what ``begin_artifact`` began."""
        self._artifacts -= 1
        if not self._artifacts and not self._marked:
            self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Draw something that is no part of the text."""
        self.begin_artifact()
        try:
            yield
        finally:
            self.end_artifact()

    @property
    def current_tag(self) -> str:
        """The tag of the element in which is drawn."""
        return self._stack[-1].tag

    @property
    def current_is_empty(self) -> bool:
        """Tell whether nothing has been drawn in the present element so far."""
        return not self._stack[-1].kids

    def _addAnnotation(self, annotation: Any, name: Any = None, addtopage: int = 1) -> None:
        """Give each link its own element and its way back (ISO 14289-1, 7.18.5)."""
        super()._addAnnotation(annotation, name, addtopage)  # type: ignore[misc]
        if self._artifacts or not addtopage:
            extra: dict[str, Any] = {"F": 4}
        else:
            key = f"Annot.NUMBER{self._annotationCount}"
            link = Element("Link", self._stack[-1])
            self._stack[-1].kids.append(link)
            link.kids.append((self._pageNumber - 1, key))
            extra = {"F": 4, "StructParent": _LINKS_FROM + len(self._root.by_link)}
            self._root.by_link.append(link)
        if isinstance(annotation, pdfdoc.PDFDictionary):
            annotation.dict.update(extra)
        else:
            annotation.otherkw.update(extra)
            annotation.permitted = (*annotation.permitted, "StructParent")

    # Places

    def target(self, key: str) -> None:
        """Make the present point a target of links and of the outline."""
        if key in self.targets:
            return
        self.targets[key] = self._pageNumber
        self.bookmarkHorizontal(key, 0, 14)

    def outline(self, title: str, key: str, level: int) -> None:
        """Add a line to the outline, at most one level below the line before it."""
        self._outline_level = max(0, min(level, self._outline_level + 1))
        self.addOutlineEntry(title, key, self._outline_level, closed=False)

    def box(self, name: str, width: float, height: float) -> None:
        """Report a rectangle whose lower left corner is the present origin."""
        x, y = self.absolutePosition(0, 0)
        self.boxes.append(Box(name, self._pageNumber - 1, x, y, x + width, y + height))

    # Afterwards

    def later(self, draw: Callable[[TaggedCanvas], None]) -> None:
        """Draw this here, but when the last page is finished and its number known."""
        matrix = tuple(self._currentMatrix)
        stack = tuple(self._stack)
        is_artifact = bool(self._artifacts)
        self._postponed.append(_Later(self._pageNumber, matrix, stack, is_artifact, draw))

    def _draw_postponed(self) -> None:
        last = self._pageNumber
        for item in self._postponed:
            self._code = []
            self._pageNumber = item.page
            self._stack = list(item.stack)
            self.init_graphics_state()
            self._code.append("q 0 g 0 G " + " ".join(f"{n:.4f}" for n in item.matrix) + " cm")
            if item.artifact:
                with self.artifact():
                    item.draw(self)
            else:
                item.draw(self)
            self._code.append("Q")
            page = self._pages[item.page - 1]
            page.stream += "\n".join(self._code) + "\n"
        self._postponed = []
        self._code = []
        self._pageNumber = last

    def save(self) -> None:
        """Finish the last page, draw what was put off, write the file."""
        if self._code:
            self.showPage()
        self._draw_postponed()
        self._doc.SaveToFile(self._filename, self)


fonts.register()


def draw_inside(canvas: Canvas, figure: Holder, draw: Callable[[Canvas], None]) -> None:
    """Draw what belongs to ``figure``; a canvas without a structure tree draws it all the same."""
    if isinstance(canvas, TaggedCanvas):
        with canvas.inside(figure), canvas.content():
            draw(canvas)
    else:
        draw(canvas)
