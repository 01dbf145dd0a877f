"""Section kinds: what they take, what they give back, and what the shipped content says to them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import colander
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qms.documents.sections import KINDS, kind_of
from qms.documents.sections.base import Empty
from qms.documents.sections.indicators import check_bands
from qms.documents.sections.nodes import clean_code
from qms.kernel.bands import BadBands

SHIPPED = files("qms.profiles") / "data" / "organisations"
_FLAGS = {"stops", "low_inclusive", "high_inclusive"}
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)


def as_loaded(value: Any, *, flag: bool = False) -> Any:
    """Give document data as the loader does: every number a text, only flags true or false."""
    if isinstance(value, dict):
        return {key: as_loaded(one, flag=key in _FLAGS) for key, one in value.items()}
    if isinstance(value, list):
        return [as_loaded(one) for one in value]
    return value if value is None or (flag and isinstance(value, bool)) else str(value)


def shipped_sections():
    for folder in sorted(SHIPPED.iterdir(), key=lambda one: one.name):
        profile = yaml.safe_load((folder / "profile.yaml").read_text("utf-8"))
        kinds = {
            one["id"]: {section["id"]: section["kind"] for section in one["sections"]}
            for one in profile["document_types"]
        }
        types: dict[str, str] = {}
        paths = sorted((folder / "documents").iterdir(), key=lambda one: one.name)
        for path in [*paths, folder / "demo.yaml"]:
            data = yaml.safe_load(path.read_text("utf-8"))
            if "document" in data:
                types[data["document"]["code"]] = data["document"]["type"]
            type_id = data["document"]["type"] if "document" in data else data.get("type")
            type_id = type_id or types[data["sign"]]
            for section_id, content in (data.get("sections") or {}).items():
                label = f"{folder.name}-{path.name}-{section_id}"
                yield pytest.param(kinds[type_id][section_id], as_loaded(content), id=label)


def same_words(before: Any, after: Any) -> bool:
    """Tell whether ``after`` says all that ``before`` says; blanks do not count."""
    if isinstance(before, dict):
        return all(same_words(one, after[key]) for key, one in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(same_words, before, after))
    if isinstance(before, str):
        return " ".join(before.split()) == " ".join(after.split())
    return before == after


@pytest.mark.parametrize(("kind", "content"), list(shipped_sections()))
def test_shipped_content_passes_its_schema_unchanged_and_survives_the_form(kind, content):
    schema = kind_of(kind).schema(Empty())
    stored = schema.deserialize(content)
    assert same_words(content, stored)
    assert schema.deserialize(schema.serialize(stored)) == stored


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_an_empty_section_of_each_kind_says_nothing_and_survives_the_form(kind):
    schema = kind.schema(Empty())
    stored = schema.deserialize(kind.empty())
    assert schema.deserialize(schema.serialize(stored)) == stored == kind.empty()
    assert kind.lines(stored, Empty()) == []
    assert kind.gaps(stored, Empty()) == []
    assert kind.template == f"qms.templates:documents/sections/{kind.name}.pt"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["html", "rows", "items", "terms", "cards", "groups", "columns", "id"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
@given(data=st.dictionaries(st.sampled_from(["html", "rows", "items", "terms", "cards"]), JSON))
def test_data_of_any_shape_is_cleaned_or_refused_as_invalid(kind, data):
    schema = kind.schema(Empty())
    try:
        stored = schema.deserialize(data)
    except colander.Invalid:
        return
    assert schema.deserialize(schema.serialize(stored)) == stored
    kind.lines(stored, Empty())
    kind.gaps(stored, Empty())
    kind.declares(stored)


@given(
    st.lists(
        st.fixed_dictionaries({"term": WORDS, "definition": WORDS}),
        max_size=5,
    )
)
def test_any_glossary_is_stable_once_it_is_cleaned(terms):
    schema = kind_of("glossary").schema(Empty())
    stored = schema.deserialize({"terms": terms})
    assert schema.deserialize(stored) == stored


def test_a_table_keeps_empty_cells_inside_and_drops_empty_ends():
    schema = kind_of("table").schema(Empty())
    stored = schema.deserialize(
        {"columns": ["A", "", "C", ""], "rows": [["1", "", "3", ""], ["", ""], ["", "x"]]}
    )
    assert stored == {"columns": ["A", "", "C"], "rows": [["1", "", "3"], ["", "x"]], "note": ""}


def test_a_table_wider_than_a_page_is_refused():
    schema = kind_of("table").schema(Empty())
    with pytest.raises(colander.Invalid):
        schema.deserialize({"columns": [], "rows": [[str(n) for n in range(13)]]})


def test_rows_get_ids_that_are_theirs_alone_and_keep_the_ones_they_have():
    schema = kind_of("activities").schema(Empty())
    rows = schema.deserialize(
        {"rows": [{"id": "a", "title": "x"}, {"title": "y"}, {"id": "a", "title": "z"}]}
    )["rows"]
    ids = [row["id"] for row in rows]
    assert ids[0] == "a"
    assert len(set(ids)) == 3
    assert all(ids)


def test_responsible_positions_keep_the_order_in_which_they_were_chosen():
    schema = kind_of("activities").schema(Empty())
    row = {"title": "x", "responsible": ["zoo", "abc", "zoo"]}
    assert schema.deserialize({"rows": [row]})["rows"][0]["responsible"] == ["zoo", "abc"]


def test_codes_are_normalised_and_names_with_blanks_stay():
    assert clean_code("for-ax- sc-03") == "FOR-AX-SC-03"
    assert clean_code("Anexo N° 1") == "Anexo N° 1"


def test_references_records_and_annexes_declare_normalised_codes():
    references = {"items": [{"code": "for-ax- sc-03"}, {"code": "", "title": "SAP"}]}
    assert kind_of("references").declares(references).references == ("FOR-AX-SC-03",)
    rows = [{"id": "a", "responsible": ["jefe"], "records": [{"code": "fo-1", "text": ""}]}]
    declared = kind_of("activities").declares({"rows": rows})
    assert (declared.references, declared.positions) == (("FO-1",), ("jefe",))
    annexes = {"items": [{"code": "Anexo N° 1"}, {"code": "GSC-FOR-01"}]}
    assert kind_of("annexes").declares(annexes).references == ("GSC-FOR-01",)


def band(name, low, high, low_in=True, high_in=False):
    return {
        "name": name,
        "low": low,
        "low_inclusive": low_in,
        "high": high,
        "high_inclusive": high_in,
        "colour": "",
    }


def card(**values):
    return {"cards": [{"name": "N", **values}]}


def errors_of(kind, data):
    with pytest.raises(colander.Invalid) as caught:
        kind_of(kind).schema(Empty()).deserialize(data)
    return caught.value.asdict()


def test_bands_with_a_gap_are_refused_with_the_values_that_have_none():
    bands = [band("Bajo", "0", "80"), band("Alto", "90", "100", high_in=True)]
    found = errors_of("indicators", card(bands=bands))
    assert list(found) == ["cards.0.bands"]
    assert "80" in found["cards.0.bands"]
    assert "90" in found["cards.0.bands"]


def test_bands_that_overlap_in_one_value_are_refused_with_that_value():
    bands = [band("Bajo", "0", "95", high_in=True), band("Alto", "95", "100", high_in=True)]
    assert "95" in errors_of("indicators", card(bands=bands))["cards.0.bands"]


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6, unique=True))
def test_bands_cut_at_any_points_are_taken_and_one_left_out_inside_is_not(points):
    cuts = [str(one) for one in sorted(points)]
    bands = [band(f"b{n}", low, cuts[n + 1]) for n, low in enumerate(cuts[:-1])]
    bands[-1]["high_inclusive"] = True
    check_bands(bands)
    if len(bands) > 2:
        with pytest.raises(BadBands):
            check_bands(bands[:1] + bands[2:])


def test_a_formula_with_a_mistake_is_refused_at_its_field_with_the_column():
    found = errors_of("indicators", card(expression="a / (b"))
    assert list(found) == ["cards.0.expression"]
    assert "7" in found["cards.0.expression"]


def test_a_variable_must_be_a_name_that_a_formula_can_use():
    found = errors_of("indicators", card(variables=[{"name": "dos palabras"}]))
    assert list(found) == ["cards.0.variables.0.name"]


@pytest.mark.parametrize("typed", ["97", "97,5", "0", "1234"])
def test_a_target_is_stored_with_a_point_and_shown_with_a_comma(typed):
    schema = kind_of("indicators").schema(Empty())
    target = {"direction": ">=", "value": typed, "high": ""}
    stored = schema.deserialize(card(target=target))
    assert stored["cards"][0]["target"]["value"] == typed.replace(",", ".")
    shown = schema.serialize(stored)["cards"][0]["target"]["value"]
    assert shown == typed


def test_a_target_without_a_value_is_no_target():
    schema = kind_of("indicators").schema(Empty())
    target = {"direction": ">=", "value": "", "high": ""}
    assert schema.deserialize(card(target=target))["cards"][0]["target"] is None
