"""Keys open only to the one who may use them; certificates say what they are for."""

import pickle
import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from signing_house import AT, PASSPHRASE, build_house

from qms.signing import authority as pki
from qms.signing import keys, services
from qms.signing.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    KeyMismatch,
    RevocationUnknown,
    SigningLocked,
    WeakPassphrase,
    WrongIssuer,
    WrongPassphrase,
    WrongSecret,
    WrongUsage,
)
from qms.signing.models import ATTEMPTS
from qms.signing.preflight import preflight


def test_certificates_say_who_and_for_what(house):
    root = pki.load_certificate(house.root)
    person = house.keys[0].certificate
    usage = person.extensions.get_extension_for_class(x509.KeyUsage)
    limits = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.critical
    assert limits.value.ca
    assert limits.value.path_length == 0
    assert root.extensions.get_extension_for_class(x509.KeyUsage).critical
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert pki.text_of(person.subject, NameOID.COMMON_NAME) == "Lucía Mora"
    assert pki.text_of(person.subject, NameOID.SERIAL_NUMBER) == "lucia-mora"
    assert pki.text_of(person.subject, NameOID.ORGANIZATION_NAME) == "Aexpress S.A."
    assert not pki.is_seal(person)
    assert pki.is_seal(house.seal.certificate)
    serials = [key.certificate.serial_number for key in house.keys]
    assert len({*serials, house.seal.certificate.serial_number, root.serial_number}) == 5


def test_the_revocation_list_is_signed_numbered_and_says_when_the_next_one_comes(new_house):
    services.revoke(
        new_house.authority, 3, reason="affiliationChanged", secret=new_house.secret, at=AT
    )
    crl = pki.load_crl(new_house.authority.crl)
    root = pki.load_certificate(new_house.root)
    assert pki.is_crl_of(crl, root)
    assert crl.next_update_utc - crl.last_update_utc == pki.CRL_LIFE
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert number == new_house.authority.crl_number == 3
    found = pki.revocation_of(new_house.keys[0].certificate, [crl])
    assert (found.serial, found.reason, found.at) == (3, "affiliationChanged", AT)


def test_the_first_revocation_stands_and_the_list_is_due_in_time(new_house):
    authority, secret = new_house.authority, new_house.secret
    services.revoke(authority, 3, reason="superseded", secret=secret, at=AT)
    services.revoke(authority, 3, reason="keyCompromise", secret=secret, at=AT + timedelta(days=5))
    assert authority.revoked[3] == (AT, "superseded")
    with pytest.raises(KeyError):
        services.revoke(authority, 99, reason="superseded", secret=secret, at=AT)
    published = AT + timedelta(days=5)
    assert not services.crl_is_due(authority, at=published + timedelta(days=19))
    assert services.crl_is_due(authority, at=published + timedelta(days=21))


def test_c11_a_copy_of_the_database_alone_cannot_sign(house):
    with pytest.raises(WrongSecret):
        services.open_seal(house.authority, b"x" * 32)
    with pytest.raises(WrongSecret):
        services.open_issuer(house.authority, b"x" * 32)
    stored = pickle.dumps((house.authority, house.identities))
    for key in [*house.keys, house.seal]:
        number = key.private_key.private_numbers().private_value
        assert number.to_bytes(32, "big") not in stored
    assert house.secret not in stored
    assert PASSPHRASE.encode() not in stored


def test_a_key_locked_for_one_purpose_does_not_open_for_another(house):
    with pytest.raises(WrongSecret):
        keys.open_with_secret(house.authority.encrypted_seal_key, house.secret, "ca:aexpress")


def test_a_short_server_secret_is_a_mistake_of_the_installation():
    with pytest.raises(ValueError, match="32"):
        keys.lock_with_secret(keys.new_key(), b"short", "ca:x")


def test_a_signing_passphrase_has_a_least_length_and_any_typing_of_accents():
    with pytest.raises(WeakPassphrase):
        keys.lock_with_passphrase(keys.new_key(), "corta")
    locked = keys.lock_with_passphrase(keys.new_key(), "contraseña única")
    assert keys.open_with_passphrase(locked, "contrasen\u0303a u\u0301nica")
    assert keys.open_with_passphrase(locked, "contrasena unica") is None
    assert keys.open_with_passphrase(locked, "") is None
    assert keys.open_with_passphrase(b"garbage", "contraseña única") is None


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
@pytest.mark.usefixtures("dear_secrets")
def test_the_encrypted_key_is_a_standard_file_that_openssl_opens(tmp_path):
    path, key = tmp_path / "key.der", keys.new_key()
    path.write_bytes(keys.lock_with_passphrase(key, PASSPHRASE))
    command = ["openssl", "pkey", "-inform", "DER", "-in", str(path), "-pubout", "-passin"]
    done = subprocess.run([*command, f"pass:{PASSPHRASE}"], capture_output=True, check=True)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    assert done.stdout == key.public_key().public_bytes(serialization.Encoding.PEM, form)


