"""Derived copies: words across every page of a finished file; the original stays as it is.

A copy is no longer signed: its signature fields become part of the drawing, so that no viewer
reports a broken signature where there is none to check.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
)
from reportlab.pdfgen.canvas import Canvas

from qms.pdf import fonts
from qms.pdf.qr import draw_qr
from qms.pdf.watermark import draw_watermark

__all__ = ["stamp", "stamp_margin"]

MARGIN = 8.0
"""Distance of what stands in the margin from the page's edge, in points."""
QR_SIZE = 34.0
"""Side of the QR in the margin, in points (12 mm), which a phone reads at arm's length."""


def stamp(pdf: bytes, text: str, subtext: str = "") -> bytes:
    """Give a copy of ``pdf`` with ``text`` (and ``subtext``, smaller) across every page."""

    def draw(canvas: Any, width: float, height: float) -> None:
        canvas._code.append("/Artifact BMC")  # noqa: SLF001 - ReportLab has no marked content
        draw_watermark(canvas, text, subtext, width, height, alpha=0.26)
        canvas._code.append("EMC")  # noqa: SLF001

    return _overlaid(pdf, draw)


def stamp_margin(pdf: bytes, text: str, address: str) -> bytes:
    """Give a copy with a QR of ``address`` and ``text`` up the left margin of every page."""

    def draw(canvas: Any, _width: float, height: float) -> None:
        canvas._code.append("/Artifact BMC")  # noqa: SLF001
        canvas.setFillGray(1)
        canvas.rect(MARGIN, MARGIN, QR_SIZE, QR_SIZE, stroke=0, fill=1)
        canvas.setFillGray(0)
        draw_qr(canvas, address, MARGIN, MARGIN, QR_SIZE)
        canvas.saveState()
        canvas.translate(MARGIN + QR_SIZE / 2 + 2.5, MARGIN + QR_SIZE + 5)
        canvas.rotate(90)
        room = height - 2 * MARGIN - QR_SIZE - 10
        size = 7.0
        wide = canvas.stringWidth(text, fonts.BOLD, size)
        canvas.setFont(fonts.BOLD, min(size, size * room / wide) if wide else size)
        canvas.drawString(0, 0, text)
        canvas.restoreState()
        canvas._code.append("EMC")  # noqa: SLF001

    return _overlaid(pdf, draw)


def _overlaid(pdf: bytes, draw: Callable[[Any, float, float], None]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    overlays: dict[tuple[float, float], Any] = {}
    for page in writer.pages:
        _flatten(writer, page)
        if page.rotation:
            page.transfer_rotation_to_content()
        box = page.cropbox
        size = (round(float(box.width), 2), round(float(box.height), 2))
        if size not in overlays:
            overlays[size] = PdfReader(io.BytesIO(_overlay(draw, *size))).pages[0]
        page.merge_translated_page(overlays[size], float(box.left), float(box.bottom))
    writer.root_object.pop("/AcroForm", None)
    writer.root_object.pop("/Perms", None)
    writer.root_object.pop("/DSS", None)
    writer.pdf_header = "%PDF-1.7"
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _overlay(draw: Callable[[Any, float, float], None], width: float, height: float) -> bytes:
    fonts.register()
    target = io.BytesIO()
    canvas: Any = Canvas(
        target,
        pagesize=(width, height),
        initialFontName=fonts.BOLD,  # type: ignore[arg-type]
        invariant=1,
        pageCompression=1,
    )
    draw(canvas, width, height)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _flatten(writer: PdfWriter, page: Any) -> None:
    """Draw the appearances of form fields into the page and take the fields away."""
    kept = ArrayObject()
    code: list[str] = []
    for number, reference in enumerate(page.get("/Annots") or []):
        annotation = reference.get_object()
        if annotation.get("/Subtype") != "/Widget":
            kept.append(reference)
            continue
        drawing = _drawing(annotation)
        if drawing is None:
            continue
        name = f"/Flat{number}"
        resources = page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
        forms = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
        forms[NameObject(name)] = drawing.indirect_reference or writer._add_object(drawing)  # noqa: SLF001
        code.append(_placed(annotation, drawing, name))
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept
    if code:
        _append(writer, page, "\n".join(code))


def _drawing(annotation: Any) -> StreamObject | None:
    normal = annotation.get("/AP", {}).get("/N")
    drawing = normal.get_object() if normal is not None else None
    return drawing if isinstance(drawing, StreamObject) else None


def _placed(annotation: Any, drawing: Any, name: str) -> str:
    """Scale the appearance's box into the field's rectangle (ISO 32000-1, 12.5.5)."""
    x0, y0, x1, y1 = _bounds(annotation["/Rect"], None)
    bx0, by0, bx1, by1 = _bounds(drawing.get("/BBox", [0, 0, 1, 1]), drawing.get("/Matrix"))
    scale_x = (x1 - x0) / (bx1 - bx0) if bx1 != bx0 else 0.0
    scale_y = (y1 - y0) / (by1 - by0) if by1 != by0 else 0.0
    moved = x0 - bx0 * scale_x, y0 - by0 * scale_y
    return f"q {scale_x:.5f} 0 0 {scale_y:.5f} {moved[0]:.3f} {moved[1]:.3f} cm {name} Do Q"


def _bounds(box: Any, matrix: Any) -> tuple[float, float, float, float]:
    """Give a box's corners, lower left first, as the form's own matrix (if any) places them."""
    x0, y0, x1, y1 = (float(value) for value in box)
    a, b, c, d, e, f = (float(value) for value in matrix or (1, 0, 0, 1, 0, 0))
    corners = [(x, y) for x in (x0, x1) for y in (y0, y1)]
    across = [a * x + c * y + e for x, y in corners]
    upwards = [b * x + d * y + f for x, y in corners]
    return min(across), min(upwards), max(across), max(upwards)


def _append(writer: PdfWriter, page: Any, code: str) -> None:
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(f"\nQ\n/Artifact BMC\n{code}\nEMC\n".encode("ascii"))
    old = page.get("/Contents")
    streams = [] if old is None else [old]
    if old is not None and isinstance(old.get_object(), ArrayObject):
        streams = list(old.get_object())
    wrapped = [writer._add_object(before), *streams, writer._add_object(after)]  # noqa: SLF001
    page[NameObject("/Contents")] = ArrayObject(wrapped)
