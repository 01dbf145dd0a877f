"""What set-up refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class ProfileMoved(Refused):
    """Somebody else changed this meanwhile; open the page again, and nothing of theirs is lost."""


class NotALogo(Refused):
    """A logo is a PNG or JPEG picture of at most 250 KB."""


class InUse(Refused):
    """«${name}» is used by documents or other settings, so it stays; take it out of use instead."""


class LastOne(Refused):
    """The last one stays: an organisation needs at least one."""


class OrganisationExists(Refused):
    """There is an organisation «${name}» already."""


class BadOrganisationId(Refused):
    """«${name}» cannot be the id of an organisation: small letters, digits and single dashes."""


class NoStarter(Refused):
    """There is no starting profile for the country ${country}; known are ${known}."""
