"""Migrations: named steps that bring the data of an older release to the form of this one.

A step is a module ``migrations/mNNNN_what_it_does.py`` whose docstring is one sentence and which
has ``migrate(site)``. It runs once per database, in its own transaction together with the note
that it ran: a process killed half-way leaves whole steps only, and the next run goes on with the
first one that is missing (fault 24). A fresh database starts with every step noted.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.content.models import Organisation, Site
from qms.content.root import ROOT_KEY, get_site
from qms.kernel import clock
from qms.upgrade.errors import ArchiveIsNewer, DatabaseIsNewer, UpgradePending

migrations = importlib.import_module("qms.migrations")
_NAME = re.compile(r"m[0-9]{4}_[a-z0-9_]+\Z")


@dataclass(frozen=True)
class Migration:
    """One step: its lasting name, its sentence and its deed."""

    name: str
    sentence: str
    migrate: Callable[[Site], None]


def all_migrations() -> list[Migration]:
    """Give every step that this release knows, in their order."""
    names = sorted(one.name for one in pkgutil.iter_modules(migrations.__path__))
    return [_load(name) for name in names if _NAME.match(name)]


def _load(name: str) -> Migration:
    module = importlib.import_module(f"{migrations.__name__}.{name}")
    sentence = inspect.cleandoc(module.__doc__ or "").split("\n")[0]
    return Migration(name, sentence, module.migrate)


def pending(site: Site, steps: Iterable[Migration] | None = None) -> list[Migration]:
    """Give the steps that have not run on this database."""
    known = all_migrations() if steps is None else steps
    return [one for one in known if one.name not in site.migrations]


def check_ready(site: Site, steps: Iterable[Migration] | None = None) -> None:
    """Raise UpgradePending or DatabaseIsNewer unless data and program fit each other."""
    known = list(all_migrations() if steps is None else steps)
    unknown = sorted(set(site.migrations) - {one.name for one in known})
    if unknown:
        raise DatabaseIsNewer(names=", ".join(unknown))
    waiting = pending(site, known)
    if waiting:
        raise UpgradePending(names=", ".join(one.name for one in waiting))


def catch_up(organisation: Organisation, done: Iterable[str]) -> list[str]:
    """Run the steps that an organisation out of an archive has not had, and give their names.

    ``done`` are those of the database that it comes from. Raises ArchiveIsNewer.
    """
    had, steps = set(done), all_migrations()
    unknown = sorted(had - {one.name for one in steps})
    if unknown:
        raise ArchiveIsNewer(names=", ".join(unknown))
    # A site of its own, which nobody stores: the other organisations here had these steps.
    alone = Site()
    alone._children[organisation.id] = organisation  # noqa: SLF001 - add would move it there
    missing = [one for one in steps if one.name not in had]
    for one in missing:
        one.migrate(alone)
    return [one.name for one in missing]


def mark_all_done(site: Site, *, at: datetime) -> None:
    """Note every step as run: a fresh database already has the form of this release."""
    for one in all_migrations():
        site.migrations[one.name] = at


def open_site(connection: Any) -> Site:
    """Give the site of a connection; one made just now has nothing to migrate."""
    fresh = ROOT_KEY not in connection.root()
    site = get_site(connection)
    if fresh:
        mark_all_done(site, at=clock.now())
    return site


def upgrade(
    open_: Callable[[], Any], steps: Iterable[Migration] | None = None, *, dry_run: bool = False
) -> Iterator[Migration]:
    """Run what is pending, giving each step after it is stored; a dry run stores nothing.

    ``open_`` gives a fresh ``(transaction manager, connection)``, the transaction not begun.
    """
    manager, connection = open_()
    known = list(all_migrations() if steps is None else steps)
    manager.begin()
    try:
        for one in pending(get_site(connection), known):
            site = get_site(connection)
            manager.get().note(f"migration {one.name}")
            one.migrate(site)
            site.migrations[one.name] = clock.now()
            # In a dry run later steps see what earlier ones would do, and all of it is dropped.
            if not dry_run:
                manager.commit()
                manager.begin()
                connection.cacheMinimize()
            yield one
    finally:
        manager.abort()
        connection.close()
