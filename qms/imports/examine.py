"""Looks at a whole list before anything is written: what would be taken over, and what is wrong.

The result says for every row what becomes of it and why. Nothing here changes anything, and the
same list over the same organisation always gives the same result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qms.imports import values
from qms.imports.findings import CARE, NOTE, STOP
from qms.imports.lines import (
    IGNORED,
    NEW,
    NEWER,
    OLDER,
    OUT,
    Line,
    check_code,
    read_lines,
)
from qms.imports.matching import FileFact, Orphan, match_files
from qms.imports.situation import ADD, Here, Situation
from qms.kernel import codes
from qms.kernel.errors import Refused
from qms.kernel.text import fold
from qms.profiles.dates import is_later
from qms.sheets.tables import Cell

MOST_NAMED = 8
"""So many codes or labels are named in one sentence."""
_FAR = 20
_BLOCKS = ("title-missing", "type-missing", "type-unknown", "process-missing", "process-unknown",
           "version-stuck")  # fmt: skip
"""What stops the other versions of a code too: an old one must not come into force instead."""


@dataclass
class Examination:
    """What was found in a list."""

    lines: list[Line]
    orphans: list[Orphan] = field(default_factory=list)
    """Files without a row, and files that are not taken."""
    groups: dict[str, list[Line]] = field(default_factory=dict)
    """Code to its rows that are taken, from the oldest version to the newest."""

    def counts(self) -> dict[str, int]:
        """Count what would happen, for the preview."""
        actions = Counter(line.action for line in self.lines)
        taken = [line for line in self.lines if line.action in (NEW, NEWER, OLDER)]
        weights = Counter(one.weight for line in self.lines for one in line.findings)
        return {
            "rows": len(self.lines) - actions[IGNORED],
            "documents": len({line.code for line in taken if line.action == NEW}),
            "versions": len(taken),
            "in_force": sum(line.state == "in-force" for line in taken),
            "obsolete": sum(line.state == "obsolete" for line in taken),
            "added": actions[NEWER] + actions[OLDER],
            "here": sum(line.has("skipped-here", "same-version-here") for line in self.lines),
            "out": actions[OUT],
            "ignored": actions[IGNORED],
            "files": sum(line.file is not None for line in taken),
            "orphans": len(self.orphans),
            "stop": weights[STOP],
            "care": weights[CARE],
            "note": weights[NOTE],
        }

    def kinds(self) -> dict[str, int]:
        """Count the findings by kind, the most frequent first."""
        return dict(Counter(one.kind for line in self.lines for one in line.findings).most_common())


def examine(
    rows: Sequence[Sequence[Cell]],
    header: int,
    mapping: Mapping[str, int],
    situation: Situation,
    files: Sequence[FileFact] | None = None,
) -> Examination:
    """Read and check the list; ``files`` is None where no archive came with it."""
    lines = read_lines(rows, header, mapping, situation)
    _find_twins(lines, situation)
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.code and line.action != IGNORED and not line.has("twin-code", "twin-here"):
            grouped[line.code].append(line)
    for code, group in grouped.items():
        _examine_group(group, situation, situation.here(code))
    _find_number_gaps(grouped, situation)
    _find_same_titles(grouped, situation)
    _find_references(lines, grouped, situation)
    found = Examination(lines, groups={})
    for code, group in grouped.items():
        taken = sorted(
            (line for line in group if not line.stopped),
            key=lambda line: values.label_rank(line.label),
        )
        if taken:
            found.groups[code] = taken
    if files is not None:
        found.orphans = match_files(found.groups, files, situation)
    return found


# Codes that look the same


def _find_twins(lines: Iterable[Line], situation: Situation) -> None:
    first: dict[str, Line] = {}
    for line in lines:
        if not line.code:
            continue
        here = situation.twin(line.code)
        if here is not None:
            line.find("twin-here", code=line.code, other=here)
            continue
        main = first.setdefault(codes.twin_key(line.code), line)
        if main.code != line.code:
            line.find("twin-code", code=line.code, other=main.code, row=main.row)


# The rows of one code


def _examine_group(group: list[Line], situation: Situation, here: Here | None) -> None:
    _fill_from_siblings(group, situation, here)
    for line in group:
        check_code(line, situation)
    alive = [line for line in group if not line.stopped]
    _fill_labels(alive, situation)
    _find_duplicates(alive)
    alive = sorted(
        (line for line in alive if not line.stopped),
        key=lambda line: values.label_rank(line.label),
    )
    _find_order_and_gaps(alive, situation, here)
    if here is None:
        _check_newest(alive, situation)
    else:
        _place_beside(alive, situation, here)
    _block(group)
    alive = [line for line in alive if not line.stopped]
    _settle_states(alive)
    for line in alive:
        if here is None:
            line.action = NEW
        review = line.dates.get("review_by")
        if line.state == "in-force" and review and is_later(situation.today.isoformat(), review):
            line.find("review-overdue", day=review)


def _fill_from_siblings(group: list[Line], situation: Situation, here: Here | None) -> None:
    """Take what a row leaves out from the other rows of its code, then from the code itself."""
    _fill_titles(group, here)
    for kind, of_code in (
        ("type", situation.type_of_code),
        ("process", situation.process_of_code),
    ):
        attribute = f"{kind}_id"
        known = next((getattr(one, attribute) for one in group if getattr(one, attribute)), None)
        for line in group:
            if getattr(line, attribute) is not None or line.has(f"{kind}-unknown", "left-out"):
                continue
            told = known or of_code(line.code)
            if told is not None and known is None:
                line.find(f"{kind}-from-code", value=situation.name_of(kind, told))
            if told is None and here is None:
                line.find(f"{kind}-missing")
            setattr(line, attribute, told)


def _fill_titles(group: list[Line], here: Here | None) -> None:
    titled = [line for line in group if line.title]
    for line in group:
        if not line.title and titled:
            line.title = titled[-1].title
        elif not line.title and here is not None:
            line.title = here.title
        elif not line.title:
            line.find("title-missing")
        elif titled[0] is not line and fold(titled[0].title) != fold(line.title):
            line.find("title-differs", row=titled[0].row)


def _fill_labels(alive: list[Line], situation: Situation) -> None:
    taken = {line.label for line in alive if line.label}
    for line in alive:
        if line.label:
            continue
        scheme = situation.scheme(line.type_id)
        label = scheme.first(on=situation.today)
        while label in taken:
            label = scheme.next(label, on=situation.today)
        line.label = label
        taken.add(label)
        line.find("version-missing", label=label)


def _find_duplicates(alive: list[Line]) -> None:
    first: dict[str, Line] = {}
    for line in alive:
        main = first.setdefault(line.label, line)
        if main is line:
            continue
        differing = [
            name
            for name, one, other in (
                ("title", fold(main.title), fold(line.title)),
                ("type", main.type_id, line.type_id),
                ("process", main.process_id, line.process_id),
                ("approved_on", main.dates.get("approved_on"), line.dates.get("approved_on")),
                ("in_force_from", main.dates.get("in_force_from"), line.dates.get("in_force_from")),
                ("state", main.state, line.state),
            )
            if one != other
        ]
        if differing:
            line.find("duplicate-differs", row=main.row, fields=differing)
        else:
            line.find("duplicate", row=main.row)


def _find_order_and_gaps(alive: list[Line], situation: Situation, here: Here | None) -> None:
    former: Line | None = None
    for line in alive:
        since = line.dates.get("in_force_from")
        if since and former and is_later(former.dates["in_force_from"], since):
            line.find("versions-disordered", label=line.label, former=former.label)
        former = line if since else former
    numbers = {values.whole_number(label) for label in (here.labels if here else ())} - {None}
    known = sorted(number for number in numbers if number is not None)
    counted = [(number, line) for line in alive
               if (number := values.whole_number(line.label)) is not None]  # fmt: skip
    for number, line in counted:
        below = [one for one in (*known, *(other for other, _ in counted)) if one < number]
        if below and max(below) < number - 1:
            missing = [str(one) for one in range(max(below) + 1, number)]
            line.find("version-gap", labels=_named(missing))
    if counted and not here:
        start = values.whole_number(situation.scheme(alive[0].type_id).first(on=situation.today))
        first, line = min(counted, key=lambda pair: pair[0])
        if start is not None and first > start:
            line.find("version-first-missing", label=line.label)


def _named(texts: list[str]) -> str:
    if len(texts) <= MOST_NAMED:
        return ", ".join(texts)
    return f"{texts[0]} … {texts[-1]}"


def _check_newest(alive: list[Line], situation: Situation) -> None:
    """Refuse a newest label after which no version could ever be started here."""
    if not alive or alive[-1].label_fits:
        return
    scheme = situation.scheme(alive[-1].type_id)
    try:
        scheme.next(alive[-1].label, on=situation.today)
    except Refused:
        alive[-1].find("version-stuck", label=alive[-1].label)


def _place_beside(alive: list[Line], situation: Situation, here: Here) -> None:
    """Decide what becomes of the rows of a code that is here: nothing that is here changes."""
    wish = situation.choices.codes.get(here.code, situation.choices.existing)
    ranks = here.ranks
    for line in alive:
        rank = values.label_rank(line.label)
        if line.label in here.labels:
            line.find("same-version-here")
        elif wish != ADD:
            line.find("skipped-here")
        elif ranks and rank < ranks[0]:
            line.action = OLDER
            line.state = line.state or "obsolete"
        elif ranks and rank < ranks[-1]:
            line.find("between-versions")
        elif here.draft or not ranks:
            line.find("draft-open")
        else:
            line.action = NEWER


def _block(group: list[Line]) -> None:
    blocking = next((line for line in group if line.has(*_BLOCKS)), None)
    if blocking is None:
        return
    for line in group:
        if not line.stopped:
            line.find("waits", row=blocking.row)
            line.action = OUT


def _settle_states(alive: list[Line]) -> None:
    """Let at most one version be in force: the newest that says so, else the newest silent one."""
    settled = [line for line in alive if line.action != OLDER]
    for line in alive:
        if line.action == OLDER:
            line.state = "obsolete"
    if not settled:
        return
    named = [line for line in settled if line.state == "in-force"]
    newest = settled[-1]
    current = named[-1] if named else (newest if newest.state == "" else None)
    if len(named) > 1:
        rows = ", ".join(str(line.row) for line in named)
        for line in named[:-1]:
            line.find("two-in-force", rows=rows, label=named[-1].label)
    if current is not None and current is not newest and newest.state == "obsolete":
        newest.find("newest-obsolete")
    for line in settled:
        line.state = "in-force" if line is current else "obsolete"


# Between codes


def _find_number_gaps(grouped: Mapping[str, list[Line]], situation: Situation) -> None:
    series: dict[tuple[Any, ...], dict[int, str]] = defaultdict(dict)
    here = set(situation.folder.codes.keys())
    for code in {*grouped, *here}:
        parts = situation.parts(code)
        if parts.get("number", "").isdigit():
            rest = tuple(sorted((key, one) for key, one in parts.items() if key != "number"))
            series[rest][int(parts["number"])] = code
    for rest, used in series.items():
        # A series that begins far above 1 was begun there on purpose.
        former = 0 if min(used) <= _FAR else min(used) - 1
        for number in sorted(used):
            if number > former + 1 and used[number] not in here:
                missing = [
                    _code_like(situation, rest, one, used[number])
                    for one in range(former + 1, number)
                ]
                grouped[used[number]][0].find("number-gap", codes=_named(missing))
            former = number


def _code_like(situation: Situation, rest: Iterable[Any], number: int, like: str) -> str:
    try:
        return situation.grammar.format(**dict(rest), number=number)
    except Refused:
        return f"{number} ({like})"


def _find_same_titles(grouped: Mapping[str, list[Line]], situation: Situation) -> None:
    by_title: dict[str, dict[str, Line | None]] = defaultdict(dict)
    for code, group in grouped.items():
        for line in group:
            if line.title and not line.has("state-draft"):
                by_title[fold(line.title)][code] = line
    for title, code in situation.titles_here():
        if title in by_title:
            by_title[title].setdefault(code, None)
    for holders in by_title.values():
        if len(holders) > 1:
            for code, bearer in holders.items():
                others = [other for other in holders if other != code]
                if bearer is not None:
                    bearer.find("same-title", codes=_named(others))


def _find_references(
    lines: Iterable[Line], grouped: Mapping[str, list[Line]], situation: Situation
) -> None:
    for line in lines:
        if line.action == IGNORED:
            continue
        for code in line.references:
            if code not in grouped and situation.folder.get(code) is None:
                line.find("reference-unknown", code=code)
