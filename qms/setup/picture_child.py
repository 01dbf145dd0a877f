"""Draws the first pages of a PDF as PNG; runs as a script of its own, with limits, knowing nothing.

Reads the PDF from its input; writes, per page, a length (8 bytes) and the picture.
"""

from __future__ import annotations

import io
import resource
import struct
import sys

import pypdfium2

MOST_PAGES = 3
PIXELS = 900
"""Width of a picture."""
MEMORY = 1536 * 1024 * 1024
SECONDS = 15


def main() -> None:
    """Draw what comes in."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    count = len(document)
    # The last page has what closes a document, which is as much of its look as the first.
    wanted = sorted({*range(min(count, MOST_PAGES - 1)), count - 1})
    for number in wanted:
        page = document[number]
        bitmap = page.render(scale=PIXELS / page.get_width())
        held = io.BytesIO()
        bitmap.to_pil().convert("RGB").quantize(64).save(held, "PNG", optimize=False)
        data = held.getvalue()
        sys.stdout.buffer.write(struct.pack("!QQ", number, len(data)) + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
