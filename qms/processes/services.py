"""What depends on a process, told before it goes out of use or gets another acronym."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.content.models import Organisation
from qms.documents import workflow
from qms.documents.interfaces import interfaces_of
from qms.documents.listing import Row, Wanted, master_list
from qms.kernel.codes import CodeGrammar
from qms.profiles.api import profile_of
from qms.profiles.models import Process

SHOWN = 20
"""So many documents are named one by one."""


@dataclass(frozen=True)
class Dependents:
    """What refers to a process."""

    in_force: int
    """Its documents in force."""
    under_way: int
    """Its versions under way."""
    total: int
    """Its documents, obsolete ones too."""
    rows: tuple[Row, ...]
    """The first of them that the person may see."""
    named_by: tuple[str, ...]
    """Codes of other processes' characterisations in force that name it."""

    def __bool__(self) -> bool:
        """Tell whether something in use depends on it."""
        return bool(self.in_force or self.under_way or self.named_by)


def dependents_of(organisation: Organisation, process: Process, *, person: Any) -> Dependents:
    """Give what depends on a process now; named are only documents that ``person`` may see."""
    rows = _rows(organisation, process, None)
    named = {
        one.place.code
        for one in interfaces_of(organisation).mentions
        if one.party.kind == "process" and one.party.id == process.id and one.speaker != process.id
    }
    return Dependents(
        in_force=sum(row.state == workflow.IN_FORCE for row in rows),
        under_way=sum(row.pending is not None for row in rows),
        total=len(rows),
        rows=tuple(_rows(organisation, process, person)[:SHOWN]),
        named_by=tuple(sorted(named)),
    )


def codes_with_acronym(organisation: Organisation, process: Process) -> int:
    """Count the process's documents whose codes bear its present acronym."""
    if not process.acronym:
        return 0
    grammar: CodeGrammar = profile_of(organisation).code_grammar()
    return sum(
        code is not None and code.parts.get("process") == process.acronym
        for code in (grammar.parse(row.code) for row in _rows(organisation, process, None))
    )


def _rows(organisation: Organisation, process: Process, person: Any) -> list[Row]:
    if "documents" not in organisation:
        return []
    wanted = Wanted(processes=(process.id,), limit=None)
    return list(master_list(organisation, wanted, person=person).rows)
