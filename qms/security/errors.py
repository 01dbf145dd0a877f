"""What passwords and codes refuse."""

from __future__ import annotations

from qms.kernel.errors import Refused


class WeakPassword(Refused):
    """This password is easy to guess; choose another one, such as a short sentence."""


class BadSecretFile(Refused):
    """The secret file of the server is damaged or readable by others."""
