"""What must hold between the kinds of cases and the terms of the country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.terms import Term
from qms.profiles.book import Book, similar
from qms.profiles.case_answer_checks import check_answers
from qms.profiles.checks import each, refused
from qms.profiles.countries import country
from qms.profiles.errors import UnknownCountry


def check_cases(data: Mapping[str, Any], book: Book) -> None:
    """Note kinds whose term does not exist, and levels of escalation that name no moment."""
    known = _terms(data)
    for path, kind in each(data, "cases", "kinds"):
        term, own = kind.get("term"), kind.get("own_term")
        if term and own:
            book.note(path, _("a kind has a term of the country or its own, not both"))
        if term and term not in known:
            what = _("the country has no term «${id}»", mapping={"id": term})
            book.note((*path, "term"), what, similar(term, sorted(known)))
        if own and {"amount", "unit", "start"} <= set(own):
            try:
                Term(own["amount"], own["unit"], own["start"])
            except Refused as problem:
                refused(book, (*path, "own_term"), problem)
    for path, level in each(data, "cases", "escalation"):
        if (level.get("minutes") is None) == (level.get("percent") is None):
            book.note(path, _("a level has minutes or percent, one of them"))
    check_answers(data, book)


def _terms(data: Mapping[str, Any]) -> set[str]:
    own = data.get("country_profile")
    if own:
        return {str(one.get("id")) for _path, one in each(own, "terms")}
    try:
        code = str((data.get("organisation") or {}).get("country") or "")
        return {one.id for one in country(code).terms}
    except UnknownCountry:
        return set()
