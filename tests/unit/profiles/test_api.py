"""Features see a profile through small views that are made once per revision."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from qms.content.models import Organisation, Site
from qms.documents.folder import documents_of
from qms.documents.pdf_labels import printed_labels
from qms.documents.services.drafting import offer_code
from qms.kernel.acts import Act
from qms.profiles.api import logo_data, logo_of, process_of, processes_of, profile_of
from qms.profiles.errors import ProfileMistakes, UnknownEntry
from qms.profiles.loader import apply, load, load_text
from qms.profiles.printed_words import NAMES
from qms.profiles.shipped import ORGANISATIONS


@pytest.fixture
def organisation(site: Site, hospital, act: Act) -> Organisation:
    return apply(site, hospital, act)


def test_types_routes_and_steps_are_found_by_id(organisation: Organisation) -> None:
    profile = profile_of(organisation)
    protocol = profile.document_type("protocol")
    assert (protocol.plural, protocol.content, protocol.review_months) == (
        "Protocolo",
        "structured",
        12,
    )
    assert protocol.section("steps").printed == {"mode": "row"}
    route = profile.route(protocol.route)
    assert [step.id for step in route.steps] == ["drafted", "reviewed", "approved"]
    assert route.separation_of_duties is True
    assert route.step("reviewed").assignees == (
        {"position": "jefa-enfermeria"},
        {"unit": "enfermeria"},
    )


def test_what_is_not_there_is_refused_in_a_sentence(organisation: Organisation) -> None:
    profile = profile_of(organisation)
    for ask in (
        lambda: profile.document_type("x"),
        lambda: profile.route("x"),
        lambda: profile.route("clinical").step("x"),
        lambda: profile.document_type("protocol").section("x"),
        lambda: profile.label("x"),
        lambda: process_of(organisation, "x"),
        lambda: profile_of(Organisation("new", "New")),
        lambda: profile_of(None),
    ):
        with pytest.raises(UnknownEntry):
            ask()


def test_codes_versions_dates_and_numbers_follow_the_organisation(
    organisation: Organisation,
) -> None:
    profile = profile_of(organisation)
    grammar = profile.code_grammar()
    assert grammar.next(["PT.ENF.007"], type="protocol", process="enf") == "PT.ENF.008"
    assert profile.version_scheme().first() == "1/0"
    assert profile.version_scheme("protocol").first() == "1/0"
    assert profile.version_scheme("record-form").first() == "00"
    assert profile.date_style().format(date(2026, 9, 1)) == "1 de setiembre de 2026"
    assert profile.date_style("screen").format(date(2026, 9, 1)) == "01/09/2026"
    assert profile.number_style().format(Decimal("12345.5")) == "12\u202f345.5"
    assert profile.zone.key == profile.timezone == "America/Lima"


def test_the_calendar_joins_country_closures_and_subdivision(organisation: Organisation) -> None:
    calendar = profile_of(organisation).calendar()
    assert calendar.why_not(date(2026, 7, 28))
    assert calendar.why_not(date(2026, 12, 28)) == "Cierre administrativo"
    assert calendar.is_business_day(date(2026, 12, 23))
    assert profile_of(organisation).calendar() is calendar


def test_labels_have_defaults(organisation: Organisation) -> None:
    profile = profile_of(organisation)
    assert profile.label("in_force_from") == "Vigente desde"
    assert profile.label("obsolete") == "OBSOLETO"
    assert profile.printing["labels"] == {"in_force_from": "Vigente desde"}


def test_an_organisation_that_writes_english_has_english_words(
    site: Site, text: str, act: Act
) -> None:
    text = text.replace("language: es-PE", "language: en")
    profile = profile_of(apply(site, load_text(text), act))
    assert profile.label("draft") == "DRAFT"
    assert profile.label("in_force_from") == "Vigente desde"


def test_every_word_that_a_pdf_prints_may_be_replaced() -> None:
    frozen = {"organisation": {"language": "es"}, "printing": {}}
    assert set(printed_labels(frozen)) <= NAMES


def test_nobody_changes_the_profile_through_its_views(organisation: Organisation) -> None:
    profile = profile_of(organisation)
    with pytest.raises(dataclasses.FrozenInstanceError):
        profile.document_type("protocol").name = "x"
    profile.printing["paper"] = "a5"
    profile.styles["date"]["printed"] = "iso"
    profile.route("clinical").steps[0].assignees[0]["role"] = "superior"
    organisation.profile_revision += 1
    fresh = profile_of(organisation)
    assert fresh.printing["paper"] == "a4"
    assert fresh.date_style().format(date(2026, 9, 1)) == "1 de setiembre de 2026"
    assert fresh.route("clinical").steps[0].assignees == ({"role": "author"},)


def test_views_are_made_once_per_revision(
    organisation: Organisation, site: Site, text: str, act: Act
) -> None:
    first = profile_of(organisation)
    assert profile_of(organisation) is first

    apply(site, load_text(text.replace("paper: a4", "paper: letter")), act)

    assert profile_of(organisation) is not first
    assert profile_of(organisation).printing["paper"] == "letter"


def test_the_country_comes_from_the_organisations_own_copy_first(
    site: Site, folder, tmp_path, act: Act
) -> None:
    peru = tmp_path / "pe.yaml"
    peru.write_text(
        "country: {code: PE, name: Perú, timezone: America/Lima}\n"
        "calendar: {extra_holidays: [{date: 2026-03-19, name: Fiesta local}]}\n"
        "terms: [{id: claim, kind: claim, regime: consumer, name: Reclamo, amount: 15,\n"
        "  unit: business_day, source: Ley 31435, verified: true, enabled: true}]\n",
        "utf-8",
    )
    profile = profile_of(apply(site, load([folder, peru]), act))
    assert profile.country.term("claim", date(2026, 1, 5), "consumer").term.amount == 15
    assert profile.calendar().why_not(date(2026, 3, 19)) == "Fiesta local"

    peru.write_text("country: {code: CL, name: Chile, timezone: America/Santiago}\n", "utf-8")
    with pytest.raises(ProfileMistakes, match="the country profile is that of CL"):
        load([folder, peru])


def test_an_organisation_of_colombia_has_its_terms(site: Site, text: str, act: Act) -> None:
    text = text.replace("country: PE", "country: CO")
    profile = profile_of(apply(site, load_text(text), act))
    assert profile.country.name == "Colombia"
    assert profile.country.term("petition", date(2026, 11, 22)).term.amount == 15


def test_processes_and_logo_are_found(organisation: Organisation) -> None:
    assert [one.acronym for one in processes_of(organisation)] == ["ENF"]
    assert process_of(organisation, "enf").name == "Cuidado de enfermería"
    assert logo_of(organisation) is None


def test_frozen_facts_are_plain_json(organisation: Organisation) -> None:
    facts = profile_of(organisation).organisation_facts()
    assert facts["styles"]["number"] == {"decimal": "point", "thousands": "thin-space"}
    assert facts["timezone"] == "America/Lima"


def test_all_that_is_said_about_print_and_codes_reaches_the_features(site: Site, act: Act) -> None:
    comteco = profile_of(apply(site, load(ORGANISATIONS / "comteco"), act))
    sections = comteco.document_type("procedure")
    assert sections.section("indicators").printed == {
        "mode": "heading",
        "level": 2,
        "form": "what-how",
    }
    assert sections.section("background").printed == {"mode": "heading"}
    gasandino = apply(site, load(ORGANISATIONS / "gasandino"), act)
    manual = profile_of(gasandino).document_type("manual")
    assert (manual.code_process, sections.code_process) == ("owner", "described")
    folder = documents_of(gasandino)
    assert offer_code(folder, "manual", "asc", "psg") == "MGPSG-001"
    assert offer_code(folder, "manual", "asc") == "MGASC-001"
    assert offer_code(folder, "procedure", "asc", "psg") == "PRASC-001"
    assert logo_data(gasandino)["media_type"] == "image/png"
