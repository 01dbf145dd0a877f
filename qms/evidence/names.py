"""Names inside a pack: fit for every disk, never leading outside, never two that a disk mixes up.

What people called a file, a code or a version is theirs; inside the pack it is only a label (attack
cases D4-36, D4-38, D4-44, D4-47).
"""

from __future__ import annotations

import re
import unicodedata

from qms.web.responses import safe_filename

LONGEST = 80
"""Most characters of one part of a path; with folders a path stays below what Windows takes."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def part(text: str, default: str = "archivo") -> str:
    """Make ``text`` one part of a path, with its extension kept."""
    name = safe_filename(text, default)
    if len(name) > LONGEST:
        stem, dot, extension = name.rpartition(".")
        tail = f".{extension}" if dot and len(extension) <= 10 else ""
        name = (stem if tail else name)[: LONGEST - len(tail)].rstrip(". ") + tail
    return f"_{name}" if _RESERVED.match(name) else name


def _key(path: str) -> str:
    """Fold what disks take for the same: case, compatibility forms, composed letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


class Names:
    """Gives every path out once."""

    def __init__(self) -> None:
        """Start with no path taken."""
        self._taken: set[str] = set()

    def take(self, folder: str, text: str) -> str:
        """Give a free path for ``text`` in ``folder`` (empty for the top) and keep it taken."""
        wanted = part(text)
        stem, dot, extension = wanted.rpartition(".")
        stem, extension = (stem, f".{extension}") if dot and stem else (wanted, "")
        name, number = wanted, 1
        while _key(f"{folder}/{name}") in self._taken:
            number += 1
            name = f"{stem} ({number}){extension}"
        self._taken.add(_key(f"{folder}/{name}"))
        return f"{folder}/{name}" if folder else name
