"""Changes the settings of an organisation: checked as a whole profile, then written, then told.

Documents in force keep their frozen form; what is changed here holds for what is made from now on.
"""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from persistent.mapping import PersistentMapping
from PIL import Image

from qms.content.models import BlobFile, Organisation
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.profiles.apply import LOGO
from qms.profiles.loader import MAX_LOGO, LoadedProfile, check_plain
from qms.profiles.state import LISTS, stored_data
from qms.setup.errors import NotALogo
from qms.setup.events import SettingsChanged

LOGO_POINTS = 16_000_000
"""Most points of a logo, drawn again for every printed page."""
MOST_TOLD = 60
"""So many changed places of one saving are told one by one."""
_LOGOS = {
    b"\x89PNG\r\n\x1a\n": ("image/png", "logo.png"),
    b"\xff\xd8\xff": ("image/jpeg", "logo.jpg"),
}
_GONE = object()


def mark_of(value: Any) -> str:
    """Give a short mark of a part of the profile, to see later whether it is still the same."""
    return hashlib.sha256(canonical_json(_keyed(value))).hexdigest()[:24]


def _keyed(value: Any) -> Any:
    """Keep the order of mappings in the mark, since it means something in code grammars."""
    if isinstance(value, Mapping):
        return [[str(key), _keyed(one)] for key, one in value.items()]
    return [_keyed(one) for one in value] if isinstance(value, list | tuple) else value


def checked_with(organisation: Organisation, wanted: Mapping[str, Any]) -> LoadedProfile:
    """Check the whole profile with other parts in it; raises ProfileMistakes, writes nothing."""
    return check_plain(copy.deepcopy({**stored_data(organisation), **wanted}))


def change_settings(organisation: Organisation, wanted: Mapping[str, Any], *, act: Act) -> bool:
    """Replace parts of the profile by ``wanted`` and tell whether anything changed.

    Raises ProfileMistakes for anything that a profile file could not say either; then nothing was
    written. Sites, units, positions, persons and processes have their own verbs.
    """
    if set(wanted) & set(LISTS):
        raise ValueError("the lists of the profile are changed by their own services")
    before = stored_data(organisation)
    loaded = checked_with(organisation, wanted)
    new = {key: loaded.data[key] for key in wanted}
    old = {key: before[key] for key in wanted}
    if mark_of(new) == mark_of(old):
        return False
    organisation.profile = PersistentMapping({**organisation.profile, **copy.deepcopy(new)})
    if organisation.title != loaded.data["organisation"]["name"]:
        organisation.title = loaded.data["organisation"]["name"]
    organisation.profile_revision += 1
    _tell(organisation, old, new, act)
    return True


def change_logo(organisation: Organisation, data: bytes | None, *, act: Act) -> bool:
    """Put another logo in place, or none; NotALogo unless it is a small PNG or JPEG (D4-28)."""
    former = organisation.annexes.get(LOGO)
    facts = stored_data(organisation)["organisation"]
    if data is None:
        if former is None and facts["logo"] is None:
            return False
        organisation.annexes.pop(LOGO, None)
        made = None
    else:
        media_type, filename = checked_logo(data)
        made = BlobFile(data, filename, media_type)
        if former is not None and former.sha256 == made.sha256:
            return False
        organisation.annexes[LOGO] = made
    new = {**facts, "logo": made.filename if made else None}
    organisation.profile = PersistentMapping({**organisation.profile, "organisation": new})
    organisation.profile_revision += 1
    before = former.sha256 if isinstance(former, BlobFile) else None
    act.notify(
        SettingsChanged(
            organisation,
            act,
            parts=["organisation"],
            revision=organisation.profile_revision,
            values={"organisation.logo": [before, made.sha256 if made else None]},
        )
    )
    return True


def checked_logo(data: bytes) -> tuple[str, str]:
    """Give media type and file name of a logo by its first bytes; raises NotALogo.

    It is drawn once: a broken picture would spoil every document that is printed with it, and one
    of too many points (D4-42, refused by its head alone) would exhaust the machine.
    """
    kind = next((kind for start, kind in _LOGOS.items() if data.startswith(start)), None)
    if kind is None or len(data) > MAX_LOGO:
        raise NotALogo
    try:
        formats = [kind[0].partition("/")[2].upper()]
        with Image.open(io.BytesIO(data), formats=formats) as image:
            if image.width * image.height > LOGO_POINTS:
                raise NotALogo
            image.load()
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise NotALogo from None
    return kind


def _tell(
    organisation: Organisation, old: Mapping[str, Any], new: Mapping[str, Any], act: Act
) -> None:
    found: dict[str, Any] = {}
    for key in new:
        _differences((key,), old[key], new[key], found)
    if len(found) > MOST_TOLD:
        found = {key: [old[key], new[key]] for key in new if old[key] != new[key]}
    act.notify(
        SettingsChanged(
            organisation,
            act,
            parts=[key for key in new if mark_of(old[key]) != mark_of(new[key])],
            revision=organisation.profile_revision,
            values=found,
        )
    )


def differences(old: Any, new: Any) -> dict[str, Any]:
    """Give what differs between two parts: place to the value before and the one after."""
    found: dict[str, Any] = {}
    _differences((), old, new, found)
    return found


def _differences(place: tuple[str, ...], old: Any, new: Any, found: dict[str, Any]) -> None:
    if old == new:
        if mark_of(old) != mark_of(new):
            found[".".join(place)] = [list(old), list(new)]  # only the order of names differs
        return
    olds, news = _named(old), _named(new)
    if olds is None or news is None or (not olds and not news):
        found[".".join(place)] = [old, new]
        return
    for name in {**olds, **news}:
        here = (*place, name)
        before, after = olds.get(name, _GONE), news.get(name, _GONE)
        if before is _GONE or after is _GONE:
            pair = [None if one is _GONE else one for one in (before, after)]
            found[".".join(here)] = pair
        else:
            _differences(here, before, after, found)
    kept = [name for name in olds if name in news]
    if isinstance(old, list) and kept != [name for name in news if name in olds]:
        found[".".join((*place, "order"))] = [list(olds), list(news)]


def _named(value: Any) -> dict[str, Any] | None:
    """Give a mapping, or a list of things with ids, by name; None for anything else."""
    if isinstance(value, Mapping):
        return {str(key): one for key, one in value.items()}
    if isinstance(value, list) and all(isinstance(one, Mapping) and "id" in one for one in value):
        return {str(one["id"]): one for one in value}
    return None
