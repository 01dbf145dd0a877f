"""What a file says about itself: title, language, colour space, XMP; without invented times."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from PIL import ImageCms
from reportlab.pdfbase import pdfdoc

__all__ = ["Metadata", "dress"]


@dataclasses.dataclass(frozen=True)
class Metadata:
    """The words that a viewer shows about a file."""

    title: str
    author: str
    subject: str
    language: str
    """As in RFC 5646, such as ``es-CO``."""
    keywords: tuple[str, ...] = ()
    created: datetime | None = None
    """Aware; None writes no time at all, since one that nobody measured would be a lie."""


class _Info(pdfdoc.PDFInfo):
    """The information dictionary with the times that we know, or none."""

    created: datetime | None = None
    invariant: Any = None

    def format(self, document: Any) -> Any:
        """Write the dictionary."""
        entries: dict[str, Any] = {
            "Title": pdfdoc.PDFString(self.title),
            "Author": pdfdoc.PDFString(self.author),
            "Subject": pdfdoc.PDFString(self.subject),
            "Keywords": pdfdoc.PDFString(self.keywords),
            "Creator": pdfdoc.PDFString("qms"),
            "Producer": pdfdoc.PDFString("ReportLab PDF Library"),
        }
        if self.created is not None:
            entries["CreationDate"] = pdfdoc.PDFString(_pdf_date(self.created))
        return pdfdoc.PDFDictionary(entries).format(document)


def _pdf_date(at: datetime) -> str:
    zone = at.strftime("%z") or "+0000"
    return at.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:5]}'"


def _xmp(metadata: Metadata) -> bytes:
    created = ""
    if metadata.created is not None:
        stamp = metadata.created.isoformat(timespec="seconds")
        created = f"<xmp:CreateDate>{escape(stamp)}</xmp:CreateDate>"
    keywords = "".join(f"<rdf:li>{_xml(word)}</rdf:li>" for word in metadata.keywords)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{_xml(metadata.title)}</rdf:li>'
        f"<rdf:li xml:lang={quoteattr(metadata.language)}>{_xml(metadata.title)}</rdf:li>"
        "</rdf:Alt></dc:title>"
        f"<dc:creator><rdf:Seq><rdf:li>{_xml(metadata.author)}</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{_xml(metadata.subject)}</rdf:li></rdf:Alt></dc:description>"
        f"<dc:language><rdf:Bag><rdf:li>{_xml(metadata.language)}</rdf:li></rdf:Bag></dc:language>"
        f"<dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject>"
        f"<pdf:Keywords>{_xml(', '.join(metadata.keywords))}</pdf:Keywords>"
        "<pdf:Producer>ReportLab PDF Library</pdf:Producer>"
        f"<xmp:CreatorTool>qms</xmp:CreatorTool>{created}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    ).encode()


def _xml(text: str) -> str:
    """Escape text for XML and leave out what XML 1.0 cannot hold."""
    return escape(
        "".join(char for char in text if char >= " " and not 0xD800 <= ord(char) < 0xE000)
    )


@functools.cache
def _srgb() -> bytes:
    """Make the sRGB profile with its date cleared, so that the same document has the same bytes."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    raw[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    raw[84:100] = bytes(16)
    raw[84:100] = hashlib.md5(bytes(raw), usedforsecurity=False).digest()
    return bytes(raw)


def _output_intent(document: Any) -> pdfdoc.PDFArray:
    profile = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"N": 3}), _srgb(), filters=[pdfdoc.PDFZCompress]
    )
    profile.__RefOnly__ = 1
    return pdfdoc.PDFArray(
        [
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("OutputIntent"),
                    "S": pdfdoc.PDFName("GTS_PDFA1"),
                    "OutputConditionIdentifier": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                    "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                    "DestOutputProfile": document.Reference(profile),
                }
            )
        ]
    )


def dress(canvas: Any, metadata: Metadata) -> None:
    """Write the metadata, the colour intent and the viewer's preferences into a new canvas."""
    document = canvas._doc  # noqa: SLF001 - ReportLab gives no other way
    info = _Info()
    info.title = metadata.title
    info.author = metadata.author
    info.subject = metadata.subject
    info.keywords = ", ".join(metadata.keywords)
    info.created = metadata.created
    info.invariant = document.invariant
    document.info = info
    document._pdfVersion = (1, 7)  # noqa: SLF001 - structure, embedded files
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.Lang = pdfdoc.PDFString(metadata.language)
    catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    catalog.OutputIntents = _output_intent(document)
    catalog.Metadata = pdfdoc.XMP(creator=lambda _document: _xmp(metadata))
    canvas.setViewerPreference("DisplayDocTitle", "true")
