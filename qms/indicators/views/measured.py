"""How an indicator is measured, and how it was before: parts of its page that seldom change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from chameleon.utils import Markup

from qms.documents.sections.indicators import CARD_KINDS, FREQUENCIES
from qms.documents.wording import show_date, show_moment
from qms.indicators import words
from qms.indicators.cards import Definition
from qms.indicators.views.shown import Shown
from qms.kernel.i18n import _
from qms.web.frame import Frame

KINDS = dict(CARD_KINDS)
CALLED = frozenset({"pqr"})
"""Rooms whose changes say nothing of how something is measured."""
OFTEN = dict(FREQUENCIES)
ACTS = {"bound": _("Source chosen"), "began": _("Measured from another day")}


class Measured(NamedTuple):
    """What ``measured.pt`` prints."""

    formula: str
    expression: str
    """How it is computed, where that reads differently."""
    facts: tuple[tuple[str, str], ...]
    """Title and text."""
    variables: tuple[tuple[str, str, str, str], ...]
    """Name, what it counts, where its values come from, address to choose that."""
    may_choose: bool
    bands: tuple[tuple[str, str], ...]
    """Words and colour."""
    note: str
    definitions: tuple[tuple[str, str, str, str, str, str, str], ...]
    """First and last day, version, target, frequencies, expression and sources of each."""
    acts: tuple[tuple[str, str, str, str, str, str], ...]
    """What was decided, of which variable and how, by whom, when, and why."""


def measured(shown: Shown, ui: Frame, *, may_choose: bool) -> Markup:
    """Draw how the indicator is measured; it is read once until something is recorded."""
    what = (shown.indicator.uid, may_choose)
    return ui.part_of(
        "indicators/measured.pt", what, lambda: _read(shown, may_choose=may_choose), apart=CALLED
    )


def _read(shown: Shown, *, may_choose: bool) -> Measured:
    indicator, profile = shown.indicator, shown.profile
    now, home = indicator.definition, shown.request.resource_path(indicator)
    choose = f"{home}bind?variable=" if may_choose and not now.ends else ""
    definitions = indicator.definitions
    return Measured(
        formula=now.formula_text,
        expression=now.expression if now.expression != now.formula_text else "",
        facts=tuple(_facts(shown, now)),
        variables=tuple(
            (
                one.name,
                one.description,
                shown.source(now, one.name),
                f"{choose}{one.name}" if choose else "",
            )
            for one in now.variables
        ),
        may_choose=bool(choose),
        bands=tuple((words.band_text(profile, one, now.unit), one.colour) for one in now.bands),
        note=now.note,
        definitions=(
            tuple(_of_definition(shown, one) for one in reversed(definitions))
            if len(definitions) > 1 or indicator.acts
            else ()
        ),
        acts=tuple(_of_act(shown, one) for one in reversed(indicator.acts)),
    )


def _facts(shown: Shown, definition: Definition) -> Iterator[tuple[str, str]]:
    position = shown.people.position_name
    often = definition.capture_frequency, definition.analysis_frequency
    captures, analyses = definition.responsible_capture, definition.responsible_analysis
    found = (
        (_("Kind"), shown.say(KINDS.get(definition.kind, "")) if definition.kind else ""),
        (_("Captured"), shown.say(OFTEN[often[0]]) if often[0] else ""),
        (_("Analysed"), shown.say(OFTEN[often[1]]) if often[1] else ""),
        (_("Source of information"), definition.source),
        (_("Responsible for the capture"), position(captures) if captures else ""),
        (_("Responsible for the analysis"), position(analyses) if analyses else ""),
        (_("Baseline"), shown.number(definition.baseline, definition.unit)),
        (_("Weight of the indicator"), shown.number(definition.weight)),
        (_("Measured from"), show_date(shown.profile, shown.indicator.since)),
    )
    for title, text in found:
        if text:
            yield shown.say(title), str(text)


def _of_definition(
    shown: Shown, definition: Definition
) -> tuple[str, str, str, str, str, str, str]:
    often = (definition.capture_frequency, definition.analysis_frequency)
    return (
        show_date(shown.profile, definition.starts),
        show_date(shown.profile, definition.ends),
        definition.label,
        words.target_text(shown.profile, definition),
        " / ".join(shown.say(OFTEN[one]) for one in often if one),
        definition.expression,
        "; ".join(shown.source(definition, one.name) for one in definition.variables),
    )


def _of_act(shown: Shown, act: dict[str, Any]) -> tuple[str, str, str, str, str, str]:
    since = act.get("since")
    return (
        shown.say(ACTS[act["kind"]]),
        str(act.get("variable") or ""),
        show_date(shown.profile, since) if since else str(act.get("new") or ""),
        shown.who(act["by"]),
        show_moment(shown.profile, act["at"]),
        str(act["reason"]),
    )
