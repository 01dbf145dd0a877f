"""Which columns each version of the organisation's own log format has, as they were in its days.

The profile says the columns of today. They are noted for the version that is in force (or that the
profile names) when a profile is applied, a version comes into force and a case is registered; what
was noted for a former version stays, so that a case is listed in the columns of its own version.
"""

from __future__ import annotations

from collections.abc import Mapping

from BTrees.OOBTree import OOBTree

from qms.content.annexes import annex_of, seen_annex
from qms.content.models import Organisation
from qms.pqr.choices import Choices

ROOM = "pqr.formats"
Columns = tuple[tuple[str, str], ...]
"""Field and title of each column; empty stands for the usual ones."""
Version = tuple[str, str]
"""Code and label."""


def version_key(form: Mapping[str, str] | None) -> Version | None:
    """Name the version of a format that a case keeps."""
    return (form["code"], form["version"]) if form else None


def present_columns(choices: Choices) -> Columns:
    """Give the columns that the profile says today."""
    return tuple((str(one["field"]), str(one["title"])) for one in choices.data.get("log") or ())


def note(organisation: Organisation, form: Mapping[str, str] | None, choices: Choices) -> None:
    """Note the columns of today for the version in force, or for the one that the profile names."""
    key = version_key(form)
    if key is None:
        return
    kept, columns = annex_of(organisation, ROOM, OOBTree), present_columns(choices)
    named = (key[0], str(choices.data.get("log_version") or key[1]))
    if kept.get(named) != columns:
        kept[named] = columns
    if key not in kept:
        kept[key] = columns


def note_former(organisation: Organisation, code: str, labels: list[str], choices: Choices) -> None:
    """Note the columns of today for former versions of which nothing was noted in their days."""
    kept = annex_of(organisation, ROOM, OOBTree)
    for label in labels:
        if (code, label) not in kept:
            kept[code, label] = present_columns(choices)


def has_several(organisation: Organisation, choices: Choices) -> bool:
    """Tell whether any version of the format has other columns than those of today."""
    kept, columns = seen_annex(organisation, ROOM, OOBTree), present_columns(choices)
    return any(one != columns for one in kept.values())


def columns_in(organisation: Organisation, key: Version | None) -> Columns | None:
    """Give the columns of a version of the format; None where nothing was noted of it."""
    if key is None:
        return None
    found: Columns | None = seen_annex(organisation, ROOM, OOBTree).get(key)
    return found
