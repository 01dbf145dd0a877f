"""Signed records of acts: bound to their bytes, their signer, their organisation."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_house import AT, appearance

from qms.kernel.canonical import canonical_json
from qms.signing import services
from qms.signing.errors import KeyMismatch
from qms.signing.keys import UnlockedKey
from qms.signing.records import PREFIX, sign_record, verify_record
from qms.signing.report import APPROVAL, SEAL

ACT = {
    "act": "returned",
    "document": "PRO-AX-SC-01",
    "version": "3",
    "pdf_sha256": "ab" * 32,
    "person": "lucia-mora",
    "at": AT,
    "reason": "Falta la actividad 7",
}


@pytest.fixture(scope="session")
def signed(house):
    return sign_record(canonical_json(ACT), house.keys[0])


def test_a_signed_return_verifies_and_names_its_signer(house, signed):
    record = json.loads(json.dumps(signed))
    crls = [house.authority.crl]
    report = verify_record(canonical_json(ACT), record, trust=[house.root], crls=crls, signed_at=AT)
    assert report.ok, report.problems
    assert (report.signer, report.person_id) == ("Lucía Mora", "lucia-mora")
    assert report.level == APPROVAL
    assert report.to_dict()["ok"]


@pytest.mark.parametrize("name", ["document", "version", "pdf_sha256", "person", "at", "reason"])
def test_c2_a_record_moved_to_another_document_fails(name, house, signed):
    moved = canonical_json({**ACT, name: "other"})
    report = verify_record(moved, signed, trust=[house.root], signed_at=AT)
    assert not report.ok
    assert not report.intact


def test_c2_a_signature_for_another_purpose_is_no_record(house):
    key = house.keys[0]
    data = canonical_json(ACT)
    record = {**sign_record(data, key), "signature": sign_record(b"x" + data, key)["signature"]}
    assert not verify_record(data, record, trust=[house.root], signed_at=AT).ok
    raw = key.sign(data)  # without the prefix
    import base64

    record["signature"] = base64.b64encode(raw).decode()
    assert not verify_record(data, record, trust=[house.root], signed_at=AT).ok
    assert PREFIX.endswith(b"\n")


def test_d4_52_a_look_alike_is_a_stranger(house, look_alike):
    data = canonical_json(ACT)
    record = sign_record(data, look_alike.keys[0])
    report = verify_record(data, record, trust=[house.root], signed_at=AT)
    assert report.intact
    assert not report.trusted
    assert not report.ok


def test_a_seal_is_named_a_seal(house):
    record = sign_record(b"{}", house.seal)
    assert verify_record(b"{}", record, trust=[house.root], signed_at=AT).level == SEAL


@pytest.mark.parametrize(
    ("reason", "hours", "ok"),
    [("keyCompromise", 1, False), ("affiliationChanged", 1, True), ("superseded", -1, False)],
)
def test_revocation_counts_as_in_a_pdf(reason, hours, ok, new_house):
    record = sign_record(b"{}", new_house.keys[0])
    when = AT + timedelta(hours=hours)
    services.revoke(new_house.authority, 3, reason=reason, secret=new_house.secret, at=when)
    crls = [new_house.authority.crl]
    report = verify_record(b"{}", record, trust=[new_house.root], crls=crls, signed_at=AT)
    assert report.revoked
    assert report.ok is ok


def test_a_moment_outside_the_certificate_is_not_trusted(house, signed):
    data = canonical_json(ACT)
    for moment in (AT - timedelta(days=9), AT + timedelta(days=900)):
        assert not verify_record(data, signed, trust=[house.root], signed_at=moment).ok


def test_a_key_of_somebody_else_does_not_sign(house):
    mixed = UnlockedKey(house.keys[1].private_key, house.keys[0].certificate, house.keys[0].issuer)
    with pytest.raises(KeyMismatch):
        sign_record(b"{}", mixed)
    assert appearance(0).name == house.keys[0].name


@given(
    st.dictionaries(st.sampled_from(["signature", "certificate", "algorithm"]), st.text(max_size=9))
)
def test_garbage_gives_a_report(house, signed, garbage):
    for record in (garbage, {**signed, **garbage}):
        report = verify_record(canonical_json(ACT), record, trust=[house.root], signed_at=AT)
        assert report.ok is (record == signed)
        assert report.ok or report.problems
