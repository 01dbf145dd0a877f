"""The book of one reading: its mistakes, and the places, ids and references that it met."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from translationstring import TranslationString

from qms.kernel.i18n import _
from qms.profiles.errors import MOST, Mistake
from qms.profiles.reader import Place

Path = tuple[str | int, ...]
"""A place in the data: keys and indexes from the top down."""


LONGEST_WORD = 80
"""A longer word is no slip of somebody's hand."""


def path_text(path: Path) -> str:
    """Write a path as ``positions[3].superior``."""
    text = ""
    for step in path:
        word = f"[{step}]" if isinstance(step, int) else step[:LONGEST_WORD]
        text += f".{word}" if text and isinstance(step, str) else word
    return text


def similar(word: str, known: Iterable[str]) -> TranslationString | None:
    """Offer the known word that ``word`` was perhaps meant to be."""
    if len(word) > LONGEST_WORD:
        return None
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return _("did you mean «${known}»?", mapping={"known": close[0]})
    if names and len(names) <= 12:
        return _("known are ${known}", mapping={"known": ", ".join(names)})
    return None


@dataclass
class Book:
    """Gathers, while one file is read, its mistakes, places, ids and references."""

    mistakes: list[Mistake] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    ids: dict[str, dict[str, Path]] = field(default_factory=dict)
    """Kind of thing to its ids, each with the path of the value that defines it."""
    references: list[tuple[Path, str, str]] = field(default_factory=list)
    """Path, kind and id of everything that is named elsewhere."""

    def note(
        self, path: Path, what: TranslationString, why: TranslationString | None = None
    ) -> None:
        """Write a mistake down at the nearest known place of ``path``."""
        if self.is_full:
            return
        place = self.place(path)
        where = path_text(path)
        self.mistakes.append(Mistake(place.file, place.line, place.column, where, what, why))

    @property
    def is_full(self) -> bool:
        """Tell whether further mistakes would not be told."""
        return len(self.mistakes) >= MOST

    def place(self, path: Path) -> Place:
        """Give the place of ``path``, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place())

    def define(self, kind: str, identifier: str, path: Path) -> None:
        """Enter an id, which must be new among those of its kind."""
        known = self.ids.setdefault(kind, {})
        if identifier in known:
            self.note(
                path,
                _("the id «${id}» is here twice", mapping={"id": identifier}),
                _(
                    "the first one is in line ${line}",
                    mapping={"line": self.place(known[identifier]).line},
                ),
            )
        else:
            known[identifier] = path

    def check_references(self) -> None:
        """Note each reference to something that does not exist."""
        for path, kind, identifier in self.references:
            known = self.ids.get(kind, {})
            if identifier not in known:
                sentence = MISSING_KINDS.get(kind, MISSING)
                what = _(sentence, mapping={"id": identifier})
                self.note(path, what, similar(identifier, known))


MISSING = _("there is no «${id}» here")
"""What to say when a reference of a kind without a sentence of its own dangles."""
MISSING_KINDS: dict[str, str] = {
    "site": _("there is no site «${id}»"),
    "unit": _("there is no unit «${id}»"),
    "position": _("there is no position «${id}»"),
    "person": _("there is no person «${id}»"),
    "process": _("there is no process «${id}»"),
    "type": _("there is no document type «${id}»"),
    "route": _("there is no route «${id}»"),
    "step": _("no route has a step «${id}»"),
    "section": _("this document type has no section «${id}»"),
    "case-lane": _("there is no lane of cases «${id}»"),
    "case-kind": _("there is no kind of case «${id}»"),
    "case-channel": _("there is no channel of cases «${id}»"),
    "case-reason": _("there is no reason of cases «${id}»"),
    "case-product": _("there is no product of cases «${id}»"),
    "case-queue": _("there is no queue of cases «${id}»"),
    "case-rule": _("there is no rule of cases «${id}»"),
    "case-answer": _("there is no type of answer «${id}»"),
    "survey": _("there is no survey «${id}»"),
    "survey-scale": _("there is no scale of surveys «${id}»"),
    "survey-line": _("there is no line of surveys «${id}»"),
    "survey-brand": _("there is no brand of surveys «${id}»"),
    "survey-reason": _("there is no reason for a failed call «${id}»"),
    "survey-state": _("there is no state of follow-ups «${id}»"),
    "retention-series": _("there is no series of the retention table «${id}»"),
    "finding-kind": _("there is no kind of finding «${id}»"),
    "finding-severity": _("there is no severity of findings «${id}»"),
    "external-system": _("there is no external system «${id}»"),
}
"""What to say when a reference of each kind dangles."""
