"""E-mail addresses: how they are compared, and which of them are taken."""

from __future__ import annotations

import re
import unicodedata

from qms.people.errors import BadAddress

_PART = r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+"
# One plain recipient: nothing that a mail header could take for a second one (D4-37).
_ADDRESS = re.compile(f"{_PART}@{_PART}")
_ENCODED = "=?"


def fold_email(email: str) -> str:
    """Give the form in which an e-mail address is compared: NFKC, no blanks, lower case."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def checked_email(email: str) -> str:
    """Give the folded form of ``email``; raises BadAddress when it is not one plain address."""
    folded = fold_email(email)
    if not _ADDRESS.fullmatch(folded) or _ENCODED in folded:
        raise BadAddress
    return folded
