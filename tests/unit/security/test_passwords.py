"""Passwords: what is refused, what is accepted, and that nobody's absence shows."""

from __future__ import annotations

import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.security.errors import WeakPassword
from qms.security.passwords import (
    LONGEST,
    SHORTEST,
    check_password,
    hash_password,
    needs_new_hash,
    refuse_weak,
)

PERSONAL = ("Lucía Mora", "lucia.mora@aexpress.example", "aexpress")


@pytest.mark.parametrize(
    "weak",
    [
        "corta",
        "123456789",
        "1234567890",
        "aaaaaaaaaaaa",
        "abababababab",
        "qwertyuiop",
        "Contraseña123",
        "contrasena2026!",
        "Bienvenido1",
        "luciamora2026",
        "LUCIA.MORA@aexpress.example",
        "aexpress1234",
        "x" * (LONGEST + 1),
    ],
)
def test_a_guessable_password_is_refused_with_a_reason(weak):
    with pytest.raises(WeakPassword) as refusal:
        refuse_weak(weak, personal=PERSONAL)
    assert "${" not in str(refusal.value)


@pytest.mark.parametrize(
    "good",
    [
        "tres gatos azules",
        "correcto caballo batería",
        "kd93-fkw2-xx",
        "Ñandú patagónico",
        "世" * 4 + "abcdefg",
    ],
)
def test_no_composition_rules(good):
    refuse_weak(good, personal=PERSONAL)


@given(st.text(max_size=SHORTEST - 1))
def test_whatever_is_shorter_than_ten_characters_is_refused(text):
    with pytest.raises(WeakPassword):
        refuse_weak(text)


@pytest.mark.usefixtures("dear_secrets")
def test_only_the_right_password_opens():
    stored = hash_password("tres gatos azules")
    assert stored.startswith("$argon2id$")
    assert "gatos" not in stored
    assert check_password(stored, "tres gatos azules")
    assert not check_password(stored, "tres gatos azules ")
    assert not check_password(None, "tres gatos azules")
    assert not check_password("rubbish", "tres gatos azules")
    assert not check_password(stored, "x" * 10_000_000)
    assert not needs_new_hash(stored)
    assert needs_new_hash(stored.replace("t=2", "t=1"))


@pytest.mark.usefixtures("dear_secrets")
def test_d4_16_a_check_against_nobody_costs_as_much_as_one_against_somebody():
    stored = hash_password("tres gatos azules")
    times = {"somebody": [], "nobody": []}
    check_password(None, "warm up")
    for _ in range(7):
        for name, value in (("somebody", stored), ("nobody", None)):
            # Of the processor: the clock tells of whoever else is busy.
            start = time.thread_time()
            check_password(value, "a wrong password")
            times[name].append(time.thread_time() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    assert abs(medians["somebody"] - medians["nobody"]) < 0.05
    assert min(times["nobody"]) > min(times["somebody"]) / 2
