"""The five shipped organisations, read as plain YAML and compared with their originals' figures."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

import qms.profiles
from qms.kernel.bands import Band, Target, check_partition
from qms.kernel.codes import CodeGrammar
from qms.kernel.formulas import Formula
from qms.kernel.text import fold
from qms.kernel.versions import VersionScheme

ROOT = Path(next(iter(qms.profiles.__path__))) / "data" / "organisations"
ORIGINALS = {
    "aexpress": "PRO-AX-SC-01",
    "gasandino": "MGPSG-035",
    "icetex": "M5-1",
    "comteco": "COM-DSC-P01",
    "carrazos": "GSC-PRO-03",
}
REAL_SURNAMES = {
    "2a812a4a4c115bb1",
    "2d8c482556cd678a",
    "f7d2138c41668580",
    "2ffeb435f5747da6",
    "f43d46ed71c56e84",
    "dca6ec9510fc0176",
    "515ae95bd32eb0b3",
    "ad3fc528f4ff3903",
    "aa6365ae5f7a9169",
    "319ec3e742d3a048",
    "eda7a59466adce3a",
    "f692bb1419f7fd6e",
}
"""SHA-256 (its first 16 digits) of the folded surnames that the originals print."""
SECTION_KEYS = {
    "text": {"html"},
    "glossary": {"terms"},
    "references": {"items"},
    "activities": {"rows"},
    "indicators": {"cards"},
    "sipoc": {"rows"},
    "risks": {"rows"},
    "requirements": {"groups"},
    "resources": {"groups"},
    "table": {"columns", "rows", "note"},
    "annexes": {"items"},
}
ENTRY_KEYS = {
    "glossary": {"term", "definition"},
    "references": {"code", "title", "note"},
    "activities": {
        *("id", "number", "title", "html", "responsible", "responsible_text"),
        *("records", "branches", "kind", "stops"),
    },
    "indicators": {
        *("id", "name", "objective", "kind", "formula_text", "expression", "variables", "source"),
        *("unit", "target", "bands", "capture_frequency", "analysis_frequency"),
        *("responsible_capture", "responsible_analysis", "note", "computation"),
    },
    "sipoc": {"phase", "suppliers", "inputs", "activities", "outputs", "customers"},
    "risks": {"risk", "control", "level"},
    "requirements": {"name", "items"},
    "resources": {"name", "items"},
    "annexes": {"code", "title", "file", "html"},
}
FREQUENCIES = {
    *("daily", "weekly", "monthly", "bimonthly", "quarterly"),
    *("four-monthly", "semiannual", "annual", ""),
}

Data = dict[str, Any]


def load(path: Path) -> Data:
    """Read one file, dates left as they are written."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def profile_of(org: str) -> Data:
    """Read an organisation's profile."""
    return load(ROOT / org / "profile.yaml")


def document(org: str, code: str) -> Data:
    """Read one document of an organisation."""
    return load(ROOT / org / "documents" / f"{code}.yaml")


def original(org: str) -> Data:
    """Read the document that stands for the organisation's original."""
    return document(org, ORIGINALS[org])


def documents(org: str) -> list[Data]:
    """Read all documents of an organisation."""
    return [load(path) for path in sorted((ROOT / org / "documents").glob("*.yaml"))]


def by_id(entries: list[Data]) -> dict[str, Data]:
    """Index a list of entries by id; a repeated id fails."""
    found = {entry["id"]: entry for entry in entries}
    assert len(found) == len(entries)
    return found


def labels(data: Data) -> list[str]:
    """Give the labels of a document's versions."""
    return [version["label"] for version in data["versions"]]


def bullets(html: str) -> list[str]:
    """Give the list items of rich text."""
    return re.findall(r"<li>(.*?)</li>", html)


def reached(rows: list[Data]) -> set[str]:
    """Give the activities that can be reached from the first one."""
    follows = dict(zip([r["id"] for r in rows], [r["id"] for r in rows[1:]] + ["end"], strict=True))
    rows_by_id, seen, ahead = by_id(rows), set(), [rows[0]["id"]]
    while ahead:
        here = ahead.pop()
        if here == "end" or here in seen:
            continue
        seen.add(here)
        row = rows_by_id[here]
        if row["branches"]:
            ahead.extend(branch["to"] for branch in row["branches"])
        elif row.get("stops") != "true":
            ahead.append(follows[here])
    return seen


