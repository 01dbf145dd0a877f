"""Mistakes in profile files: where each one is, what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from translationstring import TranslationString

from qms.kernel.errors import Refused
from qms.kernel.i18n import _

Translate = Callable[[TranslationString], str]
"""Turns a marked sentence into the reader's language, its values filled in."""


MOST = 200
"""So many mistakes of one file are told; after them nobody reads on (attack case D4-59)."""


def in_english(sentence: TranslationString) -> str:
    """Give the sentence untranslated, its values filled in."""
    return str(sentence.interpolate())


@dataclass(frozen=True)
class Mistake:
    """One mistake in one place of one file."""

    file: str
    """The file as it was named by who loaded it; empty for data that comes from no file."""
    line: int
    """The line, from 1; 0 when no line is known."""
    column: int
    """The column, from 1; 0 when none is known."""
    path: str
    """The place in the data, such as ``positions[3].superior``; empty for the whole file."""
    what: TranslationString
    """What is wrong."""
    why: TranslationString | None = None
    """Why that matters, or what to do about it."""

    def text(self, translate: Translate = in_english) -> str:
        """Give the mistake as one line, ``file:line: path: what; why``."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        sentence = translate(self.what)
        if self.why is not None:
            sentence = f"{sentence}; {translate(self.why)}"
        return ": ".join(part for part in (where, self.path, sentence) if part)

    def __str__(self) -> str:
        """Give the mistake as one line in English."""
        return self.text()


class ProfileMistakes(Refused):
    """The files have mistakes; nothing was written."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes in the order of files and lines."""
        self.mistakes = sorted(mistakes, key=lambda one: (one.file, one.line, one.column))
        super().__init__(
            _("The files have mistakes (${count}); nothing was written."),
            count=len(self.mistakes),
        )

    def lines(self, translate: Translate = in_english) -> list[str]:
        """Give one line per mistake."""
        return [mistake.text(translate) for mistake in self.mistakes]

    def __str__(self) -> str:
        """Give the sentence and one line per mistake, in English."""
        return "\n".join([super().__str__(), *self.lines()])


class UnknownCountry(Refused):
    """There is no country profile with this code."""


class UnknownEntry(Refused):
    """The organisation's profile has no such entry."""


class ProcessNeedsName(Refused):
    """A process needs a name."""


class ProcessNameTaken(Refused):
    """There is a process «${name}» already."""


class AcronymTaken(Refused):
    """The acronym ${acronym} is or was that of «${process}», and codes name it by that."""


class LastProcess(Refused):
    """An organisation needs a process; add another one first."""
