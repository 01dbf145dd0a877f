"""Planning a renaming: nothing is renamed until every place was shown and each one decided."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.people.models import people_of
from qms.people.services import change_position, change_unit
from qms.profiles.processes import change_process
from qms.renaming import events, workflow
from qms.renaming.errors import (
    NameMoved,
    NameNeeded,
    NotThatFar,
    RenamedElsewhere,
    SameName,
    StillLooking,
)
from qms.renaming.finding import Finder, renaming_of, thing_of
from qms.renaming.listing import catalogue_of, index
from qms.renaming.models import POSITION, UNIT, RenameFolder, RenamePackage

NAME = "renaming"
SERIES = "renaming"
SECONDS = 2.0
"""So long one transaction looks."""


def packages_of(organisation: Organisation) -> RenameFolder:
    """Give the organisation's renamings, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, RenameFolder())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
    folder: RenameFolder = organisation[NAME]
    return folder


def plan(
    organisation: Organisation,
    kind: str,
    identifier: str,
    *,
    new: str,
    reason: str,
    from_on: date | None = None,
    act: Act,
) -> RenamePackage:
    """Keep what is wanted; only one renaming of a thing is under way at a time.

    Whoever says the very same again gets the same plan: a request may be repeated.
    """
    thing, new, reason = thing_of(organisation, kind, identifier), clean_line(new), reason.strip()
    if not new or not clean_line(reason):
        raise NameNeeded
    if new == thing.name:
        raise SameName
    folder = packages_of(organisation)
    number = folder.open.get((kind, identifier))
    if number is not None:
        known: RenamePackage = folder[number]
        wanted = (known.new, known.reason, known.author_id, known.state)
        if wanted == (new, reason, act.person_id, workflow.PLANNED):
            return known
        raise RenamedElsewhere(number=number)
    number = f"REN-{numbers_of(organisation).take(SERIES)}"
    package = RenamePackage(
        number,
        kind,
        identifier,
        old=thing.name,
        new=new,
        reason=reason,
        from_on=from_on,
        author_id=act.person_id,
    )
    folder.add(number, package)
    folder.open[(kind, identifier)] = number
    note(package, "planned", act=act)
    act.notify(events.RenamingPlanned(package, act, text=reason))
    return package


def note(package: RenamePackage, kind: str, *, act: Act, **facts: Any) -> None:
    """Append an act, index the renaming anew, and let go of what is finished."""
    before = package.state
    now = package.take({"kind": kind, "by": act.person_id, "at": act.at.isoformat(), **facts})
    folder = organisation_of(package)[NAME]
    key = (package.kind, package.thing_id)
    if now.state not in workflow.OPEN and folder.open.get(key) == package.number:
        del folder.open[key]
    index(package)
    if now.state == workflow.DONE != before:
        act.notify(events.RenamingDone(package, act))


def look(package: RenamePackage, *, act: Act, seconds: float = SECONDS) -> bool:
    """Look at the next documents; tells whether more follow. In the caller's transaction."""
    if package.state != workflow.PLANNED or package.complete:
        return False
    organisation = organisation_of(package)
    words = renaming_of(organisation, package.old, package.new)
    finder = Finder(organisation, package.kind, package.thing_id, words)
    uids = sorted(set(finder.folder.codes.values()))
    until = time.monotonic() + seconds
    for uid in uids[bisect_right(uids, package.cursor) :]:
        found = finder.look_at(finder.folder[uid])
        if found is not None:
            package.found[uid] = found
        package.cursor = uid
        package.looked += 1
        if time.monotonic() > until:
            break
    package.complete = not uids or package.cursor >= uids[-1]
    if package.complete:
        act.notify(events.RenamingLooked(package, act, text=str(len(package.found))))
    index(package)
    return not package.complete


def look_again(package: RenamePackage, *, act: Act) -> None:
    """Begin looking anew, since documents may have changed; nothing was decided yet."""
    if package.state != workflow.PLANNED:
        raise NotThatFar(state=package.state)
    package.found.clear()
    package.cursor, package.looked, package.complete = "", 0, False
    package.files_searched = False
    thing = thing_of(organisation_of(package), package.kind, package.thing_id)
    if thing.name != package.old:
        package.old = thing.name
        package.title = f"{package.old} → {package.new}"
    index(package)
    act.notify(events.RenamingPlanned(package, act, text=package.reason))


def confirm(
    package: RenamePackage, choices: Mapping[str, str], *, minor: bool = True, act: Act
) -> None:
    """Rename the thing, once, and fix what is done with each document; drafts follow by steps.

    Whoever confirms what is confirmed changes nothing: the request may be repeated.
    """
    if package.state in {workflow.DRAFTING, workflow.DRAFTED, workflow.IN_APPROVAL}:
        return
    if package.state != workflow.PLANNED:
        raise NotThatFar(state=package.state)
    if not package.complete:
        raise StillLooking
    thing = thing_of(organisation_of(package), package.kind, package.thing_id)
    if thing.name != package.old:
        raise NameMoved(now=thing.name)
    chosen = {}
    for uid, found in package.found.items():
        wanted = choices.get(uid, found["choice"])
        chosen[uid] = wanted if wanted in found["choices"] else found["choice"]
    rename(organisation_of(package), package, thing, act=act)
    package.minor = minor
    note(package, "confirmed", act=act, choices=chosen)
    act.notify(events.RenamingConfirmed(package, act, text=package.reason))


def rename(organisation: Organisation, package: RenamePackage, thing: Any, *, act: Act) -> None:
    """Give the thing its new name by the verb of its own room."""
    people = people_of(organisation)
    if package.kind == POSITION:
        change_position(
            people,
            thing,
            name=package.new,
            superior_id=thing.superior_id,
            unit_id=thing.unit_id,
            site_id=thing.site_id,
            act=act,
        )
    elif package.kind == UNIT:
        change_unit(people, thing, name=package.new, parent_id=thing.parent_id, act=act)
    else:
        change_process(organisation, thing.id, name=package.new, act=act)


def give_up(package: RenamePackage, *, reason: str, act: Act) -> None:
    """End a renaming before its time; drafts that it made stay, and so does the new name."""
    note(package, "given-up", act=act, reason=reason.strip())
    act.notify(events.RenamingGivenUp(package, act, text=reason.strip()))
