"""Which links may stand in a document: the web, mail, and places of the document itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit

__all__ = ["safe_link"]

_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"
_LIMIT = 2000


def safe_link(href: str | None, anchors: Collection[str]) -> str:
    """Give the link as ReportLab takes it, or nothing: D4-50.

    ``http``, ``https`` and ``mailto`` are let through, ``#place`` when the place exists; a scheme
    that hides behind blanks or upper case is read as a viewer would read it.
    """
    if not href:
        return ""
    bare = _BLANKS.sub("", href)
    if bare.startswith("#"):
        return bare if bare[1:] in anchors else ""
    try:
        parts = urlsplit(bare)
    except ValueError:
        return ""
    if len(bare) > _LIMIT:
        return ""
    scheme = parts.scheme.lower()
    if (scheme in {"http", "https"} and parts.netloc) or (scheme == "mailto" and parts.path):
        return scheme + quote(bare[len(scheme) :], safe=_KEPT)
    return ""
