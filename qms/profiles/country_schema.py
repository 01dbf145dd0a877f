"""How a country profile must look: calendar, styles and the terms that its norms set.

A term is data with its source and the dates between which it holds; no legal number is in the
code. Duties beside the terms (what is answered, counted, published) stand under ``rules``, each
with what the house does about it. What nobody has verified yet is shipped switched off
(``verified: false, enabled: false``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from qms.kernel.calendars import Calendar
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.terms import Start, Term, Unit
from qms.profiles.book import Book
from qms.profiles.checks import check_styles, check_zone, each, refused
from qms.profiles.dates import Day
from qms.profiles.schema import COUNTRY, LANGUAGE, SLUG, STYLES, ZONE
from qms.profiles.shapes import (
    Choice,
    Flag,
    Free,
    Ident,
    Many,
    Pattern,
    Record,
    Text,
    Whole,
    may,
    need,
)

EXTENSIONS = ("none", "up_to_double", "plus", "on_request")
"""No extension; up to twice the first term in all; so many units more; as asked for."""
SILENCES = ("none", "positive", "accepted", "serious_indication")
"""What no answer means: nothing, in favour of who asks, accepted, «indicio grave»."""
RESUMES = ("reset", "resume")
"""After completion the term starts again, or goes on where it stood."""

SPAN = Record({"amount": need(Whole(1, 5000)), "unit": need(Choice(get_args(Unit)))})
EXTENSION = Record(
    {
        "kind": need(Choice(EXTENSIONS)),
        "amount": may(Whole(1, 5000)),
        "unit": may(Choice(get_args(Unit))),
        "verified": may(Flag(), default=True),
        "source": may(Text(300)),
    }
)
INCOMPLETE = Record(
    {
        "ask_within": may(SPAN),
        "complete_within": may(SPAN),
        "then": need(Choice(RESUMES)),
        "lapse": may(Text(300)),
        "verified": may(Flag(), default=True),
        "source": may(Text(300)),
    }
)
SOURCE_URL = Pattern(
    re.compile(r"https://[^\s<>\"']{4,200}"), _("a source address begins with https://"), 220
)
BASIS = {
    "source": need(Text(300)),
    "url": may(SOURCE_URL),
    "from": may(Day()),
    "to": may(Day()),
    "verified": need(Flag()),
    "verified_by": may(Text(120)),
    "verified_on": may(Day()),
    "enabled": need(Flag()),
}
"""What every term and rule says of where it comes from, and since when it counts here."""
TERM = Record(
    {
        "id": need(Ident("term")),
        "kind": need(SLUG),
        "regime": may(SLUG, "general"),
        "name": need(Text(200)),
        "amount": need(Whole(1, 5000)),
        "unit": need(Choice(get_args(Unit))),
        "start": may(Choice(get_args(Start)), "next_day"),
        "extension": may(EXTENSION, {**EXTENSION.defaults(), "kind": "none"}),
        "incomplete": may(INCOMPLETE),
        "silence": may(Choice(SILENCES), "none"),
        "note": may(Text(500)),
        **BASIS,
    }
)
RULE = Record(
    {
        "id": need(Ident("country-rule")),
        "regime": may(SLUG, "general"),
        "name": need(Text(200)),
        "text": need(Text(600)),
        "held": may(Text(400)),
        **BASIS,
    }
)
"""A duty that is no term; ``held`` says where the house does it."""
CHECKED = Record({"by": may(Text(200)), "on": may(Day())})
"""Who verified what says nothing of its own, and when."""
COUNTRY_CALENDAR = Record(
    {
        "library": may(Flag(), default=True),
        "extra_holidays": may(Many(Free()), []),
        "removed": may(Many(Free()), []),
        "late_holidays": may(Many(Free()), []),
    }
)
COUNTRY_PROFILE = Record(
    {
        "country": need(
            Record(
                {
                    "code": need(COUNTRY),
                    "name": need(Text(80)),
                    "language": may(LANGUAGE, "es"),
                    "timezone": need(ZONE),
                }
            )
        ),
        "styles": may(STYLES, STYLES.defaults()),
        "calendar": may(COUNTRY_CALENDAR, COUNTRY_CALENDAR.defaults()),
        "checked": may(CHECKED, CHECKED.defaults()),
        "terms": may(Many(TERM), []),
        "rules": may(Many(RULE), []),
    }
)
"""The whole country profile."""


def check_country(data: Mapping[str, Any], book: Book) -> None:
    """Note what is wrong between the parts of a country profile."""
    check_zone((data.get("country") or {}).get("timezone"), ("country", "timezone"), book)
    check_styles(data, book)
    _calendar(data, book)
    for path, term in each(data, "terms"):
        _term(term, path, book)
    for path, one in (*each(data, "terms"), *each(data, "rules")):
        _held(one, path, book)
    _overlaps(data, book)


def _calendar(data: Mapping[str, Any], book: Book) -> None:
    calendar = data.get("calendar") or {}
    for key in ("extra_holidays", "removed", "late_holidays"):
        for index, row in enumerate(calendar.get(key) or []):
            try:
                Calendar.from_data({key: [row]})
            except Refused as problem:
                refused(book, ("calendar", key, index), problem)
    if calendar.get("library", True):
        try:
            Calendar.from_data({"country": (data.get("country") or {}).get("code")})
        except Refused as problem:
            refused(book, ("country", "code"), problem)


def _term(term: Mapping[str, Any], path: tuple[str | int, ...], book: Book) -> None:
    if {"amount", "unit", "start"} <= set(term):
        try:
            Term(term["amount"], term["unit"], term["start"])
        except Refused as problem:
            refused(book, path, problem)
    extension = term.get("extension") or {}
    if (extension.get("kind") == "plus") != (extension.get("amount") is not None):
        book.note(
            (*path, "extension"), _("an extension has an amount when, and only when, it is «plus»")
        )


def _held(one: Mapping[str, Any], path: tuple[str | int, ...], book: Book) -> None:
    """Note a term or a rule that is on without a verification, or ends before it begins."""
    if one.get("enabled") and one.get("verified") is False:
        book.note(
            (*path, "enabled"),
            _("this term is switched on although nobody has verified it"),
            _("write enabled: false, or verify it against its source"),
        )
    if one.get("from") and one.get("to") and one["from"] > one["to"]:
        book.note((*path, "to"), _("this is before the day from which the term holds"))


def _overlaps(data: Mapping[str, Any], book: Book) -> None:
    """Note two terms that are on, for one kind of one regime, at the same time."""
    seen: list[Mapping[str, Any]] = []
    for path, term in each(data, "terms"):
        if not term.get("enabled"):
            continue
        for other in seen:
            same = all(other.get(key) == term.get(key) for key in ("regime", "kind"))
            apart = (term.get("to") or "9999") < (other.get("from") or "") or (
                other.get("to") or "9999"
            ) < (term.get("from") or "")
            if same and not apart:
                book.note(
                    path,
                    _(
                        "the terms «${id}» and «${other}» hold at the same time",
                        mapping={"id": term.get("id"), "other": other.get("id")},
                    ),
                )
        seen.append(term)
