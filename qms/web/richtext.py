"""The one door for formatted text: what comes out is safe and the same when it goes in again."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape

import nh3

TAGS = frozenset(
    {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "u", "sub", "sup", "a", "br"}
    | {"table", "thead", "tbody", "tr", "th", "td", "blockquote"}
)
SCHEMES = frozenset({"http", "https", "mailto"})
LONGEST = 200_000
"""Longest text taken, in characters; the rest of the house counts on it."""

REMEMBERED = 16_000
"""Up to this length a cleaned text is kept in memory; 512 of them take some ten megabytes."""

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+\Z", re.IGNORECASE)
_RENAMED = (("b", "strong"), ("i", "em"), ("h1", "h3"), ("h2", "h3"), ("h5", "h4"), ("h6", "h4"))
_ALIASES = [
    (re.compile(rf"<(/?){old}(?=[\s>])[^<>]*>", re.IGNORECASE), rf"<\g<1>{new}>")
    for old, new in _RENAMED
]
_EMPTY = re.compile(r"\A(?:\s|&nbsp;|\u00a0|<p>|</p>|<br>)*\Z")


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    return value if _LINK.match(value) else None


def clean_html(text: str) -> str:
    """Keep the allowed tags and safe links of ``text`` (D4-30); plain text becomes paragraphs.

    Cleaning what is clean changes nothing. Empty paragraphs alone give empty text.
    """
    return _cleaned(text) if len(text) < REMEMBERED else _cleaned.__wrapped__(text)


@lru_cache(maxsize=512)
def _cleaned(text: str) -> str:
    """Clean once what is stored once and read on every page anew."""
    source = unicodedata.normalize("NFC", text[:LONGEST]).replace("\x00", "")
    if "<" not in source:
        source = paragraphs(source)
    for pattern, tag in _ALIASES:
        source = pattern.sub(tag, source)
    cleaned = _clean(source)
    if cleaned and "<" not in cleaned:
        cleaned = f"<p>{cleaned}</p>"
    return "" if _EMPTY.match(cleaned) else cleaned


def _clean(source: str) -> str:
    """Sanitise until nothing changes any more; mutation attacks live on the second parse."""
    for _round in range(5):
        cleaned = nh3.clean(
            source,
            tags=set(TAGS),
            attributes={"a": {"href"}},
            url_schemes=set(SCHEMES),
            link_rel=None,
            strip_comments=True,
            attribute_filter=_keep_attribute,
        ).strip()
        if cleaned == source:
            return cleaned
        source = cleaned
    return paragraphs(source)


def paragraphs(text: str) -> str:
    """Write plain text as paragraphs: blank lines part them, single line ends stay breaks."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [escape(block.strip(), quote=False).replace("\n", "<br>") for block in blocks]
    return "".join(f"<p>{line}</p>" for line in lines if line)
