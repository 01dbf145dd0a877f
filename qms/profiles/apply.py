"""Writes a checked profile into the database: creates an organisation or brings it up to date.

What history may name is never removed: a person, position, unit, site or process that the profile
no longer has goes out of use and stays. Applying the same profile again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from persistent.mapping import PersistentMapping

from qms.content.models import BlobFile, Folder, Organisation, Site
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.people import services as people_services
from qms.people.events import PlaceAdded, PlaceChanged
from qms.people.models import People, Position, SitePlace, Unit, fold_email
from qms.profiles import state
from qms.profiles.errors import Mistake, ProfileMistakes
from qms.profiles.events import ProfileApplied
from qms.profiles.models import Process, ProcessFolder

if TYPE_CHECKING:
    from qms.profiles.loader import LoadedProfile

LOGO = "logo"
"""Where an organisation keeps the logo file."""
PROCESSES = "processes"
RESERVED = frozenset({"login", "logout", "reset", "verify", "v", "static", "api", "health"})
"""Addresses that an organisation cannot have, since pages of the site stand there."""
ADMINISTRATOR = "administrator"


@dataclass
class Changes:
    """What an application changed, for the trail."""

    parts: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def note(self, part: str, kind: str, identifier: str) -> None:
        """Write one change down; ``kind`` is added, changed, retired or resumed."""
        self.parts.setdefault(part, {}).setdefault(kind, []).append(identifier)


def apply(site: Site, loaded: LoadedProfile, act: Act) -> Organisation:
    """Create or update the organisation of this profile, in the caller's transaction.

    Raises ProfileMistakes before the first write when the database stands against it: an e-mail
    address of another organisation, or nobody left who administers.
    """
    mistakes = list(_conflicts(site, loaded))
    if mistakes:
        raise ProfileMistakes(mistakes)
    changes = Changes()
    organisation = site.get(loaded.id)
    created = organisation is None
    if organisation is None:
        organisation = site.add(
            loaded.id, Organisation(loaded.id, loaded.data["organisation"]["name"])
        )
        organisation.add(PROCESSES, ProcessFolder())
    people = people_services.make_people(organisation)
    _keep_settings(organisation, loaded, changes)
    _places(people, loaded.data, changes, act)
    _processes(organisation[PROCESSES], loaded.data, changes)
    _persons(site, people, loaded.data, changes, act)
    if created or changes.parts:
        organisation.profile_revision += 1
        act.notify(
            ProfileApplied(
                organisation,
                act,
                created=created,
                revision=organisation.profile_revision,
                changes=changes.parts,
            )
        )
    return organisation


def _conflicts(site: Site, loaded: LoadedProfile) -> list[Mistake]:
    """Find what the files alone could not show."""
    book, data, before = loaded.book, loaded.data, len(loaded.book.mistakes)
    if loaded.id in RESERVED:
        book.note(
            ("organisation", "id"), _("the id «${id}» is an address of the site", {"id": loaded.id})
        )
    for index, person in enumerate(data["persons"]):
        holder = site.logins.get(fold_email(person["email"])) if person["email"] else None
        if holder is not None and holder[0] != loaded.id:
            book.note(
                ("persons", index, "email"),
                _("the address ${email} cannot be used", {"email": person["email"]}),
                _("choose another one"),
            )
    organisation = site.get(loaded.id)
    if (
        organisation is not None
        and organisation["people"].with_role(ADMINISTRATOR)
        and not _administers(data)
    ):
        book.note(
            ("persons",),
            _("nobody would be left to administer the organisation"),
            _("give the role administrator to an active person"),
        )
    found = book.mistakes[before:]
    del book.mistakes[before:]
    return found


def _administers(data: Mapping[str, Any]) -> bool:
    return any(ADMINISTRATOR in one["roles"] and one["active"] for one in data["persons"])


def _keep_settings(organisation: Organisation, loaded: LoadedProfile, changes: Changes) -> None:
    """Replace the plain part of the profile where it differs."""
    settings = {key: value for key, value in loaded.data.items() if key not in state.LISTS}
    settings[state.ORDER] = {key: [one["id"] for one in loaded.data[key]] for key in state.LISTS}
    for key, value in settings.items():
        if organisation.profile.get(key) != value:
            changes.note("profile", "changed", key)
    if dict(organisation.profile) != settings:
        organisation.profile = PersistentMapping(settings)
    if organisation.title != loaded.data["organisation"]["name"]:
        organisation.title = loaded.data["organisation"]["name"]
    _keep_logo(organisation, loaded, changes)


def _keep_logo(organisation: Organisation, loaded: LoadedProfile, changes: Changes) -> None:
    former = organisation.annexes.get(LOGO)
    if loaded.data["organisation"]["logo"] is None:
        if former is not None:
            del organisation.annexes[LOGO]
            changes.note("logo", "retired", former.filename)
    elif loaded.logo is not None:
        made = BlobFile(loaded.logo.data, loaded.logo.filename, loaded.logo.media_type)
        if former is None or (former.sha256, former.filename) != (made.sha256, made.filename):
            organisation.annexes[LOGO] = made
            changes.note("logo", "changed", made.filename)


def _set(content: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if getattr(content, name) != value:
            setattr(content, name, value)


def _places(people: People, data: Mapping[str, Any], changes: Changes, act: Act) -> None:
    """Bring sites, units and positions up to date.

    All are set before anything looks at who stands above whom, since a profile may turn a
    hierarchy round; it was checked to be free of rings as a whole.
    """
    _part(
        people["sites"],
        data["sites"],
        lambda one: SitePlace(one["id"], one["name"], one["city"], one["subdivision"]),
        lambda one: {"title": one["name"], "city": one["city"], "subdivision": one["subdivision"]},
        state.site_facts,
        _Part("sites", changes, act),
    )
    _part(
        people["units"],
        data["units"],
        lambda one: Unit(one["id"], one["name"], one["parent"]),
        lambda one: {"title": one["name"], "parent_id": one["parent"]},
        state.unit_facts,
        _Part("units", changes, act),
    )
    _part(
        people["positions"],
        data["positions"],
        lambda one: Position(one["id"], one["name"], one["superior"], one["unit"], one["site"]),
        lambda one: {
            "title": one["name"],
            "superior_id": one["superior"],
            "unit_id": one["unit"],
            "site_id": one["site"],
        },
        state.position_facts,
        _Part("positions", changes, act),
    )


def _processes(folder: Folder, data: Mapping[str, Any], changes: Changes) -> None:
    _part(
        folder,
        data["processes"],
        lambda one: Process(
            one["id"],
            one["acronym"],
            one["name"],
            one["macroprocess"],
            one["kind"],
            one["leader"],
        ),
        lambda one: {
            "title": one["name"],
            **{key: one[key] for key in ("acronym", "macroprocess", "kind", "leader")},
        },
        state.process_facts,
        _Part("processes", changes, None),
    )


@dataclass
class _Part:
    """One list of the profile while it is applied."""

    name: str
    changes: Changes
    act: Act | None
    """Given when each place has events of its own."""

    def tell(self, place: Any, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
        """Write a change down and notify it."""
        identifier = new["id"]
        if old is None:
            self.changes.note(self.name, "added", identifier)
        elif old["active"] != new["active"]:
            self.changes.note(self.name, "resumed" if new["active"] else "retired", identifier)
        else:
            self.changes.note(self.name, "changed", identifier)
        if self.act is not None and old is None:
            self.act.notify(PlaceAdded(place, self.act, new=new))
        elif self.act is not None:
            self.act.notify(PlaceChanged(place, self.act, old=old or {}, new=new))


def _part(
    folder: Folder,
    wanted: list[dict[str, Any]],
    make: Callable[[dict[str, Any]], Any],
    values: Callable[[dict[str, Any]], dict[str, Any]],
    facts: Callable[[Any], dict[str, Any]],
    part: _Part,
) -> None:
    """Add what is new, change what differs, and take out of use what the profile lacks."""
    for one in wanted:
        place = folder.get(one["id"])
        old = None if place is None else facts(place)
        if place is None:
            place = folder.add(one["id"], make(one))
        else:
            _set(place, values(one))
        _use(place, active=one["active"])
        if (new := facts(place)) != old:
            part.tell(place, old, new)
    named = {one["id"] for one in wanted}
    for place in folder.values():
        if place.id not in named and getattr(place, "active", True):
            old = facts(place)
            _use(place, active=False)
            part.tell(place, old, facts(place))


def _use(place: Any, *, active: bool) -> None:
    if getattr(place, "active", True) != active:
        place.active = active


def _persons(
    site: Site, people: People, data: Mapping[str, Any], changes: Changes, act: Act
) -> None:
    """Bring the persons up to date; administrators first, so that one is there at any moment."""
    _release_addresses(site, people, data)
    language = data["organisation"]["language"][:2]
    wanted = sorted(data["persons"], key=lambda one: ADMINISTRATOR not in one["roles"])
    leaving = []
    for one in wanted:
        person = people["persons"].get(one["id"])
        old = None if person is None else state.person_facts(person)
        if person is None:
            person = people_services.add_person(
                people,
                name=one["name"],
                email=one["email"] or "",
                position_ids=one["positions"],
                roles=one["roles"],
                language=language,
                identifier=one["id"],
                act=act,
            )
        else:
            _change_person(people, person, one, act)
        if not one["active"] and person.active:
            leaving.append(person)
        new = {**state.person_facts(person), "active": one["active"]}
        if new != old:
            changes.note("persons", "added" if old is None else "changed", person.id)
    named = {one["id"] for one in wanted}
    leaving += [one for one in people.persons() if one.id not in named]
    for person in leaving:
        people_services.deactivate(people, person, act=act)
        changes.note("persons", "retired", person.id)


def _change_person(people: People, person: Any, one: Mapping[str, Any], act: Act) -> None:
    """Call the verbs only where something differs, since they write in any case."""
    if one["active"] and not person.active:
        people_services.reactivate(people, person, act=act)
    email = one["email"] or ""
    if fold_email(email) == fold_email(person.email) or not email:
        email = person.email
    if (person.name, person.email) != (one["name"], email):
        people_services.change_person(people, person, name=one["name"], email=email, act=act)
    if person.position_ids != one["positions"]:
        people_services.change_positions(people, person, one["positions"], act=act)
    people_services.set_roles(people, person, one["roles"], act=act)


def _release_addresses(site: Site, people: People, data: Mapping[str, Any]) -> None:
    """Let go the addresses that pass to somebody else, such as that of an office."""
    wanted = {fold_email(one["email"]): one["id"] for one in data["persons"] if one["email"]}
    for person in people.persons(active_only=False):
        folded = fold_email(person.email)
        if folded and wanted.get(folded, person.id) != person.id:
            site.logins.pop(folded, None)
            person.email = ""
