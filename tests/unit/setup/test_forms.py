"""Forms give back what they were given, and what they make is what a profile file can say."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.codes import CodeGrammar
from qms.kernel.text import clean_line
from qms.kernel.versions import VersionScheme
from qms.profiles.exporter import write
from qms.profiles.loader import check_plain, load, load_text
from qms.setup.forms.calendar import calendar_start, calendar_wanted
from qms.setup.forms.looks import looks_start, looks_wanted
from qms.setup.forms.numbering import (
    PARAMETERS,
    codes_start,
    codes_wanted,
    versions_start,
    versions_wanted,
)
from qms.setup.forms.routes import NEW_ROUTE, route_start, route_wanted
from qms.setup.forms.types import type_start, type_wanted
from qms.setup.lists import with_acronym
from qms.setup.page import place_of
from qms.setup.presets import look, look_presets, type_presets
from qms.setup.rows import rearranged
from qms.setup.services import differences, mark_of
from qms.setup.starting import countries, starter

SHIPPED = Path("qms/profiles/data/organisations")
NAMES = sorted(path.name for path in SHIPPED.iterdir())


@pytest.fixture(scope="module")
def profiles():
    return {name: load(SHIPPED / name / "profile.yaml").data for name in NAMES}


def comes_back(data):
    """Check data as a profile, write it, and read the same meaning again."""
    checked = check_plain(copy.deepcopy(data)).data
    assert load_text(write(checked)).data == checked
    return checked


@pytest.mark.parametrize("name", NAMES)
def test_every_form_gives_back_the_shipped_profile_that_it_was_given(profiles, name):
    data = profiles[name]
    assert looks_wanted(looks_start(data["printing"])) == data["printing"]
    codes = codes_start(data["codes"])
    assert codes_wanted({"start": None, **codes}, data["codes"]) == data["codes"]
    scheme = dict.fromkeys((key for keys in PARAMETERS.values() for key in keys), None)
    scheme |= versions_start(data["versions"])
    assert versions_wanted(scheme, data["versions"]) == data["versions"]
    assert calendar_wanted(calendar_start(data["calendar"]), data["calendar"]) == data["calendar"]
    for one in data["routes"]:
        assert {"id": one["id"], **route_wanted(route_start(one))} == one
    for one in data["document_types"]:
        assert type_wanted(type_start(one), one) == one


LINES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co")), max_size=40
).map(clean_line)
WORDS = LINES.filter(bool)
UPPER = st.text("ABCDEFGHIJKLMNOP", min_size=1, max_size=5)
CELLS = st.fixed_dictionaries(
    {
        "text": LINES.map(lambda text: text.replace("{", "(").replace("}", ")") or None),
        "label": st.none() | WORDS,
        "logo": st.just(value=False),
        "rows": st.just(1),
        "cols": st.just(1),
        "bold": st.booleans(),
        "upper": st.booleans(),
        "align": st.sampled_from(["left", "center", "right"]),
        "size": st.none() | st.integers(5, 30),
    }
)
SECTIONS = st.lists(
    st.fixed_dictionaries({"title": WORDS, "number": LINES.map(lambda text: text[:12].strip())}),
    min_size=1,
    max_size=6,
)


@settings(max_examples=5, deadline=None)
@given(
    cells=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=3),
    footer=st.lists(WORDS.map(lambda text: text.replace("{", "(").replace("}", ")")), max_size=3),
    heading=st.none() | WORDS,
    sections=SECTIONS,
    acronym=UPPER,
    name=WORDS,
)
def test_whatever_is_typed_loads_again_from_its_export(
    profiles, cells, footer, heading, sections, acronym, name
):
    data = copy.deepcopy(profiles["aexpress"])
    form = looks_start(data["printing"])
    form["header"] = looks_start(
        {**data["printing"], "header": {"widths": [40, 60], "rows": cells}}
    )["header"]
    form["legends"]["footer"] = [{"text": one} for one in footer]
    form["approvals"]["heading"] = heading
    data["printing"] = looks_wanted(form)
    blank = {"mode": "heading", "level": None, "index": None, "group": "", "form": "", "chart": ""}
    made = type_wanted(
        {
            **type_start({"route": "standard"}),
            "name": name,
            "acronym": acronym,
            "sections": [
                {"id": "", "kind": "text", "required": False, "print": blank, **one}
                for one in sections
            ],
        },
        None,
    )
    data["document_types"].append({"id": "made-here", **made})
    taken = set(data["codes"]["types"])
    data["codes"] = with_acronym(data["codes"], "made-here", acronym)
    if acronym in taken:
        return
    checked = comes_back(data)
    assert checked["printing"] == data["printing"]
    assert checked["document_types"][-1]["sections"] == made["sections"]
    ids = [one["id"] for one in made["sections"]]
    assert len(set(ids)) == len(ids) == len(sections)


@settings(max_examples=8, deadline=None)
@given(
    company=UPPER,
    digits=st.integers(1, 6),
    types=st.dictionaries(UPPER, st.sampled_from(["procedure", "form"]), min_size=1, max_size=4),
)
def test_a_grammar_that_is_taken_offers_codes_that_it_reads(profiles, company, digits, types):
    values = {
        "company": company,
        "patterns": [
            {"pattern": f"{{type}}-{{company}}-{{number:{digits}}}", "types": [], "start": None}
        ],
        "types": [{"acronym": short, "stands_for": long} for short, long in types.items()],
        "processes": [],
        "parts": [],
        "start": None,
    }
    codes = codes_wanted(values, profiles["aexpress"]["codes"])
    grammar = CodeGrammar.from_data(codes)
    comes_back({**profiles["aexpress"], "codes": codes})
    for identifier in types.values():
        assert grammar.parse(grammar.next((), type=identifier)) is not None


@pytest.mark.parametrize("kind", list(PARAMETERS))
def test_each_kind_of_scheme_needs_nothing_but_its_name(kind):
    values = dict.fromkeys((key for keys in PARAMETERS.values() for key in keys), None)
    scheme = versions_wanted({**values, "kind": kind}, {"kind": "none"})
    assert scheme == {"kind": kind}
    assert VersionScheme.from_data(scheme).first()


@pytest.mark.parametrize("one", type_presets(), ids=lambda one: one["id"])
def test_every_template_of_a_type_can_be_added_as_it_is(profiles, one):
    data = copy.deepcopy(profiles["aexpress"])
    data["codes"] = data["codes"] | {"types": {}}
    made = type_wanted(type_start({"route": "standard", **one}), None)
    data["document_types"] = [{"id": one["id"], **made}]
    data["codes"]["types"] = {one["acronym"]: one["id"]}
    # Its series of records name types that are not there any more.
    del data["retention"]
    comes_back(data)


@pytest.mark.parametrize("one", look_presets(), ids=lambda one: one["id"])
def test_every_look_fits_an_organisation_with_the_usual_steps(profiles, one):
    comes_back({**profiles["aexpress"], "printing": looks_wanted(looks_start(look(one["id"])))})


@pytest.mark.parametrize("country", countries())
def test_what_an_organisation_begins_with_is_a_profile(country):
    data = starter(country)
    data["organisation"] = {"id": "nueva", "name": "Nueva", **data["organisation"]}
    checked = comes_back(data)
    assert checked["organisation"]["country"] == country
    route = route_wanted(route_start({**NEW_ROUTE, "name": "Otra"}))
    comes_back({**data, "routes": [*data["routes"], {"id": "otra", **route}]})
    for one in look_presets():
        layout = look(one["id"])
        if "reviewed" not in str(layout):
            comes_back({**data, "printing": layout})


def test_a_section_of_another_kind_is_another_section(profiles):
    one = profiles["aexpress"]["document_types"][0]
    form = type_start(one)
    first = form["sections"][0]
    first["kind"] = "table" if first["kind"] != "table" else "text"
    made = type_wanted(form, one)
    assert made["sections"][0]["id"] not in {section["id"] for section in one["sections"]}
    assert [section["id"] for section in made["sections"][1:]] == [
        section["id"] for section in one["sections"][1:]
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(), min_size=1, max_size=6), st.data())
def test_a_button_moves_its_own_row_and_loses_none(numbers, data):
    index = data.draw(st.integers(0, len(numbers) - 1))
    op = data.draw(st.sampled_from(["up", "down", "remove", "none"]))
    rows = [{"value": one} for one in numbers]
    rows[index]["setup-op"] = op
    tree = {"other": [{"rows": rows}]}
    assert rearranged(tree)
    left = [one["value"] for one in tree["other"][0]["rows"]]
    wanted = list(numbers)
    if op == "remove":
        wanted.pop(index)
    elif op in ("up", "down"):
        there = min(max(index + (1 if op == "down" else -1), 0), len(wanted) - 1)
        wanted.insert(there, wanted.pop(index))
    assert left == wanted
    assert not rearranged(tree)


def test_a_place_in_a_profile_is_taken_apart():
    assert place_of("routes[0].steps[12].label") == ("routes", 0, "steps", 12, "label")
    assert place_of("printing.header.rows[1][2].text") == (
        "printing",
        "header",
        "rows",
        1,
        2,
        "text",
    )


def test_differences_name_the_place_and_both_values():
    old = {"a": [{"id": "x", "n": 1}, {"id": "y", "n": 2}], "b": 1}
    new = {"a": [{"id": "y", "n": 3}, {"id": "x", "n": 1}], "b": 1}
    assert differences(old, new) == {
        "a.y.n": [2, 3],
        "a.order": [["x", "y"], ["y", "x"]],
    }
    assert differences(old, old) == {}
    assert mark_of({"a": 1, "b": 2}) != mark_of({"b": 2, "a": 1}), "order means something in codes"
