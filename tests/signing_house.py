"""Builds organisations that can sign, for tests: an authority, three signers, a seal."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from qms.signing import services
from qms.signing.appearance import Appearance
from qms.signing.keys import UnlockedKey
from qms.signing.models import CertificateAuthority, SigningIdentity
from qms.signing.pades import seal_pdf, sign_pdf

BOGOTA = timezone(timedelta(hours=-5))
AT = datetime(2026, 11, 22, 9, 5, tzinfo=BOGOTA)
LATER = AT + timedelta(days=1)
PASSPHRASE = "una frase bien larga"
SIGNERS = (
    ("lucia-mora", "Lucía Mora", "Jefe de Servicio al Cliente", "Elaboró"),
    ("jose-nanez", "José Ñáñez Güiza", "Directora Comercial (E)", "Revisó"),
    ("ana-pena", "Ana María Fernández de la Peña y Restrepo", "Gerente General", "Aprobó"),
)


@dataclass
class House:
    """An organisation ready to sign."""

    secret: bytes
    authority: CertificateAuthority
    identities: list[SigningIdentity]
    keys: list[UnlockedKey]
    seal: UnlockedKey

    @property
    def root(self):
        return self.authority.certificate


def build_house(people=SIGNERS):
    secret = os.urandom(32)
    authority = services.found_authority(
        label="aexpress",
        organisation="Aexpress S.A.",
        organisation_id="NTRCO-900123456",
        country="CO",
        secret=secret,
        at=AT - timedelta(days=30),
    )
    services.publish_crl(authority, secret=secret, at=AT)
    identities = [
        services.enrol(
            authority,
            name=name,
            person_id=person_id,
            passphrase=PASSPHRASE,
            secret=secret,
            at=AT - timedelta(days=1),
        )
        for person_id, name, *_ in people
    ]
    keys = [services.unlock(identity, authority, PASSPHRASE) for identity in identities]
    return House(secret, authority, identities, keys, services.open_seal(authority, secret))


def appearance(number, at=AT):
    _, name, position, meaning = SIGNERS[number]
    extra = ("por delegación de Pedro Pérez",) if number == 2 else ()
    return Appearance(name, position, meaning, at, extra=extra)


def sign_all(pdf, house, **kwargs):
    for number, key in enumerate(house.keys):
        pdf = sign_pdf(pdf, f"step-{number}", key, appearance=appearance(number))
    return seal_pdf(pdf, house.seal, meaning="Versión liberada", at=AT, **kwargs)


@dataclass
class Tsa:
    root: bytes
    key: asn1_keys.PrivateKeyInfo
    certificate: asn1_x509.Certificate

    def stamper(self, at):
        return DummyTimeStamper(self.certificate, self.key, fixed_dt=at.astimezone(UTC))


def build_tsa():
    """A small authority of trusted time; RSA, because the test stamper of the library is."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hora de prueba")])
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Raíz de la hora")])

    def certificate(subject, extensions):
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT.astimezone(UTC) - timedelta(days=10))
            .not_valid_after(AT.astimezone(UTC) + timedelta(days=7000))
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    root = certificate(root_name, [x509.BasicConstraints(ca=True, path_length=0)])
    leaf = certificate(name, [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])])
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Tsa(root, asn1_keys.PrivateKeyInfo.load(der), asn1_x509.Certificate.load(leaf))
