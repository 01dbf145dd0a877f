"""What a list meets: the organisation as it stands, and what was chosen for words unknown here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from qms.content.models import Organisation
from qms.documents.listing import catalogue_of
from qms.imports.columns import plain_head
from qms.imports.values import label_rank
from qms.kernel import codes
from qms.kernel.codes import CodeGrammar
from qms.kernel.text import fold, slug
from qms.kernel.versions import VersionScheme
from qms.profiles.api import Profile, processes_of, profile_of

ASSIGN, CREATE, LEAVE, KEEP = "assign", "create", "leave", "keep"
"""What can be chosen for a word: an entry that is here, a new one, no row of it, only the text."""
WORD_KINDS = ("type", "process", "position")
SKIP, ADD = "skip", "add"
"""What can be chosen for a code that is here already."""

Choice = Mapping[str, str]


@dataclass
class Choices:
    """What whoever imports has chosen, as plain data keeps it."""

    words: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """Kind (type, process, position) to folded word to ``{"do", "to"}``."""
    existing: str = SKIP
    """What happens to codes that are here already, unless said otherwise."""
    codes: dict[str, str] = field(default_factory=dict)
    """Code to SKIP or ADD, where it differs."""
    twins: dict[str, str] = field(default_factory=dict)
    """A code of odd signs, as written, to the code that is meant."""
    labels: dict[str, str] = field(default_factory=dict)
    """A version label as written to the label that is meant."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Choices:
        """Read what was kept."""
        return cls(
            words={kind: dict(data.get("words", {}).get(kind, {})) for kind in WORD_KINDS},
            existing=data.get("existing", SKIP),
            codes=dict(data.get("codes", {})),
            twins=dict(data.get("twins", {})),
            labels=dict(data.get("labels", {})),
        )

    def to_data(self) -> dict[str, Any]:
        """Give plain data to be kept."""
        return {
            "words": {kind: dict(words) for kind, words in self.words.items()},
            "existing": self.existing,
            "codes": dict(self.codes),
            "twins": dict(self.twins),
            "labels": dict(self.labels),
        }

    def word(self, kind: str, said: str) -> Choice | None:
        """Give what was chosen for a word of this kind, or None."""
        return self.words.get(kind, {}).get(plain_head(said))


@dataclass(frozen=True)
class Named:
    """An entry of the organisation that a word of the list may mean."""

    id: str
    name: str


@dataclass(frozen=True)
class Here:
    """A document that is here already, as far as an import asks."""

    uid: str
    code: str
    title: str
    labels: tuple[str, ...]
    """Labels of its versions that were not given up, oldest first."""
    draft: bool
    """Whether a version is under way."""

    @property
    def ranks(self) -> list[tuple[Any, ...]]:
        """The places of its labels in their order."""
        return sorted(label_rank(label) for label in self.labels)


