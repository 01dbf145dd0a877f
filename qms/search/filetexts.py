"""The words inside attached files, read once per file in a limited process and then kept.

A file is hostile until proved otherwise: its parser runs in a process of its own that may use so
much memory and time and open nothing for writing (attacks D4-40 to D4-43). A file that kills it
has no words; everything else about its document is still found.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from qms.content.models import BlobFile

log = logging.getLogger("qms.search")

READER = [sys.executable, "-I", "-W", "ignore", "-m", "qms.search.filereader"]
SECONDS = 30
"""So long one file may take."""
LONGEST = 1_000_000
"""Bytes of words that are kept of one file."""
_DAY = 86_400
READABLE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""The reader of each media type whose words are read."""


def words_of(stream: BinaryIO, media_type: str, *, seconds: int = SECONDS) -> str:
    """Give the words in a file of this media type, as far as they can be read in time."""
    if media_type not in READABLE:
        return ""
    process = subprocess.Popen(  # noqa: S603 - our own module, an argument from a fixed list
        [*READER, READABLE[media_type], str(seconds)],
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Timer(seconds, process.kill)
    watch.start()
    try:
        if process.stdout is None:
            return ""
        with process.stdout as pipe:
            found = pipe.read(LONGEST)
    finally:
        watch.cancel()
        process.kill()
        process.wait()
    return found.decode("utf-8", "ignore")


class FileTexts:
    """The words of files by their SHA-256, in a folder that may be thrown away."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; it is made when the first file is read."""
        self.folder = folder

    def read(self, file: BlobFile) -> str:
        """Give the words inside ``file``; a failure is remembered as no words."""
        if file.media_type not in READABLE:
            return ""
        path = self.folder / f"{file.sha256}.txt"
        try:
            text = path.read_text(encoding="utf-8")
            os.utime(path)
            return text
        except (OSError, ValueError):
            pass
        with file.open() as stream:
            text = words_of(stream, file.media_type)
        if not text:
            log.info("no words were read from %s", file.filename)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
        return text

    def sweep(self) -> None:
        """Forget the words of files that no document had for a day; called after a rebuild."""
        # A rebuild has just touched every file that is still attached.
        oldest = time.time() - _DAY
        for path in self.folder.glob("*"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
