"""The persistent classes of people; their paths are a promise to every database.

Persons, positions, units and sites are never removed: history names them by id.  A person's id is
never given to anybody else (21 CFR 11.100(a), case C4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from persistent.list import PersistentList

from qms.content.models import Content, Folder, Organisation, find_organisation, find_site
from qms.kernel.errors import NotFound
from qms.kernel.i18n import _
from qms.people.addresses import checked_email, fold_email
from qms.people.deputies import Deputies
from qms.people.errors import LoginTaken

FOLDER = "people"


class Named(Content):
    """Something of the people room with an id of its own and a name."""

    def __init__(self, identifier: str, name: str) -> None:
        """Give both."""
        super().__init__(name)
        self.id = identifier

    @property
    def name(self) -> str:
        """Its name, organisation data that is never translated."""
        return self.title


class Person(Named):
    """Somebody who works in an organisation; deactivated, never removed."""

    type_name = "person"

    email = ""
    active = True
    language = "es"
    password_hash: str | None = None
    totp_secret: str | None = None
    """The second factor's secret, sealed with the server's key; None without a second factor."""
    totp_last = 0
    """The last time step whose code was taken; a code is good once (D4-22)."""
    signing: Any = None
    """The signing identity, kept by the signing room."""
    session_epoch = 0
    """Grows when all sessions and links of the person must end at once (D4-9, D4-18)."""
    deactivated_at: datetime | None = None
    link_digest: str | None = None
    """SHA-256 of the one mailed link that is good at present."""

    def __init__(self, identifier: str, name: str, email: str = "") -> None:
        """Make an active person without positions, roles or password."""
        super().__init__(identifier, name)
        self.email = email
        self.held: PersistentList = PersistentList()
        self.granted: PersistentList = PersistentList()

    @property
    def position_ids(self) -> list[str]:
        """Ids of the positions held, the main one first; changed through ``People.place``."""
        return list(self.held.data)

    @property
    def roles(self) -> list[str]:
        """Roles in the organisation; everybody active is a reader besides."""
        return list(self.granted.data)

    @property
    def main_position_id(self) -> str | None:
        """The position that the person signs in where nothing else decides."""
        return self.held[0] if self.held else None

    @property
    def may_sign_in(self) -> bool:
        """Tell whether the person is active and has set a password."""
        return self.active and self.password_hash is not None


class Position(Named):
    """A position (cargo): what responsibilities are tied to; persons come and go."""

    type_name = "position"
    has_page = False

    def __init__(
        self,
        identifier: str,
        name: str,
        superior_id: str | None = None,
        unit_id: str | None = None,
        site_id: str | None = None,
    ) -> None:
        """Place the position under its superior, in its unit, at its site."""
        super().__init__(identifier, name)
        self.superior_id = superior_id
        self.unit_id = unit_id
        self.site_id = site_id


class Unit(Named):
    """A unit (dependencia, área) of the organisation's tree."""

    type_name = "unit"
    has_page = False

    def __init__(self, identifier: str, name: str, parent_id: str | None = None) -> None:
        """Place the unit under its parent."""
        super().__init__(identifier, name)
        self.parent_id = parent_id


class SitePlace(Named):
    """A site (sede) in a city; ``subdivision`` decides which regional holidays hold there."""

    type_name = "site-place"
    has_page = False

    def __init__(
        self, identifier: str, name: str, city: str = "", subdivision: str | None = None
    ) -> None:
        """Name the place and where it is."""
        super().__init__(identifier, name)
        self.city = city
        self.subdivision = subdivision