class Situation:
    """The organisation's lists and codes at one moment, with the choices laid over them."""

    def __init__(self, organisation: Organisation, choices: Choices, today: date) -> None:
        """Look at the organisation as it stands."""
        profile = profile_of(organisation)
        self.organisation = organisation
        self.profile: Profile = profile
        self.choices = choices
        self.today = today
        self.folder = organisation["documents"]
        self.grammar: CodeGrammar = profile.code_grammar()
        self.types = {one.id: one for one in profile.document_types}
        self.processes = {one.id: one for one in processes_of(organisation)}
        positions = [one for one in organisation["people"]["positions"].values()
                     if getattr(one, "active", True)]  # fmt: skip
        self.named: dict[str, list[Named]] = {
            "type": [Named(one.id, one.name) for one in profile.document_types],
            "process": [Named(one.id, one.name) for one in self.processes.values()],
            "position": [Named(one.id, one.name) for one in positions],
        }
        self._words = {
            "type": _index(
                (one.id, (one.id, one.name, one.plural, one.acronym or ""))
                for one in profile.document_types
            ),
            "process": _index(
                (one.id, (one.id, one.name, one.acronym or "", f"{one.acronym} {one.name}",
                          f"{one.name} {one.acronym}"))
                for one in self.processes.values()
            ),
            "position": _index((one.id, (one.id, one.name)) for one in positions),
        }  # fmt: skip
        self._type_acronyms = _acronyms(organisation, "types", self.types)
        self._process_acronyms = _acronyms(organisation, "processes", self.processes) | {
            one.acronym: one.id for one in self.processes.values() if one.acronym
        }
        self._schemes: dict[str | None, VersionScheme] = {}

    def find(self, kind: str, said: str) -> str | None:
        """Give the id of the entry that a word means: by name, or as chosen; None if unknown."""
        found = self._words[kind].get(plain_head(said))
        if found is not None:
            return found
        choice = self.choices.word(kind, said)
        if choice is None:
            return None
        if choice["do"] == ASSIGN and any(one.id == choice["to"] for one in self.named[kind]):
            return choice["to"]
        return self.new_id(kind, said) if choice["do"] == CREATE else None

    def is_left(self, kind: str, said: str) -> bool:
        """Tell whether rows with this word are to be left out."""
        choice = self.choices.word(kind, said)
        return choice is not None and choice["do"] == LEAVE

    def new_id(self, kind: str, said: str) -> str:
        """Give the id that an entry made for this word will have."""
        taken = {one.id for one in self.named[kind]}
        base = slug(said)[:40].strip("-") or kind
        if not base[0].isalpha():
            base = f"{kind}-{base}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        return name

    def suggestion(self, kind: str, said: str) -> str | None:
        """Give the id of the entry whose name is nearest to an unknown word, if one is near."""
        near = get_close_matches(plain_head(said), self._words[kind], n=1, cutoff=0.72)
        return self._words[kind][near[0]] if near else None

    def scheme(self, type_id: str | None) -> VersionScheme:
        """Give the version scheme of a type; a type yet to be made has the general one."""
        known = type_id if type_id in self.types else None
        if known not in self._schemes:
            self._schemes[known] = self.profile.version_scheme(known)
        return self._schemes[known]

    def parts(self, code: str) -> Mapping[str, str]:
        """Give the named parts of a code that follows the grammar, else none."""
        found = self.grammar.parse(code)
        return {} if found is None else found.parts

    def type_of_code(self, code: str) -> str | None:
        """Give the type that a code names."""
        return self._type_acronyms.get(self.parts(code).get("type", ""))

    def process_of_code(self, code: str) -> str | None:
        """Give the process that a code names."""
        return self._process_acronyms.get(self.parts(code).get("process", ""))

    def here(self, code: str) -> Here | None:
        """Give the document that has or had this code."""
        document = self.folder.get(code)
        if document is None:
            return None
        labels = tuple(one.label for one in document.versions if one.state != "aborted")
        draft = document.pending_order is not None
        return Here(document.uid, document.code, document.title, labels, draft)

    def twin(self, code: str) -> str | None:
        """Give the code of the document here whose code looks the same but is another."""
        uid = self.folder.twins.get(codes.twin_key(code))
        if uid is None or self.folder.get(code) is not None:
            return None
        return self.folder[uid].code

    def titles_here(self) -> Iterator[tuple[str, str]]:
        """Walk folded title and code of everything that is here, by the catalogue."""
        for row in catalogue_of(self.organisation).query({}, order="code", limit=None).rows:
            yield fold(row[2]), row[1]

    def name_of(self, kind: str, identifier: str) -> str:
        """Give the name of an entry; one yet to be made has its id."""
        return next((one.name for one in self.named[kind] if one.id == identifier), identifier)


def _index(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for identifier, names in entries:
        for name in names:
            if plain_head(name):
                found.setdefault(plain_head(name), identifier)
    return found


def _acronyms(organisation: Organisation, key: str, known: Mapping[str, Any]) -> dict[str, str]:
    """Read which acronym of the code grammar means which entry."""
    listed = organisation.profile["codes"].get(key) or {}
    if not isinstance(listed, Mapping):
        return {}
    return {str(short): str(long) for short, long in listed.items() if str(long) in known}
