"""Recognises how Spanish texts cite laws, decrees, resolutions, circulars and technical norms.

Pure: text in, citations out. «Ley 962/2005», «Dec. 1151 de 2008», «Resolución No. 0870 de Noviembre
de 2005», «C.P. 23, 86», «art. 58 de la Ley 1480 de 2011», «NTC-ISO 9001:2015 8.2.1» and the like.
What could be anything else («resolución 15 días») is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from qms.kernel.text import clean_line, fold

CONSTITUTION, LAW, DECREE, RESOLUTION = "constitution", "law", "decree", "resolution"
CIRCULAR, AGREEMENT, RULING, STANDARD = "circular", "agreement", "ruling", "standard"
CITED = (CONSTITUTION, LAW, DECREE, RESOLUTION, CIRCULAR, AGREEMENT, RULING, STANDARD)
"""The kinds of norms that texts are searched for."""
LONGEST = 20_000
"""Characters of one text that are looked at."""
PIVOT = 40
"""A year of two digits from here on is of the twentieth century: «Ley 100 de 93», «Ley 1437/11»."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of a norm, perhaps of one article or clause of it."""

    kind: str
    number: str
    """Without leading zeros or points: ``962``, ``ISO 9001``; empty for the constitution."""
    year: int | None = None
    """None where the text does not say it."""
    clause: str = ""
    """Article or clause, such as ``23``, ``8.2.1`` or ``5-26``."""
    text: str = ""
    """The mention as it is written."""
    start: int = 0
    """Place of its first character in the text, which is looked at in NFC."""

    @property
    def key(self) -> str:
        """Name the norm (not the clause); without a year it is the stem of all its years."""
        return key_of(self.kind, self.number, self.year)


@lru_cache(maxsize=4096)
def key_of(kind: str, number: str, year: int | None) -> str:
    """Name a norm the same way however its number is written."""
    plain = standard_number(number) if kind == STANDARD else bare_number(number)
    return " ".join(filter(None, (kind, plain.lower(), str(year or ""))))


