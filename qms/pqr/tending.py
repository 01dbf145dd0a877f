"""What the worker does for cases, again and again; all of it may be repeated without harm."""

from __future__ import annotations

from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.pqr.delivering import follow
from qms.pqr.escalation import escalate
from qms.pqr.posting import take_down


def tend(organisation: Organisation, *, act: Act) -> None:
    """Tell of what nears its end, note what became of mails, take old notices down."""
    escalate(organisation, act=act)
    follow(organisation, act=act)
    take_down(organisation, act=act)
