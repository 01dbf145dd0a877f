"""New words apart from quoted ones, as mail programs write replies; nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.quoting import split_quoted

NEW = "Aquí está la guía: 123.\n\nGracias, Rosa"
OLD = "Para responderle necesitamos el número de la guía.\nAexpress"
MARKED = "\n".join(f"> {line}" for line in OLD.splitlines())


@pytest.mark.parametrize(
    "quoted",
    [
        f"El lun, 23 nov 2026 a las 10:00, Aexpress (<pqr@aexpress.example>) escribió:\n\n{MARKED}",
        f"El lun, 23 nov 2026 a las 10:00, Aexpress\n<pqr@aexpress.example> escribió:\n{MARKED}",
        f"On Mon, Nov 23, 2026 at 10:00 AM Aexpress <pqr@aexpress.example> wrote:\n{MARKED}",
        f"El 23/11/2026 a las 10:00, Aexpress escribió:\n\n{OLD}",
        f"-----Mensaje original-----\nDe: Aexpress\n{OLD}",
        f"________________________________\nDe: Aexpress\nEnviado: lunes\nPara: Rosa\n{OLD}",
        f"De: Aexpress <pqr@aexpress.example>\nEnviado: lunes, 23\nPara: Rosa\nAsunto: x\n\n{OLD}",
        MARKED,
    ],
)
def test_what_a_mail_program_quotes_is_told_apart(quoted):
    new, rest = split_quoted(f"{NEW}\n\n{quoted}")
    assert new == NEW
    assert rest == quoted


def test_an_answer_below_the_quoted_mail_comes_first():
    lead = "El 23/11/2026, Aexpress escribió:"
    assert split_quoted(f"{lead}\n{MARKED}\n\n{NEW}") == (NEW, f"{lead}\n{MARKED}")


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        "> una línea\nrespuesta\n> otra línea\nrespuesta",
        MARKED,
        "Mi vecino escribió:\nno vuelvo",
        "De: mi casa a la oficina no llegó nada",
        "",
    ],
)
def test_where_it_cannot_be_told_everything_is_new(text):
    assert split_quoted(text) == (text, "")


LINES = st.sampled_from(
    [
        *("hola", "", "adiós", "> ayer", ">> antes", "De: Ana", "Para: Luis", "Enviado: hoy"),
        *("El 3/11/2026 a las 8, Ana escribió:", "-----Mensaje original-----", "__________"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_every_line_is_kept_in_one_of_both(lines):
    text = "\n".join(lines)
    new, rest = split_quoted(text)
    said = [one for one in (*new.splitlines(), *rest.splitlines()) if one.strip()]
    assert sorted(said) == sorted(one for one in lines if one.strip())
    assert new.strip() or not text.strip()