class Delegation(Content):
    """One person acts for another from ``starts`` to ``ends``, both days included."""

    type_name = "delegation"

    ended_at: datetime | None = None
    """When it was ended before its last day; it counts no more from then on."""

    def __init__(
        self,
        identifier: str,
        from_person: str,
        to_person: str,
        starts: date,
        ends: date,
        reason: str = "",
        scope: Iterable[str] = (),
    ) -> None:
        """Bind the two persons by id; ``scope`` holds process ids, and empty means everything."""
        super().__init__(identifier)
        self.id = identifier
        self.from_person = from_person
        self.to_person = to_person
        self.starts = starts
        self.ends = ends
        self.reason = reason
        self.scope: PersistentList = PersistentList(scope)

    def holds(self, on: date, process_id: str | None = None) -> bool:
        """Tell whether it is in effect on that day, for that process (None: for everything)."""
        if self.ended_at is not None or not self.starts <= on <= self.ends:
            return False
        return not self.scope or process_id in self.scope

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` whoever delegated: they may end it."""
        return {"author"} if person.id == self.from_person else set()


class PeopleFolder(Folder):
    """One kind of things of the people room, by id."""

    has_page = False

    @property
    def crumb(self) -> Any:
        """The folder's title in the page's language."""
        return _TITLES[self.__name__ or ""]


_TITLES = {
    "persons": _("Persons"),
    "positions": _("Positions"),
    "units": _("Units"),
    "sites": _("Sites"),
    "delegations": _("Delegations"),
}


class People(Deputies, Folder):
    """Everybody of one organisation, with the indexes that routes and lists ask."""

    type_name = "people"
    crumb = _("People")

    role_turn = 0
    """Guard: whoever changes who administers writes it, so that two at once conflict and the last
    administrator stays (the database would not see the write skew, fault E15)."""

    def __init__(self) -> None:
        """Make the five empty folders."""
        super().__init__("People")
        for name in _TITLES:
            self.add(name, PeopleFolder(name))
        self._holders = OOBTree()
        self._delegated_by = OOBTree()
        self._delegated_to = OOBTree()

    def _one(self, folder: str, identifier: str) -> Any:
        found = self[folder].get(identifier)
        if found is None:
            raise NotFound
        return found

    def person(self, identifier: str) -> Person:
        """Give the person of this id, active or not; NotFound otherwise."""
        return self._one("persons", identifier)

    def position(self, identifier: str) -> Position:
        """Give the position of this id; NotFound otherwise."""
        return self._one("positions", identifier)

    def unit(self, identifier: str) -> Unit:
        """Give the unit of this id; NotFound otherwise."""
        return self._one("units", identifier)

    def site_place(self, identifier: str) -> SitePlace:
        """Give the site of this id; NotFound otherwise."""
        return self._one("sites", identifier)

    def delegation(self, identifier: str) -> Delegation:
        """Give the delegation of this id; NotFound otherwise."""
        return self._one("delegations", identifier)

    def _name(self, folder: str, identifier: str) -> str:
        found = self[folder].get(identifier)
        return identifier if found is None else found.name

    def person_name(self, identifier: str) -> str:
        """Give a person's name, or the bare id where there is no such person (``system``)."""
        return self._name("persons", identifier)

    def position_name(self, identifier: str) -> str:
        """Give a position's name, or the bare id where there is no such position."""
        return self._name("positions", identifier)

    def unit_name(self, identifier: str) -> str:
        """Give a unit's name, or the bare id where there is no such unit."""
        return self._name("units", identifier)

    def persons(self, *, active_only: bool = True) -> Iterator[Person]:
        """Walk the persons in the order of their ids."""
        return (one for one in self["persons"].values() if one.active or not active_only)

    def with_role(self, role: str) -> list[Person]:
        """List the active persons who were granted a role of the organisation."""
        return [one for one in self.persons() if role in one.roles]

    def by_email(self, email: str) -> Person | None:
        """Give the person of this organisation who signs in with ``email``, or None."""
        found = find_site(self).logins.get(fold_email(email))
        organisation = find_organisation(self)
        if found is None or organisation is None or found[0] != organisation.__name__:
            return None
        return self["persons"].get(found[1])

    def holders(self, position_id: str) -> list[Person]:
        """List the active persons in a position."""
        persons = (self.person(one) for one in self._holders.get(position_id, ()))
        return [person for person in persons if person.active]

    def members(self, unit_id: str) -> list[Person]:
        """List the active persons whose positions belong to a unit itself (not to those below)."""
        positions = [one.id for one in self["positions"].values() if one.unit_id == unit_id]
        found = {person.id: person for one in positions for person in self.holders(one)}
        return [found[identifier] for identifier in sorted(found)]

    def superior_of(self, person: Person) -> Position | None:
        """Give the position above the person's main one, or None at the top."""
        if person.main_position_id is None:
            return None
        superior_id = self.position(person.main_position_id).superior_id
        return None if superior_id is None else self.position(superior_id)

    # Changing; the services call these and tell what happened

    def claim_login(self, person: Person, email: str) -> None:
        """Bind ``email`` to the person, unique in the whole site; the former address is let go."""
        folded = checked_email(email)
        logins, organisation = find_site(self).logins, find_organisation(self)
        place = (organisation.__name__ if organisation else "", person.id)
        if logins.get(folded, place) != place:
            raise LoginTaken
        former = fold_email(person.email)
        if former != folded and logins.get(former) == place:
            del logins[former]
        logins[folded] = place
        person.email = email.strip()

    def place(self, person: Person, position_ids: Iterable[str]) -> None:
        """Put the person into these positions, which must exist, and into no others."""
        wanted = list(dict.fromkeys(position_ids))
        for position_id in wanted:
            self.position(position_id)
        for position_id in set(person.position_ids) - set(wanted):
            self._holders[position_id].discard(person.id)
        for position_id in wanted:
            self._holders.setdefault(position_id, OOTreeSet()).add(person.id)
        person.held[:] = wanted

    def set_roles(self, person: Person, roles: Iterable[str]) -> None:
        """Give the person exactly these roles."""
        person.granted[:] = sorted(set(roles))
        self.role_turn += 1

    def set_active(self, person: Person, *, active: bool, at: datetime) -> None:
        """Let the person in or keep them out; either way every open session and link ends."""
        person.active = active
        person.deactivated_at = None if active else at
        person.session_epoch += 1
        person.link_digest = None
        self.role_turn += 1


class Session(Persistent):
    """What the server remembers of one browser; its key is the hash of the cookie's id."""

    def __init__(self, at: datetime, address: str = "", agent: str = "") -> None:
        """Start at ``at``, for a client that is shown in the person's list of sessions."""
        self.began = at
        self.seen = at
        self.address = address
        self.agent = agent
        self.owner: tuple[str, str] | None = None
        """Organisation and person id of whoever is signed in."""
        self.epoch = 0
        self.data: dict[str, Any] = {}
        """Plain values by name; replaced as a whole when one changes."""


class Doors(Persistent):
    """What signing in needs for the whole site: sessions, links in mails, waits."""

    def __init__(self) -> None:
        """Start empty."""
        self.sessions = OOBTree()
        """SHA-256 of the session id to Session."""
        self.by_person = OOBTree()
        """``(organisation id, person id)`` to the keys of the person's sessions."""
        self.tokens = OOBTree()
        """SHA-256 of a mailed token to its plain data."""
        self.waits = OOBTree()
        """Throttle key to the moment until which it waits."""


def people_of(organisation: Organisation) -> People:
    """Give the people of an organisation."""
    return organisation[FOLDER]


def doors_of(site: Any) -> Doors:
    """Give the site's doors, made at their first use."""
    doors = site.annexes.get("people")
    if doors is None:
        doors = site.annexes["people"] = Doors()
    return doors