def bare_number(text: str) -> str:
    """Give a number without leading zeros, blanks and thousands' points: ``0870`` is ``870``."""
    plain = clean_line(text).lower().replace(" ", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def standard_number(text: str) -> str:
    """Give a technical norm's number with its body alone: ``NTC-ISO/IEC 27001`` is ``ISO 27001``.

    A national adoption has the clauses of what it adopts, so both are one norm here.
    """
    words = re.findall(r"[a-z]+|\d+(?:-\d+)?", fold(text))
    letters = [word for word in words if word[0].isalpha()]
    body = next((one for one in ("iso", "iec") if one in letters), "-".join(letters))
    digits = next((word for word in words if word[0].isdigit()), "")
    return f"{body} {digits}".strip().upper()


# The grammar, over folded text: no capitals, no accents, one character for one character

_MONTH = (
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)"
)
_NO = r"(?P<no>(?:n\s?\.?\s?[o°]s?|nros?|num|numeros?)\s?\.?\s*)?"
_NUMBER = r"(?P<number>\d{1,3}\.\d{3}(?![\d.])|\d{1,6})"
_YEAR4 = r"(?:18|19|20)\d\d(?!\d)"
_YEAR = rf"""(?:
    \s?[/-]\s?(?P<ya>{_YEAR4}|\d\d(?![\d/-]))
  | \s*,?\s*\(\s?(?P<yb>{_YEAR4})\s?\)
  | \s*,?\s*\(?\s?(?:del?\s+)?(?:\d{{1,2}}[.°o]?\s*(?:de\s+)?)?{_MONTH}\s*(?:\d{{1,2}}\s*,?\s*)?
      (?:del?\s+|,\s*|/)?(?P<yc>{_YEAR4})
  | \s*,?\s*del?\s+(?:a[nñ]o\s+)?(?P<yd>{_YEAR4})
  | \s+del?\s+['´\u2019]?(?P<ye>\d\d)(?!\d|[.,]\d|\s*(?:de\s+)?{_MONTH}|\s*(?:dias|meses|horas|%))
)"""
_KINDS = r"""(?:
    (?P<law>ley(?:es)?(?:\s+(?:estatutaria|organica|marco))?)
  | (?P<decree>(?:decretos?|dec\.|dcto\.?|dto\.)(?:[\s-]*(?:ley|supremo|reglamentario|legislativo
        |unico|ejecutivo|nacional|distrital|municipal)(?=\s))*|dec(?=\s*\d)|d\.\s?s\.)
  | (?P<resolution>(?:resoluci(?:on|ones)|res(?:ol)?\.)(?:\s*(?:interna|externa|ministerial
        |administrativa|suprema|reglamentaria|conjunta|rectoral|biministerial)(?=\s))*
        |res(?=\s*\d)|r\.\s?m\.)
  | (?P<circular>circular(?:es)?(?:\s+(?:basica|juridica|externa|interna|unica|conjunta
        |reglamentaria|normativa))*)
  | (?P<agreement>acuerdos?(?:\s+(?:municipal|distrital))?)
)"""
_ORDINARY = re.compile(
    rf"(?<![a-z0-9ñ]){_KINDS}\s*(?P<issuer>\s[a-z]{{2,12}}\s+)?{_NO}{_NUMBER}(?:{_YEAR})?",
    re.VERBOSE,
)
_NEXT = re.compile(
    rf"\s*(?:,|;|\by\b|\be\b)\s*(?:(?:l[ao]s?|el)\s+)?{_NO}{_NUMBER}"
    rf"(?:\s?/\s?(?P<ya>{_YEAR4}|\d\d(?![\d/-]))|\s+del?\s+(?P<yd>{_YEAR4}))",
)
_RULING = re.compile(
    rf"(?<![a-z0-9ñ])sentencias?\s+{_NO}(?P<number>(?:c|t|su)\s?[-.]?\s?\d{{1,4}})(?:{_YEAR})",
    re.VERBOSE,
)
_CONSTITUTION = re.compile(
    r"(?<![a-z0-9ñ])(?:(?P<name>constitucion\s+(?:politica|nacional)(?:\s+del?\s+(?:la\s+)?"
    r"(?:republica(?:\s+de)?|estado)?(?:\s*plurinacional)?(?:\s*de)?\s*"
    rf"(?:colombia|bolivia|peru|ecuador|chile|mexico)?)?(?:\s+del?\s+{_YEAR4})?)"
    r"|(?P<short>c\.\s?p\.(?:\s?e\.|\s?n\.)?|cpe(?![a-z0-9ñ])))"
)
_BODIES = "ntcgp|ntc|gtc|iso|iec|ohsas|une|iram|inen|nte|ntp|nch|nmx|nb|en|ts|tr|pas|tc"
_STANDARD = re.compile(
    rf"(?<![a-z0-9ñ])(?P<body>(?:(?:{_BODIES})(?:\s?[-/]\s?|\s+)){{0,4}}(?:{_BODIES}))\s?-?\s?"
    rf"{_NO}(?P<number>\d{{2,6}}(?:-\d{{1,2}}(?!\d))?)"
    rf"(?:\s?:\s?(?P<ya>{_YEAR4})|\s?[-/]\s?(?P<yb>{_YEAR4})"
    rf"|\s*,?\s*(?:version|edicion|v\.|ed\.|del?|\()\s*(?P<yc>{_YEAR4}))?",
)
_NEXT_STANDARD = re.compile(
    rf"\s*(?:,|;|/|\by\b|\be\b)\s*(?P<number>\d{{4,5}})\s?[:]\s?(?P<ya>{_YEAR4})"
)
_STRONG = frozenset(_BODIES.split("|")) - {"en", "ts", "tr", "pas", "tc"}

