"""What must hold between the scales, questions and states of surveys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.profiles.book import Book, Path, similar
from qms.profiles.checks import each
from qms.profiles.survey_schema import STATE_ROLES, USUAL_SCALES

PLACES = ("customer", "plate", "line", "brand", "organisation", "agent")
"""What script and message can say of a customer, beside the fields of the profile."""
_PLACE = re.compile(r"\{([^{}\s]{1,40})\}")

__all__ = ["check_surveys", "not_once"]


def not_once(low: int, high: int, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Give the values from ``low`` to ``high`` that are not in exactly one span, and strays.

    An empty answer means that the spans, both ends included, partition the scale.
    """
    listed = list(spans)
    scale = range(low, high + 1)
    strays = {value for span in listed for value in span if value not in scale}
    wrong = {value for value in scale if sum(a <= value <= b for a, b in listed) != 1}
    wrong |= {value for a, b in listed if a > b for value in (a, b)}
    return sorted(wrong | strays)


def check_surveys(data: Mapping[str, Any], book: Book) -> None:
    """Note scales whose classes do not partition them, and questionnaires that cannot be scored."""
    for path, scale in each(data, "surveys", "scales"):
        _check_scale(path, scale, book)
    known = _known(data)
    for path, survey in each(data, "surveys", "kinds"):
        _check_survey(path, survey, book)
        _check_ids(path, survey, known, book)
        _check_places(path, survey, data, book)
        for below, question in each(survey, "questions"):
            _check_ids((*path, *below), question, known, book)
    for path, state in each(data, "surveys", "states"):
        _check_ids(path, state, known, book)
    states = [state for _path, state in each(data, "surveys", "states")]
    if states:
        held = {state.get("role") for state in states}
        for role in (STATE_ROLES[0], STATE_ROLES[2]):
            if role not in held:
                what = _("no state means «${role}»", mapping={"role": role})
                book.note(("surveys", "states"), what)


def _known(data: Mapping[str, Any]) -> dict[str, set[str]]:
    def ids(key: str) -> set[str]:
        return {str(one.get("id")) for _path, one in each(data, "surveys", key)}

    return {
        "scale": {*USUAL_SCALES, *ids("scales")},
        "lines": ids("lines"),
        "brands": ids("brands"),
    }


def _check_ids(
    path: Path, entry: Mapping[str, Any], known: Mapping[str, set[str]], book: Book
) -> None:
    """Note scales, lines and brands that the profile does not have."""
    for key, there in known.items():
        named = entry.get(key)
        for one in [named] if isinstance(named, str) else named or []:
            if one not in there:
                what = _("there is no «${id}» among these", mapping={"id": one})
                book.note((*path, key), what, similar(one, there))


def _check_places(
    path: Path, survey: Mapping[str, Any], data: Mapping[str, Any], book: Book
) -> None:
    """Note places of script and message that nothing fills in."""
    own = {str(one.get("id")) for _path, one in each(data, "surveys", "fields")}
    message = (survey.get("attempts") or {}).get("message")
    for here, text, known in (
        ((*path, "script"), survey.get("script"), {*PLACES, *own}),
        ((*path, "attempts", "message"), message, {*PLACES, *own, "link"}),
    ):
        for name in _PLACE.findall(text or ""):
            if name not in known:
                what = _("nothing fills the place {${name}}", mapping={"name": name})
                book.note(here, what, similar(name, known))


def _check_scale(path: Path, scale: Mapping[str, Any], book: Book) -> None:
    if scale.get("low") is None or scale.get("high") is None:
        return
    if scale["low"] >= scale["high"]:
        book.note(path, _("a scale goes from its low to its high end"))
        return
    classes = [one for one in scale.get("classes") or [] if one and {"low", "high"} <= set(one)]
    wrong = not_once(scale["low"], scale["high"], [(one["low"], one["high"]) for one in classes])
    if wrong:
        values = ", ".join(map(str, wrong[:10]))
        what = _("these values are not in exactly one class: ${values}", {"values": values})
        book.note((*path, "classes"), what)
    _unique(path, "classes", classes, book)


def _unique(path: Path, key: str, entries: Iterable[Mapping[str, Any]], book: Book) -> None:
    seen: set[str] = set()
    for entry in entries:
        identifier = entry.get("id")
        if identifier in seen:
            what = _("the id «${id}» stands here twice", mapping={"id": identifier})
            book.note((*path, key), what)
        if identifier:
            seen.add(identifier)


def _check_survey(path: Path, survey: Mapping[str, Any], book: Book) -> None:
    questions = [one for one in survey.get("questions") or [] if one]
    _unique(path, "questions", questions, book)
    scored = [one for one in questions if one.get("score")]
    if len(scored) != 1:
        book.note((*path, "questions"), _("exactly one question gives the score"))
    for place, question in enumerate(survey.get("questions") or []):
        here = (*path, "questions", place)
        if not question:
            continue
        if question.get("score") and question.get("kind") != "scale":
            book.note(here, _("the question that gives the score is one with a scale"))
        if question.get("score") and (question.get("brands") or question.get("lines")):
            book.note(here, _("the question that gives the score is asked of everybody"))
        if question.get("kind") == "choice" and len(question.get("options") or []) < 2:
            book.note(here, _("a choice has two options at least"))
    attempts = survey.get("attempts") or {}
    after = attempts.get("message_after")
    if after is not None and not attempts.get("message"):
        book.note((*path, "attempts"), _("a message after failed attempts needs its text"))
