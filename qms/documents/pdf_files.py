"""Documents whose content is a file: a control sheet, the pages of a PDF, the file embedded."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.platypus import Flowable

from qms.documents.pdf_scope import FrozenScope
from qms.pdf.kit import Kit
from qms.pdf.text import heading

__all__ = ["append_pages", "attach", "control_sheet", "source_pages"]

_MOST_PAGES = 2000
_PDF = "application/pdf"


def control_sheet(
    frozen: Mapping[str, Any], scope: FrozenScope, kit: Kit, *, appended: bool
) -> list[Flowable]:
    """Print which file this version is, with the hash that identifies its bytes."""
    made = heading(kit.label("file_heading"), kit.house.heading, key="s-file")
    for stored in frozen.get("files") or []:
        rows = [
            [kit.label("file_name"), str(stored.get("filename") or "")],
            [kit.label("file_media_type"), str(stored.get("media_type") or "")],
            [kit.label("file_size"), f"{scope.number(stored.get('size') or 0)} bytes"],
            [kit.label("file_hash"), str(stored.get("sha256") or "")],
        ]
        made += kit.table(rows, [22, 78], header_rows=0, label_columns=1)
    made.append(kit.text(kit.label("file_note"), kit.house.note))
    if appended:
        made.append(kit.text(kit.label("file_pages"), kit.house.note))
    return made


def source_pages(frozen: Mapping[str, Any], files: Mapping[str, bytes]) -> list[PageObject]:
    """Give the pages of the PDF files, in order; a file that cannot be read has none.

    Such a file is still embedded, and its hash printed.
    """
    pages: list[PageObject] = []
    for stored in frozen.get("files") or []:
        if stored.get("media_type") != _PDF or stored["id"] not in files:
            continue
        try:
            reader = PdfReader(io.BytesIO(files[stored["id"]]))
            if reader.is_encrypted and not reader.decrypt(""):
                continue
            found = list(reader.pages)
            for page in found:
                page.get_contents()
        except (PyPdfError, ValueError, TypeError, KeyError, RecursionError, OSError):
            continue
        pages += found
    return pages[:_MOST_PAGES]


def append_pages(
    pdf: bytes, sources: Sequence[PageObject], first: int, body: tuple[float, float, float, float]
) -> bytes:
    """Draw the source pages into the house's empty pages from ``first`` on, scaled to fit.

    Only what is drawn comes along: no links, forms, scripts or actions of the source.  The source
    lies below, so that a page with an opaque ground hides neither header nor watermark.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    left, low, wide, high = body
    for number, source in enumerate(sources):
        page = source
        page.pop("/Annots", None)
        page.pop("/AA", None)
        if page.rotation:
            page.transfer_rotation_to_content()
        box = page.cropbox
        width, height = float(box.width) or 1.0, float(box.height) or 1.0
        scale = min(wide / width, high / height, 1.0)
        move = Transformation().translate(-float(box.left), -float(box.bottom)).scale(scale)
        across = left + (wide - width * scale) / 2
        move = move.translate(across, low + high - height * scale)
        writer.pages[first + number].merge_transformed_page(page, move, over=False)
    return _written(writer)


def attach(pdf: bytes, frozen: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Embed the version's files, so that a signature of the PDF covers them too."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    names = ArrayObject()
    related = ArrayObject()
    present = [one for one in frozen.get("files") or [] if one["id"] in files]
    for number, stored in enumerate(sorted(present, key=lambda one: str(one["id"]))):
        specification = _specification(writer, stored, files[stored["id"]])
        names += [TextStringObject(f"{number:04}-{_file_name(stored)}"), specification]
        related.append(specification)
    if related:
        tree = DictionaryObject({NameObject("/Names"): names})
        holder = writer.root_object.setdefault(NameObject("/Names"), DictionaryObject())
        holder.get_object()[NameObject("/EmbeddedFiles")] = writer._add_object(tree)  # noqa: SLF001
        writer.root_object[NameObject("/AF")] = related
    return _written(writer)


def _file_name(stored: Mapping[str, Any]) -> str:
    """Give a name without folders and control characters, which a viewer may save under."""
    last = str(stored.get("filename") or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable()).strip(". ") or str(stored["id"])


def _specification(writer: PdfWriter, stored: Mapping[str, Any], content: bytes) -> Any:
    stream = StreamObject()
    stream.set_data(content)
    media_type = str(stored.get("media_type") or "application/octet-stream")
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    stream[NameObject("/Subtype")] = NameObject(f"/{media_type}")
    stream[NameObject("/Params")] = DictionaryObject(
        {NameObject("/Size"): NumberObject(len(content))}
    )
    embedded = writer._add_object(stream.flate_encode())  # noqa: SLF001
    name = TextStringObject(_file_name(stored))
    specification = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): name,
            NameObject("/UF"): name,
            NameObject("/AFRelationship"): NameObject("/Source"),
            NameObject("/EF"): DictionaryObject(
                {NameObject("/F"): embedded, NameObject("/UF"): embedded}
            ),
        }
    )
    return writer._add_object(specification)  # noqa: SLF001


def _written(writer: PdfWriter) -> bytes:
    writer.pdf_header = "%PDF-1.7"
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
