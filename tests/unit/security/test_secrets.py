"""The server's secret, sealed values and signed texts."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.security.errors import BadSecretFile
from qms.security.secrets import Signer, Vault, derive_key, server_secret
from qms.security.tokens import digest, new_token

SECRET = bytes(range(32))


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = server_secret(tmp_path / "data")
    assert len(first) == 32
    assert server_secret(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data/secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]
    assert server_secret(tmp_path / "other") != first


def test_many_starters_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: server_secret(tmp_path), range(16)))) == 1


def test_d4_54_a_secret_that_others_may_read_is_refused(tmp_path):
    server_secret(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(BadSecretFile, match="0600"):
        server_secret(tmp_path)


def test_a_damaged_secret_is_refused_and_kept(tmp_path):
    server_secret(tmp_path)
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(BadSecretFile, match="damaged"):
        server_secret(tmp_path)
    assert (tmp_path / "secret").read_bytes() == b"short"


def test_keys_of_two_purposes_differ():
    assert derive_key(SECRET, "a") != derive_key(SECRET, "b")
    assert derive_key(SECRET, "a") == derive_key(SECRET, "a")


def test_a_sealed_value_opens_only_at_its_place_with_its_key():
    vault = Vault(SECRET, "totp")
    sealed = vault.seal(b"JBSWY3DP", "aexpress/ana")
    assert "JBSWY3DP" not in sealed
    assert vault.open(sealed, "aexpress/ana") == b"JBSWY3DP"
    for other, place in ((vault, "aexpress/eva"), (Vault(SECRET, "ca"), "aexpress/ana")):
        with pytest.raises(BadSecretFile):
            other.open(sealed, place)


@given(st.text(), st.text(min_size=1))
def test_a_signed_text_comes_back_and_an_altered_one_does_not(text, tail):
    signer = Signer(SECRET, "cookie")
    signed = signer.sign(text)
    assert signer.unsign(signed) == text
    assert signer.unsign(signed + tail) is None
    assert signer.unsign(text) is None
    assert Signer(SECRET, "other").unsign(signed) is None


def test_tokens_are_long_and_not_what_is_stored():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 and digest(token) != token for token in tokens)
    digest("\ud800")
