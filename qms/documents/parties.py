"""Who is meant by a supplier or customer that a characterisation names: pure, no database.

Characterisations name processes by acronym, by name, or as groups («Demás procesos de soporte»);
whatever is none of the organisation's processes is somebody outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from qms.kernel.text import clean_line, fold

PROCESS, GROUP, OUTSIDE = "process", "group", "outside"
"""Kinds of parties."""
LIKE = 0.9
"""Least likeness of two names, from 0 to 1, of which one is a slip of the other."""
MOST_LIKENED = 120
"""Longest text, in characters, that is compared letter by letter."""

_STOP = frozenset(
    {"de", "del", "la", "las", "el", "los", "y", "e", "o", "u"}
    | {"a", "al", "para", "por", "en", "con", "su", "sus"}
)
_PROCESS = frozenset({"proceso", "procesos", "subproceso", "macroproceso"})
_ALL = frozenset(
    {"demas", "todo", "todos", "todas", "otros", "otras", "resto", "cada", "interno", "internos"}
    | {"organizacion", "empresa", "entidad", "compania", "area", "areas", "sistema", "gestion"}
)
_OTHERS = frozenset({"demas", "otros", "otras", "resto"})
_KINDS = {
    "support": frozenset({"soporte", "apoyo", "auxiliares", "habilitadores"}),
    "core": frozenset({"misionales", "operativos", "operacionales", "misional", "claves"}),
    "strategic": frozenset(
        {"estrategicos", "gerenciales", "directivos", "direccion", "direccionamiento", "gobierno"}
    ),
}
_PIECES = re.compile(r"[()\[\]:]|\s+[-\u2013\u2014]\s+")
_LIST = re.compile(r"[,;/\n]")


@dataclass(frozen=True, slots=True)
class Known:
    """A process of the organisation, as far as its names go."""

    id: str
    name: str
    acronym: str | None = None
    kind: str = "core"
    macroprocess: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Party:
    """A supplier or customer."""

    kind: str
    """``process``, ``group`` or ``outside``."""
    id: str
    """Id of the process; else what tells one group or outsider from another."""
    name: str
    """Name of the process, or as it is written."""
    members: tuple[str, ...] = ()
    """Ids of the processes that a group stands for."""

    @property
    def key(self) -> tuple[str, str]:
        """Give what is equal for the same party, however it is written."""
        return (self.kind, self.id)

    def means(self, process_id: str) -> bool:
        """Tell whether this process is the party, or one of the group."""
        return (self.kind == PROCESS and self.id == process_id) or process_id in self.members


@dataclass(frozen=True, slots=True)
class Named:
    """A party as one text names it."""

    party: Party
    exact: bool = True
    """False where the text only resembles the name of the process."""


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Give the folded words that matter, without a leading «proceso»."""
    words = re.sub(r"[^\w]+|_", " ", fold(text)).split()
    kept = [word for word in words if word not in _STOP]
    while len(kept) > 1 and kept[0] in _PROCESS:
        kept = kept[1:]
    return tuple(kept)


def _compact(text: str) -> str:
    return re.sub(r"[^\w]+|_", "", fold(text))


class Names:
    """The names of an organisation's processes, to read texts by."""

    def __init__(self, processes: Iterable[Known]) -> None:
        """Prepare the names."""
        self.processes = {one.id: one for one in processes}
        self._acronyms = {_compact(one.acronym): one for one in self._all() if one.acronym}
        self._words = {words_of(one.name): one for one in self._all()}
        self._macro: dict[tuple[str, ...], list[str]] = {}
        for one in self._all():
            if one.macroprocess and one.active:
                self._macro.setdefault(words_of(one.macroprocess), []).append(one.id)

    def _all(self) -> Sequence[Known]:
        # Processes in use go last, so that they win a name that they share with a former one.
        return sorted(self.processes.values(), key=lambda one: (one.active, one.id))

    def read(self, text: str) -> tuple[Named, ...]:
        """Give the parties of one cell's text: several where it lists several processes."""
        line = clean_line(text)
        if not words_of(line):
            return ()
        whole = self._one(line)
        if whole.party.kind == OUTSIDE or not whole.exact:
            parts = [part for part in _LIST.split(text) if words_of(part)]
            several = [self._one(clean_line(part)) for part in parts]
            if len(several) > 1 and all(one.party.kind != OUTSIDE and one.exact for one in several):
                return tuple(several)
        return (whole,)

    def _one(self, line: str) -> Named:
        for found in (self._by_acronym(line), self._words.get(words_of(line))):
            if found is not None:
                return Named(_party(found))
        group = self._group(line)
        if group is not None:
            return Named(group)
        alike = self._alike(words_of(line))
        if alike is not None:
            return Named(_party(alike), exact=False)
        return Named(Party(OUTSIDE, " ".join(words_of(line)), line))

    def _by_acronym(self, line: str) -> Known | None:
        pieces = {_compact(piece) for piece in (line, *_PIECES.split(line))}
        found = {one.id: one for one in map(self._acronyms.get, pieces) if one is not None}
        return found.popitem()[1] if len(found) == 1 else None

    def _group(self, line: str) -> Party | None:
        words = set(re.sub(r"[^\w]+|_", " ", fold(line)).split()) - _STOP
        rest = "others:" if words & _OTHERS else ""
        if words & {"procesos", "macroproceso"} or rest:
            for kind, said in _KINDS.items():
                if words & said:
                    return self._members(f"{rest}{kind}", line, kind)
            if "procesos" in words and words <= _ALL | _PROCESS:
                return self._members(f"{rest}all", line, None)
        members = self._macro.get(words_of(line))
        if members is not None:
            key = " ".join(words_of(line))
            return Party(GROUP, f"macroprocess:{key}", line, tuple(sorted(members)))
        return None

    def _members(self, key: str, line: str, kind: str | None) -> Party:
        chosen = (
            one.id for one in self.processes.values() if one.active and kind in (None, one.kind)
        )
        return Party(GROUP, key, line, tuple(sorted(chosen)))

    def _alike(self, words: tuple[str, ...]) -> Known | None:
        """Find the one process of which the text has the name and more, a part, or a slip."""
        longer = [
            (len(name), one)
            for name, one in self._words.items()
            if len(name) > 1 and words[: len(name)] == name
        ]
        if longer:
            return max(longer, key=lambda pair: (pair[0], pair[1].id))[1]
        shorter = [
            one
            for name, one in self._words.items()
            if len(words) > 1 and len(name) > len(words) and name[: len(words)] == words
        ]
        if len(shorter) == 1:
            return shorter[0]
        text = " ".join(words)
        if not 6 <= len(text) <= MOST_LIKENED:
            return None
        close = [one for name, one in self._words.items() if _like(text, " ".join(name))]
        return close[0] if len(close) == 1 else None


def _like(text: str, name: str) -> bool:
    if abs(len(text) - len(name)) > 4:
        return False
    first, second = sorted((text, name))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= LIKE


def _party(process: Known) -> Party:
    return Party(PROCESS, process.id, process.name)


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in words_of(text))


def same_thing(one: str, other: str) -> bool:
    """Tell whether two inputs or outputs are the same thing, said in about the same words."""
    left, right = _stems(one), _stems(other)
    if not left or not right:
        return False
    common = len(left & right)
    fewer = min(len(left), len(right))
    if common == fewer and (fewer > 1 or left == right):
        return True
    return common / len(left | right) >= 0.6