def contents(org: str) -> list[tuple[str, Data, Data]]:
    """Give type id, sections and the file's data of all documents and of the demo version."""
    found = [(one["document"]["type"], one["sections"], one) for one in documents(org)]
    demo = load(ROOT / org / "demo.yaml")
    type_id = document(org, demo["sign"])["document"]["type"]
    return [*found, (type_id, demo["sections"], demo)]


def test_the_five_organisations_are_shipped() -> None:
    assert {path.name for path in ROOT.iterdir() if path.is_dir()} == set(ORIGINALS)
    for org in ORIGINALS:
        assert profile_of(org)["organisation"]["id"] == org
        assert len(documents(org)) >= 4


@pytest.mark.parametrize("org", ORIGINALS)
def test_no_real_person_of_the_originals_is_named(org: str) -> None:
    for path in (ROOT / org).rglob("*.yaml"):
        words = set(re.findall(r"[a-zñ]+", fold(path.read_text(encoding="utf-8"))))
        hashed = {hashlib.sha256(word.encode()).hexdigest()[:16] for word in words}
        assert not hashed & REAL_SURNAMES, path.name


def test_the_check_for_real_names_would_notice_one() -> None:
    word = "".join(reversed("arreis"))
    assert hashlib.sha256(word.encode()).hexdigest()[:16] in REAL_SURNAMES


@pytest.mark.parametrize("org", ORIGINALS)
def test_every_id_in_a_profile_resolves(org: str) -> None:
    profile = profile_of(org)
    sites, units, positions = (by_id(profile[key]) for key in ("sites", "units", "positions"))
    processes, routes = by_id(profile["processes"]), by_id(profile["routes"])
    by_id(profile["persons"])
    for unit in units.values():
        assert unit["parent"] in {*units, "null"}
    for position in positions.values():
        assert position["superior"] in {*positions, "null"}
        assert position["unit"] in units
        assert position["site"] in sites
    for process in processes.values():
        assert process["leader"] in positions
    for type_ in profile["document_types"]:
        assert type_["route"] in routes
        by_id(type_["sections"])
        assert {section["kind"] for section in type_["sections"]} <= set(SECTION_KEYS)
    for meaning in profile["codes"].get("types", {}).values():
        assert meaning in by_id(profile["document_types"])
    for meaning in profile["codes"]["processes"].values():
        assert meaning in processes


@pytest.mark.parametrize("org", ORIGINALS)
def test_persons_have_own_addresses_and_the_roles_that_a_house_needs(org: str) -> None:
    persons = profile_of(org)["persons"]
    emails = [person["email"] for person in persons]
    assert len({email.lower() for email in emails}) == len(emails)
    assert all(email.endswith(f"@{org}.example") for email in emails)
    roles = [role for person in persons for role in person["roles"]]
    assert {"quality", "auditor", "administrator"} <= set(roles)
    assert sum(not person["roles"] for person in persons) >= 4


@pytest.mark.parametrize("org", ORIGINALS)
def test_different_persons_can_sign_every_step_of_every_route(org: str) -> None:
    profile = profile_of(org)
    positions = by_id(profile["positions"])
    holders: dict[str, set[str]] = {one: set() for one in positions}
    members: dict[str, set[str]] = {unit["id"]: set() for unit in profile["units"]}
    for person in profile["persons"]:
        for position in person["positions"]:
            holders[position].add(person["id"])
            members[positions[position]["unit"]].add(person["id"])
    for process in profile["processes"]:
        assert holders[process["leader"]], process["leader"]
    for route in profile["routes"]:
        by_id(route["steps"])
        slots = [
            holders[one["position"]] if "position" in one else members[one["unit"]]
            for step in route["steps"]
            for one in step["assignees"]
            if "role" not in one
        ]
        assert can_be_told_apart(slots), route["id"]


def can_be_told_apart(slots: list[set[str]], used: frozenset[str] = frozenset()) -> bool:
    """Tell whether each slot can get a person of its own."""
    if not slots:
        return True
    return any(can_be_told_apart(slots[1:], used | {one}) for one in slots[0] - used)


