"""What all section kinds share; each kind's own module says the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import colander

from qms.documents import pdf_sections
from qms.documents.pdf_labels import printed_labels
from qms.documents.sections.base import Declarations, Scope
from qms.kernel import codes
from qms.kernel.i18n import _

TEMPLATES = "qms.templates:documents/sections/"


class Kind:
    """The usual answers of a section kind; see ``base.SectionKind`` for what each is."""

    name = ""
    title: Any = ""
    list_key = ""
    """The key of the list that makes up the content, where there is one."""

    @property
    def template(self) -> str:
        """Asset spec of the template whose macro ``read`` shows the content."""
        return f"{TEMPLATES}{self.name}.pt"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema."""
        raise NotImplementedError

    def empty(self) -> dict[str, Any]:
        """Give the data of an empty section."""
        return {self.list_key: []}

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give the content as lines of text."""
        raise NotImplementedError

    def has_content(self, data: Mapping[str, Any], scope: Scope) -> bool:
        """Tell whether there is anything to show; a kind that can tell sooner says so itself."""
        return bool(self.lines(data, scope))

    def flowables(self, data: Mapping[str, Any], scope: Scope, kit: Any) -> list[Any]:
        """Give the content as ReportLab flowables."""
        return pdf_sections.KINDS[self.name](data, scope, kit)

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Declare nothing."""
        return Declarations()

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Miss nothing."""
        return []

    def checks(self, data: Mapping[str, Any], paper: Any) -> list[Any]:
        """Find no inconsistency of its own."""
        return []


def words_of(scope: Scope) -> dict[str, str]:
    """Give the words that content is written with, in the organisation's language."""
    language = getattr(scope, "language", "es")
    return printed_labels({"organisation": {"language": language}, "printing": {}})


def items(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Give the mappings of a list in stored content; what is none of them is passed over."""
    found = data.get(key)
    if not isinstance(found, list | tuple):
        return []
    return [one for one in found if isinstance(one, Mapping)]


def texts(data: Mapping[str, Any], key: str) -> list[str]:
    """Give the texts of a list in stored content."""
    found = data.get(key)
    return [str(one) for one in found] if isinstance(found, list | tuple) else []


def joined(*parts: Any, by: str = " ") -> str:
    """Join what is there of ``parts``."""
    return by.join(str(part) for part in parts if part)


def normal_codes(given: Iterable[Any]) -> tuple[str, ...]:
    """Give the codes among ``given`` in their normal form, each once, in their order."""
    found = (codes.normalise(str(code))[0] for code in given if code)
    return tuple(dict.fromkeys(code for code in found if code))


def dangling(given: Iterable[str], scope: Scope) -> list[str]:
    """Say of each code that no document here has it."""
    return [
        _("No document here has the code ${code}.", {"code": code})
        for code in given
        if scope.reference(code) is None
    ]


def unknown_positions(given: Iterable[str], scope: Scope) -> list[str]:
    """Say of each position id that this organisation has no such position."""
    known = {position_id for position_id, _name in scope.positions()}
    wanted = dict.fromkeys(one for one in given if one)
    return [
        _("There is no position «${position}» any more.", {"position": one})
        for one in wanted
        if one not in known
    ]
