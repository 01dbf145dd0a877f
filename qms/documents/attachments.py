"""Looks at files before they are taken in: what they are, not what they call themselves.

Nothing is opened with anything that could run its content; archives are only listed.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from qms.content.models import BlobFile
from qms.kernel.errors import Refused
from qms.web.responses import safe_filename

LARGEST = 50 << 20
"""Most bytes of one file."""
UNPACKED = 500 << 20
"""Most bytes that an archive may unpack to."""
ENTRIES = 10_000
PIXELS = 60_000_000
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": _WORD,
    ".xlsx": _SPREADSHEET,
    ".zip": "application/zip",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""The kinds of file that are taken, by their extension."""
_SIGNS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_PARTS = {_WORD: "word/document.xml", _SPREADSHEET: "xl/workbook.xml"}
_ACTIVE_PARTS = re.compile(
    r"vbaproject|macrosheets/|activex/|externallinks/|embeddings/", re.IGNORECASE
)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_LINK = re.compile(rb"relationships/hyperlink", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<\s*(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_LISTED = 2 << 20
_ACTIVE_NAMES = ("/JavaScript", "/JS", "/Launch", "/XFA", "/RichMedia", "/EmbeddedFiles")


class BadFile(Refused):
    """This file cannot be taken."""


class NoFile(BadFile):
    """Choose a file first."""


class TooLarge(BadFile):
    """The file is larger than ${most} MB; make it smaller or part it."""


class NotTaken(BadFile):
    """Only files of these kinds are taken: ${kinds}."""


class Disguised(BadFile):
    """The content of the file is not what its extension ${extension} says; save it anew as such."""


class Broken(BadFile):
    """The file cannot be read; save it anew and try again."""


class Active(BadFile):
    """The file holds active content (${what}); save it without that and try again."""


class Locked(BadFile):
    """The file is protected by a password; save it without one."""


class Bomb(BadFile):
    """The file unpacks to far more than a document needs; it is not taken."""


def checked_file(data: bytes, filename: str) -> BlobFile:
    """Make a stored file of an upload, under its cleaned name, or refuse it as BadFile."""
    if not data:
        raise NoFile
    if len(data) > LARGEST:
        raise TooLarge(most=LARGEST >> 20)
    name = safe_filename(filename.replace("\\", "/").rpartition("/")[2])
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    media_type = MEDIA_TYPES.get(extension)
    if media_type is None:
        kinds = ", ".join(one.lstrip(".").upper() for one in MEDIA_TYPES if one != ".jpeg")
        raise NotTaken(kinds=kinds)
    sign = _SIGNS.get(media_type, b"PK\x03\x04")
    if not data.startswith(sign):
        raise Disguised(extension=extension)
    if media_type == "application/pdf":
        _check_pdf(data)
    elif media_type.startswith("image/"):
        _check_image(data, media_type)
    else:
        _check_archive(data, media_type, extension)
    return BlobFile(data, name, media_type)


def _check_pdf(data: bytes) -> None:
    """Refuse what acts by itself (D4-43); only the catalogue and the names tree are looked at."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Locked
        root: Any = reader.trailer["/Root"].get_object()
        names = root.get("/Names")
        named: Any = names.get_object() if names is not None else {}
        form = root.get("/AcroForm")
        fields: Any = form.get_object() if form is not None else {}
        found = [name for name in _ACTIVE_NAMES if name in named or name in fields or name in root]
        opening = root.get("/OpenAction")
        action = opening.get_object() if opening is not None else None
        if isinstance(action, dict) and action.get("/S") in {"/JavaScript", "/Launch"}:
            found.append(str(action["/S"]))
        len(reader.pages)
    except BadFile:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError):
        raise Broken from None
    if found:
        raise Active(what=", ".join(sorted({one.lstrip("/") for one in found})))


def _check_image(data: bytes, media_type: str) -> None:
    """Read the head of an image only (D4-42); nothing is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=[media_type.partition("/")[2].upper()]) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Broken from None
    if width * height > PIXELS:
        raise Bomb


def _check_archive(data: bytes, media_type: str, extension: str) -> None:
    """List an archive: its size unpacked, its names, and the parts of an office file that act."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES or sum(one.file_size for one in entries) > UNPACKED:
                raise Bomb
            names = [one.filename for one in entries]
            if any(
                name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names
            ):
                raise Broken
            if any(one.flag_bits & 1 for one in entries):
                raise Locked
            if media_type in _PARTS:
                _check_office(archive, names, _PARTS[media_type], extension)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise Broken from None


def _check_office(
    archive: zipfile.ZipFile, names: list[str], main_part: str, extension: str
) -> None:
    """Refuse macros, controls, embedded objects and remote parts (D4-40, D4-41)."""
    if main_part not in names or "[Content_Types].xml" not in names:
        raise Disguised(extension=extension)
    active = [name for name in names if _ACTIVE_PARTS.search(name)]
    if active:
        raise Active(what=active[0].rpartition("/")[2])
    for name in names:
        if not name.endswith(".rels"):
            continue
        with archive.open(name) as stream:
            text = stream.read(_LISTED)
        for relationship in _RELATIONSHIP.findall(text):
            if _EXTERNAL.search(relationship) and not _LINK.search(relationship):
                raise Active(what=name.rpartition("/")[2])