@pytest.mark.parametrize("org", ORIGINALS)
def test_every_code_follows_the_grammar_of_its_house(org: str) -> None:
    profile = yaml.safe_load((ROOT / org / "profile.yaml").read_text(encoding="utf-8"))
    grammar = CodeGrammar.from_data(profile["codes"])
    for path in (ROOT / org / "documents").glob("*.yaml"):
        head = load(path)["document"]
        assert path.stem == head["code"]
        owner = head["process"] if head["owner_process"] == "null" else head["owner_process"]
        assert grammar.check(head["code"], type=head["type"], process=owner).text == head["code"]


@pytest.mark.parametrize("org", ORIGINALS)
def test_the_newest_label_follows_the_scheme_and_a_next_one_exists(org: str) -> None:
    profile = yaml.safe_load((ROOT / org / "profile.yaml").read_text(encoding="utf-8"))
    scheme = VersionScheme.from_data(profile["versions"])
    for one in documents(org):
        assert scheme.is_valid(labels(one)[-1]), one["document"]["code"]


@pytest.mark.parametrize("org", ORIGINALS)
def test_every_id_in_a_document_resolves(org: str) -> None:
    profile = profile_of(org)
    positions, processes = by_id(profile["positions"]), by_id(profile["processes"])
    types, routes = by_id(profile["document_types"]), by_id(profile["routes"])
    for one in documents(org):
        head = one["document"]
        assert head["process"] in processes
        assert head["owner_process"] in {*processes, "null"}
        assert head["distribution"]
        assert set(head["distribution"]) <= set(positions)
        steps = {step["id"] for step in routes[types[head["type"]]["route"]]["steps"]}
        for version in one["versions"]:
            assert {approval["step"] for approval in version["approvals"]} <= steps


@pytest.mark.parametrize("org", ORIGINALS)
def test_every_section_has_the_keys_of_its_kind_and_the_required_ones_are_there(org: str) -> None:
    profile = profile_of(org)
    types = by_id(profile["document_types"])
    for type_id, sections, _data in contents(org):
        specs = by_id(types[type_id]["sections"])
        assert set(sections) <= set(specs)
        required = {name for name, spec in specs.items() if spec["required"] == "true"}
        assert required <= set(sections)
        for name, data in sections.items():
            kind = specs[name]["kind"]
            assert set(data) == SECTION_KEYS[kind], name
            if kind == "table":
                assert all(len(row) == len(data["columns"]) for row in data["rows"]), name
            elif kind != "text":
                (entries,) = data.values()
                assert all(set(entry) <= ENTRY_KEYS[kind] for entry in entries), name


def cards(org: str) -> list[Data]:
    """Give all indicator cards of an organisation."""
    return [
        card
        for _type, sections, _data in contents(org)
        for section in sections.values()
        for card in section.get("cards", [])
    ]


@pytest.mark.parametrize("org", ORIGINALS)
def test_formulas_can_be_computed_from_the_variables_that_the_card_declares(org: str) -> None:
    for card in cards(org):
        if card["expression"]:
            names = [variable["name"] for variable in card["variables"]]
            values = dict(zip(names, [Decimal(3), Decimal(4)], strict=True))
            assert Formula.parse(card["expression"]).evaluate(values) == Decimal(75), card["id"]


@pytest.mark.parametrize("org", ORIGINALS)
def test_targets_are_sound_and_bands_leave_no_gap(org: str) -> None:
    assert cards(org)
    for card in cards(org):
        if card["target"] != "null":
            direction, value = card["target"]["direction"], card["target"]["value"]
            target = Target.from_data({"direction": direction, "value": value})
            assert target.met(Decimal(100)) is True
            assert target.met(Decimal(50)) is False
        if card["bands"]:
            bands = [{**one, **flags(one)} for one in card["bands"]]
            check_partition([Band.from_data(one) for one in bands], Decimal(0), Decimal(100))


def flags(band: Data) -> dict[str, bool]:
    """Give the truth values of a band, which plain reading leaves as texts."""
    return {key: band[key] == "true" for key in ("low_inclusive", "high_inclusive")}


