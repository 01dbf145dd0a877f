"""Why a table cannot be taken away."""

from __future__ import annotations

from qms.kernel.errors import Refused


class TooManyRows(Refused):
    """The list is too long for this kind of file."""


class UnknownForm(Refused):
    """There is no such kind of file; choose Excel, CSV or PDF."""


class TooBusy(Refused):
    """Several files are being made just now. Wait a moment and try again."""