_PLACE = r"\d{1,4}(?:\.\d{1,3}){0,6}"
_JOIN = r"(?:\s*,\s*(?:y\s+|e\s+)?|\s+(?:y|e|al|a)\s+|\s?-\s?)"
_PLACES = rf"(?P<places>{_PLACE}(?:{_JOIN}{_PLACE}(?![\d/]))*)"
_WORD = (
    r"(?:art(?:iculo)?s?\s?\.?|numeral(?:es)?|num\s?\.|clausulas?|requisitos?|apartados?"
    r"|capitulos?|cap\s?\.)\s*(?:n[o°]\.?\s*)?"
)
_AFTER = re.compile(rf"\s*[,;:(]?\s*(?:en\s+)?(?:sus?\s+|el\s+|los\s+)?{_WORD}{_PLACES}")
_AFTER_DOTTED = re.compile(
    rf"\s*[,;:(\u2013-]?\s*(?P<places>\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}"
    rf"(?:{_JOIN}\d{{1,2}}(?:\.\d{{1,2}}){{1,4}})*)(?![\d%]|\.\d)"
)
_AFTER_SHORT = re.compile(r"\s*(?P<places>\d{1,3}(?:(?:\s*,\s*|\s+y\s+)\d{1,3})*)(?![\d.])")
_BEFORE = re.compile(
    rf"(?<![a-z]){_WORD}{_PLACES}\s*[.°o]?\s*,?\s*(?:del?\s+)?(?:l[ao]s?\s+|el\s+)?(?:norma\s+)?$"
)
_ONLY_PLACES = re.compile(rf"\s*(?:{_WORD})?{_PLACES}\s*\Z")
_UNITS = re.compile(
    r"\s*(?:\([^)]{0,20}\)\s*)?(?:dia|mes|hora|ano|año|minuto|semana|veces|%|nivel|punto|pesos)"
)


def _flat(text: str) -> str:
    """Fold character by character, so that places in both texts are the same."""
    folded = (fold(char) for char in text)
    return "".join(one[0] if one else "\x00" for one in folded)


def citations(text: str) -> list[Citation]:
    """Give the norms that a text mentions, in the order of the text; one for each clause named."""
    source = unicodedata.normalize("NFC", text[:LONGEST])
    flat = _flat(source)
    found = [*_standards(source, flat), *_constitutions(source, flat), *_others(source, flat)]
    return sorted(dict.fromkeys(found), key=lambda one: one.start)


def cited_in(reference: str, context: str = "") -> list[Citation]:
    """Give what an entry of a list of requirements cites.

    A bare clause («8.2.1») is one of each technical norm that ``context``, the heading above it,
    names («NTCGP 1000:2009 / ISO 9001:2008»).
    """
    found = citations(reference)
    if found:
        return found
    bare = _ONLY_PLACES.match(_flat(unicodedata.normalize("NFC", reference[:200])))
    if bare is None:
        return []
    above = [one for one in citations(context) if not one.clause]
    norms = [one for one in above if one.kind == STANDARD] or above[:1]
    written = clean_line(reference)
    return [
        replace(one, clause=clause, text=f"{one.text} {written}")
        for one in norms
        for clause in _each(bare["places"])
    ]


def _each(places: str) -> list[str]:
    """Part «4.1, 4.2 y 5 al 7» into ``4.1``, ``4.2`` and ``5-7``."""
    joined = re.sub(r"\s+(?:al|a)\s+|\s?-\s?", "-", places)
    return [one for one in re.split(r"\s*,\s*(?:y\s+|e\s+)?|\s+[ye]\s+", joined) if one]


def _year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    text = next((groups[one] for one in ("ya", "yb", "yc", "yd", "ye") if groups.get(one)), None)
    if text is None:
        return None
    year = int(text)
    return year if year > 99 else year + (1900 if year >= PIVOT else 2000)


