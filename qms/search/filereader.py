"""Reads the words out of one file on standard input; started by ``qms.search.filetexts`` only.

Office files are read as the archives of XML that they are: no entities, no network, no formulas
run, and nothing unpacked beyond a bound. The limits are set before the first byte is looked at.
"""

from __future__ import annotations

import io
import logging
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

MEMORY = 1 << 30
"""Address space in bytes."""
LONGEST = 1_000_000
"""Bytes of words."""
PART = 64 << 20
"""Unpacked bytes of one part of an archive that are read."""
PAGES = 2000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def main() -> None:
    """Read standard input as what the first argument says, for as many seconds as the second."""
    seconds = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable(logging.CRITICAL)
    data = sys.stdin.buffer.read()
    left = LONGEST
    for line in READERS[sys.argv[1]](data):
        text = (" ".join(line.split()) + "\n").encode("utf-8", "ignore")[:left]
        sys.stdout.buffer.write(text)
        left -= len(text)
        if left <= 0:
            break
    sys.stdout.buffer.flush()


def pdf_lines(data: bytes) -> Iterator[str]:
    """Give the text of each page."""
    import pypdfium2  # noqa: PLC0415 - each kind of file loads only its own parser

    document = pypdfium2.PdfDocument(data)
    for number in range(min(len(document), PAGES)):
        text_page = document[number].get_textpage()
        yield text_page.get_text_range().replace("\x02", "").replace("\ufffe", "")


def docx_lines(data: bytes) -> Iterator[str]:
    """Give the paragraphs of the body, then those of headers, footers and notes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        parts = ["word/document.xml"]
        parts += sorted(
            name
            for name in names
            if name.startswith(("word/header", "word/footer", "word/footnotes", "word/endnotes"))
        )
        for part in parts:
            if part in names:
                yield from _paragraphs(archive, part)


def _paragraphs(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    words: list[str] = []
    for tag, text in _elements(archive, part):
        if tag == f"{_W}t":
            words.append(text)
        elif tag in {f"{_W}tab", f"{_W}br"}:
            words.append(" ")
        elif tag == f"{_W}p":
            yield "".join(words)
            words = []


def xlsx_lines(data: bytes) -> Iterator[str]:
    """Give the names of the sheets, the shared texts and the texts written in cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            with archive.open("xl/workbook.xml") as stream:
                for element in _parse(stream.read(PART)).iter(f"{_S}sheet"):
                    yield element.get("name", "")
        parts = ["xl/sharedStrings.xml"]
        parts += sorted(name for name in names if name.startswith("xl/worksheets/sheet"))
        for part in parts:
            if part in names:
                yield from (text for tag, text in _elements(archive, part) if tag == f"{_S}t")


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Give the tag and text of every element at its end, and forget it."""
    with archive.open(part) as stream:
        bounded = io.BytesIO(stream.read(PART))
    events = etree.iterparse(
        bounded,
        events=("end",),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
    )
    for _event, element in events:
        if isinstance(element.tag, str):
            yield element.tag, element.text or ""
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _parse(data: bytes) -> Any:

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    return etree.fromstring(data, parser)


READERS = {"pdf": pdf_lines, "docx": docx_lines, "xlsx": xlsx_lines}


if __name__ == "__main__":
    main()
