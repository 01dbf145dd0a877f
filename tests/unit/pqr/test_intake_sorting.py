"""Which case a subject names: every number of a pattern is found, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.pqr.intake import sorting
from qms.pqr.intake.errors import BadMailbox
from qms.pqr.intake.mailboxes import mailboxes_of, moment_of
from qms.pqr.intake.reading import Mail, clean_lines

PATTERNS = ("{acronym}-{year}-{n:05}", "{n}", "SQR.{n:03}", "{acronym}{year}.{n:08}", "A-{n:02}")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
around = st.text(st.characters(blacklist_characters="[]", blacklist_categories=["Cs"]), max_size=40)


@given(
    st.sampled_from(PATTERNS), st.sampled_from(("PQR", "SQR", "PQRSD", "A.B")),
    st.integers(2000, 2099), st.integers(1, 10**9), around, around,
)  # fmt: skip
def test_every_number_of_a_pattern_is_found_in_any_subject(
    pattern, acronym, year, number, before, after
):
    name = pattern.format(acronym=acronym, year=year, n=number)
    subject = f"Re: {before}[{name.lower()}]{after}"
    known = sorting.number_in(subject, {name.upper()}.__contains__, _of(pattern, acronym))
    assert known == (name.upper(), True)
    unknown = sorting.number_in(subject, set().__contains__, _of(pattern, acronym))
    assert unknown == (name.upper(), False)


def _of(pattern, acronym):
    return sorting.number_pattern(pattern, acronym)


@given(st.text(max_size=200))
def test_a_subject_without_brackets_names_no_case(text):
    subject = text.replace("[", "(")
    assert sorting.number_in(subject, lambda _one: True, _of("{n}", "")) == ("", False)


@given(st.text(max_size=400))
def test_no_subject_breaks_the_reader(text):
    number, _here = sorting.number_in(text, lambda one: len(one) == 3, _of(PATTERNS[0], "PQR"))
    assert len(number) <= 80


def test_a_word_in_brackets_that_is_no_number_does_not_count():
    pattern = _of(PATTERNS[0], "PQR")
    nobody = set().__contains__
    assert sorting.number_in("[EXTERNO] hola", nobody, pattern) == ("", False)
    assert sorting.number_in("[EXTERNO] [PQR-2026-00001]", nobody, pattern)[0] == "PQR-2026-00001"


@given(st.text(max_size=300))
def test_cleaned_lines_stay_as_they_are_when_cleaned_again(text):
    once = clean_lines(text)
    assert clean_lines(once) == once


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({}, ""),
        ({"address": ""}, "sender"),
        ({"senders": 2}, "sender"),
        ({"spam": True}, "spam"),
        ({"failed_proof": True}, "unproven"),
        ({"subject": "", "text": ""}, "empty"),
    ],
)
def test_a_mail_that_nobody_can_be_sure_of_waits_for_a_clerk(more, doubt):
    values = {"address": "a@b.example", "senders": 1, "subject": "Hola", **more}
    assert sorting.doubt(Mail(b"", NOW, **values)) == doubt


def test_our_own_address_and_mail_servers_are_programs():
    for address in ("qms@aexpress.example", "QMS@AEXPRESS.example", "MAILER-DAEMON@x.example"):
        assert sorting.is_program(Mail(b"", NOW, address=address), {"qms@aexpress.example"})
    assert not sorting.is_program(Mail(b"", NOW, address="a@b.example"), {"qms@aexpress.example"})


def test_a_mailbox_says_what_is_wrong_with_it():
    good = {"ax.host": "mx", "ax.user": "pqr", "ax.password_file": "/secret"}
    assert mailboxes_of(good)[0].port == 993
    assert mailboxes_of({"ax.address": "pqr@ax.example"}) == []
    for more in (
        {"ax.security": "none"},
        {"ax.port": "x"},
        {"ax.user": ""},
        {"ax.done": 'a"b'},
        {"ax.nonsense": "1"},
    ):
        with pytest.raises(BadMailbox):
            mailboxes_of({**good, **more})


def test_the_password_is_read_from_a_file_of_ours_only(tmp_path):
    path = tmp_path / "password"
    path.write_text("secreto\n")
    path.chmod(0o600)
    box = mailboxes_of({"ax.host": "mx", "ax.user": "pqr", "ax.password_file": str(path)})[0]
    assert box.password() == "secreto"
    assert "secreto" not in repr(box)
    path.chmod(0o644)
    with pytest.raises(BadMailbox):
        box.password()


def test_the_servers_date_of_arrival_is_read():
    assert moment_of(b"23-Nov-2026 10:15:00 -0500") == datetime(2026, 11, 23, 15, 15, tzinfo=UTC)
    assert moment_of(b" 3-Nov-2026 10:15:00 +0000").day == 3
    assert moment_of(b"yesterday") is None
