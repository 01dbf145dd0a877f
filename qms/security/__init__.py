"""Who may do what: permissions, the access matrix, the policy, passwords, throttling, secrets."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.security.permissions import Permission
from qms.security.policy import SecurityPolicy


def includeme(config: Configurator) -> None:
    """Install the policy, and make every view that names no permission ask for ``view``."""
    config.set_security_policy(SecurityPolicy())
    config.set_default_permission(Permission.VIEW)
