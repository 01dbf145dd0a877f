"""Files on their way out: named safely, never run by the browser, only PDF shown in place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import FileResponse, Response

from qms.content.models import BlobFile

PDF = "application/pdf"
OCTETS = "application/octet-stream"
LONGEST = 150
SEALED = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SHOWN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self';"
    " frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""For a PDF shown in place: the browser's own viewer is a page with a style and an object."""

HARMLESS = frozenset(
    {
        PDF,
        "image/png",
        "image/jpeg",
        "text/csv",
        "application/json",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
"""Media types that keep their name; everything else leaves as mere bytes (D4-27, D4-29)."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|;%]+')


def safe_filename(name: str, default: str = "archivo") -> str:
    """Make ``name`` fit for any disk: no paths, controls or direction marks, 150 characters."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    text = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(". ")
    if len(text) > LONGEST:
        stem, dot, extension = text.rpartition(".")
        keep = f".{extension}" if dot and len(extension) <= 10 else ""
        text = (stem if keep else text)[: LONGEST - len(keep)].rstrip(". ") + keep
    return text or default


def disposition(filename: str, *, inline: bool = False) -> str:
    """Write the Content-Disposition of RFC 6266, with an ASCII name for old clients."""
    name = safe_filename(filename)
    apart = unicodedata.normalize("NFKD", name)
    plain = "".join(char for char in apart if char.isascii() and char.isprintable())
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain or 'archivo'}\"; filename*=UTF-8''{quote(name, safe='')}"


def named_file(request: Request, files: Iterable[BlobFile]) -> Response:
    """Give the file whose uid the address names, always as a download (D4-27), or nothing."""
    found = next((one for one in files if one.uid == request.tail), None)
    if found is None:
        raise HTTPNotFound
    return file_response(request, found)


def file_response(
    request: Request,
    source: BlobFile | bytes,
    filename: str | None = None,
    media_type: str | None = None,
    *,
    inline: bool = False,
) -> Response:
    """Answer stored or fresh bytes as a download; ``inline`` shows it in place if it is a PDF.

    Stored files answer ranges. The name and type of a stored file stand for missing arguments.
    """
    if isinstance(source, BlobFile):
        source.refuse_disposed()
        filename = filename or source.filename
        media_type = media_type or source.media_type
        response: Response = FileResponse(source.blob.committed(), request=request)
        response.headers.pop("Last-Modified", None)
        response.headers["ETag"] = f'"{source.sha256}"'
    else:
        response = Response(body=source)
    kind = media_type if media_type in HARMLESS else OCTETS
    response.headers["Content-Type"] = kind
    shown = inline and kind == PDF
    response.headers["Content-Disposition"] = disposition(filename or "archivo", inline=shown)
    response.headers["Content-Security-Policy"] = SHOWN if shown else SEALED
    return response
