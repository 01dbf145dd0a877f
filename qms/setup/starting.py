"""Makes an empty organisation, so that everything else is set up on screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qms.content.models import Organisation, Site
from qms.documents.folder import documents_of
from qms.documents.services.keys import found_authority
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, slug
from qms.profiles.apply import RESERVED, apply
from qms.profiles.loader import check_plain
from qms.profiles.reader import plain, read_file
from qms.setup.errors import BadOrganisationId, NoStarter, OrganisationExists
from qms.setup.events import OrganisationStarted

FOLDER = Path(__file__).parent.parent / "profiles" / "data" / "starters"
"""Where the starting profiles of the countries are."""
SETTER_POSITION = "responsable-calidad"
"""The position of whoever sets the organisation up, until they choose another one."""
SETTER_ROLES = ("administrator", "quality")


def countries() -> list[str]:
    """List the countries that have a starting profile."""
    return sorted(path.stem.upper() for path in FOLDER.glob("*.yaml"))


def starter(country: str) -> dict[str, Any]:
    """Give the starting profile of a country as plain data; NoStarter where there is none."""
    if country.upper() not in countries():
        raise NoStarter(country=country, known=", ".join(countries()))
    return plain(read_file(FOLDER / f"{country.lower()}.yaml"))


def start_organisation(
    site: Site,
    identifier: str,
    *,
    name: str,
    country: str,
    administrator: str,
    email: str,
    secret: bytes,
    act: Act,
) -> Organisation:
    """Make an organisation with one person in it, who sets up everything else on screen.

    Raises BadOrganisationId, OrganisationExists, NoStarter, or ProfileMistakes such as an e-mail
    address that somebody else in the installation has.
    """
    right = re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", identifier) and len(identifier) <= 64
    if not right or identifier in RESERVED:
        raise BadOrganisationId(name=identifier[:80])
    if site.get(identifier) is not None:
        raise OrganisationExists(name=identifier)
    data = starter(country)
    data["organisation"] = {"id": identifier, "name": clean_line(name), **data["organisation"]}
    person = {
        "id": slug(administrator, 40) or "administrador",
        "name": clean_line(administrator),
        "email": email,
        "positions": [SETTER_POSITION],
        "roles": list(SETTER_ROLES),
    }
    data["persons"] = [person]
    organisation = apply(site, check_plain(data), act)
    documents_of(organisation)
    found_authority(organisation, secret=secret, act=act)
    act.notify(
        OrganisationStarted(
            organisation, act, country=country.upper(), administrator=str(person["id"])
        )
    )
    return organisation
