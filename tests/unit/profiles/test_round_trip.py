"""What is exported loads to the same meaning, for generated profiles and for the shipped ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.content.models import Site
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.people import services as people_services
from qms.profiles.apply import RESERVED
from qms.profiles.exporter import export, write
from qms.profiles.loader import apply, check_plain, load, load_text
from qms.profiles.shipped import shipped_organisations
from qms.profiles.state import stored_data

FOLDERS = shipped_organisations()
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)

NASTY = ["no", "null", "~", "1.0", "01", "2018-05", "- a", "# a", "a: b", "{a}", "[a]", "'", '"']
NASTY += ["&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "a #b", "...", "---", "=", "<<", "ñandú"]
LINE = st.sampled_from(NASTY) | (
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"]),
        min_size=1,
        max_size=40,
    )
    .map(clean_line)
    .filter(bool)
)
ID = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
MAYBE = st.none() | LINE.map(lambda line: line[:12].strip() or "x")


def ids(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(ID, min_size=least, max_size=most, unique=True)


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    """Make a sound profile of any names, hierarchy, types, routes and layout."""
    positions = draw(ids(1, 5))
    units = draw(ids(0, 3))
    processes = draw(ids(1, 3))
    persons = draw(ids(0, 4))
    types = draw(ids(1, 3))
    steps = draw(ids(1, 4))
    width = draw(st.integers(1, 99))

    def above(known: list[str], place: int) -> str | None:
        return draw(st.none() | st.sampled_from(known[:place])) if place else None

    section = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["text", "activities", "table"]),
            "title": LINE,
            "number": st.sampled_from(["", "1", "5.3", "IV"]),
            "required": st.booleans(),
        }
    )
    return {
        "organisation": {
            "id": draw(ID.filter(lambda one: one not in RESERVED)),
            "name": draw(LINE),
            "country": draw(st.sampled_from(["CO", "BO", "PE", "CL"])),
            "timezone": "America/Lima",
            "system_name": draw(LINE),
        },
        "calendar": {"open_saturdays": draw(st.booleans())},
        "units": [
            {"id": one, "name": draw(LINE), "parent": above(units, place)}
            for place, one in enumerate(units)
        ],
        "positions": [
            {
                "id": one,
                "name": draw(LINE),
                "superior": above(positions, place),
                "unit": draw(st.none() | st.sampled_from(units)) if units else None,
            }
            for place, one in enumerate(positions)
        ],
        "persons": [
            {
                "id": one,
                "name": draw(LINE),
                "email": f"{one}@example.org",
                "positions": draw(st.lists(st.sampled_from(positions), unique=True, max_size=3)),
                "roles": draw(st.lists(st.sampled_from(["quality", "auditor"]), unique=True)),
                "active": draw(st.booleans()),
            }
            for one in persons
        ],
        "processes": [
            {"id": one, "name": draw(LINE), "macroprocess": draw(MAYBE)} for one in processes
        ],
        "codes": {"types": {"AB": types[0]}, "patterns": ["{type}-{number:2}"]},
        "versions": draw(
            st.sampled_from(["integer", {"kind": "dotted", "start": "0.1.0"}, {"kind": "integer"}])
        ),
        "document_types": [
            {
                "id": one,
                "name": draw(LINE),
                "plural": draw(MAYBE),
                "review_months": draw(st.none() | st.integers(1, 60)),
                "route": "r",
                "sections": [{"id": name, **draw(section)} for name in draw(ids(1, 3))],
            }
            for one in types
        ],
        "routes": [
            {
                "id": "r",
                "name": draw(LINE),
                "separation_of_duties": False,
                "steps": [
                    {
                        "id": one,
                        "label": draw(LINE),
                        "meaning": draw(LINE),
                        "term_days": draw(st.none() | st.integers(1, 9)),
                        "assignees": [{"position": draw(st.sampled_from(positions))}],
                    }
                    for one in steps
                ],
            }
        ],
        "printing": {
            "header": {
                "widths": [width, 100 - width],
                "rows": [
                    [{"logo": True}, {"text": "{title}\n{code}", "bold": draw(st.booleans())}]
                ],
            },
            "legends": {"footer": [draw(LINE).replace("{", "").replace("}", "") or "x"]},
            "labels": {"obsolete": draw(LINE)},
        },
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(profiles())
def test_any_profile_exports_to_the_same_meaning(data: dict[str, Any]) -> None:
    loaded = check_plain(data)
    assert load_text(write(loaded.data)).data == loaded.data

    site, events = Site(), []
    act = Act("system", NOW, events.append, "test")
    organisation = apply(site, loaded, act)
    assert stored_data(organisation) == loaded.data
    events.clear()
    apply(site, load_text(export(organisation)), act)
    assert not events


@pytest.mark.parametrize("folder", FOLDERS, ids=[path.name for path in FOLDERS])
def test_a_shipped_profile_exports_to_the_same_meaning(
    folder: Path, act: Act, events: list
) -> None:
    loaded = load(folder)
    site = Site()
    organisation = apply(site, loaded, act)
    written = export(organisation)
    assert load_text(written).data == loaded.data
    events.clear()
    apply(site, load_text(written), act)
    assert not events


def test_the_five_organisations_are_shipped() -> None:
    names = [folder.name for folder in FOLDERS]
    assert names == ["aexpress", "carrazos", "comteco", "gasandino", "icetex"]


def test_the_hospital_exports_to_the_same_meaning_and_stays_readable(hospital) -> None:
    written = write(hospital.data)
    assert load_text(written).data == hospital.data
    assert "  - {id: steps, kind: activities, title: Pasos" in written
    assert "positions:\n- {id: director-medico, name: Director Médico" in written
    assert max(map(len, written.splitlines())) <= 100
    assert "Enfermería" in written


def test_what_a_screen_changed_is_exported(site: Site, hospital, act: Act) -> None:
    organisation = apply(site, hospital, act)
    people = organisation["people"]
    people_services.add_position(
        people, name="Auxiliar", superior_id="licenciada", identifier="auxiliar", act=act
    )
    people_services.deactivate(people, people.person("nora-condori"), act=act)

    data = load_text(export(organisation)).data

    assert data["positions"][-1]["id"] == "auxiliar"
    assert data["positions"][-1]["superior"] == "licenciada"
    assert [one["active"] for one in data["persons"]] == [True, True, False]


def test_nothing_secret_is_exported(site: Site, hospital, act: Act) -> None:
    organisation = apply(site, hospital, act)
    rosa = organisation["people"].person("rosa-quispe")
    rosa.password_hash, rosa.totp_secret = "$argon2id$secret", "JBSWY3DP"
    written = export(organisation)
    assert "argon2" not in written
    assert "JBSWY3DP" not in written


def test_a_country_profile_of_its_own_goes_with_the_organisation(text: str) -> None:
    own = "\ncountry_profile:\n  country: {code: PE, name: Perú, timezone: America/Lima}\n"
    own += "  terms: [{id: claim, kind: claim, regime: consumer, name: Reclamo, amount: 15, "
    own += "unit: business_day, source: Ley 31435, verified: true, enabled: true}]\n"
    loaded = load_text(text + own)
    assert load_text(write(loaded.data)).data == loaded.data
