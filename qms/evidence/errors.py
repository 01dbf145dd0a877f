"""Why a pack is not made."""

from __future__ import annotations

from qms.kernel.errors import NotFound, Refused


class NothingHere(NotFound):
    """There is nothing here that you may take out as evidence."""


class TooMuch(Refused):
    """The pack would hold more than ${documents} documents or ${megabytes} MB; choose less."""


class TooLong(Refused):
    """Too much happened in this period for one pack; choose a shorter one."""


class Busy(Refused):
    """Other evidence packs are being made just now; try again in a minute."""


class NoAuthority(Refused):
    """This organisation has no seal yet, so that nothing can vouch for a pack."""


class Damaged(Refused):
    """The stored file «${filename}» is damaged; ask an operator to run «qms doctor»."""