class Tags(HTMLParser):
    """Gathers the tags of rich text and notices unbalanced ones."""

    def __init__(self) -> None:
        """Start with nothing open."""
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag, which must have no attribute."""
        assert not attrs, tag
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


def rich_texts(value: object) -> list[str]:
    """Give every rich text inside some data."""
    if isinstance(value, dict):
        own = [value["html"]] if "html" in value else []
        return own + [text for one in value.values() for text in rich_texts(one)]
    return [text for one in value for text in rich_texts(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("org", ORIGINALS)
def test_rich_text_is_balanced_and_uses_simple_tags_only(org: str) -> None:
    for _type, sections, _data in contents(org):
        for text in rich_texts(sections):
            tags = Tags()
            tags.feed(text)
            assert not tags.open, text
            assert tags.seen <= {"p", "h3", "h4", "ul", "ol", "li", "strong", "em"}, text


@pytest.mark.parametrize("org", ORIGINALS)
def test_positions_records_branches_and_frequencies_inside_sections_are_sound(org: str) -> None:
    positions = by_id(profile_of(org)["positions"])
    types = by_id(profile_of(org)["document_types"])
    for type_id, sections, _data in contents(org):
        kinds = {spec["id"]: spec["kind"] for spec in types[type_id]["sections"]}
        for name, data in sections.items():
            if kinds[name] == "activities":
                rows = by_id(data["rows"])
                for row in rows.values():
                    assert set(row["responsible"]) <= set(positions)
                    assert all(set(record) == {"code", "text"} for record in row["records"])
                    assert {branch["to"] for branch in row["branches"]} <= {*rows, "end"}
            if kinds[name] == "indicators":
                for card in by_id(data["cards"]).values():
                    assert card["responsible_analysis"] in {*positions, ""}
                    assert card["responsible_capture"] in {*positions, ""}
                    assert {card["capture_frequency"], card["analysis_frequency"]} <= FREQUENCIES
                    for variable in card["variables"]:
                        own = card.get("computation", {}).get("expression", "")
                        assert variable["name"] in (card["expression"] or own)


@pytest.mark.parametrize("org", ORIGINALS)
def test_all_activities_can_be_reached_except_the_one_of_the_original(org: str) -> None:
    unreachable = {
        (data.get("document", {}).get("code", "demo"), row["id"])
        for _type, sections, data in contents(org)
        for section in sections.values()
        for rows in [section.get("rows", [])]
        if rows and "branches" in rows[0]
        for row in rows
        if row["id"] not in reached(rows)
    }
    assert unreachable == ({("COM-DSC-P01", "p5")} if org == "comteco" else set())


@pytest.mark.parametrize("org", ORIGINALS)
def test_the_demo_signs_a_document_that_is_not_the_original(org: str) -> None:
    demo = load(ROOT / org / "demo.yaml")
    assert demo["sign"] != ORIGINALS[org]
    assert (ROOT / org / "documents" / f"{demo['sign']}.yaml").exists()
    assert demo["author"] in by_id(profile_of(org)["persons"])
    assert demo["reason"]
    assert len(demo["changes"]) >= 3
    assert demo["sections"] != document(org, demo["sign"])["sections"]


@pytest.mark.parametrize("org", ORIGINALS)
def test_each_organisation_keeps_a_reference_that_dangles_on_purpose(org: str) -> None:
    profile = yaml.safe_load((ROOT / org / "profile.yaml").read_text(encoding="utf-8"))
    grammar = CodeGrammar.from_data(profile["codes"])
    known = {one["document"]["code"] for one in documents(org)}
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / org).rglob("*.yaml"))
    named = set(re.findall(r"(?:code|subject): ([A-Z][A-Z0-9-]*[0-9])\b", text))
    dangling = {code for code in named - known if grammar.parse(code) is not None}
    expected = {
        "aexpress": {"INS-AX-SC-02", "FOR-AX-SG-02", "FOR-AX-SC-01"},
        "gasandino": {"FOASC-002"},
        "icetex": set(),
        "comteco": {"COM-GCM-P09"},
        "carrazos": {"GSC-FOR-07"},
    }
    assert dangling == expected[org]


# Aexpress


def test_aexpress_versions_start_at_zero_with_typed_changes() -> None:
    data = original("aexpress")
    assert labels(data) == ["0", "1", "2", "3"]
    assert [len(version["changes"]) for version in data["versions"]] == [0, 6, 2, 3]
    dates = [version["in_force_from"] for version in data["versions"]]
    assert dates == ["null", "2015-03-20", "2016-04-15", "2017-11-01"]
    assert data["versions"][0]["reason"] == "Lanzamiento"
    removed = [
        change["subject"]
        for version in data["versions"]
        for change in version["changes"]
        if change["kind"] == "removed"
    ]
    assert removed == ["INS-AX-SC-02", "FOR-AX-SC-01"]


def test_aexpress_approvals_keep_the_odd_date() -> None:
    approvals = original("aexpress")["versions"][-1]["approvals"]
    assert [(one["position"], one["date"]) for one in approvals] == [
        ("Jefe de Servicio al Cliente", "2016-11-01"),
        ("Directora Comercial", "2017-11-01"),
        ("Vicepresidente Ejecutivo", "2017-11-01"),
    ]


def test_aexpress_has_eleven_request_types_and_three_queues() -> None:
    html = original("aexpress")["sections"]["considerations"]["html"]
    requests, queues = (bullets(part) for part in re.findall(r"<ul>.*?</ul>", html))
    assert len(requests) == 11
    assert len(queues) == 3


def test_aexpress_indicators_have_targets_and_two_frequencies() -> None:
    cards = original("aexpress")["sections"]["indicators"]["cards"]
    assert [
        (card["target"]["value"], card["capture_frequency"], card["analysis_frequency"])
        for card in cards
    ] == [
        ("97", "daily", "quarterly"),
        ("90", "daily", "quarterly"),
        ("90", "semiannual", "semiannual"),
    ]
    assert {card["target"]["direction"] for card in cards} == {">="}
    assert {card["responsible_analysis"] for card in cards} == {"jefe-sac"}


def test_aexpress_keeps_its_inconsistent_codes() -> None:
    data = original("aexpress")
    text = (ROOT / "aexpress/documents/PRO-AX-SC-01.yaml").read_text(encoding="utf-8")
    assert "FOR-AX-SC- 01" in text
    assert "FOR-AX- SC-03" in text
    used = {item["code"] for item in data["sections"]["documents"]["items"]}
    assert used == {"FOR-AX-SC-02", "FOR-AX-OP-03", "INS-AX-SC-01", ""}
    rows = data["sections"]["activities"]["rows"]
    assert [row["number"] for row in rows] == [str(number) for number in range(8)]
    assert rows[3]["records"][0]["text"] != data["sections"]["documents"]["items"][2]["title"]


# The gas distributor


def test_gas_manual_has_two_processes_a_dated_label_and_two_joint_signers() -> None:
    data = original("gasandino")
    assert data["document"]["process"] == "asc"
    assert data["document"]["owner_process"] == "psg"
    assert labels(data) == ["0.1.0–(19-oct–2010)"]
    steps = profile_of("gasandino")["routes"][0]["steps"]
    assert [(step["label"], len(step["assignees"])) for step in steps] == [
        ("Elaboró/ Revisó", 2),
        ("Aprobó", 1),
    ]
    assert [one["step"] for one in data["versions"][0]["approvals"]] == [
        *("drafted", "drafted", "approved")
    ]


def test_gas_flow_has_four_inputs_four_activities_and_three_outputs() -> None:
    (row,) = original("gasandino")["sections"]["flow"]["rows"]
    assert [len(row[key]) for key in ("inputs", "activities", "outputs")] == [4, 4, 3]
    assert set(row["suppliers"]) - set(row["customers"]) == {"PSG"}
    assert set(row["customers"]) - set(row["suppliers"]) == {"CGE"}


def test_gas_columns_hold_three_measures_and_six_resources() -> None:
    sections = original("gasandino")["sections"]
    assert len(sections["measures"]["cards"]) == 3
    assert len(sections["resources"]["groups"][0]["items"]) == 6
    assert len(bullets(sections["strengths"]["html"])) == 5
    assert len(bullets(sections["obstacles"]["html"])) == 4
    assert "no todos son registrados" in sections["obstacles"]["html"]
    types = by_id(profile_of("gasandino")["document_types"])
    columns = [
        spec["title"] for spec in types["manual"]["sections"] if spec["print"]["mode"] == "column"
    ]
    assert columns == [
        "MEDIDOR",
        "RECURSOS REQUERIDOS",
        "FORTALEZAS ACTUALES",
        "OBSTÁCULOS PARA LA SALIDA",
        "ACCIONES PARA SUPERAR OBSTÁCULOS",
    ]
    assert profile_of("gasandino")["organisation"]["case_acronym"] == "SQR"


# ICETEX


def test_icetex_history_mixes_labels_and_has_no_review_step() -> None:
    data = original("icetex")
    assert labels(data) == ["1.0", "2", "3", "4"]
    dates = [version["in_force_from"] for version in data["versions"]]
    assert dates == ["2009-04-30", "2010-06-30", "2011-04-12", "2012-05-07"]
    assert data["versions"][0]["reason"] == "-"
    assert [len(version["changes"]) for version in data["versions"]] == [0, 2, 13, 3]
    approvals = data["versions"][-1]["approvals"]
    assert [one["step"] for one in approvals] == ["drafted", "approved"]
    assert {one["position"] for one in approvals} == {"[Sin Cargo Definido]"}


def test_icetex_flow_counts_six_one_seven_two_two_six() -> None:
    rows = original("icetex")["sections"]["flow"]["rows"]
    assert [row["phase"] for row in rows] == ["plan", "do", "check", "act"]
    assert [
        sum(len(row["inputs"]) for row in rows),
        *(len(row["activities"]) for row in rows),
        sum(len(row["outputs"]) for row in rows),
    ] == [6, 1, 7, 2, 2, 6]
    assert "Superintendencia Financiera de Colombia" in rows[0]["customers"]


def test_icetex_has_eleven_laws_and_thirteen_clauses() -> None:
    groups = original("icetex")["sections"]["requirements"]["groups"]
    assert [len(group["items"]) for group in groups] == [11, 13]
    assert [item["reference"] for item in groups[1]["items"]] == [
        *("4.1", "4.2.3", "4.2.4", "5.2", "5.6.2", "7.2.3", "7.5.2"),
        *("8.2.1", "8.2.3", "8.2.4", "8.5.1", "8.5.2", "8.5.3"),
    ]


def test_icetex_relates_thirty_nine_documents_by_title() -> None:
    items = original("icetex")["sections"]["documents"]["items"]
    kinds = [item["title"].split()[0] for item in items]
    wanted = {"Procedimiento": 16, "Guía": 8, "Formato": 7, "Instructivo": 7, "Proceso": 1}
    assert {kind: kinds.count(kind) for kind in set(kinds)} == wanted
    assert len(items) == 39
    assert [item["code"] for item in items if item["code"]] == ["I153"]
    assert not any("Registros" in item["title"] for item in items)


def test_icetex_resources_and_records_are_counted() -> None:
    sections = original("icetex")["sections"]
    assert [len(group["items"]) for group in sections["resources"]["groups"]] == [6, 8, 4]
    titles = [item["title"] for item in sections["records"]["items"]]
    assert titles.count("-") == 3
    assert len(titles) == 8
    assert "F153" in {item["code"] for item in sections["records"]["items"]}
    cards = sections["measures"]["cards"]
    assert [(card["formula_text"], card["target"]) for card in cards] == [("", "null")] * 3


def test_icetex_still_names_what_version_three_removed() -> None:
    data = original("icetex")
    suppliers = data["sections"]["flow"]["rows"][0]["suppliers"]
    assert "Proceso Gestión de archivo y de títulos valores" in suppliers
    assert "Títulos valores" in data["versions"][2]["changes"][0]["text"]
    added = {change["subject"] for change in data["versions"][2]["changes"]}
    assert "Procedimiento Control de Registros" in added


# COMTECO


def test_comteco_dates_are_months_and_signers_are_units() -> None:
    data = original("comteco")
    assert labels(data) == ["1", "3"]
    assert [version["in_force_from"] for version in data["versions"]] == ["2007-12", "2018-05"]
    assert {one["name"] for version in data["versions"] for one in version["approvals"]} == {""}
    assignees = [
        assignee
        for step in profile_of("comteco")["routes"][0]["steps"]
        for assignee in step["assignees"]
    ]
    assert [set(one) for one in assignees] == [{"unit"}] * 3


def test_comteco_numbers_sections_in_roman_and_letters() -> None:
    types = by_id(profile_of("comteco")["document_types"])
    numbers = [spec["number"] for spec in types["procedure"]["sections"] if spec["number"]]
    assert numbers == [
        *("I", "a)", "b)", "c)", "d)", "e)", "f)"),
        *("II", "III", "1", "2", "IV"),
    ]


def test_comteco_routes_clients_by_twelve_rules() -> None:
    rows = original("comteco")["sections"]["options"]["rows"]
    letters = [row[0][0] for row in rows]
    assert {letter: letters.count(letter) for letter in "ABC"} == {"A": 3, "B": 8, "C": 1}
    billing = [row[2] for row in rows if "reclamo" in fold(row[1]) and "factura" in fold(row[1])]
    assert billing == ["BOC", "BOI (Back Office Incidencias)"]


def test_comteco_defines_boc_twice_and_names_nine_units() -> None:
    sections = original("comteco")["sections"]
    assert [term["term"] for term in sections["terms"]["terms"]].count("BOC") == 2
    assert len(bullets(sections["related-units"]["html"])) == 9
    items = sections["related-procedures"]["items"]
    assert [item["code"] for item in items] == ["", "COM-DSC-P02", "COM-GCM-P09", "COM-GCM-P07"]


def test_comteco_steps_branch_and_stop_as_printed() -> None:
    rows = by_id(original("comteco")["sections"]["operation"]["rows"])
    assert [branch["to"] for branch in rows["p1"]["branches"]] == ["p2", "p3", "p6"]
    assert [branch["to"] for branch in rows["p6"]["branches"]] == ["p8", "p7"]
    assert [name for name, row in rows.items() if row.get("stops")] == ["p2", "p4", "p8"]


def test_comteco_indicator_leaves_exactly_ninety_undefined() -> None:
    (card,) = original("comteco")["sections"]["indicators"]["cards"]
    assert ">90% Bueno, <90% Bajo" in card["note"]
    assert card["bands"] == []
    assert card["analysis_frequency"] == "semiannual"
    assert original("comteco")["sections"]["documents"]["rows"] == [
        ["Folletería", "F", "M", "1", "0"]
    ]


# CARRAZOS


def test_carrazos_keeps_three_dates_apart() -> None:
    data = original("carrazos")
    assert labels(data) == ["1", "2", "3", "4", "5"]
    assert [version["approved_on"] for version in data["versions"]] == [
        *("2022-03-11", "2022-10-05", "2022-12-06", "2023-05-15", "2025-01-15"),
    ]
    last = data["versions"][-1]
    assert (last["in_force_from"], last["review_by"]) == ("2025-01-15", "2027-01-15")
    printing = profile_of("carrazos")["printing"]
    assert printing["labels"]["review_by"] == "Fecha de Vigencia"
    cells = [cell.get("text") for row in printing["header"]["rows"] for cell in row]
    assert "Fecha de Vigencia: {review_by}" in cells


def test_carrazos_classifies_scores_in_three_bands() -> None:
    html = original("carrazos")["sections"]["activities"]["rows"][1]["html"]
    bands = [item for item in bullets(html) if item.startswith("Clientes")]
    assert [re.findall(r"\d+-\d+", band) for band in bands] == [["9-10"], ["7-8"], ["1-6"]]
    assert "segundo intento" in html


def test_carrazos_targets_disagree_as_in_the_original() -> None:
    sections = original("carrazos")["sections"]
    assert [card["target"] for card in sections["indicators"]["cards"]] == [
        {"direction": ">=", "value": "95", "high": "null"}
    ] * 2
    assert "&gt;95%" in sections["activities"]["rows"][5]["html"]
    assert "inferior a 6" in sections["activities"]["rows"][5]["html"]


def test_carrazos_names_five_annexes_six_colours_and_two_working_days() -> None:
    sections = original("carrazos")["sections"]
    assert [item["code"] for item in sections["annexes"]["items"]] == [
        *("GSC-INS-03", "GSC-FOR-03", "GSC-FOR-01", "GSC-FOR-02", "GSC-FOR-07"),
    ]
    rows = sections["activities"]["rows"]
    assert len(rows) == 6
    for colour in ("rojo", "amarillo", "verde", "Verde claro", "azul", "morado"):
        assert colour in rows[2]["html"]
    assert "DOS (2) días hábiles" in rows[3]["html"]
    assert "cinco primeros días" in rows[4]["html"]


def test_carrazos_version_five_has_no_weekly_report() -> None:
    data = original("carrazos")
    assert any("seman" in change["text"] for change in data["versions"][1]["changes"])
    assert not any("seman" in row["html"] for row in data["sections"]["activities"]["rows"])
