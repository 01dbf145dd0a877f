"""Where the command works: a data folder or a configuration file, and the database behind it."""

from __future__ import annotations

import argparse
import configparser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import transaction
import zodburi
from transaction.interfaces import NoTransaction
from ZODB import DB

from qms import configure
from qms.content.models import Organisation, Site
from qms.content.root import get_site
from qms.content.storage import DATABASE, embedded_uri, folder_of, is_embedded
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.settings import Settings
from qms.people.acts import make_act
from qms.upgrade.engine import open_site


class NoDatabase(Refused):
    """There is no database in ${place}; make one with «qms --data ${place} demo» or «qms load»."""


class NoOrganisation(Refused):
    """There is no organisation «${name}» here; «qms organisations» lists them."""


@dataclass
class Place:
    """One installation: its settings, its database, its registry of subscribers."""

    values: dict[str, str]

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Place:
        """Take ``--config INI`` or ``--data DIR`` (``var`` when neither is given)."""
        if arguments.config:
            return cls(_ini_values(Path(arguments.config)))
        return cls(data_values(Path(arguments.data or "var")))

    @cached_property
    def settings(self) -> Settings:
        """The parsed settings."""
        return Settings.from_mapping(self.values)

    @cached_property
    def registry(self) -> Any:
        """The application's registry, so that events reach their subscribers."""
        return configure(self.values).registry

    def start(self) -> None:
        """Put the application together, so that acts have subscribers."""
        if self.registry is None:
            raise LookupError("an application has a registry")

    @property
    def database(self) -> DB:
        """The open database: the application's where it has been started, or our own."""
        if "registry" in self.__dict__:
            return self.registry._zodb_databases[""]  # noqa: SLF001 - it has no public door
        return self._own_database

    @cached_property
    def _own_database(self) -> DB:
        factory, options = zodburi.resolve_uri(self.values["zodbconn.uri"])
        return DB(factory(), **options)

    def exists(self) -> bool:
        """Tell whether a database has been made here."""
        uri = self.values["zodbconn.uri"]
        return not is_embedded(uri) or (folder_of(uri) / DATABASE).exists()

    @contextmanager
    def reading(self) -> Iterator[Site]:
        """Open the site for reading; nothing is written."""
        if not self.exists():
            raise NoDatabase(place=self.settings.data_dir)
        manager = transaction.TransactionManager(explicit=True)
        with self._opened(manager) as connection:
            yield get_site(connection)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """Open the site for writing; each ``commit`` ends a transaction and begins the next."""
        manager = transaction.TransactionManager(explicit=True)
        # Events need the application, which has the database open and made the site in a fresh one.
        self.start()
        with self._opened(manager) as connection:
            yield Work(self, open_site(connection), manager)
            manager.commit()

    @contextmanager
    def _opened(self, manager: Any) -> Iterator[Any]:
        """Open the database for one block; what was not committed in it is given up.

        A server that goes away breaks anything here, even the giving up; the connection is closed
        all the same, or a worker would lose one with every outage.
        """
        connection = self.database.open(manager)
        try:
            manager.begin()
            yield connection
        finally:
            try:
                with suppress(NoTransaction):
                    manager.abort()
            finally:
                connection.close()

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "_own_database" in self.__dict__:
            self._own_database.close()
        if "registry" in self.__dict__:
            self.database.close()


@dataclass
class Work:
    """An open site with the means to act on it."""

    place: Place
    site: Site
    manager: Any
    at_organisation: Callable[[str], object] = str
    """Is told whose turn it is by jobs that go from one organisation to the next."""

    def act(self, person_id: str = "system", **more: Any) -> Act:
        """Make an act of ``person_id`` (or ``system``) that the subscribers hear of."""
        more.setdefault("channel", "cli")
        return make_act(self.place.registry, person_id, **more)

    def commit(self) -> None:
        """Store what was done so far and go on."""
        self.manager.commit()
        self.manager.begin()

    def outside(self, make: Callable[[], Any]) -> Any:
        """Store what was done, make slow bytes outside of any transaction, and go on."""
        self.manager.commit()
        try:
            return make()
        finally:
            self.manager.begin()


def organisation_in(site: Site, name: str) -> Organisation:
    """Give the organisation of this id, or refuse."""
    organisation = site.get(name)
    if organisation is None:
        raise NoOrganisation(name=name)
    return organisation


def data_values(folder: Path, **more: str) -> dict[str, str]:
    """Give the settings of the embedded installation in ``folder``."""
    folder = folder.resolve()
    return {
        "zodbconn.uri": embedded_uri(folder / "db"),
        "qms.data_dir": str(folder),
        "qms.secret_file": str(folder / "secret"),
        **more,
    }


def _ini_values(path: Path) -> dict[str, str]:
    if not path.exists():
        raise NoDatabase(place=path)
    parser = configparser.ConfigParser(
        defaults={"here": str(path.resolve().parent).replace("%", "%%")}
    )
    parser.read(path, encoding="utf-8")
    return dict(parser["app:main"])
