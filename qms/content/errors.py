"""What the tree refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class BadName(Refused):
    """This name cannot stand in an address; use letters, digits, dots and dashes."""


class NameTaken(Refused):
    """Something with this name is already here; choose another name."""


class FileDisposed(Refused):
    """This was eliminated by the record ${record} on ${day}; its SHA-256 is kept: ${sha256}."""
