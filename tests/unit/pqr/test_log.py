"""The columns of the log, and what is hidden of people in words about their cases."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.privacy import veiled
from qms.pqr.log import LOG_FIELDS
from qms.profiles import case_schema

ROSA = {
    "name": "Rosa Peña de la Torre",
    "id": "52.000.111",
    "email": "rosa@example.org",
    "phone": "+57 300 123 4567",
    "address": "Calle 12 # 34-56",
}


def test_a_profile_names_the_columns_that_a_case_can_fill():
    assert set(case_schema.LOG_FIELDS) == set(LOG_FIELDS)


def test_words_of_a_name_numbers_and_addresses_are_hidden_and_the_rest_stays():
    text = (
        "Señora PEÑA: la guía 998877 va a la Calle 12 # 34-56. Firma rosa@example.org,"
        " cédula 52000111, celular 300-123-4567. Una rosa de papel."
    )
    said = veiled(text, ROSA)
    for secret in ("PEÑA", "Calle 12", "rosa@", "52000111", "300-123"):
        assert secret not in said
    assert "guía 998877" in said
    assert "Una rosa de papel." in said


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Peña", "señora", "Rosa,", "(Torre)", "el envío", "52.000.111"])))
def test_hiding_twice_hides_the_same(words):
    once = veiled(" ".join(words), ROSA)
    assert veiled(once, ROSA) == once
    assert not {"Peña", "Rosa", "Torre"} & set(once.replace(",", " ").replace(")", " ").split())