def _with_clauses(
    one: Citation, source: str, flat: str, end: int, after: tuple[re.Pattern[str], ...]
) -> list[Citation]:
    """Give one citation for each article named behind the norm or before it; else the norm's."""
    start = one.start
    for pattern in after:
        behind = pattern.match(flat, end)
        if behind is not None:
            text = source[start : behind.end()]
            return [replace(one, clause=each, text=text) for each in _each(behind["places"])]
    begin = max(0, start - 100)
    before = _BEFORE.search(flat[begin:start])
    if before is not None:
        at = begin + before.start()
        text = source[at:end]
        clauses = _each(before["places"])
        return [replace(one, clause=each, text=text, start=at) for each in clauses]
    return [replace(one, text=source[start:end])]


def _standards(source: str, flat: str) -> Iterator[Citation]:
    for match in _STANDARD.finditer(flat):
        bodies = set(re.findall(r"[a-z]+", match["body"]))
        written = source[match.start("body") : match.end("body")]
        if not bodies & _STRONG or not (written.isupper() or "iso" in bodies):
            continue
        number = standard_number(f"{match['body']} {match['number']}")
        one = Citation(STANDARD, number, _year(match), start=match.start())
        yield from _with_clauses(one, source, flat, match.end(), (_AFTER, _AFTER_DOTTED))
        end = match.end()
        while (more := _NEXT_STANDARD.match(flat, end)) is not None:
            body = number.partition(" ")[0]
            start = more.start("number")
            other = Citation(STANDARD, f"{body} {more['number']}", _year(more), start=start)
            yield replace(other, text=source[start : more.end()])
            end = more.end()


def _constitutions(source: str, flat: str) -> Iterator[Citation]:
    for match in _CONSTITUTION.finditer(flat):
        # «C.P.» is a postal code or an accountant unless articles stand beside it.
        after = (_AFTER,) if match["name"] else (_AFTER, _AFTER_SHORT)
        one = Citation(CONSTITUTION, "", start=match.start())
        found = _with_clauses(one, source, flat, match.end(), after)
        yield from (each for each in found if match["name"] or each.clause)


def _others(source: str, flat: str) -> Iterator[Citation]:
    for match in _ORDINARY.finditer(flat):
        kind = next(one for one in (LAW, DECREE, RESOLUTION, CIRCULAR, AGREEMENT) if match[one])
        if _is_chance(match, kind, source, flat):
            continue
        one = Citation(kind, bare_number(match["number"]), _year(match), start=match.start())
        yield from _with_clauses(one, source, flat, match.end(), (_AFTER,))
        yield from _further(one, source, flat, match.end())
    for match in _RULING.finditer(flat):
        number = bare_number(re.sub(r"(c|t|su)\s?[-.]?\s?", r"\1-", match["number"]))
        one = Citation(RULING, number, _year(match), start=match.start())
        yield replace(one, text=source[match.start() : match.end()])


def _is_chance(match: re.Match[str], kind: str, source: str, flat: str) -> bool:
    """Tell whether words and number only happen to stand together: «resolución 15 días»."""
    issuer = match["issuer"]
    if issuer and not source[match.start("issuer") : match.end("issuer")].strip().isupper():
        return True
    if _year(match) is not None:
        return False
    if _UNITS.match(flat, match.end()):
        return True
    if match["no"]:
        return False
    return kind not in (LAW, DECREE) or len(match["number"]) < 2


def _further(first: Citation, source: str, flat: str, end: int) -> Iterator[Citation]:
    """Give the rest of a list: «Leyes 527 de 1999 y 962 de 2005», «Res. 870/2005, 827/1997»."""
    if first.year is None:
        return
    while (more := _NEXT.match(flat, end)) is not None:
        start, number = more.start("number"), bare_number(more["number"])
        one = Citation(first.kind, number, _year(more), start=start)
        yield from _with_clauses(one, source, flat, more.end(), (_AFTER,))
        end = more.end()
