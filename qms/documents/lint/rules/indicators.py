"""Indicators: bands with holes, formulas without target, and prose that says another target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from qms.documents.lint.comparisons import Limit, limits_in, number, numbers_in, only_limits
from qms.documents.lint.data import Paper, Unit
from qms.documents.lint.findings import ERROR, HINT, WARNING, Finding
from qms.documents.lint.rules.bands import RULES as BAND_RULES
from qms.documents.lint.rules.base import DOCUMENT, SECTION, Rule
from qms.documents.lint.words import LONGEST, folded, joined, quoted, stems
from qms.documents.sections.kind import items
from qms.kernel.bands import BadBands, Band, check_partition
from qms.kernel.i18n import _

Card = Mapping[str, Any]

_CLAUSE = re.compile(r"[;.:()]\s|,\s|\(")
_GOAL = re.compile(r"\b(?:metas?|indicador(?:es)?|objetivos?)\b")
_AIM = re.compile(r"\b(?:lograr|alcanzar|meta|obtener|cumplir)\b")
_CASES = re.compile(r"\b[PQRSFD]{2,6}\b")
_LETTERS = {
    "P": ("peticion",),
    "Q": ("quej",),
    "R": ("reclam",),
    "S": ("solicitud", "sugerenci"),
    "F": ("felicitacion",),
    "D": ("denunci", "derech"),
}
_NAMES = {
    "P": "peticiones",
    "Q": "quejas",
    "R": "reclamos",
    "S": "solicitudes",
    "F": "felicitaciones",
    "D": "denuncias",
}
_RANKS = (
    "daily",
    "weekly",
    "monthly",
    "bimonthly",
    "quarterly",
    "four-monthly",
    "semiannual",
    "annual",
)


def cards_of(paper: Paper) -> Iterator[tuple[str, str, Card]]:
    """Walk the cards with their section and row."""
    for part in paper.of_kind("indicators"):
        for place, card in enumerate(items(part.data, "cards")):
            yield part.id, str(card.get("id") or place + 1), card


def _name(card: Card) -> str:
    return quoted(str(card.get("name") or "—"))


def incomplete(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find indicators that nobody can compute: without formula, target or both."""
    for part in paper.of_kind("indicators"):
        bare, aimless = [], []
        for card in items(part.data, "cards"):
            has_formula = bool(card.get("formula_text") or card.get("expression"))
            if not has_formula:
                bare.append(_name(card))
            elif not card.get("target"):
                aimless.append(_name(card))
        if bare:
            yield Finding(
                "indicator-without-formula",
                HINT,
                _("Without formula or target: ${indicators}.", {"indicators": joined(bare)}),
                _("Say how each one is computed, what is wanted and how often it is measured."),
                section=part.id,
                subject="|".join(sorted(bare)),
            )
        if aimless:
            yield Finding(
                "formula-without-target",
                WARNING,
                _("With a formula but no target: ${indicators}.", {"indicators": joined(aimless)}),
                _("Say which value is good enough."),
                section=part.id,
                subject="|".join(sorted(aimless)),
            )


