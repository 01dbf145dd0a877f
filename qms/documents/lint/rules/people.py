"""Who does what: prose against the table of activities, and people left out of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qms.documents.lint.data import Paper, Unit
from qms.documents.lint.findings import HINT, WARNING, Finding
from qms.documents.lint.rules.base import DOCUMENT, Rule
from qms.documents.lint.words import folded, joined, quoted, sentences, stems
from qms.documents.sections.kind import items, texts
from qms.kernel.i18n import _
from qms.pdf.markup import html_lines

_SUBJECT = re.compile(r"\A(?:el|la|los|las)\s")
_LEADER = re.compile(r"\b(?:lider|responsable)\b.*\bproceso\b")
_WHO = re.compile(r"\A(?:participantes?|roles|cargos que participan)\b")
_NEAR = 14
"""So many words after the subject are read as what it does."""

Names = tuple[tuple[tuple[str, ...], str], ...]


def subjects_of(sentence: str, names: Names) -> tuple[set[str], tuple[str, ...]]:
    """Give the positions that a sentence begins with, and the words that follow them."""
    if not _SUBJECT.match(folded(sentence[:10])):
        return set(), ()
    words = stems(sentence)
    found: set[str] = set()
    while words:
        for name, position in names:
            if words[: len(name)] == name:
                found.add(position)
                words = words[len(name) :]
                break
        else:
            break
    return found, words


def contradiction(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find work that the text gives to one position and the table of activities to others."""
    names = world.names
    rows = [
        (part.id, place, row)
        for part in paper.of_kind("activities")
        for place, row in enumerate(items(part.data, "rows"))
        if texts(row, "responsible")
    ]
    if not rows or not names:
        return
    for part in paper.of_kind("text"):
        for unit in part.units:
            for sentence in sentences(unit.text):
                who, does = subjects_of(sentence, names)
                for section, place, row in rows if who else ():
                    wanted = frozenset(stems(_task(row)))
                    doers = set(texts(row, "responsible"))
                    if len(wanted) > 1 and wanted <= set(does[:_NEAR]) and who != doers:
                        yield _contradicted(part, section, place, row, (who, doers), world)


def _task(row: Mapping[str, Any]) -> str:
    return str(row.get("title") or "") or next(html_lines(str(row.get("html") or "")), "")


def _contradicted(
    part: Any,
    section: str,
    place: int,
    row: Mapping[str, Any],
    sides: tuple[set[str], set[str]],
    world: Any,
) -> Finding:
    said, done = ([world.positions.get(one, one) for one in sorted(side)] for side in sides)
    return Finding(
        "responsible-contradiction",
        WARNING,
        _(
            "«${section}» gives this to ${said}; the activity «${activity}» gives it to ${done}.",
            {
                "section": quoted(part.name, 50),
                "said": joined(said),
                "activity": quoted(_task(row), 60),
                "done": joined(done),
            },
        ),
        _("Name the same positions in both places."),
        section=section,
        row=str(row.get("id") or place + 1),
        subject=part.id,
    )


def left_out(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find activities whose text names somebody as doing it who is not among the responsible."""
    names = world.names
    for part in paper.of_kind("activities"):
        for place, row in enumerate(items(part.data, "rows")):
            doers = set(texts(row, "responsible"))
            lines = html_lines(str(row.get("html") or "")) if doers else ()
            said: set[str] = set()
            for line in lines:
                for sentence in sentences(line):
                    said |= subjects_of(sentence, names)[0]
            if said - doers and not said & doers:
                yield Finding(
                    "responsible-left-out",
                    WARNING,
                    _(
                        "The text of «${activity}» says that ${said} does it, who is not among its "
                        "responsible positions.",
                        {
                            "activity": quoted(_task(row), 60),
                            "said": joined([world.positions.get(one, one) for one in sorted(said)]),
                        },
                    ),
                    _("Add the position to the responsible ones, or correct the text."),
                    section=part.id,
                    row=str(row.get("id") or place + 1),
                    subject="|".join(sorted(said)),
                )


def not_taking_part(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find positions with work in the activities that the list of participants leaves out."""
    lists = [part for part in paper.of_kind("text") if _WHO.match(folded(part.title))]
    busy = {
        one: None
        for part in paper.of_kind("activities")
        for row in items(part.data, "rows")
        for one in texts(row, "responsible")
    }
    for part in lists:
        words = [unit.words for unit in part.units[1:]]
        named = {
            position for name, position in world.names if any(_holds(line, name) for line in words)
        }
        left = [world.positions.get(one, one) for one in busy if one not in named]
        if named and left:
            yield Finding(
                "participant-left-out",
                HINT,
                _(
                    "«${section}» leaves out who has work in the activities: ${positions}.",
                    {"section": quoted(part.title.strip(" :"), 50), "positions": joined(left)},
                ),
                _("Add them to the list, or take their work out of the activities."),
                section=part.id,
                subject="|".join(sorted(left)),
            )


def _holds(line: tuple[str, ...], name: tuple[str, ...]) -> bool:
    width = len(name)
    return any(line[at : at + width] == name for at in range(len(line) - width + 1))


def leader_differs(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find another leader of the process in the text than the organisation's data name."""
    leader = world.leaders.get(paper.process_id)
    if not leader:
        return
    names = world.names
    for part in paper.of_kind("text"):
        if not _LEADER.search(folded(part.title)):
            continue
        told = [unit for unit in part.units if unit.is_block]
        found = {position for name, position in names for unit in told if unit.words == name}
        if found and leader not in found:
            yield _other_leader(part.id, told[0], found, leader, world)


def _other_leader(section: str, unit: Unit, found: set[str], leader: str, world: Any) -> Finding:
    return Finding(
        "leader-differs",
        WARNING,
        _(
            "The text names ${said}; the process is led by ${leader}.",
            {
                "said": joined([world.positions.get(one, one) for one in sorted(found)]),
                "leader": world.positions.get(leader, leader),
            },
        ),
        _("Correct the text, or the leader of the process."),
        section=section,
        row=unit.row,
        subject=leader,
    )


RULES = (
    Rule("responsible-contradiction", _("Two answers to who does it"), DOCUMENT, contradiction),
    Rule("responsible-left-out", _("Named in the text, not responsible"), DOCUMENT, left_out),
    Rule("participant-left-out", _("Left out of the participants"), DOCUMENT, not_taking_part),
    Rule("leader-differs", _("Another leader"), DOCUMENT, leader_differs),
)
