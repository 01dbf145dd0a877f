"""Pictures of pages for a preview, drawn in a child process outside of any transaction."""

from __future__ import annotations

import base64
import struct
import sys
from pathlib import Path

from qms.security.children import answer_of

CHILD = Path(__file__).parent / "picture_child.py"
SECONDS = 20
LARGEST_ANSWER = 100 << 20


def page_pictures(pdf: bytes) -> list[tuple[int, str]]:
    """Give page numbers, from 1, with ``data:`` addresses of PNG pictures; nothing if it failed."""
    command = [sys.executable, "-I", str(CHILD)]
    answer = answer_of(command, pdf, seconds=SECONDS, most=LARGEST_ANSWER) or b""
    found, at = [], 0
    while at + 16 <= len(answer):
        number, length = struct.unpack("!QQ", answer[at : at + 16])
        data = answer[at + 16 : at + 16 + length]
        found.append((number + 1, "data:image/png;base64," + base64.b64encode(data).decode()))
        at += 16 + length
    return found
