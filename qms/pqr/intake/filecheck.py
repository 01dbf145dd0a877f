"""Looks at one file of a mail by the rules for uploads; runs in the limited process only."""

from __future__ import annotations

from typing import Any

from qms.documents.attachments import BadFile, TooLarge, checked_file
from qms.kernel.errors import Refused
from qms.web.responses import safe_filename


class TooManyFiles(Refused):
    """This mail holds more files than are taken at once."""


def look_at(data: bytes, name: str, *, full: bool, largest: int) -> dict[str, Any]:
    """Give name and media type of a file that is taken, or name and reason of one that is not."""
    shown = safe_filename(name.replace("\\", "/").rpartition("/")[2])
    try:
        if full:
            raise TooManyFiles
        if len(data) > largest:
            raise TooLarge(most=largest >> 20)
        file = checked_file(data, name)
    except (BadFile, TooManyFiles) as refusal:
        return {"name": shown, "why": refusal.msgid, "mapping": refusal.mapping}
    return {"name": file.filename, "media_type": file.media_type}
