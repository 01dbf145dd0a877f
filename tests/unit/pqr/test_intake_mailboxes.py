"""Which mail servers get a password: only who is who they say, and only where nobody listens."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_server import Mailserver

from qms.kernel.errors import Refused
from qms.pqr.intake.errors import (
    BadMailbox,
    MailboxClosed,
    ServerWithoutEncryption,
    UntrustedServer,
)
from qms.pqr.intake.mailboxes import ImapMailbox, mailboxes_of

HOST = "127.0.0.1"


def certificate(folder, name, *, days=1):
    """Make a certificate that vouches for itself; gives its file and a server's context."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Correo de prueba")])
    where = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([where]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


@pytest.fixture
def server():
    return Mailserver()


@pytest.fixture
def said(tmp_path):
    """Give what the configuration says of a mailbox."""
    secret = tmp_path / "password"
    secret.write_text("secreto")
    secret.chmod(0o600)
    return {"org.host": HOST, "org.user": "pqr", "org.password_file": str(secret)}


def opened(said, port, **more):
    """Open the mailbox at this port, close it again and give what waits in it."""
    (mailbox,) = mailboxes_of(
        said | {"org.port": str(port)} | {f"org.{k}": v for k, v in more.items()}
    )
    place = ImapMailbox(mailbox)
    try:
        return [place.fetch(uid, 100) for uid in place.uids(9)]
    finally:
        place.close()


def passwords(server):
    return [one for one in server.commands if one.startswith(("LOGIN", "AUTHENTICATE"))]


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_mailbox_is_read_over_real_tls_by_a_certificate_of_the_house(server, said, tmp_path, way):
    public, context = certificate(tmp_path, HOST)
    server.deliver(b"Subject: Hola\r\n\r\nUno")
    with server.running(**{way: context}) as port:
        mails = opened(said, port, security=way, ca_file=str(public))
    assert mails == [b"Subject: Hola\r\n\r\nUno"]
    assert len(passwords(server)) == 1


@pytest.mark.parametrize("way", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("name", "days", "is_known"),
    [(HOST, 1, False), ("correo.example", 1, True), (HOST, -1, True)],
    ids=["unknown", "of another", "out of date"],
)
def test_d4_53_a_certificate_that_cannot_be_trusted_gets_no_password(
    server, said, tmp_path, way, name, days, is_known
):
    public, context = certificate(tmp_path, name, days=days)
    trust = {"ca_file": str(public)} if is_known else {}
    with server.running(**{way: context}) as port, pytest.raises(UntrustedServer) as refusal:
        opened(said, port, security=way, **trust)
    assert str(refusal.value).startswith(
        f"The certificate of the mail server {HOST} is not trusted"
    )
    assert passwords(server) == []


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_d4_53_a_server_that_speaks_in_clear_gets_no_password(server, said, way):
    with server.running() as port, pytest.raises(ServerWithoutEncryption) as refusal:
        opened(said, port, security=way)
    assert "no password was sent" in str(refusal.value)
    assert passwords(server) == []


def test_d4_53_what_is_said_in_clear_before_encryption_is_forgotten(server, said, tmp_path):
    public, context = certificate(tmp_path, HOST)
    with server.running(starttls=context) as port:
        opened(said, port, security="starttls", ca_file=str(public))
    started = server.commands.index("STARTTLS")
    # What the server can do is asked again once nobody can have changed the answer.
    assert "CAPABILITY" in server.commands[started + 1 :]
    assert not [one for one in server.commands[:started] if one.startswith("LOGIN")]


def test_no_encryption_is_for_a_server_on_this_machine_that_the_settings_name(server, said):
    with server.running() as port:
        assert opened(said, port, security="none") == []
    for host in ("correo.example", "127.0.0.2", "10.0.0.7", "localhost.example"):
        with pytest.raises(BadMailbox, match="security"):
            mailboxes_of(said | {"org.host": host, "org.security": "none"})
    assert [one.security for one in mailboxes_of(said)] == ["tls"]


def test_what_is_set_up_badly_is_told_before_anything_is_sent(server, said, tmp_path):
    with server.running() as port:
        for wrong in ({"security": "ssl"}, {"ca_file": str(tmp_path / "none.pem")}):
            with pytest.raises(BadMailbox, match=next(iter(wrong)).partition("=")[0]):
                opened(said, port, **wrong)
        Path(said["org.password_file"]).chmod(0o644)
        with pytest.raises(BadMailbox, match="0600"):
            opened(said, port, security="none")
    assert passwords(server) == []


def test_a_server_that_refuses_is_told_in_a_sentence(server, said):
    server.password = "otra"
    with server.running() as port, pytest.raises(MailboxClosed, match="AUTHENTICATIONFAILED"):
        opened(said, port, security="none")
    assert issubclass(MailboxClosed, Refused)
