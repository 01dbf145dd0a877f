"""The details of an entry are shown in words of the reader; nothing of what they say is lost."""

import pytest
from pyramid.i18n import make_localizer
from pyramid.testing import DummyRequest

from qms.audit.words import names_in, teller, words_of
from qms.web.i18n import LOCALE_FOLDER, compile_all

PROFILE = {
    "document_types": [
        {"sections": [{"id": "activities", "title": "Actividades"}, {"id": "use", "title": "Uso"}]},
        {"sections": [{"id": "use", "title": "Utilización"}]},
    ],
    "routes": [{"steps": [{"id": "drafted", "label": "ELABORÓ"}]}],
}


@pytest.fixture(scope="module")
def shown():
    """Give a function that tells details in Spanish."""
    compile_all()
    request = DummyRequest()
    request.localizer = make_localizer("es", [str(LOCALE_FOLDER)])
    tell, own = teller(request, {}), teller(request, names_in(PROFILE))
    return lambda details: words_of(details, tell, own)


def test_old_and_new_stand_side_by_side_and_what_is_equal_is_left_out(shown) -> None:
    details = {"old": {"name": "Ana", "roles": []}, "new": {"name": "Ana", "roles": ["quality"]}}
    assert shown(details) == [("roles", "— → calidad")]


def test_words_of_people_are_never_translated(shown) -> None:
    assert shown({"title": "quality", "reason": "draft", "code": "to"}) == [
        ("título", "quality"),
        ("motivo", "draft"),
        ("código", "to"),
    ]


def test_ids_of_sections_and_steps_are_shown_by_their_name(shown) -> None:
    assert shown({"section": "activities", "slot": "drafted-1"}) == [
        ("sección", "Actividades"),
        ("firma", "ELABORÓ 1"),
    ]


def test_an_id_with_two_titles_shows_both(shown) -> None:
    assert shown({"section": "use"}) == [("sección", "Uso / Utilización")]


def test_changes_of_a_draft_are_told_one_by_one(shown) -> None:
    values = {
        "reason": ["", "Ajuste"],
        "changes": [[], [{"kind": "added", "subject": "Anexo", "text": "Nuevo anexo."}]],
        "release_on": [None, "2026-11-30"],
    }
    assert shown({"values": values}) == [
        ("motivo", "— → Ajuste"),
        ("cambios", "— → clase: se adiciona; qué: Anexo; descripción: Nuevo anexo."),
        ("fecha de entrada en vigencia", "— → 30/11/2026"),
    ]


def test_the_parts_of_a_profile_are_told_one_by_one(shown) -> None:
    changes = {"profile": {"changed": ["codes"]}, "units": {"added": ["codes"]}}
    assert shown({"created": True, "revision": 1, "changes": changes}) == [
        ("organización nueva", "sí"),
        ("revisión", "1"),
        ("configuración", "se modifica: códigos"),
        ("dependencias", "se adiciona: codes"),
    ]


def test_a_hash_is_shortened(shown) -> None:
    assert shown({"sha256": "ab" * 32}) == [("huella SHA-256", "abababababababab…")]


def test_values_that_are_no_changes_are_told_as_they_are(shown) -> None:
    values = {"2026-03-14": {"llamadas": "120"}, "name": {"old": "A", "new": "B"}, "reason": "Ya."}
    assert shown({"values": values}) == [
        ("2026-03-14", "llamadas: 120"),
        ("nombre", "A → B"),
        ("motivo", "Ya."),
    ]
