"""Which file of the archive belongs to which row: by the name that the row gives, or by code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qms.imports import values
from qms.imports.lines import Line
from qms.imports.situation import Situation
from qms.kernel import codes
from qms.kernel.i18n import _
from qms.kernel.text import clean_line

_VERSION = re.compile(
    r"(?:^|[^A-Za-z])(?:versi[oó]n|ver|vs|v|rev|r|ed)[\s._\-]*(\d{1,4}(?:\.\d{1,3}){0,2})(?!\d)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
NO_ROW = _("no row of the list fits this file")
NO_VERSION = _("its code is in the list, but its version is not")
TWICE = _("several rows fit this file")
SPARE = _("another file was taken for its row")


@dataclass(frozen=True)
class FileFact:
    """A file of the archive, as its list names it."""

    path: str
    size: int

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return self.path.replace("\\", "/").rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its extension."""
        return self.filename.rpartition(".")[0] or self.filename


@dataclass(frozen=True)
class Orphan:
    """A file that no row takes, and why."""

    path: str
    why: str
    """A message id."""


def match_files(
    groups: Mapping[str, list[Line]], files: Sequence[FileFact], situation: Situation
) -> list[Orphan]:
    """Give each row that is taken its file; the findings say where that failed.

    Gives the files that no row takes.
    """
    wanted: dict[int, list[FileFact]] = defaultdict(list)
    orphans: list[Orphan] = []
    left = _by_name(groups, files, wanted)
    loose = defaultdict(list)
    for code in groups:
        loose[codes.search_key(code)].append(code)
    for file in left:
        why = _by_code(file, groups, loose, situation, wanted)
        if why is not None:
            orphans.append(Orphan(file.path, why))
    for group in groups.values():
        for line in group:
            fitting = wanted.get(line.row, [])
            if len(fitting) == 1:
                line.file = fitting[0].path
            elif fitting:
                line.find("file-ambiguous", files=", ".join(one.path for one in fitting[:5]))
                orphans += [Orphan(one.path, str(TWICE)) for one in fitting]
            elif not line.has("file-shared"):
                line.find("file-missing")
    return orphans


def _name(text: str) -> str:
    """Reduce a file name, a path or a link to the name that is compared."""
    last = clean_line(text.replace("\\", "/")).rstrip("/").rpartition("/")[2]
    return last.casefold()


def _by_name(
    groups: Mapping[str, list[Line]],
    files: Sequence[FileFact],
    wanted: dict[int, list[FileFact]],
) -> list[FileFact]:
    """Give the rows the files that they name; gives the files that no row names."""
    by_name: dict[str, list[FileFact]] = defaultdict(list)
    for file in files:
        by_name[_name(file.filename)].append(file)
        by_name[_name(file.stem)].append(file)
    taken: dict[str, int] = {}
    for group in groups.values():
        for line in group:
            for file in dict.fromkeys(by_name.get(_name(line.said.get("file", "")), ())):
                if file.path in taken:
                    line.find("file-shared", file=file.path, row=taken[file.path])
                else:
                    taken[file.path] = line.row
                    wanted[line.row].append(file)
    return [file for file in files if file.path not in taken]


def _by_code(
    file: FileFact,
    groups: Mapping[str, list[Line]],
    loose: Mapping[str, list[str]],
    situation: Situation,
    wanted: dict[int, list[FileFact]],
) -> str | None:
    """Find the row by the code and version in the file's name; gives why there is none."""
    found = _codes_in(file.stem, loose)
    if not found:
        return str(NO_ROW)
    if len(found) > 1:
        return str(TWICE)
    group = groups[found[0]]
    said = _VERSION.search(_without(file.stem, found[0]))
    if said is None:
        line = next((one for one in group if one.state == "in-force"), group[-1])
        if wanted.get(line.row) and line.said.get("file"):
            return str(SPARE)
        wanted[line.row].append(file)
        return None
    for line in group:
        label = values.read_label(said[1], situation.scheme(line.type_id)).text
        if line.label in (label, said[1]):
            wanted[line.row].append(file)
            return None
    return str(NO_VERSION)


def _codes_in(stem: str, loose: Mapping[str, list[str]]) -> list[str]:
    """Find the code in a name: the longest run of its words that is one."""
    words = list(_WORDS.finditer(stem))[:24]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            run = stem[words[start].start() : words[start + length - 1].end()]
            found = loose.get(codes.search_key(run))
            if found:
                return found
    return []


def _without(stem: str, code: str) -> str:
    """Give what a name says beside the code, where the version may stand."""
    letters = r"[\W_]*".join(re.escape(char) for char in code if char.isalnum())
    return re.sub(letters, " ", stem, count=1, flags=re.IGNORECASE)
