"""The short path of set-up: what each step is, and what is still missing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.kernel.codes import BadCode
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import Profile, Route, logo_of, profile_of
from qms.profiles.processes import ordered_processes


@dataclass(frozen=True)
class Doing:
    """One step of the path."""

    name: str
    title: Any
    text: Any
    path: tuple[str, ...]
    """Where it is done, below the organisation."""
    missing: list[Any] = field(default_factory=list)
    """Sentences about what is still missing."""
    stand: str = ""
    """What there is, in a few words of data."""
    optional: bool = False
    """Whether an organisation can do without it."""

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.missing


def steps_of(organisation: Organisation, *, act: Act) -> list[Doing]:
    """List the steps in the order in which they are best done."""
    profile = profile_of(organisation)
    return [
        _facts(organisation, profile),
        _people(organisation, profile, act),
        _processes(organisation),
        _types(profile),
        _codes(organisation, profile),
        _versions(profile),
        _routes(organisation, profile, act),
        _calendar(profile),
        _looks(organisation),
        *_documents(organisation),
    ]


def _facts(organisation: Organisation, profile: Profile) -> Doing:
    missing = []
    if not profile.legal_name:
        missing.append(_("The legal name is missing; it is printed on covers."))
    if logo_of(organisation) is None:
        missing.append(_("There is no logo; the name stands in its place."))
    return Doing(
        "facts",
        _("Facts of the organisation"),
        _("Name, logo, colour, how dates and numbers are written."),
        ("setup-facts",),
        missing,
        profile.name,
    )


def _people(organisation: Organisation, profile: Profile, act: Act) -> Doing:
    people = people_of(organisation)
    persons = list(people.persons())
    missing = []
    if len(persons) < 2:
        missing.append(_("You are the only person here; somebody else has to approve."))
    if not len(people["sites"]):
        missing.append(_("There is no site yet."))
    return Doing(
        "people",
        _("Sites, positions and persons"),
        _("Who works here, in which position, and who stands above whom."),
        ("people",),
        missing,
        str(len(persons)),
    )


def _processes(organisation: Organisation) -> Doing:
    processes = ordered_processes(organisation)
    nobody = [one.name for one in processes if not one.leader]
    missing = [_("Nobody leads «${name}».", {"name": name}) for name in nobody[:3]]
    if len(processes) < 2:
        missing.append(_("There is only one process so far."))
    return Doing(
        "processes",
        _("Processes"),
        _("The process map: what the organisation does, and who leads it."),
        ("processes", "arrange"),
        missing,
        str(len(processes)),
    )


def _types(profile: Profile) -> Doing:
    active = [one for one in profile.document_types if one.active]
    missing = [] if active else [_("Every type is out of use.")]
    return Doing(
        "types",
        _("Document types"),
        _("Which kinds of document there are, and of which sections they consist."),
        ("setup-types",),
        missing,
        ", ".join(one.plural for one in active),
    )


def _codes(organisation: Organisation, profile: Profile) -> Doing:
    grammar = profile.code_grammar()
    processes = ordered_processes(organisation)
    missing = []
    for one in profile.document_types:
        if not one.active:
            continue
        try:
            grammar.next((), type=one.id, process=processes[0].id if processes else None)
        except BadCode:
            missing.append(_("No code can be offered for «${name}».", {"name": one.name}))
    return Doing(
        "codes",
        _("Codes"),
        _("How the codes of documents are written, with examples while you type."),
        ("setup-codes",),
        missing,
        grammar.example(),
    )


def _versions(profile: Profile) -> Doing:
    return Doing(
        "versions",
        _("Versions"),
        _("How versions are counted."),
        ("setup-versions",),
        [],
        "",
    )


def nobody_signs(organisation: Organisation, route: Route, *, act: Act) -> Iterator[str]:
    """Give the labels of the steps that nobody could sign today."""
    people = people_of(organisation)
    for step in route.steps:
        able = False
        for one in step.assignees:
            if "role" in one:
                able = True  # depends on the document
            elif "position" in one:
                able = able or any(True for _one in people.holders(one["position"]))
            elif "unit" in one:
                able = able or any(True for _one in people.members(one["unit"]))
            else:
                person = people["persons"].get(one["person"])
                able = able or bool(person is not None and person.active)
        if not able:
            yield step.label


def _routes(organisation: Organisation, profile: Profile, act: Act) -> Doing:
    missing = [
        _(
            "Nobody could sign «${step}» of the route «${route}» today.",
            {"step": label, "route": route.name},
        )
        for route in profile.routes
        for label in nobody_signs(organisation, route, act=act)
    ]
    return Doing(
        "routes",
        _("Routes"),
        _("Who drafts, reviews and approves, and within how many days."),
        ("setup-routes",),
        missing,
        ", ".join(route.name for route in profile.routes),
    )


def _calendar(profile: Profile) -> Doing:
    return Doing(
        "calendar",
        _("Calendar"),
        _("Business days, own closures and office hours."),
        ("setup-calendar",),
        [],
        profile.country.name,
        optional=True,
    )


def _looks(organisation: Organisation) -> Doing:
    return Doing(
        "looks",
        _("Look of the documents"),
        _("Header, cover, approvals and footers of the printed documents, with the PDF beside."),
        ("setup-looks",),
        [],
        "",
        optional=True,
    )


def _documents(organisation: Organisation) -> list[Doing]:
    documents = organisation.get("documents")
    count = len(documents) if documents is not None else 0
    return [
        Doing(
            "import",
            _("Take the existing list over"),
            _("Master list and files of the system that you had so far, with a preview."),
            ("imports",),
            [],
            "",
            optional=True,
        ),
        Doing(
            "first",
            _("First document"),
            _("Draft it, send it and sign it."),
            ("documents", "add") if not count else ("documents",),
            [] if count else [_("There is no document yet.")],
            str(count),
        ),
    ]
