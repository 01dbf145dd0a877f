"""The settings, parsed once; no other module reads the configuration file's strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qms.kernel.errors import Refused

INTAKE = "qms.intake."
"""Begins the keys of mailboxes; an organisation's id and what is said of it follow."""


class BadSetting(Refused):
    """The setting ${name} cannot be ${value}."""


@dataclass(frozen=True)
class Settings:
    """Everything that an operator can set; ``docs/settings.md`` tells each."""

    data_dir: Path
    """Folder of the database, the secret and the mail preview."""
    base_url: str
    """Address under which people reach the system; links in mails and QR codes start with it."""
    secret_file: Path
    """File with the server's secret, readable by its owner only."""
    environment: str = "production"
    """``development`` or ``production``."""
    mail_host: str = ""
    """Mail server; empty keeps mails in ``data_dir/mail`` instead of sending them."""
    mail_port: int = 25
    """Port of the mail server."""
    mail_user: str = ""
    """Account at the mail server; empty for none."""
    mail_password: str = ""
    """Password of that account."""
    mail_security: str = "auto"
    """``auto`` (STARTTLS where offered), ``starttls``, ``tls`` or ``none``."""
    mail_from: str = "qms@localhost"
    """Sender of every mail."""
    timestamp_url: str = ""
    """Address of an RFC 3161 time stamping authority; empty for none."""
    intake: Mapping[str, str] = field(default_factory=dict)
    """The ``qms.intake.`` keys, without that beginning: mailboxes by which cases come."""

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Settings:
        """Read the ``qms.*`` keys; raises BadSetting for one that cannot be used."""
        data_dir = Path(values.get("qms.data_dir") or "var")
        base_url = (values.get("qms.base_url") or "http://localhost:6543").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            raise BadSetting(name="qms.base_url", value=base_url)
        environment = values.get("qms.environment") or "production"
        if environment not in {"development", "production"}:
            raise BadSetting(name="qms.environment", value=environment)
        port = values.get("qms.mail.port") or "25"
        if not port.isdigit():
            raise BadSetting(name="qms.mail.port", value=port)
        security = values.get("qms.mail.security") or "auto"
        if security not in {"auto", "starttls", "tls", "none"}:
            raise BadSetting(name="qms.mail.security", value=security)
        return cls(
            data_dir=data_dir,
            base_url=base_url,
            secret_file=Path(values.get("qms.secret_file") or data_dir / "secret"),
            environment=environment,
            mail_host=values.get("qms.mail.host") or "",
            mail_port=int(port),
            mail_user=values.get("qms.mail.user") or "",
            mail_password=values.get("qms.mail.password") or "",
            mail_security=security,
            mail_from=values.get("qms.mail.from") or "qms@localhost",
            timestamp_url=values.get("qms.timestamp_url") or "",
            intake={
                name.removeprefix(INTAKE): value
                for name, value in values.items()
                if name.startswith(INTAKE)
            },
        )

    def check_url(self, token: str) -> str:
        """Give the address of the public check page behind a printed QR."""
        return f"{self.base_url}/v/{token}"
