"""Types, processes and positions that a list names and the organisation has not: made as chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.content.models import Organisation, find_site
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.profiles.errors import ProfileMistakes
from qms.profiles.loader import apply, check_plain
from qms.profiles.state import stored_data


class CannotCreate(Refused):
    """The types, processes or positions cannot be created as chosen: ${why}."""


def create_missing(
    organisation: Organisation, wanted: Mapping[str, Mapping[str, str]], *, act: Act
) -> None:
    """Add what the organisation lacks to its profile; a type made here holds files.

    The whole profile is checked as if it were loaded anew; raises CannotCreate with its mistakes.
    """
    if not any(wanted.values()):
        return
    data = stored_data(organisation)
    route = data["routes"][0]["id"]
    for identifier, name in wanted.get("type", {}).items():
        data["document_types"].append(
            {"id": identifier, "name": name[:120], "content": "file", "route": route}
        )
    for identifier, name in wanted.get("process", {}).items():
        data["processes"].append({"id": identifier, "name": name[:160]})
    for identifier, name in wanted.get("position", {}).items():
        data["positions"].append({"id": identifier, "name": name[:160]})
    try:
        loaded = check_plain(_without_nothing(data))
    except ProfileMistakes as mistakes:
        why = "; ".join(str(one) for one in mistakes.mistakes[:5])
        raise CannotCreate(why=why) from mistakes
    apply(find_site(organisation), loaded, act)


def _without_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the parts that are nothing, as a file of the profile would."""
    return {key: value for key, value in data.items() if value is not None}
