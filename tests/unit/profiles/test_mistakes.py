# ruff: noqa: E501 - a table reads best with one row in one line
"""Every class of mistake is found in its line, and all of them at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from qms.profiles import (
    case_answer_schema,
    case_report_schema,
    case_schema,
    improvement_schema,
    indicator_schema,
    retention_schema,
    schema,
    survey_schema,
)
from qms.profiles.book import MISSING, MISSING_KINDS, Book
from qms.profiles.errors import MOST, ProfileMistakes
from qms.profiles.loader import check_plain, load, load_text
from qms.profiles.reader import Place
from qms.profiles.shapes import Ident, Ref

Find = Callable[[str], list[str]]

CASES = [
    # shapes
    ("country: PE", "pais: PE", "organisation.pais: the key «pais» is unknown"),
    ("country: PE", "# nothing", "organisation: the key «country» is missing"),
    ("country: PE", "country: Perú", "«Perú» is not right here; a country has two capitals"),
    ("country: PE", "country: XQ", "There is no holiday calendar for XQ"),
    ("country: PE", "country: [PE]", "organisation.country: a list stands here"),
    ("id: hospital-wayra", "id: Hospital Wayra", "organisation.id: «Hospital Wayra» is not right"),
    ("name: Hospital Wayra", "name:", "organisation.name: a value is missing here"),
    ("name: Hospital Wayra", 'name: "Way\\u202Era"', "organisation.name: this text holds invisible"),
    ("name: Hospital Wayra", f"name: {'x' * 81}", "organisation.name: this text is too long"),
    ("name: Hospital Wayra", "name: true", "organisation.name: a text is expected here"),
    ("America/Lima", "America/Limma", "there is no time zone «America/Limma»"),
    ("America/Lima", "../etc/passwd", "«../etc/passwd» is not right here"),
    ('"#7a1f5c"', '"#7a1f5"', "organisation.colour: «#7a1f5» is not right here"),
    ('"#7a1f5c"', "'#ffee00'", "the colour #ffee00 is too light; its contrast to white is 1."),
    ("review_months: 12", "review_months: often", "a whole number is expected here"),
    ("review_months: 12", "review_months: 0", "a number from 1 to 240 is expected here"),
    ("print: {mode: row}", "print: {mode: row, form: cards}", "a section of kind activities has no form «cards»; known are table, list"),
    ("print: {mode: row}", "print: {mode: row, group: one}", "only columns stand in groups"),
    ("print: {mode: row}", "print: {mode: row, level: 9}", "a number from 1 to 4 is expected here"),
    ("required: true", "required: yes", "sections[0].required: true or false is expected here"),
    ("kind: activities", "kind: activity", "did you mean «activities»?"),
    ("kind: core", "kind: main", "«main» is none of strategic, core, support"),
    ("roles: [quality, administrator]", "roles: [boss]", "persons[0].roles[0]: «boss» is none of"),
    ("rosa@wayra.example", "rosa@wayra", "an e-mail address looks like"),
    ("email: nora@wayra.example, ", "", "persons[2]: the key «email» is missing"),
    ("sites: [{", "sites: {a: {", None),
    # references
    ("superior: director-medico", "superior: direktor-medico", "positions[1].superior: there is no position «direktor-medico»; did you mean «director-medico»?"),
    ("unit: enfermeria}", "unit: cirugia}", "there is no unit «cirugia»"),
    ("site: arequipa", "site: lima", "there is no site «lima»"),
    ("parent: direccion", "parent: gerencia", "units[1].parent: there is no unit «gerencia»"),
    ("leader: jefa-enfermeria", "leader: jefe", "processes[0].leader: there is no position «jefe»"),
    ("positions: [licenciada]", "positions: [medico]", "persons[2].positions[0]: there is no position"),
    ("route: clinical\n", "route: clinica\n", "document_types[0].route: there is no route «clinica»"),
    ("{unit: enfermeria}]", "{unit: uci}]", "assignees[1].unit: there is no unit «uci»"),
    ("{role: author}", "{role: boss}", "assignees[0].role: «boss» is none of"),
    ("{role: author}", "{role: author, person: x}", "exactly one of position, person, unit, role"),
    # ids, cycles, twins
    ("{id: enfermeria, name", "{id: direccion, name", "units[1].id: the id «direccion» is here twice; the first one is in line 20"),
    ("name: Director Médico,", "name: D, superior: licenciada,", "«director-medico» stands above itself; the ring is"),
    ("{id: direccion, name: Dirección Médica}", "{id: direccion, name: D, parent: enfermeria}", "units[0].parent: «direccion» stands above itself"),
    ("nora@wayra.example", "Rosa@WAYRA.example", "persons[2].email: «rosa@wayra.example» is here twice"),
    ("acronym: RG, content", "acronym: PT, content", "document_types[1].acronym: «PT» is here twice"),
    ("{id: steps, kind", "{id: objective, kind", "sections[1].id: the id «objective» is here twice"),
    ("{id: approved, label", "{id: drafted, label", "steps[2].id: the id «drafted» is here twice"),
    # kernel: codes, versions, calendar, styles
    ("{number:3}", "{nmber:x}", "codes.patterns[0]: "),
    ("RG: record-form", "RG: recordform", "codes.types.RG: there is no document type «recordform»"),
    ("processes: {ENF: enf}", "processes: {ENF: emf}", "codes.processes.ENF: there is no process"),
    ("kind: issue-revision", "kind: roman", "versions: roman is no kind of version scheme"),
    ("{kind: integer, start: 0", "{kind: integer, star: 0", "document_types[1].versions: "),
    ("to: 2026-12-31", "to: 2026-12-41", "calendar.closures[0]: «2026-12-41» is not a date"),
    ("screen: dmy", "screen: american", "styles.date.screen: american is no date style"),
    ('decimal: "."', 'decimal: ";"', "styles.number: "),
    ("city: Arequipa", "city: Arequipa, subdivision: ZZZ", "sites[0].subdivision: There is no holiday"),
    ("  closures: [{", "  hours: [[x]]\n  closures: [{", "calendar: «['x']» are not opening hours"),
    ("{number:3}\"]", "{number:3}\"]\n  start: many", "codes"),
    ("codes:\n", "codes: none\n", None),
    # shapes of groups
    ("positions: [licenciada]}", "positions: licenciada}", "persons[2].positions: a list is expected here"),
    ("labels: {in_force_from: Vigente desde}", "labels: []", "printing.labels: a mapping of names to values"),
    ("labels: {in_force_from: Vigente desde}", "labels: {in_force_from: []}", "labels.in_force_from: a list stands here"),
    ("cols: 2, align", "cols: [2], align", "cols: a list stands here"),
    ("{logo: true, rows: 2}", "{logo: {}, rows: 2}", "logo: a mapping stands here"),
    ("meaning: Lo revisé", "meaning: ''", "steps[1].meaning: this text is empty"),
    ("[{role: author}]", "[author]", "assignees[0]: a mapping with position, person, unit, role"),
    # routes
    ("rule: count, count: 1", "rule: count", "steps[1]: the rule count needs the key «count»"),
    ("rule: any,", "rule: any, count: 2,", "steps[2].count: a count stands here, but the rule is any"),
    ("rule: any, term_days: 2, assignees: [{position: director-medico}]", "rule: count, count: 2, assignees: [{person: rosa-quispe}]", "2 signatures are asked of 1 persons"),
    ("[{role: author}]", "[{position: director-medico}]", "«julio-paredes» alone would sign the steps drafted and approved"),
    ("[{role: author}]", "[{role: author}, {role: author}]", "assignees[1]: this assignee is here twice"),
    ("[{role: author}]", "[]", "from 1 to 5000 entries are expected here"),
    # document types
    ("content: file, ", "content: file, sections: [{id: a, kind: text, title: A}], ", "a document type of files has no sections"),
    ("content: file, ", "", "a structured document type needs sections"),
    # printing
    ("widths: [30, 40, 30]", "widths: [30, 40, 31]", "printing.header.widths: the widths add up to 101"),
    ("{logo: true, rows: 2}", "{logo: true, rows: 3}", "rows[0][0]: this cell spans 3 rows; the header has only 2 left"),
    ("{logo: true, rows: 2}", "{logo: true}", "rows[1]: this row fills 2 columns; the header has 3"),
    ("cols: 2, align: center", "cols: 1, align: center", "rows[0]: this row fills 2 columns"),
    ("{logo: true, rows: 2}", "{logo: true, rows: 2, text: x}", "holds the logo or a text, not both"),
    ('"{title}"', '"{titel}"', "there is no placeholder {titel}; did you mean «title»?"),
    ('"{title}"', '"{title"', "rows[1][0].text: a brace stands alone here"),
    ("{signers:approved}", "{signers:aproved}", "no route has a step «aproved»; did you mean «approved»?"),
    ("{organisation}", "{organization}", "legends.footer[0]: there is no placeholder {organization}"),
    ("in_force_from: Vigente", "in_force: Vigente", "printing.labels.in_force: the key «in_force» is unknown; did you mean «in_force_from»?"),
    ("paper: a4", "paper: a3", "printing.paper: «a3» is none of letter, a4"),
    ("paper: a4", "changes: {columns: [{field: version, title: V}, {field: version, title: W}]}", "columns[1].field: «version» is here twice"),
    ("paper: a4", "changes: {columns: [{field: version, title: V, width: 90}]}", "the widths add up to 90"),
]  # fmt: skip

ELSEWHERE = {
    "# nothing": -4,  # a missing key is missed where its mapping begins
    "[{position: director-medico}]": 2,  # the last step is the one that cannot be signed
    "{logo: true}": 1,  # the row below lacks what no longer spans down
}
"""Mistakes that show in another line than the one damaged, and how far off."""


@pytest.mark.parametrize(("good", "bad", "said"), CASES, ids=[f"{c[1][:40]}" for c in CASES])
def test_a_mistake_is_named_in_its_line(
    good: str, bad: str, said: str | None, text: str, mistakes: Find
) -> None:
    assert good in text
    damaged = text.replace(good, bad, 1)
    place = text[: text.index(good)].count("\n") + 1

    lines = mistakes(damaged)

    if said is None:
        assert lines
        return
    found = [line for line in lines if said in line]
    assert found, lines
    expected = place + ELSEWHERE.get(bad, 0)
    assert expected in {int(line.split(":")[1]) for line in found}, found


def test_the_line_and_the_place_in_it_are_exact(text: str) -> None:
    damaged = text.replace("superior: jefa-enfermeria", "superior: jefa-enfermeri")
    line = next(n for n, one in enumerate(damaged.splitlines(), 1) if "jefa-enfermeri," in one)

    with pytest.raises(ProfileMistakes) as found:
        load_text(damaged, "perfil.yaml")

    (mistake,) = found.value.mistakes
    column = damaged.splitlines()[line - 1].index("jefa-enfermeri,") + 1
    assert (mistake.file, mistake.line, mistake.column) == ("perfil.yaml", line, column)
    assert str(mistake) == (
        f"perfil.yaml:{line}: positions[2].superior: there is no position «jefa-enfermeri»; "
        "did you mean «jefa-enfermeria»?"
    )


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(
    text: str, mistakes: Find
) -> None:
    damaged = (
        text.replace("country: PE", "country: peru")
        .replace("parent: direccion", "parent: gerencia")
        .replace("rosa@wayra.example", "rosa")
        .replace("paper: a4", "paper: a3")
        .replace("[30, 40, 30]", "[30, 40, 40]")
    )

    lines = mistakes(damaged)

    numbers = [int(line.split(":")[1]) for line in lines]
    assert len(lines) == 5
    assert numbers == sorted(numbers)


def test_a_wrong_entry_does_not_shift_the_places_of_those_behind_it(
    text: str, mistakes: Find
) -> None:
    damaged = text.replace(
        "  - {id: director-medico, name: Director Médico, unit: direccion, site: arequipa}",
        "  - director-medico",
    )

    lines = mistakes(damaged)

    assert any("positions[0]: a mapping with" in line for line in lines)
    assert any("positions[1].superior: there is no position" in line for line in lines)


def test_what_a_screen_edited_is_checked_by_the_same_rules(text: str) -> None:
    data = load_text(text).data
    assert check_plain(data).data == data

    data["positions"][1]["superior"] = "nobody"
    with pytest.raises(ProfileMistakes) as found:
        check_plain(data)

    assert found.value.lines()[0].startswith("positions[1].superior: there is no position «nobody»")


def test_a_logo_must_be_a_picture_beside_the_profile(text: str, tmp_path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(text.replace("case_acronym: RQS", "logo: mark.png"), "utf-8")
    with pytest.raises(ProfileMistakes, match="no file «mark"):
        load(path)
    (tmp_path / "mark.png").write_bytes(b"<svg onload='alert(1)'/>")
    with pytest.raises(ProfileMistakes, match="cannot be the logo"):
        load(path)
    (tmp_path / "mark.png").write_bytes(b"\x89PNG\r\n\x1a\n rest")
    loaded = load(path)
    assert loaded.logo is not None
    assert loaded.logo.media_type == "image/png"


@pytest.mark.parametrize("name", ["../secret.png", "/etc/logo.png", "a/b.png", "logo.svg"])
def test_d4_49_a_logo_is_never_fetched_from_elsewhere(name: str, text: str, mistakes: Find) -> None:
    lines = mistakes(text.replace("case_acronym: RQS", f"logo: {name}"))
    assert any("organisation.logo" in line and "is not right here" in line for line in lines)


def test_files_that_are_no_profile_are_told_apart(tmp_path, folder) -> None:
    with pytest.raises(ProfileMistakes, match="this file cannot be read"):
        load(tmp_path / "missing.yaml")
    with pytest.raises(ProfileMistakes, match="not the profile of the organisation"):
        load([folder, folder / "documents" / "PT.ENF.001.yaml"])
    with pytest.raises(ProfileMistakes, match="no file here is an organisation profile"):
        load([])


def test_d4_59_a_flood_of_mistakes_is_cut_short(mistakes: Find, text: str) -> None:
    flood = "".join(f"k{n}: {{a: 1}}\n" for n in range(30_000))
    began = time.process_time()
    lines = mistakes(text + flood + f"{'x' * 1000}: 1\n")
    assert time.process_time() - began < 10
    assert len(lines) == MOST
    assert max(map(len, lines)) < 1000


SCHEMAS = (
    case_answer_schema,
    case_report_schema,
    case_schema,
    improvement_schema,
    indicator_schema,
    retention_schema,
    schema,
    survey_schema,
)


def kinds_in(thing, found: set[str], seen: set[int]) -> set[str]:
    """Walk the shapes of a schema for the kinds of things that have an id or are referred to."""
    if id(thing) in seen:
        return found
    seen.add(id(thing))
    if isinstance(thing, Ident | Ref):
        found.add(thing.kind)
    parts = thing.values() if isinstance(thing, dict) else getattr(thing, "__dict__", {}).values()
    for one in thing if isinstance(thing, list | tuple) else parts:
        if type(one).__module__.startswith("qms.profiles") or isinstance(one, dict | list | tuple):
            kinds_in(one, found, seen)
    return found


KINDS = sorted(kinds_in([vars(one) for one in SCHEMAS], set(), set()))


def test_the_kinds_of_all_rooms_are_looked_at() -> None:
    assert {"case-kind", "case-lane", "survey", "finding-kind", "position"} <= set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "something-new"])
def test_a_dangling_reference_of_each_kind_is_a_sentence_with_its_place(kind) -> None:
    book = Book(places={("cases", "kinds"): Place("profile.yaml", 12, 3)})
    book.define(kind, "queja", ("cases",))
    book.references.append((("cases", "kinds", 0, "lane"), kind, "qeja"))
    book.check_references()
    [mistake] = book.mistakes
    assert (mistake.file, mistake.line) == ("profile.yaml", 12)
    assert mistake.path == "cases.kinds[0].lane"
    assert mistake.why is not None
    assert kind == "something-new" or MISSING_KINDS.get(kind, MISSING) != MISSING
