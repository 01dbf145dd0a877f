"""What every form of this room chooses from, and the files that it brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.response import Response

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.documents.views.uploads import taken_files
from qms.improvement.choices import choices_of
from qms.improvement.forms import FILES
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.profiles.api import processes_of
from qms.web.forms import FormView

Pairs = list[tuple[str, str]]


def _sorted(pairs: Pairs) -> Pairs:
    return sorted(pairs, key=lambda pair: sort_key(pair[1]))


def offered(organisation: Organisation) -> dict[str, Any]:
    """Give what the forms choose from."""
    choices, people = choices_of(organisation), people_of(organisation)
    persons = [(one.id, one.name) for one in people.persons()]
    return {
        "kinds": choices.pairs("kinds"),
        "severities": choices.pairs("severities"),
        "processes": _sorted([(one.id, one.name) for one in processes_of(organisation)]),
        "persons": _sorted(persons),
        "owners": owners(organisation),
        "positions": _sorted(
            [(one.id, one.name) for one in people["positions"].values() if people.holders(one.id)]
        ),
    }


def owners(organisation: Organisation) -> Pairs:
    """Give positions that somebody holds, with who, and then persons."""
    people = people_of(organisation)
    held = []
    for position in people["positions"].values():
        holders = people.holders(position.id)
        if holders:
            names = ", ".join(one.name for one in holders[:3])
            held.append((f"position:{position.id}", f"{position.name} ({names})"))
    persons = [(f"person:{one.id}", one.name) for one in people.persons()]
    return [*_sorted(held), *_sorted(persons)]


def files_of(values: Mapping[str, Any]) -> list[BlobFile]:
    """Give the files of a form as stored ones; refuses at the field."""
    return taken_files(values, FILES)


class OfferedForm(FormView):
    """A form that chooses from what the organisation has."""

    def bindings(self) -> dict[str, Any]:
        """Offer it."""
        return offered(organisation_of(self.context))


class ActForm(OfferedForm):
    """One act on something of this room; the acts derive from it."""

    def extra(self) -> dict[str, Any]:
        """Say on what."""
        return {"subject": f"{self.context.number} · {self.context.title}"}

    def save(self, values: dict[str, Any]) -> Response:
        """Do it and show the thing."""
        self.do(values)
        return self.done(_("Saved."))

    def do(self, values: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError
