"""Reads gettext .po files and writes .mo files, with no more than the rooms' catalogues use.

Supported: comments, ``msgctxt``, ``msgid``, ``msgstr`` over several lines, and the ``fuzzy`` flag
(such an entry is left out, as gettext does). Plural forms are refused: no room uses them.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

CONTEXT_GLUE = "\x04"
MO_MAGIC = 0x950412DE
HEADER = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"


class PoError(ValueError):
    """A catalogue cannot be read; the message names the file and the line."""


@dataclass
class _Entry:
    """The parts of one entry while it is being read."""

    parts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False


@dataclass
class Catalogue:
    """The translations of one file, by message id (with its context before a glue sign)."""

    name: str
    messages: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Catalogue:
    """Read one file; raises PoError naming the line that is wrong."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, name: str = "text") -> Catalogue:
    """Read the text of a catalogue; an id that is translated twice is an error."""
    catalogue = Catalogue(name)
    entry, last = _Entry(), ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        place = f"{name}:{number}"
        if not line or line.startswith("#"):
            if last == "msgstr":
                _keep(catalogue, entry, place)
                entry, last = _Entry(), ""
            entry.fuzzy = entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if line.startswith('"'):
            if not last:
                raise PoError(f"{place}: text without a keyword")
            entry.parts[last] += _unquote(line, place)
            continue
        keyword, _, rest = line.partition(" ")
        if keyword not in {"msgctxt", "msgid", "msgstr"}:
            raise PoError(f"{place}: {keyword} is not known here")
        if last == "msgstr":
            _keep(catalogue, entry, place)
            entry = _Entry()
        entry.parts[keyword] = _unquote(rest.strip(), place)
        last = keyword
    if last == "msgstr":
        _keep(catalogue, entry, f"{name}: end")
    elif last:
        raise PoError(f"{name}: the last entry has no msgstr")
    return catalogue


def _unquote(text: str, place: str) -> str:
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        raise PoError(f"{place}: text must stand in double quotes")
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError) as error:
        raise PoError(f"{place}: {error}") from None


def _keep(catalogue: Catalogue, entry: _Entry, place: str) -> None:
    if "msgid" not in entry.parts:
        raise PoError(f"{place}: msgstr without msgid")
    msgid, text = entry.parts["msgid"], entry.parts["msgstr"]
    if not msgid or not text or entry.fuzzy:
        return
    if "msgctxt" in entry.parts:
        msgid = entry.parts["msgctxt"] + CONTEXT_GLUE + msgid
    if msgid in catalogue.messages:
        raise PoError(f"{place}: translated twice: {msgid}")
    catalogue.messages[msgid] = text


def merge(catalogues: Iterable[Catalogue], *, strict: bool = True) -> dict[str, str]:
    """Join the rooms' catalogues; the first room wins where two disagree on a sentence.

    ``strict`` raises PoError in that case, as the tests do.
    """
    merged: dict[str, str] = {}
    origin: dict[str, str] = {}
    for catalogue in catalogues:
        for msgid, text in catalogue.messages.items():
            if merged.setdefault(msgid, text) != text and strict:
                raise PoError(
                    f"{origin[msgid]} and {catalogue.name} translate differently: {msgid}"
                )
            origin.setdefault(msgid, catalogue.name)
    return merged


def compile_catalogue(catalogues: Iterable[Catalogue]) -> bytes:
    """Write the .mo bytes of the joined catalogues, the same for the same input."""
    messages = {"": HEADER, **merge(catalogues, strict=False)}
    pairs = sorted((msgid.encode(), text.encode()) for msgid, text in messages.items())
    count = len(pairs)
    originals: list[tuple[int, int]] = []
    translations: list[tuple[int, int]] = []
    body = b""
    start = 28 + 16 * count
    for column, table in ((0, originals), (1, translations)):
        for pair in pairs:
            table.append((len(pair[column]), start + len(body)))
            body += pair[column] + b"\x00"
    head = struct.pack("<7I", MO_MAGIC, 0, count, 28, 28 + 8 * count, 0, start)
    tables = b"".join(struct.pack("<2I", *row) for row in originals + translations)
    return head + tables + body
