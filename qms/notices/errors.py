"""What the outbox refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class BadMail(Refused):
    """This mail cannot be sent: its subject or its address holds signs that do not belong there."""
