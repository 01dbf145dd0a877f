"""Mails about indicators: values and analyses that wait, in one letter a day to each person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.indicators.periods import Period
from qms.indicators.words import period_text
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import Person
from qms.profiles.api import profile_of
from qms.web.i18n import localizer_of


@dataclass(frozen=True)
class Line:
    """One thing that waits."""

    number: str
    name: str
    key: str
    """Of the period."""
    due: str
    """ISO date."""
    is_overdue: bool
    stage: str


class IndicatorLetters(Letters):
    """Writes to whoever has to measure or analyse."""

    def waiting(
        self,
        folder: Any,
        person: Person,
        captures: Sequence[Line],
        analyses: Sequence[Line],
        *,
        act: Act,
    ) -> bool:
        """Remind of values and analyses that are due."""
        both = (*captures, *analyses)
        overdue = sum(one.is_overdue for one in both)
        values: dict[str, object] = {"n": len(both), "overdue": overdue}
        subject = (
            _("Indicators that wait for you: ${n}, overdue: ${overdue}", values)
            if overdue
            else _("Indicators that wait for you: ${n}", values)
        )
        translate = localizer_of(self.registry, person.language).translate
        paragraphs: list[Any] = []
        for head, lines in (
            (_("Values to enter:"), captures),
            (_("Analyses to write:"), analyses),
        ):
            if lines:
                paragraphs += [head, *(_text(folder, one, translate) for one in lines)]
        url = self.address(folder, "my")
        letter = Letter(subject, tuple(paragraphs), (_("See what waits"), url))
        what = " ".join(f"{one.number} {one.key} {one.stage}" for one in both)
        key = f"indicators {act.at.date().isoformat()} {person.uid} {what}"
        return self.send(person, letter, key, act)


def _text(folder: Any, line: Line, translate: Callable[[Any], str]) -> Any:
    profile = profile_of(organisation_of(folder))
    facts: dict[str, object] = {
        "number": line.number,
        "name": line.name,
        "period": period_text(profile, Period.parse(line.key), translate),
        "due": show_date(profile, line.due),
    }
    if line.is_overdue:
        return _("${number} · ${name} · ${period} · overdue since ${due}", facts)
    return _("${number} · ${name} · ${period} · by ${due}", facts)


def includeme(config: Configurator) -> None:
    """Let the worker find the letters."""
    config.registry.qms_indicator_letters = IndicatorLetters(config.registry)