def test_c5_d4_24_the_fifth_wrong_passphrase_locks_and_only_a_new_enrolment_helps(new_house):
    identity, authority = new_house.identities[0], new_house.authority
    for left in range(ATTEMPTS - 1, 0, -1):
        key = services.unlock(identity, authority, "la de otra persona")
        attempt = services.settle(identity, key, at=AT)
        assert isinstance(attempt.refusal, WrongPassphrase)
        assert attempt.refusal.mapping == {"left": str(left)}
        assert not attempt.locked_now
    attempt = services.settle(identity, None, at=AT)
    assert isinstance(attempt.refusal, SigningLocked)
    assert attempt.locked_now
    with pytest.raises(SigningLocked):
        services.unlock(identity, authority, PASSPHRASE)
    late = services.settle(identity, new_house.keys[0], at=AT)  # a race that opened it before
    assert late.key is None
    assert not late.locked_now
    again = services.enrol(
        authority,
        name="Lucía Mora",
        person_id="lucia-mora",
        passphrase="otra frase nueva",
        secret=new_house.secret,
        at=AT,
    )
    assert services.unlock(again, authority, "otra frase nueva")


def test_c5_the_right_passphrase_forgets_earlier_slips(new_house):
    identity = new_house.identities[0]
    for _ in range(ATTEMPTS - 1):
        services.settle(identity, None, at=AT)
    key = services.unlock(identity, new_house.authority, PASSPHRASE)
    assert services.settle(identity, key, at=AT).refusal is None
    assert identity.attempts_left == ATTEMPTS


def test_c15_a_good_key_passes_the_preflight(house):
    for key in [*house.keys, house.seal]:
        preflight(key, crl=house.authority.crl, at=AT)


def test_c15_expired_and_not_yet_valid_certificates_are_refused(house):
    key = house.keys[0]
    until = key.certificate.not_valid_after_utc
    crl = pki.issue_crl(services.open_issuer(house.authority, house.secret), [], number=9, at=until)
    with pytest.raises(CertificateExpired) as refusal:
        preflight(key, crl=crl, at=until + timedelta(seconds=1))
    assert "2028" in str(refusal.value)
    with pytest.raises(CertificateNotYetValid):
        preflight(key, crl=crl, at=AT - timedelta(days=2))


def test_c15_a_revoked_certificate_is_refused(new_house):
    key = new_house.keys[0]
    services.revoke(new_house.authority, 3, reason="keyCompromise", secret=new_house.secret, at=AT)
    with pytest.raises(CertificateRevoked):
        preflight(key, crl=new_house.authority.crl, at=AT)


def test_c15_the_wrong_key_is_refused(house):
    mixed = keys.UnlockedKey(
        house.keys[1].private_key, house.keys[0].certificate, house.keys[0].issuer
    )
    with pytest.raises(KeyMismatch):
        preflight(mixed, crl=house.authority.crl, at=AT)


def test_c15_a_certificate_for_another_use_or_of_another_house_is_refused(house, look_alike):
    issuer = services.open_issuer(house.authority, house.secret)
    itself = keys.UnlockedKey(issuer.private_key, issuer.certificate, issuer.certificate)
    with pytest.raises(WrongUsage):
        preflight(itself, crl=house.authority.crl, at=AT)
    foreign = look_alike.keys[0]
    mixed = keys.UnlockedKey(foreign.private_key, foreign.certificate, house.keys[0].issuer)
    with pytest.raises(WrongIssuer):
        preflight(mixed, crl=house.authority.crl, at=AT)


def test_c15_no_genuine_fresh_revocation_list_no_signature(house, look_alike):
    key = house.keys[0]
    for crl in (b"", b"garbage", look_alike.authority.crl):
        with pytest.raises(RevocationUnknown):
            preflight(key, crl=crl, at=AT)
    with pytest.raises(RevocationUnknown):
        preflight(key, crl=house.authority.crl, at=AT + timedelta(days=31))


def test_an_open_key_does_not_print_itself(house):
    assert "private" not in repr(house.keys[0]).lower()


def test_names_longer_than_a_certificate_allows_are_cut():
    house = build_house((("p", "xÁ" + "Á" * 90, "", ""),))
    subject = house.keys[0].certificate.subject
    assert pki.text_of(subject, NameOID.COMMON_NAME) == "x" + "Á" * 31