def band_gap(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find values that belong to no band or to two, in the bands or in their printed text."""
    for section, row, card in cards_of(paper):
        refusal = _fault_of_bands(card) or _fault_of_text(card)
        if refusal is not None:
            yield Finding(
                "band-gap",
                ERROR,
                _(refusal.msgid, dict(refusal.mapping)),
                _("Let one of the bands include this value, such as «≥» in the place of «>»."),
                section=section,
                row=row,
                subject="bands",
            )


def _fault_of_bands(card: Card) -> BadBands | None:
    bands = items(card, "bands")
    if not bands:
        return None
    try:
        made = [Band.from_data(one) for one in bands]
        lows = [band.low for band in made if band.low is not None]
        highs = [band.high for band in made if band.high is not None]
        check_partition(
            made,
            min(lows) if len(lows) == len(made) else None,
            max(highs) if len(highs) == len(made) else None,
        )
    except BadBands as refusal:
        return refusal
    return None


def _fault_of_text(card: Card) -> BadBands | None:
    """Look at bands that stand only as text: «>90% Bueno, <90% Bajo»."""
    for key in ("note", "formula_text"):
        text = str(card.get(key) or "")
        limits = limits_in(text)
        ways = {one.direction[0] for one in limits}
        if len(limits) < 2 or len(ways) < 2 or not only_limits(text, limits):
            continue
        try:
            check_partition([limit.band() for limit in limits])
        except BadBands as refusal:
            return refusal
    return None


def target_differs(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find text that says another target than the indicator's card."""
    cards = list(cards_of(paper))
    aims = [(card, *aim) for _section, _row, card in cards if (aim := _aim(card)) is not None]
    for section, row, card in cards:
        yield from _own_text(section, row, card)
    if not aims:
        return
    own = {part.id for part in paper.of_kind("indicators")}
    for unit in paper.units:
        if unit.section in own or not _GOAL.search(folded(unit.text)):
            continue
        for clause in _CLAUSE.split(unit.text[:LONGEST]):
            limits = limits_in(clause)
            if len(limits) == 1 and _GOAL.search(folded(clause)):
                yield from _contradicts(unit, clause, limits[0], aims)


def _aim(card: Card) -> tuple[str, Decimal] | None:
    target = card.get("target")
    if not isinstance(target, Mapping):
        return None
    direction = str(target.get("direction") or "").replace("≥", ">=").replace("≤", "<=")
    value = number(str(target.get("value") or ""))
    return None if value is None or direction == "range" else (direction, value)


def _contradicts(
    unit: Unit, sentence: str, said: Limit, aims: list[tuple[Card, str, Decimal]]
) -> Iterator[Finding]:
    near = [one for one in aims if one[2] == said.value]
    if not near:
        spoken = set(stems(sentence))
        near = [one for one in aims if set(stems(str(one[0].get("name") or ""))) <= spoken]
    if not near or any((said.direction, said.value) == one[1:] for one in near):
        return
    told = [f"{_name(card)} ({_aim_text(way, value)})" for card, way, value in near]
    yield Finding(
        "target-differs",
        WARNING,
        _(
            "The text says «${said}», the card says otherwise: ${cards}.",
            {"said": said.written, "cards": joined(told)},
        ),
        _("Write the same target in both places."),
        section=unit.section,
        row=unit.row,
        subject=said.written,
    )


def _aim_text(way: str, value: Decimal) -> str:
    sign = {">=": "≥", "<=": "≤"}.get(way, way)
    return f"{sign} {value.normalize():f}"


def _own_text(section: str, row: str, card: Card) -> Iterator[Finding]:
    """Hold what a card prints against its own target."""
    aim = _aim(card)
    if aim is None:
        return
    for key in ("note", "formula_text"):
        text = str(card.get(key) or "")
        limits = limits_in(text)
        if len(limits) == 1 and only_limits(text, limits):
            differs = (limits[0].direction, limits[0].value) != aim
        else:
            numbers = numbers_in(text)
            plain = len(numbers) == 1 and "%" in text and bool(_AIM.search(folded(text)))
            differs = plain and not limits and numbers[0] != aim[1]
        if differs:
            yield Finding(
                "target-differs",
                WARNING,
                _(
                    "«${indicator}» prints «${said}», and its target is ${target}.",
                    {
                        "indicator": _name(card),
                        "said": quoted(text, 60),
                        "target": _aim_text(*aim),
                    },
                ),
                _("Write the same target in both places."),
                section=section,
                row=row,
                subject=key,
            )


def narrower(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find formulas that leave out a kind of case which the indicator's name promises (PQR)."""
    for section, row, card in cards_of(paper):
        named = f"{card.get('name') or ''} {card.get('objective') or ''}"
        found = next((one for one in _CASES.findall(named) if {"Q", "R"} <= set(one)), None)
        if found is None:
            continue
        text = str(card.get("formula_text") or "").removeprefix(f"{found}:")
        words = set(stems(text))
        counted = {letter for letter in found if words & set(_LETTERS[letter])}
        left = [_NAMES[letter] for letter in dict.fromkeys(found) if letter not in counted]
        if counted and left and found not in text:
            yield Finding(
                "formula-narrower",
                HINT,
                _(
                    "«${indicator}» speaks of ${acronym}, but its formula leaves out: ${left}.",
                    {"indicator": _name(card), "acronym": found, "left": joined(left)},
                ),
                _("Count them too, or name the indicator after what it counts."),
                section=section,
                row=row,
                subject=found,
            )


def too_often(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find indicators that are analysed more often than they are measured."""
    for section, row, card in cards_of(paper):
        capture, analysis = card.get("capture_frequency"), card.get("analysis_frequency")
        if capture not in _RANKS or analysis not in _RANKS:
            continue
        if _RANKS.index(analysis) < _RANKS.index(capture):
            yield Finding(
                "analysed-before-measured",
                WARNING,
                _(
                    "«${indicator}» is analysed more often than it is measured.",
                    {"indicator": _name(card)},
                ),
                _("Measure it as often as it is analysed, or analyse it less often."),
                section=section,
                row=row,
                subject="frequency",
            )


RULES = (
    Rule(
        "indicator-without-formula",
        _("Indicator without formula or target"),
        SECTION,
        incomplete,
        told_by_gaps=True,
    ),
    Rule("band-gap", _("Bands with a hole"), SECTION, band_gap),
    Rule("target-differs", _("Text and target differ"), DOCUMENT, target_differs),
    Rule("formula-narrower", _("Formula narrower than its name"), SECTION, narrower),
    Rule("analysed-before-measured", _("Analysed before measured"), SECTION, too_often),
    *BAND_RULES,
)
